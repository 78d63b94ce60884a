"""UTF-8 that was read as another encoding, and the way back: ``Ã¤`` was ``ä``, ``â€™`` was ``’``.

A text is repaired only where that is certain: if all its characters beyond ASCII are bytes of Windows-1252 (or -1251)
that form valid UTF-8; otherwise, only the few sequences that no text contains intentionally.
"""

import re
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

_TO_BYTE: Final[dict[str, int]] = {}
for _byte in range(0x80, 0x100):
    # As Latin-1 decodes it, and as Windows-1252 does, in which five bytes have no character.
    _TO_BYTE[chr(_byte)] = _byte
    _TO_BYTE[bytes([_byte]).decode("cp1252", "ignore") or chr(_byte)] = _byte
_TAILS: Final = "".join(re.escape(character) for character, byte in _TO_BYTE.items() if byte < 0xC0)
_SEQUENCE: Final = re.compile(f"[\xc2-\xdf][{_TAILS}]|[\xe0-\xef][{_TAILS}]{{2}}|[\xf0-\xf4][{_TAILS}]{{3}}")
_PLAIN: Final = re.compile(f"Ã[{_TAILS}]|Â[\xa0-\xbf]|â(?:[€\x80][{_TAILS}]|[„\x84][¢\xa0])|ðŸ[{_TAILS}]{{2}}|ï»¿|ï¿½")
"""Sequences that no text contains intentionally, even beside correct letters."""
_BEYOND_ASCII: Final = re.compile(r"[^\x00-\x7f]+")
_TYPOGRAPHIC: Final = frozenset("–—‘’‚“”„†‡•…‰‹›€™\u200b\u200e\ufeff\u2009\u202f\u2010\u2011\u2032\u2033\ufffd")
_CONTROLS: Final = re.compile("[\x80-\x9f]")
_CYRILLIC: Final = re.compile(r"(?:[РС][^\x00-\x7f\s]){2}")


@cache
def followers() -> NDArray[np.bool_]:
    """Table of code points that may follow the first letter of misread text; the last entry is for all higher ones."""
    table = np.zeros(0x2200, np.bool_)
    for byte in range(0x80, 0xC0):
        for encoding in ("cp1252", "cp1251", "latin-1"):
            for character in bytes([byte]).decode(encoding, "ignore"):
                table[ord(character)] = True
    return table


def repair_mojibake(text: str) -> str:
    """The text with misread UTF-8 restored; unchanged where that is uncertain."""
    better, before = _once(text), text
    while better != before:  # it may have been misread more than once
        better, before = _once(better), better
    # A new control character shows that the text was not misread UTF-8.
    return text if len(_CONTROLS.findall(better)) > len(_CONTROLS.findall(text)) else better


def _once(text: str) -> str:
    if text.isascii():
        return text
    if _CYRILLIC.search(text):
        try:
            whole = text.encode("cp1251").decode()
        except UnicodeError:
            return text
        return whole if sum("\u0400" <= character <= "\u04ff" for character in whole) * 4 > len(whole) else text
    if not _SEQUENCE.search(text):
        return text
    runs = [_decoded(run) for run in _BEYOND_ASCII.findall(text)]
    letters = "".join(run for run in runs if run is not None)
    if all(run is not None for run in runs) and (_latin(letters) or len(letters) >= 4):
        replaced = iter(runs)
        return _BEYOND_ASCII.sub(lambda _: next(replaced) or "", text)
    return _PLAIN.sub(lambda match: _plain(match[0]), text)


def _decoded(run: str) -> str | None:
    """Characters beyond ASCII, decoded as UTF-8; None: they are not misread UTF-8."""
    try:
        return bytes(_TO_BYTE[character] for character in run).decode()
    except (KeyError, UnicodeDecodeError):
        return None


def _plain(sequence: str) -> str:
    decoded = _decoded(sequence)
    return decoded if decoded is not None and (_latin(decoded) or decoded > "\uffff") else sequence


def _latin(text: str) -> bool:
    """Whether a text consists of characters beyond ASCII that are common in Western texts."""
    return all("\x80" <= character <= "\u017f" or character in _TYPOGRAPHIC for character in text)
