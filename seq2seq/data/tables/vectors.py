"""Rows whose sources are sequences of vectors: of numbers, all with the same channels."""

from dataclasses import dataclass

from seq2seq.data.tables import problems
from seq2seq.data.tables.problems import BadRows
from seq2seq.data.tables.rows import Rows
from seq2seq.text.vectors import read_vectors


@dataclass(slots=True)
class VectorCheck:
    """Checks the rows of a split, some at a time."""

    width: int | None = None
    """Numbers of a step, those of the first good row; None: there was none yet."""

    def keep_good(self, rows: Rows, where: str, bad: BadRows) -> None:
        """Leave out the rows of a file whose sources are no vectors, or have other channels; ``bad`` gets them."""
        good = []
        for index, source in enumerate(rows.sources):
            try:
                width = read_vectors(source).shape[1]
            except ValueError as error:
                bad.refuse(where, rows.lines[index], problems.VECTORS, f"no sequence of vectors: {error}")
                continue
            if self.width is None:
                self.width = width
            if width == self.width:
                good.append(index)
            else:
                what = f"steps of {width} numbers, and {self.width} in the rows before"
                bad.refuse(where, rows.lines[index], problems.VECTORS, what)
        if len(good) < len(rows.lines):
            rows.keep(good)
