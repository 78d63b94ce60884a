"""The evaluation of translations, as a table for people and as JSON for programs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from seq2seq import registry
from seq2seq.evaluation.added_metrics import added_metric
from seq2seq.evaluation.confidence import JUDGED, ConfidenceCheck
from seq2seq.evaluation.corpus import require_aligned
from seq2seq.evaluation.preservation import MARKED, Preservation, count_preserved, marked_rows, strip_markup
from seq2seq.evaluation.remarks import remark_lines, score_table
from seq2seq.evaluation.resampling.bootstrap import SAMPLES, SEED, Interval, confidence_interval
from seq2seq.evaluation.statistics import OutputStatistics, output_statistics
from seq2seq.evaluation.translation import (
    METRICS,
    MetricName,
    TranslationScores,
    check_aligned,
    corpus_scores,
    group_scores,
)
from seq2seq.evaluation.word_tokenisation import WordTokenisation
from seq2seq.text.sketch import Overlap

if TYPE_CHECKING:
    from rich.console import Group, RenderableType
    from rich.table import Table

TITLES: Final[Mapping[str, str]] = {"bleu": "BLEU", "chrf": "chrF", "ter": "TER"}
_COPYING_IS_THE_TASK: Final = 0.5
"""Least share of the references equal to their source for which copying counts as the task, as in toy tasks."""


@dataclass(frozen=True, slots=True)
class ScoresWithBaseline:
    """The scores of outputs, and those of copying the source."""

    scores: TranslationScores
    copy_baseline: TranslationScores | None = None
    """The scores of the sources in place of outputs; None: the sources are not known."""

    def to_dict(self) -> dict[str, object]:
        """As JSON: the scores of the outputs at the top."""
        content = self.scores.to_dict()
        if self.copy_baseline is not None:
            content["copy_baseline"] = self.copy_baseline.to_dict()
        return content

    def not_above_baseline(self) -> list[tuple[str, tuple[float, float]]]:
        """BLEU or chrF where copying the source is as good or better: name, and the scores of copying and the outputs.

        Nothing is reported where copying is the task, nor for scores of copying below 1.
        """
        if self.copy_baseline is None or self.copy_baseline.exact_match >= _COPYING_IS_THE_TASK:
            return []
        pairs = zip(self.scores.named().items(), self.copy_baseline.named().values(), strict=True)
        return [
            (name, (copy.score, own.score))
            for (name, own), copy in pairs
            if name in ("bleu", "chrf") and copy.score >= max(1.0, own.score)
        ]


@dataclass(frozen=True, slots=True, kw_only=True)
class TranslationReport(ScoresWithBaseline):
    """The evaluation of one set of outputs."""

    statistics: OutputStatistics
    groups: Mapping[str, TranslationScores] = field(default_factory=dict)
    preserved: Mapping[str, Preservation] = field(default_factory=dict)
    """Numbers, placeholders and markup that the outputs preserve, by kind."""
    without_markup: ScoresWithBaseline | None = None
    """The scores without markup and placeholders; None: few rows have any."""
    overlap: Overlap | None = None
    """How many of the sources the model was trained on; None: unknown."""
    confidence: ConfidenceCheck | None = None
    """The model's confidence, compared with the references; None: it has none."""
    intervals: Mapping[str, Interval] = field(default_factory=dict)
    """Confidence intervals of the scores, by metric, where they were computed."""

    def with_intervals(self, *, samples: int = SAMPLES, seed: int = SEED) -> "TranslationReport":
        """The same, with the confidence intervals of all scores that can be resampled."""
        found = {
            name: confidence_interval(of, samples=samples, seed=seed) for name, of in self.scores.statistics.items()
        }
        return replace(self, intervals={name: interval for name, interval in found.items() if interval is not None})

    def shown(self, metric: str) -> str:
        """A score for people, with its confidence interval if it has one: ``33.6 ± 0.8``; empty: no such score."""
        score, interval = self.scores.named().get(metric), self.intervals.get(metric)
        if score is None:
            return ""
        return f"{score.score:.1f}" if interval is None else f"{score.score:.1f} ± {interval.half_width:.1f}"

    def to_dict(self) -> dict[str, object]:
        """As JSON: the scores at the top, under their names."""
        content = ScoresWithBaseline.to_dict(self) | {"outputs": self.statistics.to_dict()}
        if self.intervals:
            content["intervals"] = {name: interval.to_dict() for name, interval in self.intervals.items()}
        if self.groups:
            content["groups"] = {name: scores.to_dict() for name, scores in self.groups.items()}
        if self.preserved:
            content["kept"] = {kind: counts.to_dict() for kind, counts in self.preserved.items()}
        if self.without_markup is not None:
            content["without_markup"] = self.without_markup.to_dict()
        if self.overlap is not None:
            content["trained_on"] = self.overlap.to_dict()
        if self.confidence is not None:
            content["confidence"] = self.confidence.to_dict()
        return content

    def remarks(self) -> list[str]:
        """What a person should know, one sentence each; none if all is well."""
        remarks = self.overlap.remarks() if self.overlap else []
        for scores, where in ((self, ""), (self.without_markup, " without markup")):
            if scores is not None and (metrics := scores.not_above_baseline()):
                against = ", ".join(f"{title_of(name)} {copy:.1f} against {own:.1f}" for name, (copy, own) in metrics)
                remarks.append(f"Copying the source scores no less{where}: {against}.")
        judged = self.confidence is not None and self.confidence.translations >= JUDGED
        if self.confidence is not None and judged and (failure := self.confidence.failure()) is not None:
            remarks.append(f"The confidence of translations was fitted to other texts, and fails on these: {failure}.")
        return remarks + self.statistics.remarks()

    def summary(self) -> list[str]:
        """What is preserved, and the scores without markup, in one line each: a short form of the tables."""
        lines = []
        if self.preserved:
            shares = (f"{of.output:,} of {of.reference:,} {kind}" for kind, of in self.preserved.items())
            lines.append(f"preserved: {', '.join(shares)}")
        if self.without_markup is not None:
            baseline = self.without_markup.copy_baseline
            copying = f"; copying the source: {_line(baseline)}" if baseline else ""
            lines.append(f"without markup: {_line(self.without_markup.scores)}{copying}")
        return lines + self._confidence()

    def _confidence(self) -> list[str]:
        return [] if self.confidence is None else [f"confidence: {self.confidence.line()}"]

    def render(self) -> "Group":
        """For a rich console: the scores, group by group, then their signatures, then remarks."""
        from rich.console import Group
        from rich.text import Text

        signatures = [
            Text(f"{title_of(name)}: {score.signature}", "dim") for name, score in self.scores.named().items()
        ]
        tables: list[RenderableType] = ["", render_preserved(self.preserved), ""] if self.preserved else []
        confidence = [Text(line) for line in self._confidence()]
        return Group(self._table(), *tables, *confidence, *signatures, *remark_lines(self.remarks()))

    def _table(self) -> "Table":
        rows = [*self.groups.items(), ("all" if self.groups else "outputs", self.scores)]
        if self.copy_baseline is not None:
            rows.append(("copying the source", self.copy_baseline))
        if self.without_markup is not None:
            rows.append(("outputs without markup", self.without_markup.scores))
            if self.without_markup.copy_baseline is not None:
                rows.append(("copying without markup", self.without_markup.copy_baseline))
        metrics, first = self.scores.named(), "group" if self.groups else ""
        cells = [
            [
                title,
                f"{of.sentences:,}",
                *(self.shown(name) if of is self.scores else f"{of.named()[name].score:.1f}" for name in metrics),
                f"{of.exact_match:.1%}",
            ]
            for title, of in rows
        ]
        titles, skipped = [first, "sentences", *map(title_of, metrics), "exact match"], int(len(rows) == 1)
        return score_table(titles[skipped:], (row[skipped:] for row in cells), names=(first,), wrap=True)


def title_of(metric: str) -> str:
    """The name of a metric in tables."""
    return TITLES.get(metric) or added_metric(metric).title


def _line(scores: TranslationScores) -> str:
    return ", ".join(f"{title_of(name)} {score.score:.1f}" for name, score in scores.named().items())


def render_preserved(preserved: Mapping[str, Preservation]) -> "Table":
    """For a rich console: what outputs preserve of their sources, kind by kind."""
    rows = []
    for kind, counts in preserved.items():
        share = "" if counts.share is None else f" ({counts.share:.1%})"
        rows.append([kind, f"{counts.source:,}", f"{counts.reference:,}", f"{counts.output:,}{share}"])
    return score_table(("", "in sources", "in references too", "of these, in outputs"), rows, names=("",), wrap=True)


def evaluate_translations(
    hypotheses: Sequence[str],
    references: Sequence[Sequence[str]],
    *,
    sources: Sequence[str] | None = None,
    groups: Sequence[str | None] | None = None,
    metrics: Sequence[MetricName] = METRICS,
    words: WordTokenisation | None = None,
    overlap: Overlap | None = None,
    cut: Sequence[int] | None = None,
) -> TranslationReport:
    """Score N detokenised outputs against one or more sets of N references, by group if ``groups`` are given.

    The sources, how many of them the model was trained on (``overlap``), and the outputs that were cut at the maximum
    length are given if known; ``words`` is what counts as a word (``None``: what the script of the references needs).

    Raises:
        DataError: there is nothing to score, or the numbers of lines differ.
    """
    check_aligned(hypotheses, references)
    if sources is not None:
        require_aligned(hypotheses, "hypotheses", {"lines in the sources": sources})
    words = words or WordTokenisation.of(references)
    scores = _score(hypotheses, references, sources, metrics, words)
    without_markup = None
    if marked_rows(references, sources) > MARKED * len(hypotheses):
        outputs, targets, inputs = strip_markup(hypotheses, references, sources)
        without_markup = _score(outputs, targets, inputs, metrics, words.fitted(targets)) if outputs else None
    return TranslationReport(
        scores.scores,
        scores.copy_baseline,
        statistics=output_statistics(hypotheses, references, sources, cut=cut),
        groups={}
        if groups is None
        else group_scores(
            hypotheses,
            references,
            groups,
            metrics=metrics,
            added=registry.METRICS.added(),
            words=words,
            sources=sources,
        ),
        preserved=count_preserved(hypotheses, references, sources) if sources is not None else {},
        without_markup=without_markup,
        overlap=overlap,
    )


def _score(
    hypotheses: Sequence[str],
    references: Sequence[Sequence[str]],
    sources: Sequence[str] | None,
    metrics: Sequence[MetricName],
    words: WordTokenisation,
) -> ScoresWithBaseline:
    """The scores of outputs, and of copying the sources."""
    added = registry.METRICS.added()
    scores = corpus_scores(hypotheses, references, metrics=metrics, added=added, words=words, sources=sources)
    if sources is None:
        return ScoresWithBaseline(scores)
    copying = corpus_scores(sources, references, metrics=metrics, added=added, words=words, sources=sources)
    return ScoresWithBaseline(scores, copying)
