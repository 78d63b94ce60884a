"""Documents that are translated by rules, for the tests of every format."""

import re
from collections.abc import Callable
from typing import Protocol

import pytest

from seq2seq.formats.segment import Code, Content, Document, Target


class Reader(Protocol):
    def __call__(self, data: bytes, where: str, /) -> Document: ...


def reversed_words(content: Content) -> Content:
    """Every word with its letters in reverse."""
    return tuple(
        part if isinstance(part, Code) else re.sub(r"[^\W\d_]+", lambda word: word[0][::-1], part) for part in content
    )


@pytest.fixture
def unchanged() -> Callable[[Document], bytes]:
    """The bytes of a document whose segments are all left as they are."""
    return lambda document: document.write([Target(segment.content) for segment in document.segments])


@pytest.fixture
def reverse() -> Callable[[Document], bytes]:
    """The bytes of a document with every word reversed."""
    return lambda document: document.write([Target(reversed_words(segment.content)) for segment in document.segments])


@pytest.fixture
def contents() -> Callable[[Document], list[str]]:
    """What the segments consist of, with codes in braces."""

    def contents(document: Document) -> list[str]:
        return [
            "".join(f"{{{part.data}}}" if isinstance(part, Code) else part for part in segment.content)
            for segment in document.segments
        ]

    return contents
