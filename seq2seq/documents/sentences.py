"""Paragraphs to sentences, and back with their spacing."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from sentencex import get_sentence_boundaries

from seq2seq.documents.spans.characters import has_letters, is_unspaced
from seq2seq.documents.spans.inline import Inline, Item, Role

_STAND_IN: Final = "\ufffc"
"""Stands for a span of its own while sentences are looked for: no punctuation, and it may begin a sentence."""
_CLAUSE: Final = re.compile(r"[;:,،؛、，；：](?=\s|[^\x00-\x7f])\s*|\s(?=[(\[–—])|[)\]–—](?=\s)\s*")
_SPACE: Final = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Chunk:
    """A sentence; or what stands between sentences, and is written as it is."""

    items: tuple[Item, ...]
    is_sentence: bool


def split_sentences(items: Sequence[Item], language: str) -> list[Chunk]:
    """Split a segment into sentences; all chunks in a row are its items again.

    White space around a sentence, stretches without letters, and branches' ends of a message are chunks of their own.

    Args:
        items: of the segment.
        language: ISO 639 code of its language; for one that sentencex does not know, its general rules hold.
    """
    chunks: list[Chunk] = []
    run: list[Item] = []
    for item in [*items, None]:
        if (isinstance(item, Inline) and item.role is not Role.BARRIER) or isinstance(item, str):
            run.append(item)
        else:
            chunks += _sentences(run, language)
            run = []
            if item is not None:
                chunks.append(Chunk((item,), is_sentence=False))
    return chunks


def split_long(chunk: Chunk, fits: Callable[[Chunk], bool]) -> list[Chunk]:
    """Split a sentence that does not fit at its clauses, or else between words; all chunks in a row are it again."""
    if fits(chunk):
        return [chunk]
    masked = _masked(chunk.items)
    for pattern in (_CLAUSE, _SPACE):
        places = [found.end() for found in pattern.finditer(masked) if 0 < found.end() < len(masked)]
        if not places:
            continue
        middle = min(places, key=lambda place: abs(place - len(masked) / 2))
        halves = [part for half in _cut(chunk.items, [middle]) for part in trimmed(half)]
        if sum(part.is_sentence for part in halves) > 1:
            return [piece for part in halves for piece in (split_long(part, fits) if part.is_sentence else [part])]
    return [chunk]


def _sentences(items: Sequence[Item], language: str) -> Iterator[Chunk]:
    masked = _masked(items)
    if not masked:
        if items:
            yield Chunk(tuple(items), is_sentence=False)
        return
    cuts = [boundary["end_index"] for boundary in get_sentence_boundaries(language, masked)]
    cuts += _line_breaks(items, masked)
    for part in _cut(items, sorted({*cuts} - {0, len(masked)})):
        yield from trimmed(part)


def _masked(items: Sequence[Item]) -> str:
    """The words, with a character in the place of every span that stands for itself."""
    return "".join(item if isinstance(item, str) else _STAND_IN if item.role is Role.ATOM else "" for item in items)


def _line_breaks(items: Sequence[Item], masked: str) -> Iterator[int]:
    """Places after codes that break a line, where no word in lower case continues the sentence."""
    place = 0
    for item in items:
        place += len(item) if isinstance(item, str) else item.role is Role.ATOM
        if isinstance(item, Inline) and item.breaks:
            rest = masked[place:].lstrip()
            if rest and not rest[0].islower():
                yield place


def _cut(items: Sequence[Item], places: Sequence[int]) -> Iterator[list[Item]]:
    """The items between places in the masked text. What closes there belongs to the part before."""
    ends = iter([*places, -1])
    end = next(ends)
    part: list[Item] = []
    place = 0
    for item in items:
        if isinstance(item, Inline):
            if place == end and item.role is not Role.CLOSE:
                yield part
                part, end = [], next(ends)
            part.append(item)
            place += item.role is Role.ATOM
            continue
        start = 0
        while start < len(item):
            if place == end:
                yield part
                part, end = [], next(ends)
            stop = len(item) if end < place else min(len(item), start + end - place)
            part.append(item[start:stop])
            start, place = stop, place + stop - start
    if part:
        yield part


def trimmed(items: Sequence[Item]) -> Iterator[Chunk]:
    """Items as one sentence, and the white space before and after it."""
    first = items[0]
    if isinstance(first, str) and (rest := first.lstrip()) != first:
        yield Chunk((first[: len(first) - len(rest)],), is_sentence=False)
        items = [rest, *items[1:]] if rest else items[1:]
    last = items[-1] if items else ""
    after = ""
    if isinstance(last, str) and (rest := last.rstrip()) != last:
        after = last[len(rest) :]
        items = [*items[:-1], rest] if rest else items[:-1]
    if items:
        yield Chunk(tuple(items), is_sentence=any(has_letters(item) for item in items if isinstance(item, str)))
    if after:
        yield Chunk((after,), is_sentence=False)


def separator(before: str, between: str, after: str, source: tuple[str, str]) -> str:
    """The white space between two translated sentences.

    Args:
        before: the translation of the first.
        between: the white space between the sources.
        after: the translation of the second.
        source: the last character of the first source, and the first one of the second.
    """
    if not before or not after:
        return between
    unspaced = is_unspaced(before[-1]) and is_unspaced(after[0])
    if all(map(is_unspaced, source)):
        return between or ("" if unspaced else " ")
    return "" if unspaced and between == " " else between
