"""Scores as pictures."""

import warnings
from pathlib import Path
from typing import Final

import numpy as np

from seq2seq.evaluation.classification import ClassificationScores
from seq2seq.evaluation.classification_report import shortened

CHARACTER: Final = 0.09
"""Inches that a letter of a label takes, more or less."""
LONGEST_NAME: Final = 28
"""Characters of a label that are drawn; of a longer one, the middle is left out."""


def draw_confusion(scores: ClassificationScores, path: Path) -> None:
    """Draw a confusion matrix as a PNG: how many examples, and which share of the row, by colour too.

    Args:
        scores: of 1 to about 30 classes.
        path: the file to write, in a folder that exists.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    counts = np.array(scores.confusion)
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    names = [shortened(label, LONGEST_NAME) for label in scores.labels]
    few = len(names) <= 6
    cell = 1.0 if few else 0.52  # inches
    # The matrix fills the figure; the picture is cut where the names and the title around it end (`bbox_inches` below).
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
            in_layout=False,  # it lies within the axes, and a thousand cells take a while to measure
        )
    # Labels are no formulas, whatever dollars they hold.
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
        # Of a script that the font lacks, boxes are drawn; one warning a letter would not help.
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        figure.savefig(path, dpi=110, format="png", bbox_inches="tight")


def _percent(share: float) -> str:
    return f"{share:.0%}" if share >= 0.005 else "<1%"
