"""Writes a tune as a file in ABC notation that other programs can read."""

import re
from collections.abc import Iterable
from typing import Final

from seq2seq.music.abc import as_headers
from seq2seq.music.tokens import BARE_FIELD

_WIDTH: Final = 80
"""Most columns of a line, unless a single bar is longer."""
_PIECE: Final = re.compile(rf'"[^"]*"|\[[A-Za-z]:[^\]]*\]|(?P<ending>[\[|]\s*\d+(?:[,-]\d+)*)|(?P<bare>{BARE_FIELD})')
_BAR_LINE: Final = r"(?::*\|++\]?+:*+(?!\s*\d)|::+)"
"""A bar line after which a line may end: not before the number of an ending."""
_BAR: Final = re.compile(rf'(?:"[^"]*"|\[[A-Za-z]:[^\]]*\]|(?!{_BAR_LINE}).)*(?:{_BAR_LINE}|$)\s*')


def to_abc(tags: Iterable[str], body: str, *, number: int = 1, title: str = "") -> str:
    """Write a complete tune; ``read_tunes`` reads it back.

    Args:
        tags: such as ``M:6/8`` and ``K:G``; other than headers M, L, R or K are left out.
        body: one line of music. Bare fields get brackets; lines are broken at bar lines.
        number: the tune's number in its file (X).
        title: the tune's name (T).
    """
    given = as_headers(tags)
    lines = [f"X:{number}", f"T:{' '.join(title.split()) or f'Tune {number}'}"]
    lines += [f"{letter}:{given[letter]}" for letter in "ML" if given.get(letter)]
    if given.get("R"):
        lines.append(f"R:{given['R'].replace('_', ' ')}")
    lines.append(f"K:{given.get('K') or 'none'}")  # by the standard, K ends the header
    return "\n".join([*lines, *_wrap(portable(body))]) + "\n"


def portable(body: str) -> str:
    """Spell a body so that other programs read it: fields in brackets, and a space after the number of an ending.

    ``| M:2/4 A2|`` becomes ``| [M:2/4] A2|``, and ``|[1A2|`` becomes ``|[1 A2|``: otherwise verovio crashes.
    """

    def spell(piece: re.Match[str]) -> str:
        if piece["bare"]:
            return f"[{piece['bare'].replace(' ', '')}]"
        return f"{piece[0]} " if piece["ending"] else piece[0]

    return " ".join(_PIECE.sub(spell, body).split())


def _wrap(body: str) -> list[str]:
    """Break a body after bar lines."""
    lines: list[str] = []
    for bar in _BAR.findall(body):
        if lines and len(lines[-1]) + len(bar.rstrip()) <= _WIDTH:
            lines[-1] += bar
        elif bar:
            lines.append(bar)
    return [line.rstrip() for line in lines]
