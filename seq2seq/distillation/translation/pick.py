"""Which of a teacher's translations the student learns."""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from seq2seq.distillation.answers import Answers
from seq2seq.distillation.options import Pick
from seq2seq.distillation.teachers.teacher import Answer
from seq2seq.inference.translator import Translator
from seq2seq.progress import show_progress

_SCORED: Final = 2_000
"""Pairs that a reverse model scores between two reports of progress."""


class Pair(NamedTuple):
    """A sentence that the student learns."""

    source: str
    target: str


@dataclass(frozen=True, slots=True)
class Picked:
    """The pairs that a student learns, and what was left out."""

    pairs: tuple[Pair, ...]
    blank: int
    """Sources for which the teacher wrote nothing."""
    dropped: int = 0
    """Pairs that a reverse model found least likely."""


def pick(sources: Sequence[str], answers: Answers, references: Mapping[str, Sequence[str]], how: Pick) -> Picked:
    """The pairs that a student learns, in the order of the sources.

    Args:
        sources: different texts, all of which the teacher has translated.
        answers: the teacher's.
        references: translations by others, of some of the sources.
        how: which of several translations.
    """
    pairs: list[Pair] = []
    blank = 0
    nearest = _nearest() if how == "reference" else None
    for source in sources:
        found = [answer for answer in answers[source] if answer.text.strip()]
        blank += not found
        if nearest is not None and len(found) > 1 and source in references:
            found = [nearest(found, references[source])]
        chosen = found if how == "all" else found[:1]
        pairs += [Pair(source, text) for text in dict.fromkeys(answer.text for answer in chosen)]
    return Picked(tuple(pairs), blank)


def _nearest() -> Callable[[Sequence[Answer], Sequence[str]], Answer]:
    """What finds the answer with the best sentence-level BLEU; of several, the first."""
    from sacrebleu.metrics.bleu import BLEU

    bleu = BLEU(effective_order=True)

    def nearest(found: Sequence[Answer], references: Sequence[str]) -> Answer:
        return max(found, key=lambda answer: bleu.sentence_score(answer.text, list(references)).score)

    return nearest


def drop_unlikely(picked: Picked, reverse: Translator, share: float) -> Picked:
    """The same without the pairs whose source a model of the other direction finds least likely, given the target.

    A translation that says something else, or less, does not lead back (Junczys-Dowmunt 2018, section 2).

    Args:
        picked: the pairs.
        reverse: a model from the targets' language to the sources'.
        share: (0 to 1) of the pairs that are left out.
    """
    likely = list(_likelihoods(picked.pairs, reverse))
    kept = len(likely) - int(share * len(likely))
    best = sorted(range(len(likely)), key=lambda row: -likely[row])[:kept]
    pairs = tuple(picked.pairs[row] for row in sorted(best))
    return Picked(pairs, picked.blank, dropped=len(likely) - kept)


def _likelihoods(pairs: Sequence[Pair], reverse: Translator) -> Iterator[float]:
    """Of each source given its target: nats per token."""
    with show_progress("scoring with the reverse model", total=len(pairs), unit="pairs") as bar:
        for first in range(0, len(pairs), _SCORED):
            some = pairs[first : first + _SCORED]
            sources = [pair.source for pair in some]
            scores = reverse.score([pair.target for pair in some], sources)
            lengths = [len(ids) + 1 for ids in reverse.tokenizers.target.encode_batch(sources)]
            bar.advance(len(some))
            yield from (
                score / length if math.isfinite(score) else score for score, length in zip(scores, lengths, strict=True)
            )
