"""Text that is copied into translations: markup, placeholders and the like, as numbered symbols.

Before a model is trained or translates, each span becomes a symbol; spans that are equal become equal symbols, and a
pair of marks becomes a pair of symbols. Each symbol is one token. After translation, the spans are put back.

    Click <b>Save</b> to keep {0}.    →    Click ⟦<1⟧Save⟦1>⟧ to keep ⟦1⟧.
"""

from __future__ import annotations

import random
import re
import zlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final, NamedTuple

from seq2seq.text.markup.recognise import find_spans
from seq2seq.text.markup.spans import Kind, Markup, Part, Span

if TYPE_CHECKING:
    from seq2seq.config.data import DataConfig
    from seq2seq.config.tokenizer import TokenizerConfig

_WHOLE: Final = tuple(f"⟦{number}⟧" for number in range(1, 33))
_PAIRS: Final = tuple((f"⟦<{number}⟧", f"⟦{number}>⟧") for number in range(1, 17))
NUMBERED: Final = (*_WHOLE, *(symbol for pair in _PAIRS for symbol in pair))
CLOSING: Final = {closing: opening for opening, closing in _PAIRS}
"""The opening symbol of each closing one."""

_SYMBOL: Final = re.compile("|".join(map(re.escape, NUMBERED)))
_NUMBER: Final = re.compile(r"(?<![\w.,:/-])\d+(?![\w/-]|[.,:]\d)")
"""A number of digits alone: others are written in other ways in other languages."""
_SHUFFLED: Final = 0.5
"""Share of training examples whose symbols have random numbers."""
_KINDS: Final[Mapping[str, tuple[Kind, ...]]] = {
    "placeholders": (Kind.PLACEHOLDER, Kind.TEMPLATE),
    "tags": (Kind.TAG, Kind.ENTITY),
    "urls": (Kind.URL, Kind.EMAIL),
    "code": (Kind.CODE, Kind.ROLE, Kind.IDENTIFIER),
    "numbers": (),
}
"""The kinds of markup of each class of :data:`seq2seq.config.tokenizer.SYMBOL_CLASSES`."""

_Content = tuple[str, ...]
"""What a symbol stands for: a span, or both spans of a pair."""


class _Place(NamedTuple):
    """A span in a text."""

    start: int
    end: int
    content: _Content
    side: int
    """Which span of its content it is: 0, or 1 for the second of a pair."""


_Symbols = Mapping[_Content, _Content]
"""The symbols of each content."""


@dataclass(frozen=True)
class ProtectedText:
    """A text with symbols in place of its spans."""

    text: str
    symbols: _Symbols
    """The symbol, or the pair of symbols, of each content."""
    rest: tuple[str, ...]
    """Spans that remain text: strings that are tokens, and spans for which no symbol was left."""

    @cached_property
    def spans(self) -> Mapping[str, str]:
        """The span that each symbol stands for."""
        return {
            symbol: span
            for content, symbols in self.symbols.items()
            for symbol, span in zip(symbols, content, strict=True)
        }

    def restore(self, text: str) -> str:
        """A text, or a token, with the spans in place of the symbols."""
        return _SYMBOL.sub(lambda symbol: self.spans.get(symbol[0], symbol[0]), text) if self.symbols else text

    def lost(self, translation: str) -> list[str]:
        """The spans that a translation, still with symbols, has less often than this text."""
        lost = []
        for symbol, span in self.spans.items():
            lost += [span] * (self.text.count(symbol) - translation.count(symbol) - translation.count(span))
        for span, count in Counter(self.rest).items():
            lost += [span] * (count - translation.count(span))
        return lost


class ProtectedPair(NamedTuple):
    """An example to train on, with symbols for the spans that both texts have equally often."""

    source: str
    target: str
    protected: int = 0
    """Spans of the source that became symbols."""
    rest: int = 0
    """Spans of the source that remain text."""


@dataclass(frozen=True)
class Protection:
    """Which spans of a text are copied."""

    kinds: tuple[Kind, ...]
    declared: tuple[Markup, ...]
    """Markup languages of the texts."""
    numbers: bool
    """Whether numbers of digits alone are copied."""
    strings: tuple[str, ...]
    """Strings that are tokens, and copied as they are."""

    @classmethod
    def from_config(cls, data: DataConfig, tokenizer: TokenizerConfig) -> Protection | None:
        """The protection that a recipe asks for; None: none."""
        return cls.of(data.protect, data.markup, tokenizer.symbols)

    @classmethod
    def of(cls, protect: Sequence[str], markup: Sequence[str], symbols: Sequence[str]) -> Protection | None:
        """The protection by the settings `data.protect`, `data.markup` and `tokenizer.symbols`; None: none."""
        if not (protect or symbols):
            return None
        classes = [name for name in symbols if name in _KINDS]
        return cls(
            kinds=tuple(Kind) if protect else tuple(kind for name in classes for kind in _KINDS[name]),
            declared=tuple(map(Markup, (*protect, *markup))),
            numbers="numbers" in classes,
            strings=tuple(name for name in symbols if name not in _KINDS),
        )

    @property
    def all_kinds(self) -> bool:
        """Whether all markup is copied."""
        return set(self.kinds) == set(Kind)

    @property
    def symbols(self) -> tuple[str, ...]:
        """All tokens that an output has as often as its source."""
        return (*self.strings, *(NUMBERED if self.kinds or self.numbers else ()))

    def find(self, text: str) -> list[Span]:
        """The spans of a text that are copied, ascending."""
        if not (self.kinds or self.numbers):
            return []
        found = find_spans(text, self.declared)
        return self._with_numbers(text, [span for span in found if span.kind in self.kinds], found)

    def _with_numbers(self, text: str, spans: Sequence[Span], found: Sequence[Span]) -> list[Span]:
        """Spans, and the numbers outside of those found, if numbers are copied."""
        spans = [*spans]
        if self.numbers:
            spans += _apart(_NUMBER.finditer(text), found)
        if "⟦" in text:  # a symbol that stands for itself
            spans += _apart(_SYMBOL.finditer(text), spans)
        return sorted(spans, key=lambda span: span.start)

    def protect(
        self, text: str, spans: Sequence[Span] | None = None, *, known: ProtectedText | None = None
    ) -> ProtectedText:
        """A text to translate, with symbols in the order of its spans.

        Args:
            text: the text.
            spans: its spans, ascending; None: they are found. Numbers are found in any case.
            known: another text, whose symbols stand for the same here.
        """
        places = _places(text, self.find(text) if spans is None else self._with_numbers(text, spans, spans))
        symbols = _number((place.content for place in places), known=known.symbols if known else {})
        rest = [text[place.start : place.end] for place in places if place.content not in symbols]
        replaced = _replaced(text, places, symbols)
        for string in self.strings:
            rest += [string] * replaced.count(string)
        return ProtectedText(replaced, symbols, tuple(rest))

    def protect_target(self, target: str, source: ProtectedText) -> str:
        """A translation with the symbols of its source."""
        return _replaced(target, _places(target, self.find(target)), source.symbols) if source.symbols else target

    def protect_pair(self, source: str, target: str) -> ProtectedPair:
        """An example to train on.

        What one side has more often than the other remains text: a symbol would teach to drop it, or to invent it. For
        every other example or so, the symbols have random numbers, so that all are learnt; they are a function of the
        texts.
        """
        places = _places(source, self.find(source))
        if not places:
            return ProtectedPair(source, target)
        written = _places(target, self.find(target))
        occurrences = Counter(place.content for place in written)
        shared = [
            content for content, count in Counter(p.content for p in places).items() if occurrences[content] == count
        ]
        draw = random.Random(zlib.crc32(f"{source}\0{target}".encode(errors="replace")))
        symbols = _number(shared, draw if draw.random() < _SHUFFLED else None)
        protected = sum(place.content in symbols for place in places)
        return ProtectedPair(
            _replaced(source, places, symbols), _replaced(target, written, symbols), protected, len(places) - protected
        )


def _apart(matches: Iterable[re.Match[str]], spans: Sequence[Span]) -> list[Span]:
    """Matches that overlap none of some spans."""
    return [
        Span(*match.span(), Kind.PLACEHOLDER)
        for match in matches
        if not any(span.start < match.end() and match.start() < span.end for span in spans)
    ]


def _places(text: str, spans: Sequence[Span]) -> list[_Place]:
    """The spans of a text, with those that belong together as pairs."""
    contents: list[tuple[_Content, int]] = []
    opened: list[int] = []
    for number, span in enumerate(spans):
        own = text[span.start : span.end]
        contents.append(((own,), 0))
        if span.part is Part.OPEN or (span.kind is Kind.TAG and span.part is Part.WHOLE and not own.endswith("/>")):
            opened.append(number)
        elif span.part is Part.CLOSE:
            same = [at for at in opened if (spans[at].kind, spans[at].name) == (span.kind, span.name)]
            if same:
                start = same[-1]
                pair = (text[spans[start].start : spans[start].end], own)
                contents[start], contents[number] = (pair, 0), (pair, 1)
                del opened[opened.index(start) :]
    return [_Place(span.start, span.end, *content) for span, content in zip(spans, contents, strict=True)]


def _number(
    contents: Iterable[_Content], draw: random.Random | None = None, *, known: _Symbols | None = None
) -> dict[_Content, _Content]:
    """A symbol for each content, or a pair of symbols, as far as there are any: in order, or by ``draw``."""
    symbols = dict(known or {})
    taken = set(symbols.values())
    distinct = [content for content in dict.fromkeys(contents) if content not in symbols]
    distinct.sort(key=lambda content: content[0] not in NUMBERED)  # text that spells a symbol must not remain
    for size, both in ((1, [(symbol,) for symbol in _WHOLE]), (2, _PAIRS)):
        pool: list[_Content] = [symbol for symbol in both if symbol not in taken]
        if draw is not None:
            draw.shuffle(pool)
        symbols.update(zip((content for content in distinct if len(content) == size), pool, strict=False))
    return symbols


def _replaced(text: str, places: Sequence[_Place], symbols: _Symbols) -> str:
    """A text with symbols for the contents that have any."""
    pieces: list[str] = []
    end = 0
    for place in places:
        if place.content in symbols:
            pieces += [text[end : place.start], symbols[place.content][place.side]]
            end = place.end
    return "".join(pieces) + text[end:]
