"""Everything that `evaluate` has to say, as a table for people and as JSON for programs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from seq2seq.evaluation.significance import Comparison
from seq2seq.evaluation.statistics import OutputStatistics, output_statistics
from seq2seq.evaluation.translation import METRICS, MetricName, TranslationScores, corpus_scores, group_scores
from seq2seq.evaluation.words import Words

if TYPE_CHECKING:
    from rich.console import Group
    from rich.table import Table

TITLES: Final[Mapping[str, str]] = {"bleu": "BLEU", "chrf": "chrF", "ter": "TER"}


@dataclass(frozen=True, slots=True)
class Report:
    """The evaluation of one set of outputs."""

    scores: TranslationScores
    statistics: OutputStatistics
    groups: Mapping[str, TranslationScores] = field(default_factory=dict)

    def to_dict(self) -> dict[str, object]:
        """As JSON: the scores at the top, under their names."""
        found = {**self.scores.to_dict(), "outputs": self.statistics.to_dict()}
        if self.groups:
            found["groups"] = {name: scores.to_dict() for name, scores in self.groups.items()}
        return found

    def render(self) -> "Group":
        """For a rich console: the scores, group by group, then their signatures, then what is remarkable."""
        from rich.console import Group
        from rich.text import Text

        lines = [Text(f"{TITLES[name]}: {score.signature}", "dim") for name, score in self.scores.named().items()]
        lines += [Text(f"note: {remark}", "yellow") for remark in self.statistics.remarks()]
        return Group(self._table(), *lines)

    def _table(self) -> "Table":
        from rich.table import Table
        from rich.text import Text

        asked = list(self.scores.named())
        table = Table(box=None, pad_edge=False)
        if self.groups:
            table.add_column("group")
        table.add_column("sentences", justify="right")
        for name in asked:
            table.add_column(TITLES[name], justify="right")
        table.add_column("exact match", justify="right")
        for group, scores in (*self.groups.items(), ("all", self.scores)):
            cells = [
                str(scores.sentences),
                *(f"{scores.named()[name].score:.1f}" for name in asked),
                f"{scores.exact_match:.1%}",
            ]
            label = [Text(group)] if self.groups else []
            table.add_row(*label, *cells)
        return table


def evaluate(
    hypotheses: Sequence[str],
    references: Sequence[Sequence[str]],
    *,
    sources: Sequence[str] | None = None,
    groups: Sequence[str | None] | None = None,
    metrics: Sequence[MetricName] = METRICS,
    words: Words | None = None,
) -> Report:
    """Score N outputs against one or more sets of N references.

    Args:
        hypotheses: the outputs, detokenised.
        references: the sets of references.
        sources: what was translated, if it is known.
        groups: the group of each sentence, if they are to be reported apart.
        metrics: which to compute.
        words: what counts as a word (``None``: what the script of the references needs).

    Raises:
        DataError: if there is nothing to score, or the numbers of lines differ.
    """
    words = words or Words.of(references)
    scores = corpus_scores(hypotheses, references, metrics=metrics, words=words)
    return Report(
        scores,
        output_statistics(hypotheses, references, sources),
        group_scores(hypotheses, references, groups, metrics=metrics, words=words) if groups is not None else {},
    )


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
