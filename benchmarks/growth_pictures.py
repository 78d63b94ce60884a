"""The pictures of :mod:`growth`, and the table of the figures behind them."""

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
from growth_curves import CURVES, Curve, Fit, Quartiles, Series, fit, quartiles

_COLOURS = ("tab:blue", "tab:orange", "tab:green")


@dataclass(frozen=True, slots=True)
class Line:
    """A series as it was measured, and as it was expected; bytes and seconds as they come, x ascending."""

    series: Series
    x: tuple[int, ...]
    seconds: tuple[Quartiles, ...]
    memory: tuple[Quartiles, ...]
    program: float
    seconds_fit: Fit
    memory_fit: Fit


def lines_of(curve: Curve, found: dict[str, Any]) -> list[Line]:
    """The series of a curve, from what was measured."""
    lines = []
    for series in curve.series:
        points = [point for point in found["points"] if (point["curve"], point["series"]) == (curve.name, series.name)]
        points.sort(key=lambda point: point["x"])
        xs = tuple(point["x"] for point in points)

        def quartiles_of(name: str, points: Sequence[dict[str, Any]] = points) -> tuple[Quartiles, ...]:
            return tuple(quartiles([one[name] for one in point["measured"]]) for point in points)

        seconds, memory = quartiles_of("seconds"), quartiles_of("peak")
        programs = [one["program"] for point in points for one in point["measured"]]
        lines.append(
            Line(
                series,
                xs,
                seconds,
                memory,
                quartiles(programs).middle,
                fit(series.seconds, xs, [one.middle for one in seconds]),
                fit(series.memory, xs, [one.middle for one in memory]),
            )
        )
    return lines


def draw(found: dict[str, Any], folder: Path) -> None:
    """Write a picture of every curve, and the table of their figures."""
    folder.mkdir(parents=True, exist_ok=True)
    lines = {curve.name: lines_of(curve, found) for curve in CURVES}
    for curve in CURVES:
        (folder / f"{curve.name}.png").write_bytes(picture(curve, lines[curve.name]))
    (folder / "table.md").write_text(table(found, lines), encoding="utf-8")


def picture(curve: Curve, lines: Sequence[Line]) -> bytes:
    """Time a token on the left, memory on the right; points with their quartiles, what is expected as thin lines."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure
    from matplotlib.ticker import FixedLocator, NullLocator

    figure = Figure(figsize=(11, 4), layout="constrained")
    FigureCanvasAgg(figure)
    times, memories = figure.subplots(1, 2)
    for line, colour in zip(lines, _COLOURS, strict=False):
        _plot(times, line.x, line.seconds, line.seconds_fit, 1e6, line.series.name, colour)
        _plot(memories, line.x, line.memory, line.memory_fit, 1e-6, line.series.name, colour)
    program = min(line.program for line in lines) / 1e6
    memories.axhline(program, color="tab:gray", linestyle=":", linewidth=1, label="the program itself")
    times.set(ylabel=f"time (µs per {curve.token})", title=curve.title)
    memories.set(ylabel="peak resident memory (MB)", title="Memory")
    if curve.logarithmic:
        times.set_yscale("log")
    else:
        times.set_ylim(bottom=0)
    memories.set_ylim(bottom=0)
    for axes in (times, memories):
        axes.set_xscale("log", base=2)
        axes.xaxis.set_major_locator(FixedLocator(list(lines[0].x)))
        axes.xaxis.set_minor_locator(NullLocator())
        axes.xaxis.set_major_formatter(lambda x, _: f"{x:,.0f}")
        axes.set_xlabel(curve.axis)
        axes.grid(alpha=0.3)
        axes.legend(fontsize="small", framealpha=0.5)
    image = BytesIO()
    figure.savefig(image, dpi=85)
    return image.getvalue()


def _plot(
    axes: Any, x: Sequence[int], spreads: Sequence[Quartiles], expected: Fit, scale: float, name: str, colour: str
) -> None:
    middles = np.array([one.middle for one in spreads]) * scale
    below = middles - np.array([one.low for one in spreads]) * scale
    above = np.array([one.high for one in spreads]) * scale - middles
    label = f"{name}; line: {expected.form.text}"
    axes.errorbar(x, middles, yerr=[below, above], fmt="o", markersize=4, capsize=3, color=colour, label=label)
    fine = np.geomspace(x[0], x[-1], 200)
    axes.plot(fine, expected.at(fine) * scale, color=colour, linewidth=0.8)


def table(found: dict[str, Any], lines: dict[str, list[Line]]) -> str:
    """The figures behind the pictures, in Markdown."""
    parts = [
        "# What things cost: the figures",
        "Written by `python benchmarks/growth.py draw`; what they mean is in [docs/costs.md](../costs.md).",
        f"{found['date']}, commit {found['commit']}. {'. '.join(found['machine'])}. "
        f"Threads of torch: {found['threads']}. Rounds: {found['rounds']}, in {found['minutes']:.0f} minutes.",
        "Medians of the rounds, first and third quartiles in brackets; MB are 10⁶ bytes. Expected are the forms "
        "named below each table, their numbers fitted to the points.",
    ]
    if found["quick"]:
        parts.append("**A quick run, with fewer points. No figure of it is worth quoting.**")
    for curve in CURVES:
        parts.append(f"## {curve.title}")
        rows = [
            f"| series | {curve.axis} | µs per {curve.token} | expected | peak, MB | expected |",
            "|---|---:|---:|---:|---:|---:|",
        ]
        for line in lines[curve.name]:
            expected = zip(line.seconds_fit.at(line.x), line.memory_fit.at(line.x), strict=True)
            for x, seconds, memory, (time_there, memory_there) in zip(
                line.x, line.seconds, line.memory, expected, strict=True
            ):
                rows.append(
                    f"| {line.series.name} | {x:,} | {_shown(seconds, 1e6)} | {_number(time_there * 1e6)} "
                    f"| {_shown(memory, 1e-6)} | {_number(memory_there / 1e6)} |"
                )
        parts.append("\n".join(rows))
        parts.append("\n".join(f"- {said}" for line in lines[curve.name] for said in _said(line)))
    return "\n\n".join(parts) + "\n"


def _said(line: Line) -> list[str]:
    """What was found of the forms that were expected."""
    both = (("time", line.seconds_fit, 1e6, "µs"), ("memory", line.memory_fit, 1e-6, "MB"))
    return [
        f"{line.series.name}, {what}: {_formula(found, scale)} {unit}; "
        f"farthest from it: {found.farthest:.0%}, at {found.where:,.0f}"
        for what, found, scale, unit in both
    ]


def _formula(found: Fit, scale: float) -> str:
    """A form with its numbers instead of its letters: `12.5 + 0.031 x`."""
    first, *rest = found.form.text.split(" + b")
    a, b = _number(found.a * scale), _number(found.b * scale)
    return f"{first.replace('a', a)}" + "".join(f" + {b}{part}" for part in rest)


def _shown(values: Quartiles, scale: float) -> str:
    low, middle, high = (_number(value * scale) for value in (values.low, values.middle, values.high))
    return f"{middle} ({low} – {high})"


def _number(value: float) -> str:
    """Three digits that say something; thousands with commas."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"
