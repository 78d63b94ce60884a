"""Columns read as what they are not: a header as an example, labels as text."""

from typing import Final

import numpy as np

from seq2seq.data.tables.column_names import names_a_column
from seq2seq.inspection.engine.batch import Batch
from seq2seq.inspection.engine.finding import Check

HEADER: Final = Check(
    "header",
    "the first line looks like a header, but is read as an example",
    "Name the columns, and the first line is a header: `--source-column NAME --target-column NAME` here, "
    "`data.columns` in a recipe.",
    "left out",
)
LABELLED: Final = Check(
    "labelled",
    "the targets look like labels, not like text",
    "Labelled data have checks of their own: `--task classification`.",
)
CHECKS: Final = (HEADER, LABELLED)


def check_header(batch: Batch) -> None:
    """Check the first row of each file."""
    places = np.flatnonzero(batch.ledger.line[batch.first : batch.first + len(batch)] == 1)
    rows = [row for row in places.tolist() if _is_header(batch.sources[row], batch.targets[row])]
    batch.add(HEADER, rows, lambda row: f"'{batch.sources[row]}' and '{batch.targets[row]}'", out=True)


def _is_header(source: str, target: str) -> bool:
    """Whether both cells are typical names of columns, or two-letter codes of languages."""
    names = [source.strip().lower(), target.strip().lower()]
    codes = [len(name) == 2 and name.isascii() and name.isalpha() for name in names]
    return names[0] != names[1] and all(names_a_column(name) or code for name, code in zip(names, codes, strict=True))
