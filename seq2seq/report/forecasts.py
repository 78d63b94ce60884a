"""Picture of forecasts: the end of each history, the median, and intervals that grow darker towards it."""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from seq2seq.series.frequency import Times
from seq2seq.series.series import Floats

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MOST: Final = 12
"""Series of a picture."""
_COLUMNS: Final = 3
_SIZE: Final = (4.6, 2.9)
"""Width and height of a panel, in inches."""
_SHADES: Final = (0.18, 0.38)
"""Opacity of the widest interval and of the narrowest."""
_LONGEST_NAME: Final = 40


@dataclass(frozen=True, slots=True, eq=False)
class Panel:
    """One series and its forecast."""

    name: str
    times: Times
    """(T,) of the history that is shown."""
    history: Floats
    """(T,) NaN where a value is missing."""
    ahead: Times
    """(H,) of the forecast."""
    median: Floats
    """(H,)"""
    intervals: Sequence[tuple[str, Floats, Floats]]
    """Name, lower and upper end (H,) of each, the widest first."""


def draw_forecasts(panels: Sequence[Panel], path: Path) -> None:
    """Plot up to ``MOST`` series as small multiples, in a PNG."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    columns = min(len(panels), _COLUMNS)
    rows = ceil(len(panels) / columns)
    width, height = _SIZE if columns > 1 else (8.0, 3.8)
    figure = Figure(figsize=(width * columns, height * rows + 0.4), layout="constrained")
    FigureCanvasAgg(figure)
    grid = [axes for row in figure.subplots(rows, columns, squeeze=False) for axes in row]
    for axes, panel in zip(grid, panels, strict=False):
        _draw(axes, panel)
    for axes in grid[len(panels) :]:
        axes.set_visible(False)
    lines, labels = figure.axes[0].get_legend_handles_labels()
    figure.legend(lines, labels, loc="outside upper center", ncols=len(labels), frameon=False)
    with warnings.catch_warnings():
        # Letters that the font lacks are drawn as boxes; one warning per letter would not help.
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        figure.savefig(path, dpi=110, format="png")


def _draw(axes: "Axes", panel: Panel) -> None:
    """One panel; intervals and median begin at the last value, so that no gap is before them."""
    axes.plot(panel.times, panel.history, color="0.25", linewidth=1.2, label="history")
    known = np.flatnonzero(np.isfinite(panel.history))
    first = slice(known[-1], known[-1] + 1) if len(known) else slice(0)
    ahead = np.concatenate([panel.times[first], panel.ahead])
    start = panel.history[first]
    shades = np.linspace(*_SHADES, num=len(panel.intervals)) if len(panel.intervals) > 1 else _SHADES[-1:]
    for (name, low, high), shade in zip(panel.intervals, shades, strict=True):
        lower, upper = (np.concatenate([start, end]) for end in (low, high))
        axes.fill_between(ahead, lower, upper, color="tab:blue", alpha=shade, linewidth=0, label=name)
    median = np.concatenate([start, panel.median])
    axes.plot(ahead, median, color="tab:blue", linewidth=1.6, label="median")
    name = panel.name if len(panel.name) <= _LONGEST_NAME else f"{panel.name[: _LONGEST_NAME - 1]}…"
    axes.set_title(name, fontsize=10, parse_math=False)
    axes.grid(alpha=0.3)
    axes.tick_params(labelsize=8)
    if panel.times.dtype.kind == "M":
        from matplotlib.dates import AutoDateLocator, ConciseDateFormatter

        locator = AutoDateLocator(minticks=3, maxticks=7)  # type: ignore[no-untyped-call]
        axes.xaxis.set_major_locator(locator)
        axes.xaxis.set_major_formatter(ConciseDateFormatter(locator))  # type: ignore[no-untyped-call]
