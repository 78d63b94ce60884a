"""Reads a split for inspection: malformed rows are reported, and reading continues."""

from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from seq2seq.data.preparing.filter_rows import record_batches
from seq2seq.data.reading.raw_split import Source
from seq2seq.data.tables import problems
from seq2seq.data.tables.problems import REMEDIES, BadRows
from seq2seq.errors import DataError
from seq2seq.files.not_utf8 import ENCODING, FOREIGN
from seq2seq.inspection.engine.finding import Check, Ledger, Severity

LINE_COUNT: Final = Check(
    "line-count",
    "the two files have different numbers of lines",
    "Compare both files where they diverge: a line is missing or split there, and every later pair is wrong.",
    "rows after the divergence are left out",
    severity=Severity.ERROR,
    unit="place",
)
UNREADABLE: Final = Check(
    "unreadable",
    "a split, or the rest of it, cannot be read",
    "Fix the file as the message says, and inspect it again.",
    "left out",
    severity=Severity.ERROR,
    unit="place",
)
_TITLES: Final = {
    problems.TABS: ("columns", "rows with a wrong number of columns"),
    problems.FEW: ("columns", "rows with a wrong number of columns"),
    problems.COMMAS: ("columns", "rows with a wrong number of columns"),
    problems.CSV: ("csv", "quotes that do not match"),
    ENCODING: ("encoding", "lines that are not UTF-8"),
    FOREIGN: ("encoding", "lines that are not UTF-8"),
    problems.NUL: ("nul", "NUL characters"),
    problems.CHARACTER: ("line-separator", "characters that end a line, inside a line"),
    problems.JSON: ("json", "lines that are not JSON objects"),
    problems.VALUE: ("value", "values that are not text"),
    problems.LABEL: ("label", "labels without a name in data.labels"),
    problems.VECTORS: ("vectors", "sequences that cannot be read, or have other channels than those before"),
    problems.SOFT_LABEL: ("soft-label", "labels whose probabilities cannot be read"),
}
_SEPARATED: Final = "replaced by spaces outside of code; left out where they may not separate words"
MALFORMED: Final = {
    kind: Check(
        name,
        title,
        REMEDIES[kind].replace("\n", " "),
        _SEPARATED if kind == problems.CHARACTER else "left out",
        severity=Severity.ERROR,
    )
    for kind, (name, title) in _TITLES.items()
}
CHECKS: Final = (LINE_COUNT, UNREADABLE, *MALFORMED.values())


class MalformedRows(BadRows):
    """Reports malformed rows to a ledger, with examples of each kind; ``numbers`` are those of the files."""

    def __init__(self, ledger: Ledger, numbers: dict[str, int]) -> None:
        super().__init__(repaired=frozenset({problems.CHARACTER}))
        self.limits: dict[int, int] = {}
        """The first line that may be misaligned, by the number of the file."""
        self._ledger = ledger
        self._numbers = numbers
        self._repaired: list[tuple[int, int]] = []

    def refuse(self, path: Path | str, line: int, kind: str, what: str, *, rows: int = 1) -> None:
        """Report a malformed row, or several."""
        check, number = MALFORMED[kind], self._numbers[str(path)]
        self._ledger.add_at(check, str(path), line, what, rows=rows)
        if kind in self.repaired:
            self._repaired.append((number, line))
        else:
            self.kinds[kind] += rows
            self._ledger.lose(check, number, line, rows)

    def report_misaligned(self, path: Path, lines: list[int], error: DataError) -> None:
        """Report that two files diverge at some lines (none: unknown where)."""
        first, *others = lines or [1]
        self._ledger.add_at(LINE_COUNT, str(path), first, str(error).partition(": ")[2])
        for line in others:
            self._ledger.add_at(LINE_COUNT, str(path), line, "the files diverge again")
        self.limits[self._numbers[str(path)]] = first

    def repaired_rows(self) -> NDArray[np.int64]:
        """Rows that were read with spaces in place of bad characters."""
        wanted = {(file << 32) | line for file, line in self._repaired}
        keys = (self._ledger.file.astype(np.int64) << 32) | self._ledger.line
        return np.flatnonzero(np.isin(keys, np.fromiter(wanted, np.int64, len(wanted))))


def collect(source: Source, path: Path, ledger: Ledger) -> MalformedRows:
    """Read a split into an Arrow file at ``path``; the ledger gets malformed rows, and the place of each good row."""
    numbers = {
        name: number for number, origin in enumerate(source.origins) for name in (origin.label, *map(str, origin.paths))
    }
    malformed = MalformedRows(ledger, numbers)
    try:
        source.write(path, malformed)
    except DataError as error:
        ledger.add_at(UNREADABLE, source.name, 1, str(error))
    places = [np.zeros((0, 2), np.int64)]
    for batch in record_batches(path):
        places.append(np.stack([batch.column(name).to_numpy() for name in ("file", "line")], axis=1))
    ledger.place(np.concatenate(places), [origin.label for origin in source.origins])
    rows = malformed.repaired_rows()
    if len(rows):
        ledger.mark_repairable(MALFORMED[problems.CHARACTER], rows)
    return malformed
