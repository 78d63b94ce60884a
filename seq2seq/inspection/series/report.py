"""The inspection of series, in lines for people."""

from collections.abc import Iterator

from seq2seq.evaluation.forecasting.table import table_lines
from seq2seq.inspection.report import finding_lines
from seq2seq.inspection.series.inspect import Plan, SeriesInspection
from seq2seq.wording import listed, plural

_NAMES = 10
"""Most names of columns that are listed."""


def lines(inspection: SeriesInspection) -> list[str]:
    """What is in the file, every finding, and what training would do."""
    shown = [*_facts(inspection), *finding_lines(inspection.findings)]
    return shown if inspection.plan is None else [*shown, "", *_training(inspection.plan)]


def _facts(inspection: SeriesInspection) -> Iterator[str]:
    found = inspection.found
    lengths = [len(one) for one in found.series]
    least, most = min(lengths), max(lengths)
    steps = plural(most, "step") if least == most else f"{least:,} to {most:,} steps"
    each = "" if len(lengths) == 1 else " each"
    yield f"{inspection.path}: {len(lengths):,} series of {steps}{each}"
    first, last = inspection.ends
    frequency = "numbered steps" if found.frequency is None else str(found.frequency)
    season = "no season" if found.season == 1 else f"a season of {found.season} steps"
    yield f"       {frequency}, from {first} to {last}; {season}"
    if len(found.channels) > 1:
        yield f"       channels: {listed(found.channels, _NAMES)}"
    for what, names in inspection.covariates.items():
        if names:
            yield f"       {what} covariates: {listed(names, _NAMES)}"
    yield from (f"       {remark}" for remark in inspection.remarks)


def _training(plan: Plan) -> Iterator[str]:
    form, data = plan.data.format, plan.data
    yield "training"
    yield (
        f"  forecasts {plural(form.horizon, 'step')} from {form.context}; {plural(len(data.train), 'window')} to learn "
        f"from, {plural(len(data.test), 'forecast')} to be scored (data.forecast.horizon, context, hold_out)"
    )
    if plan.baselines:
        yield "  the last horizon without a network:"
        yield from (f"    {line}" for line in table_lines(None, plan.baselines))
