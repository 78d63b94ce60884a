"""How far a model has come: what is not learnt yet is no fault of its own."""

from collections.abc import Sequence
from typing import Final

import numpy as np

from seq2seq.diagnostics.subject import Example, Subject
from seq2seq.diagnostics.translation.teacher_forcing import forced_examples
from seq2seq.special import EOS

LEARNT: Final = 0.9
"""Share of a unigram's loss below which a model has learnt more of the target language than the frequencies of its
tokens."""
_SETTLED: Final = 0.01
"""Least improvement of the loss, as a share, in the last third of the validations of a run that still learns."""
_VALIDATIONS: Final = 6
"""Fewest validations by which a run can be judged: two in each third."""


def has_learnt(subject: Subject, share: float = LEARNT) -> bool:
    """Whether the loss of the examples is below a share of a unigram's; without EOS, which has its own measure."""
    nats = np.concatenate([one.nats[one.tokens != EOS] for one in forced_examples(subject)])
    return bool(nats.size) and float(nats.mean()) < share * unigram_nats(subject.examples)


def unigram_nats(examples: Sequence[Example]) -> float:
    """Nats per token of targets, without EOS, by their own frequencies: the least loss of any unigram."""
    counts = np.unique(np.concatenate([one.target_ids for one in examples]), return_counts=True)[1]
    shares = counts / counts.sum()
    return float(-(shares * np.log(shares)).sum())


def still_learning(subject: Subject) -> bool | None:
    """Whether the run ended while its loss was still falling; None without a run."""
    if subject.run is None:
        return None
    losses = [entry["loss"] for entry in subject.metrics if entry["kind"] == "validation" and "loss" in entry]
    if len(losses) < _VALIDATIONS:
        return True
    before = min(losses[: -(len(losses) // 3)])
    return bool(min(losses) < (1 - _SETTLED) * before)
