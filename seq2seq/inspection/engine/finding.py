"""Checks, and their findings in a split."""

from array import array
from bisect import insort
from collections.abc import Callable, Container, Iterable, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from seq2seq.inspection.engine.example import Example, Spot

MOST: Final = 0.5
"""Greatest share of rows with a guessed fault: beyond it, the data are taken to be like that."""


class Severity(StrEnum):
    """How much a finding matters."""

    ERROR = "error"
    """Training stops."""
    WARNING = "warning"
    """Training continues, and learns or measures something wrong."""
    NOTE = "note"
    """For information."""


@dataclass(frozen=True)
class Check:
    """One kind of fault."""

    name: str
    """Stable name: ``near-duplicate``."""
    title: str
    """The fault, in a few words."""
    remedy: str
    """What a person should do."""
    fix: str = "kept"
    """What ``--fix`` does."""
    severity: Severity = Severity.WARNING
    unit: str = "row"
    """Unit of its counts."""
    guess: bool = False
    """Whether it compares with what is typical of the data, and so may be wrong."""


@dataclass
class Finding:
    """The findings of one check in one split."""

    check: Check
    split: str
    severity: Severity
    """A guess about most rows is a note."""
    rows: int = 0
    """Rows with the fault."""
    of: int = 0
    """Rows of the split, malformed ones included."""
    examples: list[Example] = field(default_factory=list)
    """The first few rows, by file and line."""
    typical: bool = False
    """Whether most rows have it, so that the data are taken to be like that."""

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
            "mend": self.check.remedy,
            "fix": self.check.fix,
            "usual": self.typical,
            "examples": [example.to_dict() for example in self.examples],
        }


def by_severity(findings: Iterable[Finding], names: Sequence[str]) -> list[Finding]:
    """Errors first, then in the order of the ``names`` of all checks."""
    severities = list(Severity)
    return sorted(findings, key=lambda of: (severities.index(of.severity), names.index(of.check.name)))


class Ledger:
    """Collects the findings of one split: counts, the first few examples, and the rows to repair or to leave out."""

    def __init__(self, split: str, *, shown: int = 5) -> None:
        self.split, self.shown = split, shown
        self.files: tuple[str, ...] = ()
        """Names of the files, which ``file`` indexes."""
        self.file: NDArray[np.int32] = np.zeros(0, np.int32)
        """(N,) file of each good row."""
        self.line: NDArray[np.int32] = np.zeros(0, np.int32)
        """(N,) line of each good row, from 1."""
        self.malformed = 0
        """Malformed rows."""
        self.lost = array("q")
        """Three numbers per fault that lost rows: line, file, check."""
        self._findings: dict[Check, Finding] = {}
        self._out: dict[Check, list[NDArray[np.int64]]] = {}
        self._repair: dict[str, list[NDArray[np.int64]]] = {}

    @property
    def rows(self) -> int:
        """Good rows."""
        return len(self.line)

    def place(self, rows: Sequence[tuple[int, int]] | NDArray[np.int64], files: Sequence[str]) -> None:
        """Set the places of the good rows: (N, 2) file and line."""
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
        """Report good rows.

        Args:
            check: the check that found them.
            rows: their numbers in the split, ascending.
            describe: describes the fault of a row; called for the first few.
            out: those that ``--fix`` leaves out.
        """
        if out is not None and len(out):
            self.leave_out(check, out)
        if not len(rows):
            return
        finding = self._of(check, len(rows))
        # The sides are checked one after the other: rows found second may come first.
        last = finding.examples[-1].row if len(finding.examples) == self.shown > 0 else None
        for row in rows[: self.shown].tolist():
            if last is not None and row > last:
                break
            fault = describe(row)
            spot = Spot(fault) if isinstance(fault, str) else fault
            example = Example(**vars(spot), file=self.files[self.file[row]], line=int(self.line[row]), row=row)
            insort(finding.examples, example, key=_place)
        del finding.examples[self.shown :]

    def add_at(self, check: Check, file: str, line: int, what: str, *, rows: int = 1) -> None:
        """Report a fault of a line that is no good row, or of the whole split."""
        finding = self._of(check, rows)
        if len(finding.examples) < self.shown:
            finding.examples.append(Example(what, file=file, line=line))

    def add_stretch(self, check: Check, first: int, what: str, *, rows: int, last: int | None = None) -> None:
        """Report a fault of several rows: those from ``first`` to ``last``, or separate ones, ``first`` first."""
        finding = self._of(check, rows)
        if len(finding.examples) < self.shown:
            last_line = None if last is None else int(self.line[last])
            file, line = self.files[self.file[first]], int(self.line[first])
            example = Example(what, file=file, line=line, last_line=last_line, row=first)
            insort(finding.examples, example, key=_place)

    def extend(self, check: Check, rows: int, examples: Sequence[Example]) -> None:
        """Add what was found in other rows, all of them after those so far: their number, and the first of them."""
        finding = self._of(check, rows)
        finding.examples = [*finding.examples, *examples][: self.shown]

    def shown_rows(self) -> NDArray[np.int64]:
        """Good rows that are examples, ascending."""
        rows = {example.row for finding in self._findings.values() for example in finding.examples}
        return np.array(sorted(row for row in rows if row is not None), np.int64)

    def show(self, texts: dict[int, dict[str, str]]) -> None:
        """Set the texts of the examples, by row and side."""
        for finding in self._findings.values():
            finding.examples = [
                example if example.row is None else replace(example, texts=texts[example.row])
                for example in finding.examples
            ]

    def lose(self, check: Check, file: int, line: int, rows: int) -> None:
        """Report malformed rows that begin at a line."""
        self.malformed += rows
        self._of(check)
        self.lost.extend((line, file, list(self._findings).index(check)))

    def mark_repairable(self, check: Check, rows: NDArray[np.int64]) -> None:
        """Let ``--fix`` repair rows that a check has found."""
        self._repair.setdefault(check.name, []).append(rows)

    def leave_out(self, check: Check, rows: NDArray[np.int64]) -> None:
        """Let ``--fix`` leave out rows that a check has found."""
        self._of(check)
        self._out.setdefault(check, []).append(rows)

    def findings(self) -> list[Finding]:
        """All findings; a guess about most rows is a note."""
        findings = []
        for finding in self._findings.values():
            finding.of = self.rows + self.malformed
            finding.typical = finding.check.guess and finding.rows > MOST * max(finding.of, 1)
            finding.severity = Severity.NOTE if finding.typical else finding.check.severity
            if finding.rows:
                findings.append(finding)
        return findings

    def left_out(self, only: Container[str] | None = None) -> tuple[NDArray[np.uint8], list[Check]]:
        """(N,) 0 for a row that stays, else 1 + the index of the first check that leaves it out; and the checks.

        If ``only`` names checks, others leave nothing out. Guesses leave nothing out of dev and test.
        """
        verdict = np.zeros(self.rows, np.uint8)
        exempt = {of.check for of in self.findings() if of.typical or (of.check.guess and self.split != "train")}
        for number, check in enumerate(self._findings, 1):
            if check in exempt or (only is not None and check.name not in only):
                continue
            for rows in self._out.get(check, ()):
                verdict[rows[verdict[rows] == 0]] = number
        return verdict, list(self._findings)

    def repairs_of(self, checks: Sequence[str]) -> NDArray[np.uint8]:
        """(N,) bits, one per check: whether its fault in a row can be repaired."""
        bits = np.zeros(self.rows, np.uint8)
        for bit, name in enumerate(checks):
            for rows in self._repair.get(name, ()):
                bits[rows] |= np.uint8(1 << bit)
        return bits

    def _of(self, check: Check, more: int = 0) -> Finding:
        """The finding of a check, with ``more`` rows than before."""
        finding = self._findings.setdefault(check, Finding(check, self.split, check.severity))
        finding.rows += more
        return finding


def _place(example: Example) -> int:
    """Sort key of examples."""
    return -1 if example.row is None else example.row
