"""Numbers, which are the same on both sides of a pair."""

import re
from collections import Counter
from typing import Final

import numpy as np

from seq2seq.inspection.engine.batch import Batch
from seq2seq.inspection.engine.example import Spot
from seq2seq.inspection.engine.finding import Check
from seq2seq.inspection.engine.texts import DIGIT
from seq2seq.text.numbers import find_numbers, plain_digits

NUMBERS: Final = Check(
    "numbers",
    "numbers that do not match",
    "Check the pair: a wrong number is a wrong translation, and usually a misaligned pair.",
    "left out where each side has a number of three digits or more that the other lacks (trailing zeros not counted)",
    guess=True,
)
CHECKS: Final = (NUMBERS,)

_ENTITY: Final = re.compile(r"&#\w+;")
_WRITTEN: Final = re.compile(r"\d(?:[\d.,:'’\u00a0\u202f\u2009/-]*\d)?")
_LONG: Final = 3
"""Least number of digits of a number that is unlikely to be spelt in words on the other side."""


def check_numbers(batch: Batch) -> None:
    """Compare the numbers of the two sides, whatever their separators."""
    flagged = ((batch.source.flags | batch.target.flags) & DIGIT > 0) & batch.paired
    out = []
    what: dict[int, tuple[list[str], list[str]]] = {}
    for row in np.flatnonzero(flagged).tolist():
        left, right = differing(batch.sources[row], batch.targets[row])
        if (left and right) or any(_is_long(number) for number in left + right):
            what[row] = (left, right)
            if any(map(_is_long, left)) and any(map(_is_long, right)):
                out.append(row)
    batch.add(NUMBERS, list(what), lambda row: describe_difference(batch, row, *what[row]), out=out)


def differing(source: str, target: str) -> tuple[list[str], list[str]]:
    """The numbers of each side that have no match on the other.

    Ignored are separators (1,000 is 1.000 and 1 000), trailing zeros (2.5 million is 2,500,000), the half of the day
    (3:30 is 15:30), and a missing century ('90s is 1990er).
    """
    both = find_numbers(_ENTITY.sub(" ", source)), find_numbers(_ENTITY.sub(" ", target))
    if both[0] == both[1]:
        return [], []
    left, right = (Counter(map(plain_digits, numbers)) for numbers in both)
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


def _is_long(number: str) -> bool:
    return len(number.strip("0")) >= _LONG


def describe_difference(batch: Batch, row: int, left: list[str], right: list[str]) -> Spot:
    """The items that only one side of a row has, and the place of the first of them."""
    ones, others = (", ".join(side[:4]) or "nothing" for side in (left, right))
    side = "target" if right else "source"
    start, end = _find((right or left)[0], batch.side(side).texts[row])
    return Spot(f"{ones} in the source, {others} in the target", side, start, end, both=True)


def _find(item: str, text: str) -> tuple[int, int]:
    """The place of a placeholder or a number in a text; (0, 0): it is written differently."""
    place = text.find(item)
    if place >= 0 and not item.isdecimal():
        return place, place + len(item)
    numbers = (found.span() for found in _WRITTEN.finditer(text) if plain_digits(found[0]) == item)
    return next(numbers, (place, place + len(item)) if place >= 0 else (0, 0))
