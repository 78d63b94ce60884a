"""The markup of a batch: which rows hold some, and the words outside of it."""

from collections.abc import Collection, Sequence
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from seq2seq.inspection.engine.texts import Texts, Words
from seq2seq.text.markup.recognise import Markup, Span, find_spans, may_have_spans, without

_MARKS: Final = "`*<&{%$[|@_\\~"
"""Characters that are seldom in prose and often in markup: class 1."""
_CLASSES: Final = ("", _MARKS, "abcdefghijklmnopqrstuvwxyz", "ABCDEFGHIJKLMNOPQRSTUVWXYZ", ".", "-", "/", ":", "(", ")")
_PAIRS: Final = ("aA", ".a", ".A", "--", "//", "::", "()", "./", "/a", ":a", ":A", ". ")
"""Neighbours, by their classes, that may belong to a link, a path or a name of code; ``". "`` is for directives."""


def _tables() -> tuple[NDArray[np.uint8], NDArray[np.bool_]]:
    """(128,) the class of a character; (256,) whether two neighbours may be part of markup, by 16 x class + class."""
    classes = np.zeros(129, np.uint8)
    for number, characters in enumerate(_CLASSES):
        for character in characters:
            classes[ord(character)] = number
    telling = np.zeros(256, np.bool_)
    for one, other in _PAIRS:
        if other != " ":
            telling[16 * classes[ord(one)] + classes[ord(other)]] = True
    telling[16:32] = True
    return classes, telling


_CLASS, _TELLING = _tables()


class MarkedTexts:
    """The spans of the texts of one side.

    Args:
        texts: them.
        declared: markup languages that they are known to be written in.
    """

    def __init__(self, texts: Texts, declared: Collection[Markup] = ()) -> None:
        self._texts = texts
        self._declared = frozenset(declared)

    @property
    def texts(self) -> Sequence[str]:
        """The texts themselves."""
        return self._texts.texts

    @cached_property
    def suspects(self) -> list[int]:
        """Rows that may hold markup, whole or damaged, ascending."""
        texts = self._texts
        classes = _CLASS[np.minimum(texts.codes, 128)]
        following = np.append(classes[1:], np.uint8(0))
        following[texts.starts[1:][texts.lengths > 0] - 1] = 0  # the next text is no neighbour
        pairs = classes * np.uint8(16) + following
        places = np.flatnonzero(_TELLING[pairs])
        rows = np.unique(np.searchsorted(texts.starts, places, side="right") - 1)
        starts = [row for row, text in enumerate(texts.texts) if text.startswith(".. ")]
        return [row for row in sorted({*rows.tolist(), *starts}) if may_have_spans(texts.texts[row])]

    @cached_property
    def spans(self) -> dict[int, list[Span]]:
        """The spans of every row that has some."""
        found = ((row, find_spans(self._texts.texts[row], self._declared)) for row in self.suspects)
        return {row: spans for row, spans in found if spans}

    @cached_property
    def plain(self) -> Texts:
        """The same texts without their spans: what is words."""
        if not self.spans:
            return self._texts
        return _Plain(self._texts, {row: without(self.texts[row], spans) for row, spans in self.spans.items()})


class _Plain(Texts):
    """Texts of which some are others; the words of the rest are taken over.

    Args:
        whole: the texts as they were.
        others: the new ones, by their rows, ascending.
    """

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
