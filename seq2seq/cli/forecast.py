"""``seq2seq forecast``: series in, their next steps out, with intervals."""

from __future__ import annotations

import csv
import json
import sys
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from io import StringIO
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from seq2seq.cli.options import check_output, engine_options, model_argument
from seq2seq.cli.streams import named_input, open_output
from seq2seq.cli.usage import InputFile, OutputFile, refuse_swapped
from seq2seq.extras import require
from seq2seq.wording import plural

if TYPE_CHECKING:
    from seq2seq.inference.engines.open import EngineOptions
    from seq2seq.inference.forecasting.forecast import SeriesForecast
    from seq2seq.series.series import SeriesSet

_DRAWN: Final = (95.0, 80.0)
"""Intervals of a picture, in per cent, unless others are asked for."""
_HISTORY: Final = 3
"""Horizons of the history that a picture shows at least."""


@click.command("forecast")
@model_argument
@click.argument("file", type=InputFile(allow_dash=True), required=False)
@click.option(
    "--horizon", type=click.IntRange(min=1), metavar="N", help="Steps to be forecast (default: as in training)."
)
@click.option(
    "--level",
    "intervals",
    type=click.FloatRange(min=0.0, max=100.0, min_open=True, max_open=True),
    multiple=True,
    metavar="PERCENT",
    help="Interval to be written: 80 has the quantiles 0.1 and 0.9; repeatable (default: quantiles 0.1 to 0.9, and "
    "those of 95 %).",
)
@click.option(
    "--paths", type=click.IntRange(min=2), default=200, show_default=True, help="Sampled continuations of each series."
)
@click.option("--seed", type=click.IntRange(min=0), default=1, show_default=True, help="Random seed of the samples.")
@click.option(
    "--picture",
    type=OutputFile(".png"),
    metavar="PNG",
    help="Also plot the first 12 series: the end of their history, the median, and the intervals (default: 80 and "
    "95 %).",
)
@click.option("--output", type=OutputFile(), metavar="FILE", help="Write to FILE.")
@click.option("--json", "as_json", is_flag=True, help="Write one JSON object per series instead of CSV.")
@engine_options
def command(
    model: str,
    file: Path | None,
    horizon: int | None,
    intervals: tuple[float, ...],
    paths: int,
    seed: int,
    picture: Path | None,
    output: Path | None,
    as_json: bool,
    running: EngineOptions,
) -> None:
    """Forecast the next steps of series, with intervals.

    MODEL is a model folder, a run folder, or hf://user/name. FILE is a file of series as in training (- reads CSV from
    standard input); without it, the model's own data are continued. Written is CSV: unique_id, ds, mean, and the
    quantiles of the sampled paths; q0.5 is the median. The same seed gives the same forecasts.

    \b
      seq2seq forecast MODEL sales.csv > forecast.csv
      seq2seq forecast MODEL sales.csv --level 80 --picture forecast.png
      seq2seq forecast MODEL sales.csv --horizon 24 --json
    """  # noqa: D301 - \b is meant: it keeps click from filling the lines after it
    refuse_swapped(click.get_current_context(), "file")
    read = [] if file is None else [named_input(file)]
    check_output(output, read)
    check_output(picture, [*read, output], "--picture")
    _refuse_empty_tails(intervals, paths)
    if picture is not None:
        require("matplotlib", "--picture")
    from seq2seq.inference.forecasting.forecaster import SeriesForecaster
    from seq2seq.progress import show_progress
    from seq2seq.scoring.series_data import own_series, series_of
    from seq2seq.series.baselines.forecast import LEVELS

    folder, forecaster = SeriesForecaster.open(model, **running)
    with ExitStack() as stack:
        found = own_series(folder) if file is None else series_of(folder, _from_pipe(file, stack))
    written = _levels(intervals) if intervals else LEVELS
    drawn = sorted(intervals, reverse=True) or list(_DRAWN)
    with ExitStack() as stack:
        sink, _ = open_output(output, stack)
        with show_progress("forecasting", total=len(found.series), unit="series") as bar:
            forecasts = forecaster.forecast(
                found,
                horizon,
                paths=paths,
                seed=seed,
                levels=sorted({*written, *(_levels(drawn) if picture else ())}),
                advance=bar.advance,
            )
        sink.write((_json if as_json else _csv)(forecasts, written).encode())
    if picture is not None:
        _draw(found, forecasts, drawn, forecaster.format.context, picture)


def _refuse_empty_tails(intervals: Sequence[float], paths: int) -> None:
    """Refuse intervals outside of which no path can be: their ends would be the largest and the smallest one."""
    from seq2seq.inference.forecasting.forecast import least_paths

    for interval in intervals:
        needed = least_paths((100 - interval) / 200)
        if paths < needed:
            raise click.UsageError(
                f"--level {interval:g}: {plural(paths, 'path')} cannot tell this interval, which needs one above and "
                f"one below; sample more (--paths {needed}), or ask for a lower level."
            )


def _from_pipe(file: Path, stack: ExitStack) -> Path:
    """FILE, or a copy of what comes from standard input."""
    if str(file) != "-":
        return file
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="seq2seq-")))
    copy = folder / "standard input.csv"
    copy.write_bytes(sys.stdin.buffer.read())
    return copy


def _levels(intervals: Sequence[float]) -> tuple[float, ...]:
    """The levels of the quantiles of some intervals, in per cent, and of the median, ascending."""
    tails = [(100 - interval) / 200 for interval in intervals]
    return tuple(sorted({0.5, *(round(end, 6) for tail in tails for end in (tail, 1 - tail))}))


def _csv(forecasts: Sequence[SeriesForecast], levels: Sequence[float]) -> str:
    text = StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(["unique_id", "ds", "mean", *(f"q{level:g}" for level in levels)])
    for one in forecasts:
        times, rows = one.rows(levels)
        table.writerows([one.id, time, *numbers] for time, numbers in zip(times, rows, strict=True))
    return text.getvalue()


def _json(forecasts: Sequence[SeriesForecast], levels: Sequence[float]) -> str:
    return "".join(json.dumps(one.record(levels), ensure_ascii=False) + "\n" for one in forecasts)


def _draw(
    found: SeriesSet, forecasts: Sequence[SeriesForecast], intervals: Sequence[float], context: int, file: Path
) -> None:
    """Plot the first series: of each the end of the history, at least ``context`` steps, the median, and intervals."""
    from seq2seq import log
    from seq2seq.report.forecasts import MOST, Panel, draw_forecasts

    panels = []
    channels = ((series, place) for series in found.series for place in range(len(series.channels)))
    for (series, place), one in zip(islice(channels, MOST), forecasts[:MOST], strict=True):
        ends = [(_levels([interval])[0], _levels([interval])[-1]) for interval in intervals]
        past = slice(-max(context, _HISTORY * len(one.times)), None)
        panels.append(
            Panel(
                one.id,
                series.times[past],
                series.values[past, place],
                one.times,
                one.median,
                [
                    (f"{interval:g} %", one.at(low), one.at(high))
                    for interval, (low, high) in zip(intervals, ends, strict=True)
                ],
            )
        )
    draw_forecasts(panels, file)
    if len(forecasts) > MOST:
        log.say(f"{file}: the first {MOST} of {len(forecasts):,} series.")
