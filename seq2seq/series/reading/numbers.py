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
_BLANKS: Final = "'’ \u00a0\u2009\u202f"
"""What stands between thousands beside points and commas: apostrophes and spaces."""
_SIGNS: Final[dict[Decimal, Decimal]] = {".": ",", ",": "."}
"""The sign that may stand between thousands, by the decimal one."""
_GROUPED: Final = {
    decimal: re.compile(
        rf"[+-]?[1-9]\d{{0,2}}(?P<sign>[{re.escape(other + _BLANKS)}])\d{{3}}(?:(?P=sign)\d{{3}})*"
        rf"(?:{re.escape(decimal)}\d*)?"
    )
    for decimal, other in _SIGNS.items()
}
"""Numbers with signs between their thousands, by the decimal sign; 0,123 has no thousands."""
_COMMA: Final = re.compile(r"[+-]?(?:\d+,\d*|,\d+)(?:[eE][+-]?\d+)?")
"""A number with a decimal comma."""
_SMALL: Final = re.compile(r"[+-]?\d{1,3}")
_LARGE: Final = re.compile(r"[+-]?\d{4,}")
_THOUSAND: Final = re.compile(r"[+-]?[1-9]\d{0,2}([.,])\d{3}")
"""A number whose sign may be either: 1,234."""


def shown(text: str) -> str:
    """A text for a message, cut where it is long."""
    return repr(text if len(text) <= _SHOWN else f"{text[:_SHOWN]}...")


def parse_numbers(
    texts: Sequence[str],
    lines: Sequence[int],
    problems: Problems,
    *,
    name: str,
    decimal: Decimal = ".",
    grouped: bool = False,
) -> Floats:
    """Numbers (N,), NaN where one is missing; what is neither is noted as a problem, and NaN.

    Args:
        texts: as they stand in the file.
        lines: the line of each.
        problems: gets what cannot be read.
        name: of the column, for messages.
        decimal: the decimal sign.
        grouped: whether thousands may have signs between them: 1,234,567.8.
    """
    found = np.empty(len(texts))
    for place, text in enumerate(texts):
        plain = text.strip()
        found[place] = math.nan
        try:
            number = float(_as_python_reads(plain, decimal, grouped=grouped))
        except ValueError:
            if plain.casefold() not in MISSING:
                problems.add(lines[place], "number", f"{name}: {shown(plain)} is no number")
        else:
            if "_" in plain:  # Python's float() reads 1_000
                problems.add(lines[place], "number", f"{name}: {shown(plain)} is no number")
            elif math.isinf(number):
                problems.add(lines[place], "finite", f"{name}: {shown(plain)} is not finite")
            elif abs(number) > LARGEST:
                problems.add(lines[place], "size", f"{name}: {shown(plain)} is larger than {LARGEST:g} in size")
            else:
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
        return any(form.fullmatch(plain) for form in (_COMMA, *_GROUPED.values()))
    return True


def find_decimal(columns: Sequence[Sequence[str]], place: str, *, quoted: bool) -> Decimal:
    """The decimal sign of columns of numbers, as these show it: 1.234,5 has a comma, and so has 1,5 or 0,123.

    Args:
        columns: of a table.
        place: of the table, for messages.
        quoted: whether commas separate the fields, so that numbers with commas are in quotes.

    Raises:
        DataError: no number tells whether 1,234 is a thousand, or numbers have both decimal signs.
    """
    texts = [text for column in columns for text in map(str.strip, column)]
    either: dict[Decimal, str] = {}
    shown: dict[Decimal, str] = {}
    commas = any("," in text for text in texts)
    for text in texts:
        if (sign := _decimal_of(text)) is not None:
            shown.setdefault(sign, text)
            if not commas:
                break  # without commas, one point that can be nothing else decides
        elif found := _THOUSAND.fullmatch(text):
            either.setdefault("," if found[1] == "," else ".", text)
    if len(shown) == 1:
        return next(iter(shown))
    if shown:
        raise _ambiguous(place, f"{shown['.']} has a decimal point, and {shown[',']} a decimal comma")
    if "," in either:
        raise _ambiguous(place, f"{either[',']} may be a thousand, or have a decimal comma, and no number tells which")
    small_alone = any(map(_SMALL.fullmatch, texts)) and not any(map(_LARGE.fullmatch, texts))
    if "." in either and small_alone and not quoted:
        raise _ambiguous(place, f"{either['.']} may be a thousand, or have a decimal point, and no number tells which")
    return "."


def _ambiguous(place: str, what: str) -> DataError:
    return DataError(
        f"{place}: {what}.\n  Write numbers with one decimal sign, and nothing between thousands.",
        settings="Of series to be forecast, --set data.forecast.decimal=comma (or point) says which it is.",
        code="series.ambiguous-decimal",
    )


def _decimal_of(text: str) -> Decimal | None:
    """The decimal sign of a number, if it can be but one; None: it has none, or may have either, or is no number."""
    point, comma = text.count("."), text.count(",")
    if not point + comma or _THOUSAND.fullmatch(text):
        return None
    if not comma:
        if point > 1:
            return "," if _GROUPED[","].fullmatch(text) else None
        return "." if is_number(text) else None
    found: list[Decimal] = [sign for sign, form in _GROUPED.items() if form.fullmatch(text)]
    if found:
        return found[0]
    return "," if _COMMA.fullmatch(text) else None


def _as_python_reads(text: str, decimal: Decimal, *, grouped: bool) -> str:
    """A number with a decimal point, and with nothing between thousands."""
    if grouped and (found := _GROUPED[decimal].fullmatch(text)):
        text = text.replace(found["sign"], "")
    elif decimal == "," and "." in text:
        raise ValueError(text)  # another decimal sign
    return text.replace(",", ".", 1) if decimal == "," else text
