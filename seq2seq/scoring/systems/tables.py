"""An evaluation of systems as tables for people, on a terminal of 80 columns."""

from typing import TYPE_CHECKING, Final

from seq2seq.evaluation.breakdown.buckets import MIN_SENTENCES, Breakdown
from seq2seq.evaluation.remarks import WrappedLine, remark_lines, score_table
from seq2seq.evaluation.resampling.significance import FEWEST, Comparison
from seq2seq.evaluation.translation_report import title_of
from seq2seq.scoring.systems.evaluation import TranslationEvaluation
from seq2seq.scoring.systems.system import System
from seq2seq.wording import plural

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.table import Table

_MEMORY: Final = (
    "memory: rise of the process's resident memory while translating, above what it held with the model open"
)
TOO_FEW: Final = f"Too few sentences to test differences: fewer than {FEWEST}."
PROBLEMS: Final = {
    "empty": "empty",
    "looping": "repeated text",
    "copied": "copied source",
    "other_script": "other script",
    "cut": "cut",
}
"""Kinds of degenerate outputs, as columns of tables."""


def render(evaluation: TranslationEvaluation) -> "list[RenderableType]":
    """For a rich console: the systems, their comparison with the first, details, and remarks."""
    single = evaluation.single
    parts: list[RenderableType] = [single.report.render()] if single else [*_systems(evaluation)]
    if evaluation.comparisons:
        parts += ["", *_comparisons(evaluation, named=single is None)]
        if evaluation.size < FEWEST:
            parts += remark_lines([TOO_FEW])
    if single is None and any(system.report.groups for system in evaluation.systems):
        parts += ["", _groups(evaluation)]
    for breakdown in evaluation.breakdowns:
        parts += ["", _breakdown(breakdown, evaluation), WrappedLine(breakdown.note, "dim")]
    if evaluation.detailed and not evaluation.breakdowns:
        parts.append(WrappedLine(f"Too few sentences for scores by length: {MIN_SENTENCES} per bucket.", "dim"))
    for system in evaluation.systems:
        if system.source_use is not None:
            parts.append(WrappedLine(f"{_of(evaluation, system)}use of the source: {system.source_use.line()}"))
    for system in evaluation.systems:
        if system is not single:
            parts += remark_lines(system.remarks(), of=evaluation.short_names[system.name])
        elif system.source_use is not None:
            parts += remark_lines(system.source_use.remarks())
    return parts


def _systems(evaluation: TranslationEvaluation) -> "list[RenderableType]":
    from rich.text import Text

    systems, names = evaluation.systems, evaluation.short_names
    metrics = list(dict.fromkeys(name for system in systems for name in system.report.scores.named()))
    titles = ["system", *map(title_of, metrics), "exact"]
    runs = [system.scored for system in systems]
    timed, measured = any(runs), any(run is not None and run.memory is not None for run in runs)
    titles += ["sent./s"] * timed + ["memory"] * measured
    kinds = [kind for kind in PROBLEMS if any(system.report.statistics.rows.get(kind) for system in systems)]
    rows = []
    for system, run in zip(systems, runs, strict=True):
        row = [names[system.name], *map(system.report.shown, metrics), f"{system.report.scores.exact_match:.1%}"]
        row += [f"{run.rate:,.1f}" if run else ""] * timed
        row += [_megabytes(run.memory) if run and run.memory is not None else ""] * measured
        rows.append(row)
    first = systems[0].report
    parts: list[RenderableType] = [
        WrappedLine(f"{evaluation.name}: {plural(evaluation.size, 'sentence')}; baseline: {names[systems[0].name]}"),
        score_table(titles, rows, names=("system",), wrap=True),
        *(Text(f"{title_of(name)}: {score.signature}", "dim") for name, score in first.scores.named().items()),
    ]
    if measured:
        parts.append(WrappedLine(_MEMORY, "dim"))
    if kinds:
        counts = [[names[system.name], *(_count(system, kind) for kind in kinds)] for system in systems]
        table = score_table(["degenerate outputs", *(PROBLEMS[kind] for kind in kinds)], counts,
                            names=("degenerate outputs",), wrap=True)  # fmt: skip
        parts += ["", table]
    return parts


def _count(system: System, kind: str) -> str:
    count = getattr(system.report.statistics, kind)
    return "–" if count is None else f"{count:,}"


def _comparisons(evaluation: TranslationEvaluation, *, named: bool) -> "list[RenderableType]":
    """A system or more against the baseline, then the signatures of the tests."""
    from rich.text import Text

    rows, signatures = [], dict[str, None]()
    for name, found in evaluation.comparisons.items():
        for number, one in enumerate(found):
            own = [evaluation.short_names[name] if number == 0 else ""] if named else []
            own += _comparison(one, tested=evaluation.size >= FEWEST)
            rows.append(own)
            if one.signature:
                signatures[f"{title_of(one.metric)}: {one.signature}"] = None
    titles = (["system"] if named else []) + ["metric", "baseline", "system" if not named else "score", "difference"]
    titles += ["95 % interval", "p"]
    table = score_table(titles, rows, names=("metric", *(["system"] if named else [])), wrap=True)
    return [table, *(Text(signature, "dim") for signature in signatures)]


def _comparison(of: Comparison, *, tested: bool) -> list[str]:
    cells = [title_of(of.metric), f"{of.baseline:.1f}", f"{of.system:.1f}", f"{of.delta:+.1f}"]
    if not tested or of.low == of.high == 0.0:  # the p-value of equal outputs means nothing
        return [*cells, "", ""]
    p_value = f"{of.p_value:.3f}" if of.p_value >= 0.0005 else f"{of.p_value:.4f}"
    return [*cells, f"{of.low:+.1f} to {of.high:+.1f}", p_value]


def _groups(evaluation: TranslationEvaluation) -> "Table":
    """BLEU, or the first metric there is, of every system in every group."""
    systems = evaluation.systems
    metric = next(iter(systems[0].report.scores.named()))
    titles = ["group", "sentences", *(f"{_of(evaluation, system)}{title_of(metric)}" for system in systems)]
    rows = []
    for group, scores in systems[0].report.groups.items():
        own = [system.report.groups[group].named()[metric].score for system in systems]
        rows.append([group, f"{scores.sentences:,}", *(f"{score:.1f}" for score in own)])
    return score_table(titles, rows, names=("group",), wrap=True)


def _breakdown(breakdown: Breakdown, evaluation: TranslationEvaluation) -> "Table":
    """BLEU, or the first metric there is, of every system in every bucket."""
    systems = evaluation.systems
    metric = next(iter(systems[0].breakdowns[breakdown.key].buckets[0]))
    titles = [breakdown.title, "sentences", *(f"{_of(evaluation, system)}{title_of(metric)}" for system in systems)]
    rows = []
    for number, (name, bucket) in enumerate(zip(breakdown.names, breakdown.buckets, strict=True)):
        row = [name, f"{len(bucket.rows):,}"]
        for system in systems:
            score, interval = system.breakdowns[breakdown.key].buckets[number][metric]
            row.append(f"{score:.1f}" + ("" if interval is None else f" ± {interval.half_width:.1f}"))
        rows.append(row)
    return score_table(titles, rows, names=(breakdown.title,), wrap=True)


def _of(evaluation: TranslationEvaluation, system: System) -> str:
    return f"{evaluation.short_names[system.name]}: " if len(evaluation.systems) > 1 else ""


def _megabytes(count: int) -> str:
    return f"{count / 1e6:,.0f} MB"
