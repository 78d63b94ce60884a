"""Final punctuation that differs between the two sides."""

import re
from typing import Final

import numpy as np
from numpy.typing import NDArray

from seq2seq.inspection.checks.markup.markup import MISSING
from seq2seq.inspection.engine.batch import Batch
from seq2seq.inspection.engine.example import Spot
from seq2seq.inspection.engine.finding import Check
from seq2seq.inspection.engine.spans import MarkedTexts
from seq2seq.text.markup.recognise import Kind, Part

FINAL: Final = Check(
    "final-punctuation",
    "final punctuation that was lost, or is of another kind",
    "Check whether the end of the sentence is missing.",
    guess=True,
)
CHECKS: Final = (FINAL,)

_ENDS: Final = ("", ".．。｡।॥۔።។։܁᠃", "?？؟⁇", "!！¡︕", ":：፦", ";；؛;", ",，、،、", "…⋯‥")
"""Marks that end a text, by kind; the first stands for all other endings."""
_NONE, _STOP, _EXCLAMATION, _ELLIPSIS = 0, 1, 3, 7
_ANY: Final = -1
"""Unknown kind, which is not judged."""
_NAMES: Final = (
    "no mark", "a full stop", "a question mark", "an exclamation mark", "a colon", "a semicolon", "a comma",
    "an ellipsis",
)  # fmt: skip
_QUOTES: Final = "\"'”“’‘»«›‹」』「『"
_CLOSING: Final = frozenset(f" \t\u00a0\u202f\u200f\u200e{_QUOTES}}}*_`")
"""Characters that may follow the last mark."""
_BRACKETS: Final = {")": "(", "）": "（", "]": "[", "】": "【"}
"""Brackets that may enclose the last mark, or follow it."""
_ABBREVIATED: Final = re.compile(
    r"^\w{1,4}\.$|(?<!\w)(?:etc|e\.?\s?g|i\.?\s?e|a\.?m|p\.?m|vs|inc|ltd|co|corp|jr|sr|approx|no|usw|bzw|\w\.\s?\w)\.$",
    re.IGNORECASE,
)
_KIND: Final = {mark: kind for kind, marks in enumerate(_ENDS) for mark in marks}
_SAMPLE: Final = 20_000
"""Rows that are read, about."""
_ENOUGH: Final = 20
"""Least number of rows from which the translation of a mark is learnt."""
_TYPICAL: Final = 0.75
"""Least share of these rows with the same final mark for it to be the typical translation."""
_RARE: Final = 0.1
"""Greatest share of rows with a mark that is not an accepted translation."""
_RARE_EXCLAMATION: Final = 0.03
"""The same for exclamation marks, which many languages translate by a full stop."""


def final_mark(row: int, marked: MarkedTexts, *, loosely: bool = False) -> tuple[int, int]:
    """The kind of a text's final mark, and its place; a text that ends in code or a placeholder has none."""
    text = marked.texts[row]
    end = len(text)
    spans = marked.spans.get(row, [])
    for span in [*reversed(spans), None]:
        start = 0 if span is None else span.end
        while end > start and text[end - 1] in _CLOSING:
            end -= 1
        if span is None or end > span.end:
            break
        if span.part is Part.WHOLE and span.kind not in (Kind.TAG, Kind.DIRECTIVE):
            return _NONE, end
        if span.kind is Kind.DIRECTIVE and text[span.start : span.end] == "::":
            return _KIND[":"], span.start
        end = span.start
    return _mark_before(text, end, loosely=loosely), max(end - 1, 0)


def _mark_before(text: str, end: int, *, loosely: bool) -> int:
    """The kind of the mark before a place: within brackets that close there, or, ``loosely``, before them."""
    inside = end
    while inside and text[inside - 1] in _BRACKETS:
        inside -= 1
    kind = _KIND.get(text[inside - 1], _NONE) if inside else _NONE
    if kind != _NONE:
        quoted = inside >= 2 and text[inside - 2] in _QUOTES and text[inside : inside + 1] in (*_QUOTES,)
        if quoted or (inside < end and kind != _STOP):
            return _NONE  # a mark that the text mentions
        if kind == _STOP and text[max(0, inside - 3) : inside] == "...":
            return _ELLIPSIS
        return _NONE if kind == _STOP and _ABBREVIATED.search(text[max(0, inside - 12) : inside]) else kind
    if "」" in text[end:] or "』" in text[end:]:
        return _ANY  # direct speech in Chinese and Japanese has no final mark
    if inside < end and loosely:
        before = text[: text.rfind(_BRACKETS[text[end - 1]], 0, end)].rstrip()
        return _KIND.get(before[-1:], _NONE)
    return _NONE


class FinalMarks:
    """Which final mark is typically translated by which, from a sample of both sides."""

    def __init__(self, source: MarkedTexts, target: MarkedTexts) -> None:
        self._counts: NDArray[np.int64] = np.zeros((len(_ENDS), len(_ENDS)), np.int64)
        for row in range(0, len(source.texts), max(len(source.texts) // _SAMPLE, 1)):
            left, right = final_mark(row, source)[0], final_mark(row, target, loosely=True)[0]
            if _ANY not in (left, right):
                self._counts[left, right] += 1

    def is_odd(self, source: int, target: int) -> bool:
        """Whether the final mark of a source is hardly ever translated by that of a target."""
        if source in (target, _NONE, _ANY) or target == _ANY:
            return False
        counts = self._counts[source]
        total = max(int(counts.sum()), 1)
        typical = int(counts.argmax())
        if total < _ENOUGH or target == _EXCLAMATION:  # a matter of tone
            return False
        most = 1.0 if not target else _RARE_EXCLAMATION if source == _EXCLAMATION else _RARE
        return target != typical and counts[typical] >= _TYPICAL * total and counts[target] <= max(most * total, 1)

    def check(self, batch: Batch) -> None:
        """Find pairs whose sides have different final marks."""
        source, target = batch.marked("source"), batch.marked("target")
        odd: dict[int, tuple[int, int, int]] = {}
        for row in np.flatnonzero(batch.paired & ~batch.flagged(MISSING)).tolist():
            left, right = batch.sources[row], batch.targets[row]
            if left[-1:] == right[-1:] and left[-1:] in ".!?":
                continue
            one, other = final_mark(row, source), final_mark(row, target, loosely=True)
            if self.is_odd(one[0], other[0]):
                odd[row] = one[0], other[0], other[1]

        def describe(row: int) -> Spot:
            one, other, place = odd[row]
            what = f"the source ends in {_NAMES[one]}, the target in {_NAMES[other]}"
            return Spot(what, "target", place, place + 1, both=True)

        batch.add(FINAL, list(odd), describe)
