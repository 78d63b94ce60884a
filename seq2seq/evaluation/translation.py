"""Scores of translations against references, by sacrebleu.

Text is scored as it reads: detokenised and case-sensitive. A reference set is a list with one reference a sentence;
there may be several sets.

bleu     0 to 100    Papineni et al. 2002, sacrebleu's default (13a, exponential smoothing)
chrf     0 to 100    Popović 2015, sacrebleu's default (chrF2)
ter      0 to ...    Snover et al. 2006, edits per 100 reference words, case-sensitive; the lower the better
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from seq2seq.errors import DataError

if TYPE_CHECKING:
    from sacrebleu.metrics.base import Metric

MetricName = Literal["bleu", "chrf", "ter"]
METRICS: Final[tuple[MetricName, ...]] = ("bleu", "chrf", "ter")


@dataclass(frozen=True, slots=True)
class Score:
    """A score and the recipe to get it again."""

    score: float
    signature: str

    def to_dict(self) -> dict[str, object]:
        """As JSON."""
        return {"score": self.score, "signature": self.signature}


@dataclass(frozen=True, slots=True)
class TranslationScores:
    """The scores of a corpus, or of a group in it; those not asked for are None."""

    sentences: int
    exact_match: float
    """Share (0 to 1) of the hypotheses equal to one of their references, outer white space aside."""
    bleu: Score | None = None
    chrf: Score | None = None
    ter: Score | None = None

    def to_dict(self) -> dict[str, object]:
        """As JSON."""
        found: dict[str, object] = {name: score.to_dict() for name, score in self.named().items()}
        return found | {"exact_match": self.exact_match, "sentences": self.sentences}

    def named(self) -> dict[MetricName, Score]:
        """The scores that were asked for, by name."""
        scores: dict[MetricName, Score | None] = {"bleu": self.bleu, "chrf": self.chrf, "ter": self.ter}
        return {name: score for name, score in scores.items() if score is not None}


def corpus_scores(
    hypotheses: Sequence[str], references: Sequence[Sequence[str]], *, metrics: Sequence[MetricName] = METRICS
) -> TranslationScores:
    """Score a corpus.

    Args:
        hypotheses: N outputs, detokenised.
        references: one or more sets of N references.
        metrics: which to compute. TER is slow (about a second per thousand sentences).

    Raises:
        DataError: if there is nothing to score, or the numbers of lines differ.
    """
    check_aligned(hypotheses, references)
    scores = {}
    for name in metrics:
        judge = metric(name)
        scores[name] = Score(judge.corpus_score(hypotheses, references).score, judge.get_signature().format())
    return TranslationScores(
        len(hypotheses),
        exact_match(hypotheses, references),
        bleu=scores.get("bleu"),
        chrf=scores.get("chrf"),
        ter=scores.get("ter"),
    )


def group_scores(
    hypotheses: Sequence[str],
    references: Sequence[Sequence[str]],
    groups: Sequence[str | None],
    *,
    metrics: Sequence[MetricName] = METRICS,
) -> Mapping[str, TranslationScores]:
    """Score each group of a corpus apart, in the order in which the groups appear.

    Args:
        hypotheses: N outputs.
        references: one or more sets of N references.
        groups: N names; a sentence without one counts in no group.
        metrics: which to compute.
    """
    check_aligned(hypotheses, references)
    rows: dict[str, list[int]] = {}
    for row, group in enumerate(groups):
        if group is not None:
            rows.setdefault(group, []).append(row)
    return {
        group: corpus_scores(
            [hypotheses[i] for i in members], [[lines[i] for i in members] for lines in references], metrics=metrics
        )
        for group, members in rows.items()
    }


def exact_match(hypotheses: Sequence[str], references: Sequence[Sequence[str]]) -> float:
    """Share (0 to 1) of the hypotheses equal to one of their references, outer white space aside."""
    alternatives = zip(*references, strict=True)
    hits = sum(
        hypothesis.strip() in {reference.strip() for reference in accepted}
        for hypothesis, accepted in zip(hypotheses, alternatives, strict=True)
    )
    return hits / len(hypotheses)


def check_aligned(hypotheses: Sequence[str], references: Sequence[Sequence[str]]) -> None:
    """Refuse what cannot be scored.

    Raises:
        DataError: if there is nothing to score, or the numbers of lines differ.
    """
    if not hypotheses:
        raise DataError("There is nothing to score: no hypotheses.")
    if not references:
        raise DataError("There is nothing to score against: no references.")
    for number, lines in enumerate(references, start=1):
        if len(lines) != len(hypotheses):
            which = "the references" if len(references) == 1 else f"reference set {number}"
            raise DataError(
                f"{len(hypotheses)} hypotheses, but {len(lines)} lines in {which}.\n"
                "  Both must have one line a sentence, in the same order; an empty output is an empty line."
            )


def metric(name: MetricName) -> "Metric":
    """The object of sacrebleu for one metric, with the settings of this package."""
    from sacrebleu.metrics.bleu import BLEU
    from sacrebleu.metrics.chrf import CHRF
    from sacrebleu.metrics.ter import TER

    if name == "bleu":
        return BLEU(force=True)  # what looks tokenised is reported by `evaluation.statistics` instead
    return CHRF() if name == "chrf" else TER(case_sensitive=True)
