"""What a check is, and what the checks have found in a split."""

from array import array
from bisect import insort
from collections import Counter
from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from seq2seq.inspection.engine.example import Example, Spot

MOST: Final = 0.5
"""A guess that is made of a larger share of the rows says what the data are like, not what is wrong with them."""


class Severity(StrEnum):
    """How bad it is."""

    ERROR = "error"
    """Training stops at it."""
    WARNING = "warning"
    """Training goes on, and learns or measures something wrong."""
    NOTE = "note"
    """Worth knowing."""


@dataclass(frozen=True)
class Check:
    """One thing that can be wrong."""

    name: str
    severity: Severity
    title: str
    """What it means, in a few words."""
    mend: str
    """What to do about it."""
    fix: str
    """What ``--fix`` does about it."""
    unit: str = "row"
    """What is counted."""
    guess: bool = False
    """Whether it goes by what is usual in the rest of the data, and so may be wrong."""


@dataclass
class Finding:
    """What one check has found in one split."""

    check: Check
    split: str
    severity: Severity
    rows: int = 0
    """Rows that it is about."""
    of: int = 0
    """Rows of the split, malformed ones included."""
    examples: list[Example] = field(default_factory=list)
    """The first few, by file and line."""
    usual: bool = False
    """Whether it holds for most rows, and so was taken for what the data are like."""

    def to_dict(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "check": self.check.name,
            "severity": str(self.severity),
            "split": self.split,
            "unit": self.check.unit,
            "count": self.rows,
            "of": self.of,
            "title": self.check.title,
            "mend": self.check.mend,
            "fix": self.check.fix,
            "usual": self.usual,
            "examples": [example.to_dict() for example in self.examples],
        }


class Ledger:
    """Keeps what the checks find in one split: counts, the first examples, and which rows to mend or to leave out.

    Args:
        split: ``train``, ``dev`` or ``test``.
        shown: examples kept of each check.
    """

    def __init__(self, split: str, *, shown: int = 5) -> None:
        self.split = split
        self.shown = shown
        self.files: tuple[str, ...] = ()
        """What the column ``file`` points into."""
        self.file: NDArray[np.int32] = np.zeros(0, np.int32)
        """(N,) file of each good row."""
        self.line: NDArray[np.int32] = np.zeros(0, np.int32)
        """(N,) line of each good row, from 1."""
        self.malformed = 0
        """Rows that could not be read."""
        self.lost = array("q")
        """For each mistake that lost rows: the line, and the number of its file and of its check, by threes."""
        self._found: dict[Check, Finding] = {}
        self._order: list[Check] = []
        self._out: dict[Check, list[NDArray[np.int64]]] = {}
        self._mend: dict[str, list[NDArray[np.int64]]] = {}

    @property
    def rows(self) -> int:
        """Good rows."""
        return len(self.line)

    def place(self, rows: Sequence[tuple[int, int]] | NDArray[np.int64], files: Sequence[str]) -> None:
        """Say where the good rows stand: (N, 2) file and line."""
        both = np.asarray(rows, np.int64).reshape(-1, 2)
        self.file, self.line, self.files = both[:, 0].astype(np.int32), both[:, 1].astype(np.int32), tuple(files)

    def where(self, row: int) -> str:
        """``file:line`` of a good row."""
        return f"{self.files[self.file[row]]}:{self.line[row]}"

    def add(
        self,
        check: Check,
        rows: NDArray[np.int64],
        describe: Callable[[int], str | Spot],
        *,
        out: NDArray[np.int64] | None = None,
    ) -> None:
        """Note good rows.

        Args:
            check: what was found.
            rows: their numbers in the split, ascending.
            describe: what is said of a row, and where in it the fault is; asked of the first few.
            out: those that ``--fix`` leaves out.
        """
        if out is not None and len(out):
            self.leave_out(check, out)
        if not len(rows):
            return
        finding = self._of(check)
        finding.rows += len(rows)
        # The two sides are checked one after the other: what comes second may stand first.
        last = finding.examples[-1].row if len(finding.examples) == self.shown > 0 else None
        for row in rows[: self.shown].tolist():
            if last is not None and row > last:
                break
            example = Example.of(self.files[self.file[row]], int(self.line[row]), describe(row), row)
            insort(finding.examples, example, key=_place)
        del finding.examples[self.shown :]

    def add_at(self, check: Check, file: str, line: int, what: str, *, rows: int = 1) -> None:
        """Note what is wrong at a line that made no good row, or with the split as a whole."""
        finding = self._of(check)
        finding.rows += rows
        if len(finding.examples) < self.shown:
            finding.examples.append(Example(file, line, what))

    def add_stretch(self, check: Check, first: int, what: str, *, rows: int, last: int | None = None) -> None:
        """Note what is wrong with several rows: from ``first`` to ``last``, or the first of some that are apart."""
        finding = self._of(check)
        finding.rows += rows
        if len(finding.examples) < self.shown:
            last_line = None if last is None else int(self.line[last])
            file, line = self.files[self.file[first]], int(self.line[first])
            insort(finding.examples, Example(file, line, what, last_line, row=first), key=_place)

    def shown_rows(self) -> NDArray[np.int64]:
        """Good rows that are examples, ascending."""
        rows = {example.row for finding in self._found.values() for example in finding.examples}
        return np.array(sorted(row for row in rows if row is not None), np.int64)

    def show(self, texts: dict[int, dict[str, str]]) -> None:
        """Give the examples the texts of their rows, by the sides."""
        for finding in self._found.values():
            finding.examples = [
                example if example.row is None else replace(example, texts=texts[example.row])
                for example in finding.examples
            ]

    def lose(self, check: Check, file: int, line: int, rows: int) -> None:
        """Note rows that could not be read, from a line on."""
        self.malformed += rows
        self._of(check)
        self.lost.extend((line, file, self._order.index(check)))

    def mend(self, check: Check, rows: NDArray[np.int64]) -> None:
        """Let ``--fix`` mend rows, of which a finding speaks."""
        self._mend.setdefault(check.name, []).append(rows)

    def leave_out(self, check: Check, rows: NDArray[np.int64]) -> None:
        """Let ``--fix`` leave rows out, of which a finding speaks."""
        self._of(check)
        self._out.setdefault(check, []).append(rows)

    def findings(self) -> list[Finding]:
        """What was found; a guess about most rows is a note."""
        found = []
        for finding in self._found.values():
            finding.of = self.rows + self.malformed
            finding.usual = finding.check.guess and finding.rows > MOST * max(finding.of, 1)
            finding.severity = Severity.NOTE if finding.usual else finding.check.severity
            if finding.rows:
                found.append(finding)
        return found

    def left_out(self, only: Container[str] | None = None) -> tuple[NDArray[np.uint8], list[Check]]:
        """(N,) 0 for a row that stays, else 1 + the index of the first check that leaves it out; and the checks.

        Where ``only`` names some checks, others leave nothing out. Dev and test are what is measured: by guesses,
        nothing is left out of them.
        """
        verdict = np.zeros(self.rows, np.uint8)
        spared = {
            found.check for found in self.findings() if found.usual or (found.check.guess and self.split != "train")
        }
        for number, check in enumerate(self._order, 1):
            if check in spared or (only is not None and check.name not in only):
                continue
            for rows in self._out.get(check, ()):
                verdict[rows[verdict[rows] == 0]] = number
        return verdict, list(self._order)

    def to_mend(self, checks: Sequence[str]) -> NDArray[np.uint8]:
        """(N,) for each row, a bit for each of some checks: whether what it has found there can be mended."""
        mend = np.zeros(self.rows, np.uint8)
        for bit, name in enumerate(checks):
            for rows in self._mend.get(name, ()):
                mend[rows] |= np.uint8(1 << bit)
        return mend

    def counts(self) -> Counter[str]:
        """Rows by the name of the check."""
        return Counter({finding.check.name: finding.rows for finding in self._found.values() if finding.rows})

    def _of(self, check: Check) -> Finding:
        if check not in self._found:
            self._found[check] = Finding(check, self.split, check.severity)
            self._order.append(check)
        return self._found[check]


def _place(example: Example) -> int:
    """What examples are in order by."""
    return -1 if example.row is None else example.row
