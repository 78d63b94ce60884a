"""Sizes as people write them: `20GB`, `500 MB`, `1.5TiB`."""

import re
from typing import Final

_UNITS: Final = {
    "": 1, "b": 1, "kb": 10**3, "mb": 10**6, "gb": 10**9, "tb": 10**12,
    "kib": 2**10, "mib": 2**20, "gib": 2**30, "tib": 2**40,
}  # fmt: skip


def parse_size(text: str) -> int:
    """Read a number of bytes, with a unit if it has one.

    Raises:
        ValueError: the text is something else; its message says what is accepted.
    """
    match = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*([a-z]*)\s*", text.lower(), re.ASCII)
    if match is None or match[2] not in _UNITS:
        raise ValueError(f"{text!r} is not a size; write bytes as a number, or a text such as 500MB, 20GB or 1.5TB")
    return int(float(match[1]) * _UNITS[match[2]])
