"""Inline elements of TMX and XLIFF, and the plain text of a segment that holds some.

TMX 1.4b, section "Content markup"; XLIFF 1.2, section 2.4; XLIFF 2.1, section 4.7.

words      hi g mrk pc            what they hold is text
codes      bpt ept ph it ut       what they hold is native code: `<b>`, `{0}`
empty      x bx ex sc ec sm em cp stand for code; an attribute may show it
sub        text inside of native code, which is no part of the sentence around it
"""

import re
from collections.abc import Mapping
from typing import Final
from xml.parsers.expat import XMLParserType

WORDS: Final = frozenset({"hi", "g", "mrk", "pc"})
"""Elements around words."""
CODES: Final = frozenset({"bpt", "ept", "ph", "it", "ut", "x", "bx", "ex", "sc", "ec", "sm", "em", "cp"})
"""Elements that stand for native code."""
_SHOWN: Final = ("equiv-text", "equiv", "disp")
"""Attributes of empty elements that show the code."""
_PLACEHOLDER: Final = re.compile(
    r"\{\{?\s*+[\w.$#-]*+(,[^{}]*+|\s*)\}\}?"  # {0} {name} {0,number} {{name}}
    r"|%(\(\w+\)|\d+\$)?[-+ #0]*+\d*+(\.\d+)?(hh|h|ll|l|z)?[a-zA-Z@]|%\d+|%%|%\w+%"  # %s %1$d %(name)s %@ %1 %NAME%
    r"|\$\{?\w+\}?|\$\w+\$|#\{\w+\}|\[\[\w+\]\]"  # $name ${name} $name$ #{name} [[name]]
)
_BREAK: Final = re.compile(r"(?i)</?(br|p|tab|li|ul|ol|div|t[dhr]|h[1-6])\b|\\[nrt]|\s*[\n\t]\s*")
"""Native code that separates words."""
_BREAKS: Final = frozenset({"lb", "pb", "xlf:lb", "xlf:pb", "x-br", "x-tab", "x-linebreak"})
"""Types of elements that do (attributes `ctype`, `type`, `subType`)."""
_KINDS: Final = ("ctype", "type", "subType")
_DROPPED: Final = "\0"
"""Stands for code in a text that is not finished: no XML holds it."""
_GAP: Final = re.compile(rf"(?<! ) *{_DROPPED}[ {_DROPPED}]*")
_LINE: Final = re.compile(r"(?<![ \t])[ \t]*[\r\n]\s*")


def is_placeholder(code: str) -> bool:
    """Whether native code stands for a value: it belongs to the sentence, as `{0}` and `%s` do."""
    return _PLACEHOLDER.fullmatch(code.strip()) is not None


def is_break(attributes: Mapping[str, str]) -> bool:
    """Whether an element with these attributes is of a kind that separates words."""
    return not _BREAKS.isdisjoint(attributes[name] for name in _KINDS if name in attributes)


def text_of_code(code: str, attributes: Mapping[str, str]) -> str:
    """What native code leaves in a text for :func:`finish`: a placeholder, or a gap."""
    shown = [code, *(attributes[name] for name in _SHOWN if name in attributes)]
    for text in shown:
        if is_placeholder(text):
            return text.strip()
    return f" {_DROPPED}" if any(map(_BREAK.match, shown)) or is_break(attributes) else _DROPPED


def one_line(text: str) -> str:
    """A text on one line: a line break, with the white space around it, is one space."""
    return (_LINE.sub(" ", text) if "\n" in text or "\r" in text else text).strip()


def finish(text: str) -> str:
    """A text on one line, without the gaps: of the spaces around code that was dropped, one is left."""
    if _DROPPED in text:
        text = _GAP.sub(lambda gap: " " if " " in gap[0] else "", one_line(text))
    return one_line(text)


class InlineText:
    """Collects the text of a segment from the events of a parser, whose handler of text it sets."""

    def __init__(self, parser: XMLParserType) -> None:
        self._parser = parser
        self._parts: list[str] = []
        self._code: list[str] = []
        self._attributes: Mapping[str, str] = {}
        self._depth = 0  # of elements that are open inside of native code, with that around it

    def begin(self) -> None:
        """A segment begins."""
        self._parts.clear()
        self._depth = 0
        self._parser.CharacterDataHandler = self._parts.append

    def start(self, name: str, attributes: Mapping[str, str], code: str = "") -> None:
        """An element begins inside of the segment; ``code`` is what it stands for if it is empty."""
        if self._depth:
            self._depth += 1
            if name == "sub":
                self._parser.CharacterDataHandler = None
        elif name in CODES:
            self._depth = 1
            self._attributes = attributes
            self._code[:] = [code]
            self._parser.CharacterDataHandler = self._code.append

    def end(self, name: str) -> None:
        """An element ends inside of the segment."""
        if not self._depth:
            return
        self._depth -= 1
        if not self._depth:
            self._parts.append(text_of_code("".join(self._code), self._attributes))
            self._parser.CharacterDataHandler = self._parts.append
        elif name == "sub":
            self._parser.CharacterDataHandler = self._code.append

    def place(self) -> int:
        """Where the text has come to, for :meth:`since`."""
        return len(self._parts)

    def since(self, place: int) -> str:
        """The text from a place on."""
        return finish("".join(self._parts[place:]))

    def text(self) -> str:
        """The text of the segment, which ends."""
        self._parser.CharacterDataHandler = None
        return finish("".join(self._parts))
