"""Teacher forcing (Williams and Zipser 1989): how likely given tokens are, all of them at once.

Letters: N tokens, E embedding, V vocabulary.
"""

import torch
from torch import Tensor

from seq2seq.models.seq2seq import Seq2Seq

_LOGITS = 1 << 22  # numbers that exist at a time


def log_probs(model: Seq2Seq, features: Tensor, labels: Tensor) -> Tensor:
    """Log-probabilities of tokens in nats, (N,) float64; normalised over the whole vocabulary.

    Args:
        model: the module; its projection is used.
        features: (N, E), from which each token is predicted.
        labels: (N,) ids of the tokens.
    """
    size = max(1, _LOGITS // model.projection.out_features)
    found = [features.new_zeros(0, dtype=torch.float64)]
    for part, wanted in zip(features.split(size), labels.split(size), strict=True):
        every = torch.log_softmax(model.project(part).float(), dim=1)
        found.append(every.gather(1, wanted[:, None])[:, 0].double())
    return torch.cat(found)
