"""An evaluation of systems as a page of HTML: the figures of its JSON, in tables, pictures and sentences."""

from collections.abc import Mapping
from typing import Final

import numpy as np

from seq2seq.evaluation.added_metrics import higher_is_better
from seq2seq.evaluation.breakdown.buckets import Breakdown
from seq2seq.evaluation.resampling.significance import FEWEST
from seq2seq.evaluation.translation_report import title_of
from seq2seq.report.blocks import Block, Figure, Prose, Section
from seq2seq.report.drawings.bars import BarGroup, Bars
from seq2seq.report.page import Page
from seq2seq.report.table import Cell, Column, Table, Value
from seq2seq.scoring.systems.evaluation import TranslationEvaluation
from seq2seq.scoring.systems.examples import differing_examples, worst_examples
from seq2seq.scoring.systems.system import System
from seq2seq.scoring.systems.tables import PROBLEMS, TOO_FEW
from seq2seq.wording import plural

_MEGABYTE: Final = 1e6


def build_page(evaluation: TranslationEvaluation, *, facts: Mapping[str, str]) -> Page:
    """The report of a detailed evaluation; ``facts`` say what it was made from."""
    sections = [_scores(evaluation)]
    if evaluation.comparisons:
        sections.append(_comparisons(evaluation))
    sections += [_breakdown(evaluation, breakdown) for breakdown in evaluation.breakdowns]
    if any(system.report.groups for system in evaluation.systems):
        sections.append(_groups(evaluation))
    if any(system.source_use for system in evaluation.systems):
        sections.append(_source_use(evaluation))
    sections += [
        _problems(evaluation),
        Section(title="Worst sentences", blocks=worst_examples(evaluation), lead=_WORST),
    ]
    for system in evaluation.systems[1:]:
        names = evaluation.short_names
        title = f"Sentences on which {names[system.name]} and {names[evaluation.baseline.name]} differ most"
        examples = differing_examples(evaluation, system)
        sections.append(Section(title=title, blocks=examples or [Prose(["They wrote the same."])], lead=_DIFFERENT))
    return Page(title=f"Evaluation on {evaluation.name}", sections=sections, lead=_lead(evaluation), facts=facts)


_WORST: Final = (
    "The lowest mean chrF over the systems. Words that differ from the first reference are marked; where a model "
    "attends, its attention can be unfolded."
)
_DIFFERENT: Final = "The greatest difference in chrF of a sentence. Words that differ between the systems are marked."


def _lead(evaluation: TranslationEvaluation) -> str:
    sentences = plural(evaluation.baseline.report.scores.sentences, "sentence")
    metric = next(iter(evaluation.baseline.report.scores.named()))
    best = max(evaluation.systems, key=lambda system: _rank(system, metric))
    score = f"{title_of(metric)} {best.report.shown(metric)}"
    if len(evaluation.systems) == 1:
        return f"{score} on {sentences}."
    name = evaluation.short_names[best.name]
    return f"{plural(len(evaluation.systems), 'system')} on {sentences}. {name} scores best: {score}."


def _rank(system: System, metric: str) -> float:
    """The score, greater for a better system."""
    score = system.report.scores.named()[metric].score
    return score if metric in ("bleu", "chrf") or (metric != "ter" and higher_is_better(metric)) else -score


def _scores(evaluation: TranslationEvaluation) -> Section:
    names, systems = evaluation.short_names, evaluation.systems
    metrics = list(dict.fromkeys(name for system in systems for name in system.report.scores.named()))
    rows: list[list[Cell]] = []
    for system in systems:
        report, run = system.report, system.scored
        speed = None if run is None or run.source_tokens is None else run.source_tokens / max(run.seconds, 1e-9)
        memory = None if run is None or run.memory is None else run.memory / _MEGABYTE
        scores: list[Cell] = [
            Value(report.shown(name), report.scores.named()[name].score) if name in report.scores.named() else None
            for name in metrics
        ]
        outputs: list[Cell] = [100 * report.scores.exact_match, report.statistics.length_ratio]
        rows.append([names[system.name], *scores, *outputs, None if run is None else run.rate, speed, memory])
    copying = systems[0].report.copy_baseline
    if copying is not None:
        own: list[Cell] = [copying.named()[name].score if name in copying.named() else None for name in metrics]
        rows.append(["copying the source", *own, 100 * copying.exact_match, None, None, None, None])
    columns: list[Column | str] = [
        "system", *(Column(title_of(name), 1) for name in metrics), Column("exact match (%)", 1),
        Column("length ratio", 2), Column("sentences per second", 0), Column("source tokens per second", 0),
        Column("memory (MB)", 0),
    ]  # fmt: skip
    signatures = [f"{title_of(name)}: `{score.signature}`" for name, score in systems[0].report.scores.named().items()]
    remarks = [f"{names[system.name]}: {remark}" for system in systems for remark in system.remarks()]
    blocks: list[Block] = [
        Table(
            caption="Scores, speed and memory",
            columns=columns,
            rows=rows,
            note="± is half of a 95 % confidence interval, by 1,000 resampled test sets unless the tables of "
            "differences say otherwise. Memory is the rise of resident memory while translating, above what the "
            "process held with the model open.",
        ),
        Prose(signatures),
    ]
    return Section(title="Scores", blocks=[*blocks, Prose(remarks)] if remarks else blocks)


def _comparisons(evaluation: TranslationEvaluation) -> Section:
    names = evaluation.short_names
    rows: list[list[Cell]] = []
    signatures = dict[str, None]()
    for name, found in evaluation.comparisons.items():
        for one in found:
            same = one.low == one.high == 0.0 or evaluation.size < FEWEST
            interval = None if same else Value(f"{one.low:+.1f} to {one.high:+.1f}".replace("-", "−"), one.delta)
            p_value = None if same else one.p_value
            delta = Value(f"{one.delta:+.1f}".replace("-", "−"), one.delta)
            rows.append([names[name], title_of(one.metric), one.baseline, one.system, delta, interval, p_value])
            if one.signature:
                signatures[f"{title_of(one.metric)}: `{one.signature}`"] = None
    columns: list[Column | str] = [
        "system", "metric", Column("baseline", 1), Column("score", 1), Column("difference", 1),
        "95 % interval", Column("p", 4),
    ]  # fmt: skip
    table = Table(
        caption=f"Differences from {names[evaluation.baseline.name]}",
        columns=columns,
        rows=rows,
        note="p is the probability of a difference this large, of either sign, between equally good systems. Systems "
        "with the same outputs have none.",
    )
    notes = [*([TOO_FEW] if evaluation.size < FEWEST else []), *signatures]
    return Section(title="Differences", blocks=[table, Prose(notes)] if notes else [table])


def _breakdown(evaluation: TranslationEvaluation, breakdown: Breakdown) -> Section:
    metrics = list(evaluation.baseline.breakdowns[breakdown.key].buckets[0])
    categories = [
        f"{name} ({len(bucket.rows):,})" for name, bucket in zip(breakdown.names, breakdown.buckets, strict=True)
    ]
    figures = []
    for metric in metrics:
        groups = []
        for system in evaluation.systems:
            scores = [bucket[metric] for bucket in system.breakdowns[breakdown.key].buckets]
            ends = [(np.nan, np.nan) if one is None else (max(0.0, one.low), one.high) for _, one in scores]
            low, high = zip(*ends, strict=True)
            name = evaluation.short_names[system.name]
            groups.append(BarGroup(name=name, values=[score for score, _ in scores], low=low, high=high))
        bars = Bars(
            title=f"{title_of(metric)} by {breakdown.title}",
            categories=categories,
            groups=groups,
            y_label=title_of(metric),
            x_label=f"{breakdown.title} ({breakdown.unit}; sentences in brackets)",
        )
        figures.append(Figure(bars, caption="With 95 % confidence intervals."))
    return Section(title=f"By {breakdown.title}", blocks=figures, lead=breakdown.note)


def _groups(evaluation: TranslationEvaluation) -> Section:
    rows: list[list[Cell]] = []
    metrics = list(evaluation.baseline.report.scores.named())
    for system in evaluation.systems:
        for group, scores in system.report.groups.items():
            own: list[Cell] = [scores.named()[name].score if name in scores.named() else None for name in metrics]
            rows.append([group, evaluation.short_names[system.name], scores.sentences, *own])
    columns: list[Column | str] = ["group", "system", "sentences", *(Column(title_of(name), 1) for name in metrics)]
    return Section(title="By group", blocks=[Table(caption="Scores of each group", columns=columns, rows=rows)])


def _source_use(evaluation: TranslationEvaluation) -> Section:
    rows: list[list[Cell]] = []
    for system in evaluation.systems:
        use = system.source_use
        if use is not None:
            spread = "" if use.interval is None else f" ± {use.interval.half_width:.2f}"
            shown = Value(f"{use.nats:.2f}{spread}", use.nats)
            rows.append([evaluation.short_names[system.name], shown, use.own, use.shuffled, use.sentences, use.tokens])
    columns: list[Column | str] = [
        "model", "use of the source", Column("with its own source", 2), Column("with another sentence's", 2),
        "sentences", "target tokens",
    ]  # fmt: skip
    table = Table(
        caption="Negative log-probability of the references (nats per target token)",
        columns=columns,
        rows=rows,
        note="The use of the source is the difference between the two: a model that ignores its source has 0.",
    )
    return Section(title="Use of the source", blocks=[table])


def _problems(evaluation: TranslationEvaluation) -> Section:
    rows: list[list[Cell]] = [
        [evaluation.short_names[system.name], *(getattr(system.report.statistics, kind) for kind in PROBLEMS)]
        for system in evaluation.systems
    ]
    table = Table(
        caption="Degenerate outputs",
        columns=["system", *PROBLEMS.values()],
        rows=rows,
        note="A dash: not known. Copied source: equal to the source where no reference is. Cut: at the maximum length.",
    )
    return Section(title="Degenerate outputs", blocks=[table])
