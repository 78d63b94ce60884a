"""An evaluation of classifiers as a page of HTML: the figures of its JSON, in tables, pictures and texts."""

from collections.abc import Mapping, Sequence
from typing import Final

from seq2seq.evaluation.resampling.label_statistics import LABEL_TITLES
from seq2seq.report.blocks import Block, Figure, Prose, Section
from seq2seq.report.drawings.confusion import confusion_map
from seq2seq.report.page import Page
from seq2seq.report.table import Cell, Column, Table, Value
from seq2seq.report.writing import shortened
from seq2seq.scoring.classifiers.agreement import SHOWN
from seq2seq.scoring.classifiers.evaluation import ClassificationEvaluation
from seq2seq.scoring.classifiers.tables import TESTS, shown_comparison
from seq2seq.wording import plural

_TEXT: Final = 400
"""Most characters of a text."""


def build_page(evaluation: ClassificationEvaluation, *, facts: Mapping[str, str]) -> Page:
    """The report of an evaluation; ``facts`` say what it was made from."""
    names = evaluation.short_names
    sections = [_scores(evaluation)]
    if evaluation.comparisons:
        sections.append(_comparisons(evaluation))
    if any(system.report.groups for system in evaluation.systems):
        sections.append(_groups(evaluation))
    sections += [_classes(evaluation), _confusions(evaluation)]
    first = evaluation.baseline.name
    for name, one in evaluation.agreements.items():
        for right, wrong, rows in ((first, name, one.only_baseline), (name, first, one.only_system)):
            title = f"{names[right]} is right, {names[wrong]} is wrong"
            sections.append(_examples(evaluation, title, rows, (first, name)))
    title = "Wrong labels" if len(evaluation.systems) == 1 else "Wrong labels of all systems"
    sections.append(_examples(evaluation, title, evaluation.always_wrong, list(names)))
    return Page(title=f"Evaluation on {evaluation.name}", sections=sections, lead=_lead(evaluation), facts=facts)


def _lead(evaluation: ClassificationEvaluation) -> str:
    texts = plural(evaluation.size, "text")
    best = max(evaluation.systems, key=lambda system: system.report.scores.accuracy)
    score = f"accuracy {best.report.shown('accuracy')}"
    if len(evaluation.systems) == 1:
        return f"{score[:1].upper()}{score[1:]} on {texts}."
    name = evaluation.short_names[best.name]
    return f"{plural(len(evaluation.systems), 'system')} on {texts}. {name} scores best: {score}."


def _scores(evaluation: ClassificationEvaluation) -> Section:
    names, systems = evaluation.short_names, evaluation.systems
    rows: list[list[Cell]] = []
    for system in systems:
        report, run = system.report, system.scored
        accuracy = Value(report.shown("accuracy"), report.scores.accuracy)
        f1 = Value(report.shown("macro_f1"), report.scores.macro_f1)
        rows.append([names[system.name], accuracy, f1, None if run is None else run.rate])
    scores = systems[0].report.scores
    accuracy = Value(f"{scores.baseline:.1%}", scores.baseline)
    f1 = Value(f"{scores.baseline_macro_f1:.3f}", scores.baseline_macro_f1)
    rows.append([f"always “{scores.baseline_label}”", accuracy, f1, None])
    remarks = [f"{names[system.name]}: {remark}" for system in systems for remark in system.report.remarks()]
    table = Table(
        caption="Scores and speed",
        columns=["system", *LABEL_TITLES.values(), Column("texts per second", 0)],
        rows=rows,
        note="± is half of a 95 % confidence interval, by resampling the test set. Macro-F1 is the mean of the F1 of "
        "all classes. The last row always gives the most frequent label.",
    )
    return Section(title="Scores", blocks=[table, Prose(remarks)] if remarks else [table])


def _comparisons(evaluation: ClassificationEvaluation) -> Section:
    names = evaluation.short_names
    rows: list[list[Cell]] = []
    for name, found in evaluation.comparisons.items():
        for one in found:
            before, after, delta, interval, _ = (cell.replace("-", "−") for cell in shown_comparison(one))
            p_value = one.p_value if interval else None
            shown = Value(interval, one.delta) if interval else None
            own: list[Cell] = [Value(before, one.baseline), Value(after, one.system), Value(delta, one.delta), shown]
            rows.append([names[name], LABEL_TITLES[one.metric], *own, p_value, TESTS[one.test]])
    first = names[evaluation.baseline.name]
    differences = Table(
        caption=f"Differences from {first}",
        columns=[
            "system", "metric", "baseline", "score", "difference", "95 % interval", Column("p", 4), "test",
        ],
        rows=rows,
        note="p is the probability of a difference this large, of either sign, between equally good systems. "
        "Differences of accuracy are percentage points.",
    )  # fmt: skip
    agreement = Table(
        caption=f"Texts on which systems and {first} are right",
        columns=["system", "both right", f"only {first}", "only the system", "both wrong", "different labels"],
        rows=[[names[name], *one.to_dict().values()] for name, one in evaluation.agreements.items()],
    )
    return Section(title="Differences", blocks=[differences, agreement])


def _groups(evaluation: ClassificationEvaluation) -> Section:
    rows: list[list[Cell]] = [
        [group, evaluation.short_names[system.name], scores.examples, 100 * scores.accuracy, scores.macro_f1]
        for system in evaluation.systems
        for group, scores in system.report.groups.items()
    ]
    columns: list[Column | str] = ["group", "system", "texts", Column("accuracy (%)", 1), Column("macro-F1", 3)]
    return Section(title="By group", blocks=[Table(caption="Scores of each group", columns=columns, rows=rows)])


def _classes(evaluation: ClassificationEvaluation) -> Section:
    rows: list[list[Cell]] = [
        [of.label, evaluation.short_names[system.name], of.precision, of.recall, of.f1, of.support]
        for system in evaluation.systems
        for of in system.report.scores.classes
    ]
    columns: list[Column | str] = [
        "class", "system", Column("precision", 3), Column("recall", 3), Column("F1", 3), "support",
    ]  # fmt: skip
    table = Table(caption="Scores of each class", columns=columns, rows=rows, note="Support: texts with this label.")
    return Section(title="By class", blocks=[table])


def _confusions(evaluation: ClassificationEvaluation) -> Section:
    blocks: list[Block] = []
    for system in evaluation.systems:
        scores, name = system.report.scores, evaluation.short_names[system.name]
        labels = [label or "(none)" for label in scores.labels]
        blocks.append(Figure(confusion_map(f"Expected and predicted labels: {name}", labels, scores.confusion)))
    return Section(title="Confusion", blocks=blocks, lead="What texts with a label (row) are labelled as (column).")


def _examples(evaluation: ClassificationEvaluation, title: str, rows: Sequence[int], systems: Sequence[str]) -> Section:
    labels = {system.name: system.labels for system in evaluation.systems}
    count = f"{plural(len(rows), 'text')}." if len(rows) <= SHOWN else f"The first {SHOWN} of {len(rows):,} texts."
    if not rows:
        return Section(title=title, blocks=[Prose(["None."])])
    cells: list[list[Cell]] = []
    for row in rows[:SHOWN]:
        text: list[Cell] = [] if evaluation.texts is None else [shortened(evaluation.texts[row], _TEXT)]
        cells.append([row + 1, *text, evaluation.expected[row], *(labels[name][row] or "(none)" for name in systems)])
    known = [] if evaluation.texts is None else ["text"]
    columns: list[Column | str] = [
        Column("line", 0), *known, "expected", *(evaluation.short_names[name] for name in systems),
    ]  # fmt: skip
    return Section(title=title, blocks=[Table(caption=count, columns=columns, rows=cells)])
