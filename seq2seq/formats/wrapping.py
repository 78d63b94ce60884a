"""Lines of text that are no wider than others: wrapped at spaces, and between the letters of unspaced scripts."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from seq2seq.formats.segment import Code, Content, join_text

_OPENING: Final = frozenset("（「『【《〈［｛“‘([{«")
_CLOSING: Final = frozenset("）」』】》〉］｝”’)]}»、。，．・：；！？…‥ー々ぁぃぅぇぉっゃゅょァィゥェォッャュョ%,.:;!?")
_WORDS: Final = re.compile(r"\s+|\S+")
_WIDE: Final = frozenset("WF")


def cells(content: Content) -> int:
    """Width of content in columns of a terminal: two for a wide letter, none for accents and codes."""
    return sum(0 if isinstance(part, Code) else sum(map(_cells, part)) for part in content)


def is_wide(character: str) -> bool:
    """Whether it is a letter of a script without spaces between words, of two columns."""
    return unicodedata.east_asian_width(character) in _WIDE


def _cells(character: str) -> int:
    if character < "\u0300":
        return 1
    if unicodedata.combining(character) or unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if is_wide(character) else 1


def wrap(content: Content, width: int) -> list[Content]:
    """Lines of at most ``width`` columns, except where a word is wider. Codes are not broken.

    White space of the content, which has no line breaks, is one space.
    """
    return _fill(_chunks(content), width)


def balance(content: Content, width: int, lines: int) -> list[Content]:
    """Lines of nearly equal width: as few as fit into ``width`` columns, at most ``lines``, which may then be wider.

    The content has no line breaks; ``lines`` is 1 or more.
    """
    chunks = _chunks(content)
    total = max(sum(chunk.spaced + chunk.cells for chunk in chunks), 1)
    count = min(lines, max(-(-total // width), sum(_begins_line(chunks, width))))
    narrow, wide = max(total // count, 1), total
    while narrow < wide:
        middle = (narrow + wide) // 2
        if sum(_begins_line(chunks, middle)) <= count:
            wide = middle
        else:
            narrow = middle + 1
    return _fill(chunks, wide)


@dataclass(slots=True)
class _Chunk:
    """What is not broken."""

    spaced: bool
    """Whether a space stands before it."""
    parts: list[str | Code]
    cells: int = 0


def _begins_line(chunks: Sequence[_Chunk], width: int) -> Iterator[bool]:
    """For each chunk, whether a line begins with it."""
    used = 0
    for number, chunk in enumerate(chunks):
        needed = used + chunk.spaced + chunk.cells
        begins = number == 0 or (used > 0 and needed > width)
        used = chunk.cells if begins else needed
        yield begins


def _fill(chunks: Sequence[_Chunk], width: int) -> list[Content]:
    lines: list[list[str | Code]] = []
    for chunk, begins in zip(chunks, _begins_line(chunks, width), strict=True):
        if begins:
            lines.append([])
        elif chunk.spaced:
            lines[-1].append(" ")
        lines[-1] += chunk.parts
    return [join_text(line) for line in lines or [[]]]


def _chunks(content: Content) -> list[_Chunk]:
    chunks: list[_Chunk] = []
    spaced = False
    last = ""
    """The character before; empty: a space, or a code."""
    for part in content:
        for token in [part] if isinstance(part, Code) else _WORDS.findall(part):
            if isinstance(token, str) and token.isspace():
                spaced, last = True, ""
                continue
            for piece in [token] if isinstance(token, Code) else _breakable(token):
                joins = not spaced and (isinstance(piece, Code) or not last or not _may_break(last, piece[0]))
                if not chunks or not joins:
                    chunks.append(_Chunk(spaced and bool(chunks), []))
                chunks[-1].parts.append(piece)
                chunks[-1].cells += cells((piece,))
                spaced, last = False, "" if isinstance(piece, Code) else piece[-1]
    return chunks


def _breakable(word: str) -> Iterator[str]:
    """Parts of a word between which a line may end."""
    start = 0
    for place in range(1, len(word)):
        if _may_break(word[place - 1], word[place]):
            yield word[start:place]
            start = place
    yield word[start:]


def _may_break(before: str, after: str) -> bool:
    return (is_wide(before) or is_wide(after)) and before not in _OPENING and after not in _CLOSING
