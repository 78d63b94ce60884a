"""Scores of translations against references, by sacrebleu.

Text is scored as it reads: detokenised and, unless asked otherwise, case-sensitive. A reference set is a list with one
reference a sentence; there may be several sets, and a blank line in one of several is no reference.

bleu     0 to 100    Papineni et al. 2002, with exponential smoothing; words as the script needs
chrf     0 to 100    Popović 2015, sacrebleu's default (chrF2)
ter      0 to ...    Snover et al. 2006, edits per 100 reference words; the lower the better; where there are words
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from seq2seq.errors import DataError
from seq2seq.evaluation.word_tokenisation import WordTokenisation, word_splitter

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
    """The scores of a corpus, or of a group in it; those not asked for, or that cannot be measured, are None."""

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
    hypotheses: Sequence[str],
    references: Sequence[Sequence[str]],
    *,
    metrics: Sequence[MetricName] = METRICS,
    words: WordTokenisation | None = None,
) -> TranslationScores:
    """Score a corpus.

    Args:
        hypotheses: N outputs, detokenised.
        references: one or more sets of N references.
        metrics: which to compute, as far as :func:`measurable`. TER is slow (about a second per thousand sentences).
        words: what counts as a word (``None``: what the script of the references needs).

    Raises:
        DataError: if there is nothing to score, or the numbers of lines differ.
    """
    check_aligned(hypotheses, references)
    words = words or WordTokenisation.of(references)
    present = present_references(references)
    scores = {}
    for name in measurable(metrics, words):
        judge = metric(name, words)
        found = judge.corpus_score(hypotheses, present)  # type: ignore[arg-type] # it takes None
        scores[name] = Score(found.score, judge.get_signature().format())
    return TranslationScores(
        len(hypotheses),
        exact_match(hypotheses, references, lowercase=words.lowercase),
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
    words: WordTokenisation | None = None,
) -> Mapping[str, TranslationScores]:
    """Score each group of a corpus apart, in the order in which the groups appear.

    Args:
        hypotheses: N outputs.
        references: one or more sets of N references.
        groups: N names; a sentence without one counts in no group.
        metrics: which to compute.
        words: what counts as a word (``None``: what the script of all references needs).
    """
    check_aligned(hypotheses, references)
    words = words or WordTokenisation.of(references)
    rows: dict[str, list[int]] = {}
    for row, group in enumerate(groups):
        if group is not None:
            rows.setdefault(group, []).append(row)
    found = {}
    for group, members in rows.items():
        own = [[lines[i] for i in members] for lines in references]
        found[group] = corpus_scores([hypotheses[i] for i in members], own, metrics=metrics, words=words.fitted(own))
    return found


def exact_match(hypotheses: Sequence[str], references: Sequence[Sequence[str]], *, lowercase: bool = False) -> float:
    """Share (0 to 1) of the hypotheses equal to one of their references, outer white space (and case) aside."""
    alternatives = zip(*present_references(references), strict=True)

    def plain(text: str) -> str:
        return text.strip().lower() if lowercase else text.strip()

    hits = sum(
        plain(hypothesis) in {plain(reference) for reference in accepted if reference is not None}
        for hypothesis, accepted in zip(hypotheses, alternatives, strict=True)
    )
    return hits / len(hypotheses)


def present_references(references: Sequence[Sequence[str]]) -> list[list[str | None]]:
    """The sets with ``None`` in place of blank references, as sacrebleu has it; every sentence keeps at least one."""
    if len(references) == 1:
        return [list(references[0])]
    rows: list[list[str | None]] = []
    for accepted in zip(*references, strict=True):
        there: list[str | None] = [reference if reference.strip() else None for reference in accepted]
        rows.append(there if any(there) else [accepted[0], *there[1:]])
    return [list(lines) for lines in zip(*rows, strict=True)]


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


def measurable(metrics: Sequence[MetricName], words: WordTokenisation) -> list[MetricName]:
    """Those of some metrics that can be computed: all but TER where words are characters.

    There it would say little, and search for moves of single characters: minutes for a hundred sentences.
    """
    return [name for name in metrics if name != "ter" or not words.are_characters]


def metric(name: MetricName, words: WordTokenisation | None = None) -> "Metric":
    """The object of sacrebleu for one metric, with the settings of this package.

    Args:
        name: of the metric.
        words: what counts as a word (``None``: sacrebleu's usual way).
    """
    from sacrebleu.metrics.bleu import BLEU
    from sacrebleu.metrics.chrf import CHRF
    from sacrebleu.metrics.ter import TER

    words = words or WordTokenisation()
    if name == "chrf":
        return CHRF(lowercase=words.lowercase)
    if name == "bleu":
        return BLEU(
            lowercase=words.lowercase,
            tokenize=words.tokenizer,
            effective_order=words.effective_order,
            force=True,  # what looks tokenised is reported by `evaluation.statistics` instead
        )
    judge = TER(case_sensitive=not words.lowercase)
    if words.by_dictionary:  # its own tokenizer knows spaces alone
        split = word_splitter(words.tokenizer)
        judge.tokenizer = (lambda text: split(text.lower())) if words.lowercase else split  # type: ignore[assignment]
        judge.tokenizer_signature = split.signature()  # type: ignore[no-untyped-call]
    return judge
