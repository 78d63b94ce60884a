"""Translators that need no model: they change words by a rule, and their attention says which became which."""

import re
from collections.abc import Callable, Iterable, Sequence
from itertools import groupby
from typing import Any

from seq2seq.config.decoding import DecodingConfig
from seq2seq.documents.spans.characters import is_unspaced
from seq2seq.formats.segment import Code, Content
from seq2seq.inference.request.input_warnings import InputWarnings
from seq2seq.inference.translation import Translation
from seq2seq.text.markup.recognise import find_spans
from seq2seq.text.markup.spans import Span

_RUNS = re.compile(r"\s+|[^\W_]+|.", re.DOTALL)
_WORD = re.compile(r"[^\W_]+")
Rule = Callable[[str], str]


def reverse(word: str) -> str:
    """The word from its end to its beginning."""
    return word[::-1]


def same(word: str) -> str:
    """The word as it is."""
    return word


class FakeTranslator:
    """Changes every word by a rule; punctuation and white space stay.

    Args:
        rule: the new word.
        attention: whether its translations have an alignment.
        backwards: whether the words come out in the opposite order.
        copies_spans: whether it takes spans, and copies them.
        longest: see :class:`seq2seq.inference.translator.Translator`; a token is a word or a mark.

    Attributes:
        asked: all texts that were to be translated, in order.
    """

    def __init__(
        self,
        rule: Rule = same,
        *,
        attention: bool = True,
        backwards: bool = False,
        copies_spans: bool = False,
        longest: int | None = None,
    ) -> None:
        self.rule = rule
        self.attention = attention
        self.backwards = backwards
        self.copies_spans = copies_spans
        self.longest = longest
        self.languages = ("en", "de")
        self.declared_markup = ()
        self.decoding = DecodingConfig()
        self.asked: list[str] = []

    @property
    def tokenizers(self) -> Any:
        """An object that counts tokens as a pair of vocabularies does."""
        return self

    @property
    def source(self) -> Any:
        """Likewise."""
        return self

    @property
    def reads_vectors(self) -> bool:
        """It reads text."""
        return False

    def encode(self, text: str) -> list[int]:
        """Numbers of tokens."""
        return list(range(len(pieces_of(text))))

    def translate_nbest(
        self,
        texts: Iterable[str],
        config: DecodingConfig | None = None,
        *,
        start: int = 0,
        warnings: InputWarnings | None = None,
        alignments: bool = False,
        spans: Sequence[Sequence[Span]] | None = None,
        advance: Callable[[int], None] | None = None,
    ) -> list[list[Translation]]:
        """See :meth:`seq2seq.inference.translator.Translator.translate_nbest`."""
        assert spans is None or self.copies_spans
        del config, start
        texts = list(texts)
        self.asked += texts
        if warnings is not None:
            warnings.lines += len(texts)
        if advance is not None:
            advance(len(texts))
        return [[self._translate(text, aligned=alignments and self.attention)] for text in texts]

    def _translate(self, text: str, *, aligned: bool) -> Translation:
        spaces = pieces_of(text)
        words = [self.rule(piece.strip()) for piece in spaces]
        order = list(range(len(words)))
        if self.backwards:
            order.reverse()
            pieces = [" " * (number > 0) + words[place] for number, place in enumerate(order)]
        else:
            blanks = [piece[: len(piece) - len(piece.lstrip())] for piece in spaces]
            pieces = [blank + word for blank, word in zip(blanks, words, strict=True)]
        return Translation(
            text="".join(pieces),
            score=-1.0,
            log_prob=-1.0,
            tokens=tuple(re.sub(r"\s+", "▁", piece) for piece in pieces),
            source_tokens=tuple(re.sub(r"\s+", "▁", piece) for piece in spaces),
            alignment=tuple((number, place, 1.0) for number, place in enumerate(order)) if aligned else None,
        )


def change_words(content: Content, rule: Rule) -> Content:
    """A content whose words are changed by a rule; codes, placeholders, links and punctuation stay."""
    parts: list[str | Code] = []
    for part in content:
        if isinstance(part, Code):
            parts.append(part)
            continue
        text, place = "", 0
        for span in find_spans(part):
            text += _WORD.sub(lambda word: rule(word[0]), part[place : span.start]) + part[span.start : span.end]
            place = span.end
        parts.append(text + _WORD.sub(lambda word: rule(word[0]), part[place:]))
    return tuple(parts)


def pieces_of(text: str) -> list[str]:
    """Words and marks, each with the white space before it; characters in scripts without spaces."""
    pieces: list[str] = []
    space = ""
    for found in _RUNS.findall(text):
        if found.isspace():
            space = found
            continue
        for unspaced, group in groupby(found, is_unspaced):
            for part in group if unspaced else ["".join(group)]:
                pieces.append(space + part)
                space = ""
    return pieces
