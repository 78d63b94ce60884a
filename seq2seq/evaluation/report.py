"""Everything that `evaluate` has to say, as a table for people and as JSON for programs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from seq2seq.errors import DataError
from seq2seq.evaluation.preservation import MARKED, Preservation, count_preserved, marked_rows, strip_markup
from seq2seq.evaluation.remarks import remark_lines
from seq2seq.evaluation.significance import Comparison
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
"""Share of the references that are their source from which on copying is what is asked for, as in a toy task."""


@dataclass(frozen=True, slots=True)
class ScoresWithBaseline:
    """The scores of some outputs, and those of their sources in their place: what copying the source scores."""

    scores: TranslationScores
    """Of the outputs."""
    copy_baseline: TranslationScores | None = None
    """Of the sources; None: they are not known."""

    def to_dict(self) -> dict[str, object]:
        """As JSON: the scores of the outputs at the top."""
        found = self.scores.to_dict()
        if self.copy_baseline is not None:
            found["copy_baseline"] = self.copy_baseline.to_dict()
        return found

    def not_above_baseline(self) -> list[tuple[str, tuple[float, float]]]:
        """The metrics of BLEU and chrF by which copying the source is as good or better: its score and the outputs'.

        Where most references are their source, copying is the task, and nothing is said. A score below 1 tells nothing.
        """
        if self.copy_baseline is None or self.copy_baseline.exact_match >= _COPYING_IS_THE_TASK:
            return []
        pairs = zip(self.scores.named().items(), self.copy_baseline.named().values(), strict=True)
        return [
            (name, (copy.score, own.score))
            for (name, own), copy in pairs
            if name != "ter" and copy.score >= max(1.0, own.score)
        ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Report(ScoresWithBaseline):
    """The evaluation of one set of outputs."""

    statistics: OutputStatistics
    groups: Mapping[str, TranslationScores] = field(default_factory=dict)
    kept: Mapping[str, Preservation] = field(default_factory=dict)
    """What the outputs keep of the numbers, placeholders and markup of their sources, by kind."""
    without_markup: ScoresWithBaseline | None = None
    """The same without markup and placeholders; None: hardly a row has some."""
    overlap: Overlap | None = None
    """How many of the sources the model was trained on; None: that is not known."""

    def to_dict(self) -> dict[str, object]:
        """As JSON: the scores at the top, under their names."""
        found = ScoresWithBaseline.to_dict(self) | {"outputs": self.statistics.to_dict()}
        if self.groups:
            found["groups"] = {name: scores.to_dict() for name, scores in self.groups.items()}
        if self.kept:
            found["kept"] = {kind: kept.to_dict() for kind, kept in self.kept.items()}
        if self.without_markup is not None:
            found["without_markup"] = self.without_markup.to_dict()
        if self.overlap is not None:
            found["trained_on"] = self.overlap.to_dict()
        return found

    def remarks(self) -> list[str]:
        """What a person should know, one sentence each; none if all is well."""
        found = self.overlap.remarks() if self.overlap else []
        for beside, where in ((self, ""), (self.without_markup, " without markup")):
            if beside is not None and (metrics := beside.not_above_baseline()):
                against = ", ".join(f"{TITLES[name]} {copy:.1f} against {own:.1f}" for name, (copy, own) in metrics)
                found.append(f"Copying the source scores no less{where}: {against}.")
        return found + self.statistics.remarks()

    def summary(self) -> list[str]:
        """In a line each: what is kept, and the scores without markup; for where there is no room for a table."""
        found = []
        if self.kept:
            shares = (f"{one.output:,} of {one.reference:,} {kind}" for kind, one in self.kept.items())
            found.append(f"kept: {', '.join(shares)}")
        if self.without_markup is not None:
            baseline = self.without_markup.copy_baseline
            copying = f"; copying the source: {_line(baseline)}" if baseline else ""
            found.append(f"without markup: {_line(self.without_markup.scores)}{copying}")
        return found

    def render(self) -> "Group":
        """For a rich console: the scores, group by group, then their signatures, then what is remarkable."""
        from rich.console import Group
        from rich.text import Text

        signatures = [Text(f"{TITLES[name]}: {score.signature}", "dim") for name, score in self.scores.named().items()]
        tables: list[RenderableType] = ["", render_preserved(self.kept), ""] if self.kept else []
        return Group(self._table(), *tables, *signatures, *remark_lines(self.remarks()))

    def _table(self) -> "Table":
        from rich.table import Table
        from rich.text import Text

        rows = [*self.groups.items(), ("all" if self.groups else "outputs", self.scores)]
        if self.copy_baseline is not None:
            rows.append(("copying the source", self.copy_baseline))
        if self.without_markup is not None:
            rows.append(("outputs without markup", self.without_markup.scores))
            if self.without_markup.copy_baseline is not None:
                rows.append(("copying without markup", self.without_markup.copy_baseline))
        asked = list(self.scores.named())
        table = Table(box=None, pad_edge=False)
        if len(rows) > 1:
            table.add_column("group" if self.groups else "")
        table.add_column("sentences", justify="right")
        for name in asked:
            table.add_column(TITLES[name], justify="right")
        table.add_column("exact match", justify="right")
        for title, scores in rows:
            cells = [
                str(scores.sentences),
                *(f"{scores.named()[name].score:.1f}" for name in asked),
                f"{scores.exact_match:.1%}",
            ]
            table.add_row(*([Text(title)] if len(rows) > 1 else []), *cells)
        return table


def _line(scores: TranslationScores) -> str:
    return ", ".join(f"{TITLES[name]} {score.score:.1f}" for name, score in scores.named().items())


def render_preserved(kept: Mapping[str, Preservation]) -> "Table":
    """For a rich console: what outputs keep of their sources, kind by kind."""
    from rich.table import Table

    table = Table(box=None, pad_edge=False)
    for title in ("", "in sources", "in references, too", "of those, in outputs"):
        table.add_column(title, justify="right" if title else "left")
    for kind, one in kept.items():
        share = "" if one.share is None else f" ({one.share:.1%})"
        table.add_row(kind, f"{one.source:,}", f"{one.reference:,}", f"{one.output:,}{share}")
    return table


def evaluate(
    hypotheses: Sequence[str],
    references: Sequence[Sequence[str]],
    *,
    sources: Sequence[str] | None = None,
    groups: Sequence[str | None] | None = None,
    metrics: Sequence[MetricName] = METRICS,
    words: WordTokenisation | None = None,
    overlap: Overlap | None = None,
) -> Report:
    """Score N outputs against one or more sets of N references.

    Args:
        hypotheses: the outputs, detokenised.
        references: the sets of references.
        sources: what was translated, if it is known.
        groups: the group of each sentence, if they are to be reported apart.
        metrics: which to compute.
        words: what counts as a word (``None``: what the script of the references needs).
        overlap: how many of the sources the model was trained on, if that is known.

    Raises:
        DataError: if there is nothing to score, or the numbers of lines differ.
    """
    check_aligned(hypotheses, references)
    if sources is not None and len(sources) != len(hypotheses):
        raise DataError(
            f"{len(hypotheses)} hypotheses, but {len(sources)} lines in the sources.\n"
            "  Both must have one line a sentence, in the same order; an empty output is an empty line."
        )
    words = words or WordTokenisation.of(references)
    beside = _score(hypotheses, references, sources, metrics, words)
    marked = marked_rows(references, sources)
    alone = None
    if marked > MARKED * len(hypotheses):
        outputs, wanted, plain = strip_markup(hypotheses, references, sources)
        alone = _score(outputs, wanted, plain, metrics, words.fitted(wanted)) if outputs else None
    return Report(
        beside.scores,
        beside.copy_baseline,
        statistics=output_statistics(hypotheses, references, sources),
        groups=group_scores(hypotheses, references, groups, metrics=metrics, words=words) if groups is not None else {},
        kept=count_preserved(hypotheses, references, sources) if sources is not None else {},
        without_markup=alone,
        overlap=overlap,
    )


def _score(
    hypotheses: Sequence[str],
    references: Sequence[Sequence[str]],
    sources: Sequence[str] | None,
    metrics: Sequence[MetricName],
    words: WordTokenisation,
) -> ScoresWithBaseline:
    """Outputs, and sources in their place."""
    ours = corpus_scores(hypotheses, references, metrics=metrics, words=words)
    if sources is None:
        return ScoresWithBaseline(ours)
    return ScoresWithBaseline(ours, corpus_scores(sources, references, metrics=metrics, words=words))


def render_comparisons(comparisons: Sequence[Comparison]) -> "Group":
    """For a rich console: a system against a baseline, metric by metric, then the signatures."""
    from rich.console import Group
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False)
    for title in ("metric", "baseline", "system", "difference", "95 % interval", "p"):
        table.add_column(title, justify="left" if title == "metric" else "right")
    for one in comparisons:
        table.add_row(
            TITLES[one.metric],
            f"{one.baseline:.1f}",
            f"{one.system:.1f}",
            f"{one.delta:+.1f}",
            f"{one.low:+.1f} to {one.high:+.1f}",
            f"{one.p_value:.3f}",
        )
    return Group(table, *(Text(f"{TITLES[one.metric]}: {one.signature}", "dim") for one in comparisons))
