"""A confusion matrix, drawn."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from seq2seq.report.drawings.heat_map import HeatMap

MOST: Final = 20
"""Most labels of a picture: those of the most examples."""


def confusion_map(title: str, labels: Sequence[str], counts: ArrayLike) -> HeatMap:
    """Shares of each label's examples: (C, C) counts, a row for each expected label."""
    matrix = np.asarray(counts)
    shown = np.sort(np.argsort(-(matrix.sum(axis=1) + matrix.sum(axis=0)), kind="stable")[:MOST])
    names = [labels[row] for row in shown]
    return HeatMap(
        title=title,
        values=(100 * matrix / np.maximum(matrix.sum(axis=1, keepdims=True), 1))[np.ix_(shown, shown)],
        rows=names,
        columns=names,
        row_label="expected",
        column_label="predicted",
        unit="% of the row",
        low=0.0,
        high=100.0,
        digits=0,
    )
