"""Picture of sequences of vectors: a line for each of a few channels, or an image with a row per step."""

import warnings
from collections.abc import Sequence
from math import ceil
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from seq2seq.series.series import Floats

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MOST: Final = 60
"""Sequences of a picture."""
_COLUMNS: Final = 10
_LINES: Final = 4
"""Channels up to which each is a line over the steps."""
_SHADES: Final = (0.005, 0.995)
"""Shares of all numbers that are below the lightest shade, and below the darkest."""
_LONGEST_NAME: Final = 24


def draw_sequences(sequences: Sequence[tuple[str, Floats]], path: Path) -> None:
    """Plot named sequences (S, F), up to ``MOST``, as small multiples, in a PNG.

    The shades of all images are those of one scale, on which dark is large, and which a few outliers do not stretch.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    columns = min(len(sequences), _COLUMNS)
    rows = ceil(len(sequences) / columns)
    lines = sequences[0][1].shape[1] <= _LINES
    width, height = (2.6, 1.8) if lines else (1.1, 1.35)
    figure = Figure(figsize=(width * columns, height * rows), layout="constrained")
    FigureCanvasAgg(figure)
    low, high = np.quantile(np.concatenate([steps.ravel() for _, steps in sequences]), _SHADES)
    grid = [axes for row in figure.subplots(rows, columns, squeeze=False) for axes in row]
    for axes, (name, steps) in zip(grid, sequences, strict=False):
        if lines:
            axes.plot(range(1, len(steps) + 1), steps, linewidth=1.0)
            axes.tick_params(labelsize=7)
        else:
            axes.imshow(steps, cmap="Greys", vmin=low, vmax=high, interpolation="nearest")
            axes.set_axis_off()
        _name(axes, name)
    for axes in grid[len(sequences) :]:
        axes.set_visible(False)
    with warnings.catch_warnings():
        # Letters that the font lacks are drawn as boxes; one warning per letter would not help.
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        figure.savefig(path, dpi=110, format="png")


def _name(axes: "Axes", name: str) -> None:
    shown = name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 1]}…"
    axes.set_title(shown, fontsize=8, parse_math=False)
