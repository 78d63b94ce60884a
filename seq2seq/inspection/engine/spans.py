"""The markup of the texts of a batch, and the text outside of it."""

from collections.abc import Collection, Sequence
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from seq2seq.inspection.engine.texts import Texts, Words
from seq2seq.text.markup.recognise import Markup, Span, find_spans, may_have_spans, without

_MARKS: Final = "`*<&{%$[|@_\\~"
"""Characters that are rare in prose and frequent in markup: class 1."""
_CLASSES: Final = ("", _MARKS, "abcdefghijklmnopqrstuvwxyz", "ABCDEFGHIJKLMNOPQRSTUVWXYZ", ".", "-", "/", ":", "(", ")")
_PAIRS: Final = ("aA", ".a", ".A", "--", "//", "::", "()", "./", "/a", ":a", ":A", ". ")
"""Neighbours, by their classes, that may belong to a link, a path, a name in code, or (``". "``) a directive."""


def _tables() -> tuple[NDArray[np.uint8], NDArray[np.bool_]]:
    """(128,) the class of a character; (256,) whether two neighbours may be part of markup, by 16 x class + class."""
    classes = np.zeros(129, np.uint8)
    for number, characters in enumerate(_CLASSES):
        for character in characters:
            classes[ord(character)] = number
    suspicious = np.zeros(256, np.bool_)
    for one, other in _PAIRS:
        if other != " ":
            suspicious[16 * classes[ord(one)] + classes[ord(other)]] = True
    suspicious[16:32] = True
    return classes, suspicious


_CLASS, _SUSPICIOUS = _tables()


class MarkedTexts:
    """The texts of one side, with their spans of markup, in some languages ``declared`` beforehand."""

    def __init__(self, texts: Texts, declared: Collection[Markup] = ()) -> None:
        self._texts = texts
        self._declared = frozenset(declared)

    @property
    def texts(self) -> Sequence[str]:
        """The texts."""
        return self._texts.texts

    @cached_property
    def suspects(self) -> list[int]:
        """Rows that may contain markup, complete or damaged, ascending."""
        texts = self._texts
        classes = _CLASS[np.minimum(texts.codes, 128)]
        following = np.append(classes[1:], np.uint8(0))
        following[texts.starts[1:][texts.lengths > 0] - 1] = 0  # the next text is not a neighbour
        pairs = classes * np.uint8(16) + following
        places = np.flatnonzero(_SUSPICIOUS[pairs])
        rows = np.unique(np.searchsorted(texts.starts, places, side="right") - 1)
        starts = [row for row, text in enumerate(texts.texts) if text.startswith(".. ")]
        return [row for row in sorted({*rows.tolist(), *starts}) if may_have_spans(texts.texts[row])]

    @cached_property
    def spans(self) -> dict[int, list[Span]]:
        """The spans of every row that has any."""
        by_row = ((row, find_spans(self._texts.texts[row], self._declared)) for row in self.suspects)
        return {row: spans for row, spans in by_row if spans}

    @cached_property
    def plain(self) -> Texts:
        """The texts without their spans."""
        if not self.spans:
            return self._texts
        return _Plain(self._texts, {row: without(self.texts[row], spans) for row, spans in self.spans.items()})


class _Plain(Texts):
    """Texts some of which are replaced by ``others``, by row, ascending; the words of the rest are reused."""

    def __init__(self, whole: Texts, others: dict[int, str]) -> None:
        texts = list(whole.texts)
        for row, text in others.items():
            texts[row] = text
        super().__init__(texts)
        self._whole = whole
        self._others = others

    @cached_property
    def words(self) -> Words:
        """The words, folded."""
        new = Texts(list(self._others.values())).words
        return self._whole.words.with_rows(np.fromiter(self._others, np.int64), new)
