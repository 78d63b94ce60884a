"""Checks of markup that differs between the two sides of a pair, or is damaged on one."""

from typing import Final

from seq2seq.inspection.checks.markup.differences import compare
from seq2seq.inspection.checks.markup.marks import Difference, Fault, Side
from seq2seq.inspection.engine.batch import Batch
from seq2seq.inspection.engine.example import Spot
from seq2seq.inspection.engine.finding import Check

LOST: Final = Check(
    "markup-lost",
    "markup of one side is missing on the other",
    "Put the same markup on both sides: a model learns to drop it.",
    guess=True,
)
CHANGED: Final = Check(
    "markup-changed",
    "markup differs between the two sides",
    "Use the same role, tag or marks on both sides.",
    guess=True,
)
UNBALANCED: Final = Check(
    "markup-unbalanced",
    "markup is opened and not closed, or closed and not opened",
    "Add the missing mark; the other side has it.",
    guess=True,
)
DROPPED: Final = Check(
    "markup-dropped",
    "code or a marked-up name of the source is missing in the target",
    "Check whether the translation lost it.",
    guess=True,
)
CODE: Final = Check(
    "code-changed",
    "a name in code differs between the two sides",
    "Check whether it is misspelt: names in code are the same in all languages.",
    guess=True,
)
CHECKS: Final = (LOST, CHANGED, UNBALANCED, DROPPED, CODE)
_CHECK_OF: Final = {
    Fault.LOST: LOST,
    Fault.CHANGED: CHANGED,
    Fault.UNBALANCED: UNBALANCED,
    Fault.DROPPED: DROPPED,
    Fault.CODE: CODE,
}


def check_markup_pairs(batch: Batch) -> None:
    """Compare the markup of the two sides."""
    source, target = batch.marked("source"), batch.marked("target")
    rows = sorted({*source.suspects, *target.suspects})
    differences: dict[Check, dict[int, Difference]] = {}
    for row in rows:
        if not batch.paired[row]:
            continue
        left, right = batch.sources[row], batch.targets[row]
        for difference in compare(Side(left, source.spans.get(row, [])), Side(right, target.spans.get(row, []))):
            differences.setdefault(_CHECK_OF[difference.fault], {}).setdefault(row, difference)
    for check, rows_of in differences.items():

        def describe(row: int, rows_of: dict[int, Difference] = rows_of) -> Spot:
            difference = rows_of[row]
            return Spot(difference.what, difference.side, difference.start, difference.end, both=True)

        batch.add(check, sorted(rows_of), describe)
