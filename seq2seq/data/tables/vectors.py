"""Rows of which one side is a sequence of vectors: of numbers, all with the same channels."""

from dataclasses import dataclass

import numpy as np

from seq2seq.data.tables import problems
from seq2seq.data.tables.problems import BadRows
from seq2seq.data.tables.rows import Rows
from seq2seq.text.vectors import read_vectors


@dataclass(slots=True)
class VectorCheck:
    """Checks the rows of a split, some at a time."""

    width: int | None = None
    """Numbers of a step, those of the first good row; None: there was none yet."""

    def keep_good(self, rows: Rows, where: str, bad: BadRows, *, targets: bool = False) -> None:
        """Leave out the rows of a file that hold no vectors, or others than the rows before; ``bad`` gets them.

        Vectors are the sources, of which numbers may be missing, or the ``targets``, which are complete.
        """
        good = []
        for index, text in enumerate(rows.targets if targets else rows.sources):
            try:
                numbers = read_vectors(text)
            except ValueError as error:
                bad.refuse(where, rows.lines[index], problems.VECTORS, f"no sequence of vectors: {error}")
                continue
            if targets and np.isnan(numbers).any():
                step = int(np.isnan(numbers).any(axis=1).argmax()) + 1
                what = f"a number of a target is missing, in step {step}: every one of them is to be learnt"
                bad.refuse(where, rows.lines[index], problems.MISSING, what)
                continue
            width = numbers.shape[1]
            if self.width is None:
                self.width = width
            if width == self.width:
                good.append(index)
            else:
                what = f"steps of {width} numbers, and {self.width} in the rows before"
                bad.refuse(where, rows.lines[index], problems.VECTORS, what)
        if len(good) < len(rows.lines):
            rows.keep(good)
