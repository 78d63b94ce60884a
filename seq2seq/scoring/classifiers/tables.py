"""An evaluation of classifiers as tables for people, on a terminal of 80 columns."""

from typing import TYPE_CHECKING, Final

from seq2seq.evaluation.classification_report import shortened
from seq2seq.evaluation.remarks import WrappedLine, remark_lines, score_table
from seq2seq.evaluation.resampling.label_statistics import LABEL_TITLES
from seq2seq.evaluation.resampling.significance import Comparison
from seq2seq.scoring.classifiers.agreement import SHOWN
from seq2seq.scoring.classifiers.evaluation import ClassificationEvaluation

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.table import Table

TESTS: Final = {
    "mcnemar": "McNemar's exact test",
    "bootstrap": "bootstrap resampling",
    "randomisation": "approximate randomisation",
}
_LONGEST: Final = 60
"""Most characters of a text that is shown."""


def render(evaluation: ClassificationEvaluation) -> "list[RenderableType]":
    """For a rich console: the systems, their comparison with the first, texts to read, and remarks."""
    single = evaluation.single
    parts: list[RenderableType] = [single.report.render()] if single else [*_systems(evaluation)]
    if evaluation.comparisons:
        parts += ["", *_comparisons(evaluation, named=single is None), "", _agreements(evaluation)]
    if evaluation.detailed:
        parts += _examples(evaluation)
    if single is None:
        for system in evaluation.systems:
            parts += remark_lines(system.report.remarks(), of=evaluation.short_names[system.name])
    return parts


def _systems(evaluation: ClassificationEvaluation) -> "list[RenderableType]":
    names, systems = evaluation.short_names, evaluation.systems
    timed = any(system.scored for system in systems)
    rows = []
    for system in systems:
        row = [names[system.name], system.report.shown("accuracy"), system.report.shown("macro_f1")]
        rows.append([*row, *([f"{system.scored.rate:,.1f}" if system.scored else ""] if timed else [])])
    scores = evaluation.baseline.report.scores
    always = [f"always {scores.baseline_label!r}", f"{scores.baseline:.1%}", f"{scores.baseline_macro_f1:.3f}"]
    rows.append([*always, *([""] if timed else [])])
    titles = ["system", *LABEL_TITLES.values(), *(["texts/s"] if timed else [])]
    head = f"{evaluation.name}: {evaluation.size:,} texts; baseline: {names[systems[0].name]}"
    parts: list[RenderableType] = [WrappedLine(head), score_table(titles, rows, names=("system",), wrap=True)]
    if any(system.report.groups for system in systems):
        parts += ["", _groups(evaluation)]
    return parts


def _groups(evaluation: ClassificationEvaluation) -> "Table":
    """Accuracy of every system in every group."""
    systems, names = evaluation.systems, evaluation.short_names
    titles = ["group", "texts", *(f"{names[system.name]}: accuracy" for system in systems)]
    rows = [
        [group, f"{scores.examples:,}", *(f"{system.report.groups[group].accuracy:.1%}" for system in systems)]
        for group, scores in systems[0].report.groups.items()
    ]
    return score_table(titles, rows, names=("group",), wrap=True)


def _comparisons(evaluation: ClassificationEvaluation, *, named: bool) -> "list[RenderableType]":
    """A system or more against the baseline, then the tests."""
    rows, tests = [], dict[str, None]()
    for name, found in evaluation.comparisons.items():
        for number, one in enumerate(found):
            own = [evaluation.short_names[name] if number == 0 else ""] if named else []
            rows.append([*own, LABEL_TITLES[one.metric], *shown_comparison(one)])
            tests[f"{LABEL_TITLES[one.metric]}: {TESTS[one.test]}"] = None
    titles = [*(["system"] if named else []), "metric", "baseline", "score" if named else "system", "difference"]
    table = score_table([*titles, "95 % interval", "p"], rows, names=("system", "metric") if named else ("metric",),
                        wrap=True)  # fmt: skip
    return [table, WrappedLine(f"p: {'; '.join(tests)}", "dim")]


def shown_comparison(of: Comparison) -> list[str]:
    """Both scores, their difference with its interval, and the p-value."""
    if of.metric == "accuracy":
        cells = [f"{of.baseline:.1%}", f"{of.system:.1%}", f"{100 * of.delta:+.1f}"]
        interval = f"{100 * of.low:+.1f} to {100 * of.high:+.1f}"
    else:
        cells = [f"{of.baseline:.3f}", f"{of.system:.3f}", f"{of.delta:+.3f}"]
        interval = f"{of.low:+.3f} to {of.high:+.3f}"
    if of.low == of.high == 0.0:  # the p-value of equal labels means nothing
        return [*cells, "", ""]
    return [*cells, interval, f"{of.p_value:.3f}" if of.p_value >= 0.0005 else f"{of.p_value:.4f}"]


def _agreements(evaluation: ClassificationEvaluation) -> "Table":
    names = evaluation.short_names
    first = names[evaluation.baseline.name]
    rows = [
        [names[name], *(f"{count:,}" for count in one.to_dict().values())]
        for name, one in evaluation.agreements.items()
    ]
    titles = [f"beside {first}", "both right", "only baseline", "only system", "both wrong", "different labels"]
    return score_table(titles, rows, names=titles[:1], wrap=True)


def _examples(evaluation: ClassificationEvaluation) -> "list[RenderableType]":
    """Texts on which a system and the baseline differ; of a single system those that it labels wrongly."""
    names = evaluation.short_names
    kinds = [
        (f"only {names[right]} is right", rows)
        for name, one in evaluation.agreements.items()
        for right, rows in ((evaluation.baseline.name, one.only_baseline), (name, one.only_system))
    ]
    kinds.append(("wrong" if len(evaluation.systems) == 1 else "all are wrong", evaluation.always_wrong))
    parts: list[RenderableType] = []
    for kind, found in kinds:
        if not found:
            continue
        rows = []
        for row in found[:SHOWN]:
            labels = [system.labels[row] or "–" for system in evaluation.systems]
            text = [] if evaluation.texts is None else [shortened(" ".join(evaluation.texts[row].split()), _LONGEST)]
            rows.append([f"{row + 1:,}", evaluation.expected[row], *labels, *text])
        count = f"{len(found):,}" if len(found) <= SHOWN else f"{SHOWN} of {len(found):,}"
        titles = ["line", "expected", *names.values(), *(["text"] if evaluation.texts is not None else [])]
        parts += ["", WrappedLine(f"{kind} ({count}):"), score_table(titles, rows, names=titles[1:], wrap=True)]
    return parts
