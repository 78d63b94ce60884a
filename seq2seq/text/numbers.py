"""Numbers in text, whatever their script and separators."""

import re
from typing import Final

_NUMBER: Final = re.compile(r"\d+(?:[.,:'’\u00a0\u202f\u2009/-]?\d+)*")


def find_numbers(text: str) -> list[str]:
    """All numbers of a text as they are written, separators within them included."""
    return _NUMBER.findall(text)


def plain_digits(number: str) -> str:
    """A number as plain digits: 1,000, 1.000 and 1 000 are 1000."""
    digits = number if number.isdecimal() else "".join(filter(str.isdecimal, number))
    return digits if digits.isascii() else "".join(str(int(character)) for character in digits)
