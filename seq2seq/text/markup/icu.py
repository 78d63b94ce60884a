"""Messages of ICU MessageFormat: ``{count, plural, one {# file} other {# files}}``.

Syntax: https://unicode-org.github.io/icu/userguide/format_parse/messages/
"""

import re
from dataclasses import dataclass
from typing import Final

_HEAD: Final = re.compile(r"\{\s*([\w.-]+)\s*,\s*([a-z]+)\s*(?:,\s*(?:offset:\s*\d+\s*)?)?")
_KEY: Final = re.compile(r"\s*(=\d+|[\w-]+)\s*\{")
_PLURAL: Final = frozenset({"plural", "selectordinal"})
_BRANCHING: Final = _PLURAL | {"select"}


@dataclass(frozen=True)
class Branch:
    """The text for one value."""

    key: str
    start: int
    stop: int
    """Start and end of its text, without the braces."""


@dataclass(frozen=True)
class Message:
    """One argument of a message."""

    argument: str
    kind: str
    """Type of the argument: ``plural``, ``select``, ``date`` and others."""
    branches: tuple[Branch, ...]
    """None, where its kind has no branches."""
    stop: int
    """End, after the last brace."""


def parse_message(text: str, start: int, stop: int) -> Message | None:
    """Parse the argument that begins at a brace; None: it is none, or its braces do not match."""
    head = _HEAD.match(text, start, stop)
    if head is None:
        return None
    if head[2] not in _BRANCHING:
        end = _closing(text, head.end(), stop)
        return None if end is None else Message(head[1], head[2], (), end + 1)
    branches = []
    place = head.end()
    while (key := _KEY.match(text, place, stop)) is not None:
        end = _closing(text, key.end(), stop)
        if end is None:
            return None
        branches.append(Branch(key[1], key.end(), end))
        place = end + 1
    while place < stop and text[place].isspace():
        place += 1
    if not branches or place >= stop or text[place] != "}":
        return None
    return Message(head[1], head[2], tuple(branches), place + 1)


def _closing(text: str, start: int, stop: int) -> int | None:
    """Place of the brace that closes what has been opened before ``start``; text in ``'{quotes}'`` does not count."""
    depth, place = 1, start
    while place < stop:
        character = text[place]
        if character == "'" and text[place + 1 : place + 2] in ("{", "}"):
            end = text.find("'", place + 1, stop)
            place = end if end >= 0 else place
        elif character == "{":
            depth += 1
        elif character == "}":
            depth -= 1
            if not depth:
                return place
        place += 1
    return None
