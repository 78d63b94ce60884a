"""Numbers, which stand on both sides of a pair alike."""

import re
from collections import Counter
from typing import Final

import numpy as np

from seq2seq.data.inspection.batch import Batch
from seq2seq.data.inspection.finding import Check, Severity
from seq2seq.data.inspection.texts import DIGIT
from seq2seq.text.numbers import find_numbers, plain_digits

NUMBERS: Final = Check(
    "numbers",
    Severity.WARNING,
    "numbers that do not match",
    "Look at the pair: a wrong number is a wrong translation, and mostly a pair that slipped.",
    "left out where each side has a number of three digits or more that the other lacks (zeros at its end not counted)",
    guess=True,
)
CHECKS: Final = (NUMBERS,)

_ENTITY: Final = re.compile(r"&#\w+;")
_TELLING: Final = 3
"""Digits of a number that is not likely to be spelt in words on the other side."""


def check_numbers(batch: Batch) -> None:
    """Compare the numbers of the two sides, whatever their separators."""
    flagged = ((batch.source.flags | batch.target.flags) & DIGIT > 0) & batch.paired
    rows, out = [], []
    what: dict[int, tuple[list[str], list[str]]] = {}
    for row in np.flatnonzero(flagged).tolist():
        left, right = differing(batch.sources[row], batch.targets[row])
        if (left and right) or any(_telling(number) for number in left + right):
            rows.append(row)
            what[row] = (left, right)
            if any(map(_telling, left)) and any(map(_telling, right)):
                out.append(row)
    batch.add(NUMBERS, rows, lambda row: against(*what[row]), out=out)


def differing(source: str, target: str) -> tuple[list[str], list[str]]:
    """The numbers of each side that have no match on the other.

    Separators do not count (1,000 is 1.000 and 1 000), nor do zeros at the end (2.5 million is 2,500,000), the half of
    the day (3:30 is 15:30), or a century left out ('90s is 1990er).
    """
    found = find_numbers(_ENTITY.sub(" ", source)), find_numbers(_ENTITY.sub(" ", target))
    if found[0] == found[1]:
        return [], []
    left, right = (Counter(map(plain_digits, numbers)) for numbers in found)
    left, right = left - right, right - left
    if not left or not right:
        return list(left.elements()), list(right.elements())
    ones, others = list(left.elements()), list(right.elements())
    if "".join(ones) == "".join(others):  # 1 000 with a plain space
        return [], []
    for one in list(ones):
        match = next((other for other in others if _alike(one, other)), None)
        if match is not None:
            ones.remove(one)
            others.remove(match)
    return ones, others


def _alike(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    if short.strip("0") == long.strip("0") or (len(short) >= 2 and long.endswith(short)):
        return True
    return abs(int(one[:9]) - int(other[:9])) in (12, 1200)


def _telling(number: str) -> bool:
    return len(number.strip("0")) >= _TELLING


def against(left: list[str], right: list[str]) -> str:
    """What each side has that the other has not."""
    ones, others = (", ".join(side[:4]) or "nothing" for side in (left, right))
    return f"{ones} in the source, {others} in the target"
