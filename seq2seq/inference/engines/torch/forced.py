"""Teacher forcing (Williams and Zipser 1989): log-probabilities of given tokens, all at once.

Letters: N tokens, E embedding, V vocabulary.
"""

import torch
from torch import Tensor

from seq2seq.models.seq2seq import Seq2Seq

_LOGITS = 1 << 22
"""Most logits in memory at a time."""


def log_probs(model: Seq2Seq, features: Tensor, labels: Tensor) -> Tensor:
    """(N,) float64 log-probabilities of tokens in nats, normalised over the vocabulary.

    Args:
        model: whose projection is used.
        features: (N, E), from which each token is predicted.
        labels: (N,) ids of the tokens.
    """
    size = max(1, _LOGITS // model.projection.out_features)
    parts = [features.new_zeros(0, dtype=torch.float64)]
    for part, wanted in zip(features.split(size), labels.split(size), strict=True):
        all_log_probs = torch.log_softmax(model.project(part).float(), dim=1)
        parts.append(all_log_probs.gather(1, wanted[:, None])[:, 0].double())
    return torch.cat(parts)
