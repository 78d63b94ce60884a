"""Numbers and missing values, as text."""

import math
import re
from collections.abc import Sequence
from typing import Final, Literal

import numpy as np

from seq2seq.errors import DataError
from seq2seq.series.reading.problems import Problems
from seq2seq.series.series import Floats

Decimal = Literal[".", ","]
MISSING: Final = frozenset({"", "?", "na", "n/a", "#n/a", "#na", "<na>", "nan", "-nan", "null", "none"})
"""What stands for a missing value, in small letters: what pandas takes for one, and what .tsf and .ts write."""
LARGEST: Final = 1e150
"""Size of the largest number: squares of errors have to be finite."""
_SHOWN: Final = 40
"""Characters of a text that a message shows."""
_COMMA: Final = re.compile(r"[+-]?(\d*),(\d+)(?:[eE][+-]?\d+)?")


def shown(text: str) -> str:
    """A text for a message, cut where it is long."""
    return repr(text if len(text) <= _SHOWN else f"{text[:_SHOWN]}...")


def parse_numbers(
    texts: Sequence[str], lines: Sequence[int], problems: Problems, *, name: str, decimal: Decimal = "."
) -> Floats:
    """Numbers (N,), NaN where one is missing; what is neither is noted as a problem, and NaN.

    Args:
        texts: as they stand in the file.
        lines: the line of each.
        problems: gets what cannot be read.
        name: of the column, for messages.
        decimal: the decimal sign.
    """
    found = np.empty(len(texts))
    for place, text in enumerate(texts):
        plain = text.strip()
        try:
            number = float(plain if decimal == "." else _with_point(plain))
        except ValueError:
            number = math.nan
            if plain.casefold() not in MISSING:
                problems.add(lines[place], "number", f"{name}: {shown(plain)} is no number")
        else:
            if "_" in plain:  # Python's float() reads 1_000
                problems.add(lines[place], "number", f"{name}: {shown(plain)} is no number")
            elif math.isinf(number):
                problems.add(lines[place], "finite", f"{name}: {shown(plain)} is not finite")
            elif abs(number) > LARGEST:
                problems.add(lines[place], "size", f"{name}: {shown(plain)} is larger than {LARGEST:g} in size")
        found[place] = number
    return found


def is_number(text: str) -> bool:
    """Whether a text is a number, or stands for a missing one, with either decimal sign."""
    plain = text.strip()
    if plain.casefold() in MISSING:
        return True
    try:
        float(plain)
    except ValueError:
        return _COMMA.fullmatch(plain) is not None
    return True


def find_decimal(columns: Sequence[Sequence[str]], place: str) -> Decimal:
    """The decimal sign of columns that are not separated by commas: a comma, if numbers have commas and none a point.

    Raises:
        DataError: 1,234 may be a thousand or about one, and no number tells which.
    """
    texts = [text.strip() for column in columns for text in column]
    commas = [found for text in texts if (found := _COMMA.fullmatch(text))]
    if not commas or any("." in text and is_number(text) for text in texts):
        return "."
    if all(len(found[2]) == 3 and found[1].strip("0") for found in commas):
        raise DataError(
            f"{place}: {commas[0][0]} may be a number with a decimal comma or with a comma between thousands.\n"
            "  Write a point in place of the comma if it is the former, and nothing if it is the latter "
            "(in Python, read_series(..., decimal=',') reads the former).",
            code="series.ambiguous-decimal",
        )
    return ","


def _with_point(text: str) -> str:
    """A number with a decimal comma, as Python reads it."""
    if "." in text:
        raise ValueError(text)  # a point between thousands, or another decimal sign
    return text.replace(",", ".", 1)
