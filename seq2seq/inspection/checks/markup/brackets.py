"""Unmatched brackets and quotes on one side, where those of the other side match."""

import re
from typing import Final

import numpy as np
from numpy.typing import NDArray

from seq2seq.inspection.engine.batch import Batch
from seq2seq.inspection.engine.example import Spot
from seq2seq.inspection.engine.finding import Check
from seq2seq.inspection.engine.texts import Texts
from seq2seq.text.markup.recognise import blanked

BRACKETS: Final = Check(
    "brackets", "brackets that do not match", "Add or remove the bracket; those of the other side match.", guess=True
)
QUOTES: Final = Check(
    "quotes",
    "quotation marks that do not match",
    "Add or remove the quotation mark; those of the other side match.",
    guess=True,
)
CHECKS: Final = (BRACKETS, QUOTES)

_PAIRS: Final = ("(（﹙⁽", ")）﹚⁾", "[［【〔", "]］】〕", "{｛", "}｝", "「『｢", "」』｣", "《〈", "》〉")
"""Opening and closing brackets, alternating; brackets of one entry match each other."""
_LISTED: Final = re.compile(r"(?:^|(?<=[\s(\[—–-]))[\w.]{1,3}\Z")
"""An item of a list, before its bracket: ``a)``."""
_EMOTICON: Final = re.compile(r"(?<![\w(])(?:[:;=]['’]?-?[()\[\]]|[()]-?[:;=])(?!\w)")
_DOUBLE: Final = '"“”„‟«»＂〝〞〟‹›'
_MEASURE: Final = re.compile(r"(?<=\d)[\"']{1,2}|(?<=\d)\s?[″′]|(?<=[\u05d0-\u05ea])\"(?=[\u05d0-\u05ea])")
"""Inches, feet, minutes and seconds; a mark within abbreviations of Hebrew."""
_OPENED: Final = re.compile(r"(?<!\w)[\"'“‘„](?:(?![\"'“”‘’„]).)*\Z")
"""An open quote, which a mark after a number may close."""
_SINGLE: Final = re.compile(
    r"(?P<open>(?<![A-Za-z0-9_\u00c0-\u0fff'’])['‘‚`](?=[\w%{$<*&.-]))|(?P<close>(?<=[\w%})>.!?,…*-])['’](?![A-Za-z0-9_\u00c0-\u0fff'’]))"
)


def check_brackets(batch: Batch) -> None:
    """Find unmatched brackets and quotes on one side, where those of the other side match."""
    names = ("source", "target")
    sides = batch.plain("source"), batch.plain("target")
    for check, marks, find in ((BRACKETS, "".join(_PAIRS), _odd_bracket), (QUOTES, f"{_DOUBLE}'‘’‚`", _odd_quote)):
        odd: dict[int, Spot] = {}
        for row in _rows(batch, sides, marks):
            texts = [_outside(batch, side, row) for side in names]
            if (found := find(texts)) is not None:
                side, place = names[found[0]], found[1]
                what = f"{texts[found[0]][place]} has no match in the {side}"
                odd[row] = Spot(what, side, place, place + 1, both=True)
        batch.add(check, list(odd), odd.__getitem__)


def _odd_bracket(texts: list[str]) -> tuple[int, int] | None:
    """The only side with an unmatched bracket, and the place of the first one."""
    odd = [(number, place) for number, text in enumerate(texts) if (place := unmatched_bracket(text)) is not None]
    return odd[0] if len(odd) == 1 else None


def unmatched_bracket(text: str) -> int | None:
    """The place of the first bracket without a match, except in emoticons and list items."""
    if not any(mark in text for marks in _PAIRS for mark in marks):
        return None
    text = _EMOTICON.sub(lambda match: " " * len(match[0]), text)
    unclosed: dict[int, list[int]] = {}
    for place, character in enumerate(text):
        kind = _BRACKET.get(character)
        if kind is None:
            continue
        if kind % 2 == 0:
            unclosed.setdefault(kind, []).append(place)
        elif unclosed.get(kind - 1):
            unclosed[kind - 1].pop()
        elif not (character in ")）" and text[place + 1 : place + 2] in ("", " ") and _LISTED.search(text, 0, place)):
            return place
    return min((places[0] for places in unclosed.values() if places), default=None)


def _table(marks: str) -> NDArray[np.bool_]:
    """(65536,) whether a character is one of ``marks``."""
    table = np.zeros(0x10000, np.bool_)
    table[[ord(mark) for mark in marks]] = True
    return table


_APOSTROPHE: Final = _table("'’")
_BRACKET: Final = {mark: kind for kind, marks in enumerate(_PAIRS) for mark in marks}


def _odd_quote(texts: list[str]) -> tuple[int, int] | None:
    """The side with unmatched quotes, and the place of the last one."""
    measured = [_MEASURE.sub(_blank_measure, text) for text in texts]
    double = [[place for place, character in enumerate(text) if character in _DOUBLE] for text in measured]
    for this in (0, 1):
        if len(double[this]) % 2 and not len(double[1 - this]) % 2:
            return this, double[this][-1]
    single = [list(_SINGLE.finditer(text)) for text in measured]
    for this in (0, 1):
        opened, other = (
            [sum(match[kind] is not None for match in single[side]) for kind in ("open", "close")]
            for side in (this, 1 - this)
        )
        if opened[0] != opened[1] and other[0] == other[1] and other[0] > min(opened):
            return this, single[this][-1].start()
    return None


def _blank_measure(match: re.Match[str]) -> str:
    return match[0] if _OPENED.search(match.string, 0, match.start()) else " " * len(match[0])


def _outside(batch: Batch, side: str, row: int) -> str:
    """A text whose markup is replaced by blanks."""
    text, spans = batch.side(side).texts[row], batch.marked(side).spans.get(row)
    return text if spans is None else blanked(text, spans)


def _rows(batch: Batch, sides: tuple[Texts, Texts], marks: str) -> list[int]:
    """Pairs in which a side has an odd number of ``marks``, or the sides have different numbers."""
    counts = [_count(texts, marks) for texts in sides]
    differ: NDArray[np.bool_] = (counts[0] != counts[1]) | (counts[0] % 2 > 0)
    return np.flatnonzero(differ & batch.paired).tolist()


def _count(texts: Texts, marks: str) -> NDArray[np.int64]:
    """(N,) number of ``marks`` in each text, except apostrophes between letters."""
    places = np.flatnonzero(_table(marks)[np.minimum(texts.codes, 0xFFFF)])
    inside = texts.scripts[np.maximum(places - 1, 0)] > 0
    inside &= texts.scripts[np.minimum(places + 1, len(texts.codes) - 1)] > 0
    places = places[~(inside & _APOSTROPHE[np.minimum(texts.codes[places], 0xFFFF)])]
    return np.bincount(np.searchsorted(texts.starts, places, side="right") - 1, minlength=len(texts.texts))
