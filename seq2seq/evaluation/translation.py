"""Scores of translations against references, by sacrebleu.

Text is scored detokenised and, by default, case-sensitively. A reference set is a list with one reference per sentence;
there may be several sets, and a blank line in one of several is no reference.

bleu     0 to 100    Papineni et al. 2002, with exponential smoothing; words as the script needs
chrf     0 to 100    Popović 2015, sacrebleu's default (chrF2)
ter      0 to ...    Snover et al. 2006, edits per 100 reference words, lower is better; needs word boundaries
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Final, Literal

from seq2seq.errors import DataError
from seq2seq.evaluation.added_metrics import added_statistics, metric_signature
from seq2seq.evaluation.corpus import require_aligned, score_groups
from seq2seq.evaluation.resampling.sufficient_statistics import SufficientStatistics
from seq2seq.evaluation.word_tokenisation import WordTokenisation, word_splitter

if TYPE_CHECKING:
    from sacrebleu.metrics.base import Metric

MetricName = Literal["bleu", "chrf", "ter"]
METRICS: Final[tuple[MetricName, ...]] = ("bleu", "chrf", "ter")


@dataclass(frozen=True, slots=True)
class Score:
    """A score, and the sacrebleu signature by which it can be reproduced."""

    score: float
    signature: str


@dataclass(frozen=True, slots=True)
class TranslationScores:
    """The scores of a corpus, or of one of its groups; those not requested or not measurable are None."""

    sentences: int
    exact_match: float
    """Share (0 to 1) of the hypotheses equal to one of their references, outer white space ignored."""
    bleu: Score | None = None
    chrf: Score | None = None
    ter: Score | None = None
    added: Mapping[str, Score] = field(default_factory=dict)
    """Scores by metrics of installed packages and of the running program."""
    statistics: Mapping[str, SufficientStatistics] = field(default_factory=dict, repr=False, compare=False)
    """What the scores are computed from, sentence by sentence, where they are sums over sentences."""

    def to_dict(self) -> dict[str, object]:
        """As JSON."""
        scores: dict[str, object] = {name: asdict(score) for name, score in self.named().items()}
        return {**scores, "exact_match": self.exact_match, "sentences": self.sentences}

    def named(self) -> dict[str, Score]:
        """The scores that were computed, by name."""
        scores: dict[str, Score | None] = {"bleu": self.bleu, "chrf": self.chrf, "ter": self.ter, **self.added}
        return {name: score for name, score in scores.items() if score is not None}


def corpus_scores(
    hypotheses: Sequence[str],
    references: Sequence[Sequence[str]],
    *,
    metrics: Sequence[MetricName] = METRICS,
    added: Sequence[str] = (),
    words: WordTokenisation | None = None,
    sources: Sequence[str] | None = None,
) -> TranslationScores:
    """Score a corpus.

    Args:
        hypotheses: N outputs, detokenised.
        references: one or more sets of N references.
        metrics: which to compute, as far as :func:`measurable`. TER is slow (about a second per thousand sentences).
        added: which to compute of those that are registered.
        words: what counts as a word (``None``: what the script of the references needs).
        sources: N sources, for added metrics that read them; without, these metrics are left out.

    Raises:
        DataError: there is nothing to score, or the numbers of lines differ.
        PluginError: an added metric gives no figure.
    """
    check_aligned(hypotheses, references)
    words = words or WordTokenisation.of(references)
    statistics = {
        name: corpus_statistics(name, hypotheses, references, words=words) for name in measurable(metrics, words)
    }
    scores = {name: Score(of.score, of.signature()) for name, of in statistics.items()}
    found = {name: added_statistics(name, hypotheses, references, sources) for name in added}
    computed = {name: of for name, of in found.items() if of is not None}
    return TranslationScores(
        len(hypotheses),
        exact_match(hypotheses, references, lowercase=words.lowercase),
        bleu=scores.get("bleu"),
        chrf=scores.get("chrf"),
        ter=scores.get("ter"),
        added={name: Score(of.score, metric_signature(name)) for name, of in computed.items()},
        statistics=statistics | {name: of for name, of in computed.items() if len(of.rows) == len(hypotheses)},
    )


def corpus_statistics(
    name: MetricName,
    hypotheses: Sequence[str],
    references: Sequence[Sequence[str]],
    *,
    words: WordTokenisation | None = None,
) -> SufficientStatistics:
    """What a metric's score of N outputs is computed from, given one or more sets of N references."""
    scorer = metric(name, words or WordTokenisation.of(references))
    return SufficientStatistics.by_sacrebleu(scorer, hypotheses, present_references(references))


def group_scores(
    hypotheses: Sequence[str],
    references: Sequence[Sequence[str]],
    groups: Sequence[str | None],
    *,
    metrics: Sequence[MetricName] = METRICS,
    added: Sequence[str] = (),
    words: WordTokenisation | None = None,
    sources: Sequence[str] | None = None,
) -> Mapping[str, TranslationScores]:
    """:func:`corpus_scores` of each group of a corpus, in the order in which the N groups (or none) appear."""
    check_aligned(hypotheses, references)
    all_words = words or WordTokenisation.of(references)

    def score(rows: list[int]) -> TranslationScores:
        own = [[lines[i] for i in rows] for lines in references]
        outputs = [hypotheses[i] for i in rows]
        read = None if sources is None else [sources[i] for i in rows]
        return corpus_scores(outputs, own, metrics=metrics, added=added, words=all_words.fitted(own), sources=read)

    return score_groups(groups, score)


def exact_match(hypotheses: Sequence[str], references: Sequence[Sequence[str]], *, lowercase: bool = False) -> float:
    """Share (0 to 1) of the hypotheses equal to one of their references, outer white space (and case) ignored."""
    alternatives = zip(*present_references(references), strict=True)

    def plain(text: str) -> str:
        return text.strip().lower() if lowercase else text.strip()

    hits = sum(
        plain(hypothesis) in {plain(reference) for reference in accepted if reference is not None}
        for hypothesis, accepted in zip(hypotheses, alternatives, strict=True)
    )
    return hits / len(hypotheses)


def present_references(references: Sequence[Sequence[str]]) -> list[list[str | None]]:
    """The sets with ``None`` in place of blank references, as sacrebleu expects; every sentence has at least one."""
    if len(references) == 1:
        return [list(references[0])]
    rows: list[list[str | None]] = []
    for accepted in zip(*references, strict=True):
        present: list[str | None] = [reference if reference.strip() else None for reference in accepted]
        rows.append(present if any(present) else [accepted[0], *present[1:]])
    return [list(lines) for lines in zip(*rows, strict=True)]


def check_aligned(hypotheses: Sequence[str], references: Sequence[Sequence[str]]) -> None:
    """Refuse translations that cannot be scored.

    Raises:
        DataError: there is nothing to score, or the numbers of lines differ.
    """
    if hypotheses and not references:
        raise DataError("There is nothing to score against: no references.", code="evaluation.empty")
    several = len(references) > 1
    sets = {f"references of set {i}" if several else "references": lines for i, lines in enumerate(references, start=1)}
    require_aligned(hypotheses, "hypotheses", sets)


def measurable(metrics: Sequence[MetricName], words: WordTokenisation) -> list[MetricName]:
    """The metrics that can be computed: all, except TER where words are characters.

    There, TER would say little, and take minutes per hundred sentences: it would search for moves of single characters.
    """
    return [name for name in metrics if name != "ter" or not words.are_characters]


def metric(name: MetricName, words: WordTokenisation | None = None) -> "Metric":
    """Sacrebleu's scorer for one metric, with the settings of this package; by default, words are as sacrebleu's."""
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
            force=True,  # tokenised text is reported by `evaluation.statistics` instead
        )
    scorer = TER(case_sensitive=not words.lowercase)
    if words.by_dictionary:  # its own tokenizer only splits at spaces
        split = word_splitter(words.tokenizer)
        scorer.tokenizer = (lambda text: split(text.lower())) if words.lowercase else split  # type: ignore[assignment]
        scorer.tokenizer_signature = split.signature()  # type: ignore[no-untyped-call]
    return scorer
