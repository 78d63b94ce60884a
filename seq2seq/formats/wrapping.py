"""Lines of text that are no wider than others: wrapped at spaces, and between the letters of unspaced scripts."""

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

from seq2seq.formats.segment import Code, Content

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
    """Lines of at most ``width`` columns, except where a word is wider. White space is one space; codes are not broken.

    Args:
        content: without line breaks.
        width: in columns.
    """
    lines: list[list[str | Code]] = [[]]
    used = 0
    for spaced, word in _chunks(content):
        size = cells(tuple(word))
        if used and used + spaced + size > width:
            lines.append([])
            used = 0
        if used and spaced:
            lines[-1].append(" ")
            used += 1
        lines[-1] += word
        used += size
    return [_joined(line) for line in lines]


def balance(content: Content, width: int, lines: int) -> list[Content]:
    """Lines of nearly equal width: as few as fit into ``width``, but at most so many, which may then be wider.

    Args:
        content: without line breaks.
        width: in columns.
        lines: how many, at most; 1 or more.
    """
    total = max(cells(content), 1)
    for count in range(min(lines, -(-total // width)), lines + 1):
        narrow, wide = 1, total
        while narrow < wide:
            middle = (narrow + wide) // 2
            if len(wrap(content, middle)) <= count:
                wide = middle
            else:
                narrow = middle + 1
        if wide <= width:
            break
    return wrap(content, wide)


def _chunks(content: Content) -> Iterator[tuple[bool, list[str | Code]]]:
    """What is not broken, with whether a space stands before it."""
    chunk: list[str | Code] = []
    spaced = ready = False
    for part in content:
        if isinstance(part, Code):
            if ready:
                yield spaced, chunk
                chunk, spaced = [], True
            chunk.append(part)
            ready = False
            continue
        for token in _WORDS.findall(part):
            if token.isspace():
                ready = bool(chunk)
                continue
            for piece in _breakable(token):
                before = chunk[-1] if chunk else ""
                unspaced = isinstance(before, str) and before != "" and _may_break(before[-1], piece[0])
                if chunk and (ready or unspaced):
                    yield spaced, chunk
                    chunk, spaced = [], ready
                chunk.append(piece)
                ready = False
    if chunk:
        yield spaced, chunk


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


def _joined(line: list[str | Code]) -> Content:
    """Content of a line, with strings in a row joined."""
    parts: list[str | Code] = []
    for part in line:
        if isinstance(part, str) and parts and isinstance(parts[-1], str):
            parts[-1] += part
        else:
            parts.append(part)
    return tuple(parts)
