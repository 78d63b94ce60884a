"""What a model predicts at every position of given targets, by teacher forcing (Williams and Zipser 1989).

Letters: N sentences, T target length, S source length (both EOS included), V vocabulary.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from seq2seq.data.batching.batch import Batch
from seq2seq.diagnostics.subject import Example, Subject, once_per_subject
from seq2seq.models.seq2seq import Seq2Seq

Floats = NDArray[np.floating[Any]]
Integers = NDArray[np.integer[Any]]

_LOGITS: Final = 1 << 22
"""Most logits in memory at a time."""
LONGEST: Final = 400
"""Target tokens of an example that is measured; longer ones (continuous text) are cut."""


@dataclass(frozen=True, slots=True)
class Forced:
    """Predictions of one target's tokens, EOS last, each given the source and the tokens before it."""

    tokens: Integers
    """(T,) the target's token ids."""
    nats: Floats
    """(T,) negative log-probability of each."""
    best: Integers
    """(T,) the likeliest token at each place."""
    confidence: Floats
    """(T,) probability of the likeliest token."""
    attention: Floats | None
    """(T, S) weights over the source; None: the decoder does not attend, or they were not requested."""

    @property
    def total(self) -> float:
        """Nats of the whole target."""
        return float(self.nats.sum())


@once_per_subject
def forced_examples(subject: Subject) -> tuple[Forced, ...]:
    """The subject's examples by teacher forcing, with attention."""
    return tuple(force(subject, subject.examples, attention=True))


def forced_train_examples(subject: Subject) -> tuple[Forced, ...]:
    """A sample of the training split by teacher forcing."""
    return tuple(force(subject, subject.train_examples))


def force(subject: Subject, examples: Sequence[Example], *, attention: bool = False) -> list[Forced]:
    """The predictions of every example's target, in order; of at most :data:`LONGEST` tokens.

    Args:
        subject: whose model writes text.
        examples: N examples.
        attention: whether to return attention weights, too.
    """
    assert isinstance(subject.model, Seq2Seq)
    shortened = [one._replace(target_ids=one.target_ids[:LONGEST]) for one in examples]
    results: dict[int, Forced] = {}
    for rows, batch in subject.batches(shortened):
        for row, forced in zip(rows, _forced(subject.model, batch.to(subject.device), attention), strict=True):
            results[row] = forced
    return [results[row] for row in range(len(examples))]


def nats_of(subject: Subject, examples: Sequence[Example]) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """(N,) negative log-probability of each example's target in nats, EOS included; (N,) its tokens."""
    forced = force(subject, examples)
    return np.array([one.total for one in forced]), np.array([one.nats.size for one in forced], dtype=np.int64)


@torch.inference_mode()
def _forced(model: Seq2Seq, batch: Batch, attention: bool) -> Iterator[Forced]:
    memory, state = model.encode(batch.source, batch.source_lengths)
    decoded = model.decode(batch.target[:, :-1], memory, state)
    wanted = batch.target[:, 1:]
    real = torch.arange(wanted.size(1)) < batch.target_lengths[:, None]
    chosen = real.to(wanted.device)
    parts = _predictions(model, decoded.features[chosen], wanted[chosen])
    ends = np.cumsum(batch.target_lengths.numpy())[:-1]
    tokens = np.split(wanted[chosen].cpu().numpy(), ends)
    nats, best, confidence = (np.split(part.cpu().numpy(), ends) for part in parts)
    weights = decoded.attention.float().cpu().numpy() if attention and decoded.attention is not None else None
    for row, source_length in enumerate(batch.source_lengths.tolist()):
        seen = None if weights is None else weights[row, : tokens[row].size, :source_length]
        yield Forced(tokens[row], nats[row], best[row], confidence[row], seen)


def _predictions(model: Seq2Seq, features: Tensor, wanted: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """(M,) nats of the tokens that were wanted; (M,) the likeliest; (M,) their probabilities."""
    size = max(1, _LOGITS // model.projection.out_features)
    nats, best, confidence = [], [], []
    for part, label in zip(features.split(size), wanted.split(size), strict=True):
        logits = model.project(part).float()
        total = logits.logsumexp(dim=1)
        highest, likeliest = logits.max(dim=1)
        nats.append((total - logits.gather(1, label[:, None])[:, 0]).double())
        best.append(likeliest)
        confidence.append((highest - total).exp().double())
    return torch.cat(nats), torch.cat(best), torch.cat(confidence)
