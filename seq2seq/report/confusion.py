"""Plot of a confusion matrix."""

import warnings
from pathlib import Path
from typing import Final

import numpy as np

from seq2seq.evaluation.classification import ClassificationScores
from seq2seq.evaluation.classification_report import shortened

CHARACTER: Final = 0.09
"""Approximate width of a letter of a label, in inches."""
LONGEST_NAME: Final = 28
"""Most characters of a label; the middle of longer ones is left out."""


def draw_confusion(scores: ClassificationScores, path: Path) -> None:
    """Plot a confusion matrix of 1 to about 30 classes as a PNG: examples, and shares of the row, also by colour."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    counts = np.array(scores.confusion)
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    names = [shortened(label, LONGEST_NAME) for label in scores.labels]
    few = len(names) <= 6
    cell = 1.0 if few else 0.52  # inches
    # The matrix fills the figure; the image is cropped around the names and the title (`bbox_inches` below).
    figure = Figure(figsize=(max(cell * len(names), 2.0),) * 2)
    FigureCanvasAgg(figure)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    for (row, column), count in np.ndenumerate(counts):
        share = shares[row, column]
        axes.text(
            column,
            row,
            f"{count}\n{_percent(share)}" if count else "0",
            ha="center",
            va="center",
            fontsize=11 if few else 8,
            color="white" if share > 0.55 else "black" if count else "0.7",
            in_layout=False,  # it is within the axes, and measuring a thousand cells is slow
        )
    # Labels are not formulas, even with dollar signs.
    axes.set_xticks(range(len(names)), names, parse_math=False)
    axes.set_yticks(range(len(names)), names, parse_math=False)
    if max(map(len, names)) * CHARACTER > cell:
        for name in axes.get_xticklabels():
            name.set(rotation=45, ha="right", rotation_mode="anchor")
    edges = np.arange(1, len(names)) - 0.5
    axes.set_xticks(edges, minor=True)
    axes.set_yticks(edges, minor=True)
    axes.tick_params(which="minor", length=0)
    axes.grid(which="minor", color="0.85", linewidth=0.6)
    axes.set(xlabel="predicted", ylabel="expected")
    axes.set_title(
        f"accuracy {scores.accuracy:.1%} (baseline {scores.baseline:.1%})\n"
        f"macro-F1 {scores.macro_f1:.3f} (baseline {scores.baseline_macro_f1:.3f})",
        fontsize=10,
    )
    with warnings.catch_warnings():
        # Letters that the font lacks are drawn as boxes; one warning per letter would not help.
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        figure.savefig(path, dpi=110, format="png", bbox_inches="tight")


def _percent(share: float) -> str:
    return f"{share:.0%}" if share >= 0.005 else "<1%"
