"""Paragraphs of runs, as in DOCX, PPTX and XLSX: the names of their parts, and how runs are spelled.

A run is text in one format (ECMA-376, part 1, sections 17.3.2, 18.4.4 and 21.1.2.3.8).
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from seq2seq.formats.documents.xml_pieces import escape
from seq2seq.formats.pieces import Piece
from seq2seq.formats.xml_tree import Element

_EMPTY_PAIR: Final = re.compile(r"<([^\s/>]+)\s*(?:/>|>\s*</\1>)")
_ESCAPE: Final = re.compile("_x((?![dD][89a-fA-F])[0-9A-Fa-f]{4})_")  # without surrogates
_LIKE_ESCAPE: Final = re.compile(f"_(?={_ESCAPE.pattern[1:]})")


@dataclass(frozen=True)
class Dialect:
    """How a format names the parts of a paragraph."""

    namespaces: Mapping[str, str]
    """Prefixes of the names below, by namespace."""
    paragraphs: Collection[str]
    run: str
    properties: str
    text: str
    frame: Collection[str]
    """Children of a paragraph that are before or after its runs."""
    containers: Collection[str] = ()
    """Elements around runs."""
    breaks: Collection[str] = ()
    """Elements that separate words."""
    tabs: Collection[str] = ()
    """Elements that separate columns."""
    hints: Collection[str] = ()
    """Elements that programs compute; they vanish where a translation is written."""
    characters: Mapping[str, str] = field(default_factory=dict)
    """Elements that stand for a character."""
    annotated: Mapping[str, str] = field(default_factory=dict)
    """Elements with words and how to read them, as in Japanese: the element within that holds the words."""
    ignored: re.Pattern[str] = re.compile(r"(?!)")
    """What makes no difference between the properties of runs."""
    fields: str = ""
    """The element that begins, separates and ends a field."""
    instruction: str = ""
    """The element that holds a field's instruction."""
    space: str = ' xml:space="preserve"'
    """The attribute that protects spaces at the ends of a text; empty: they need none."""
    escapes: bool = False
    """Whether ``_x000D_`` stands for a character (ECMA-376, part 1, section 22.9.2.19)."""

    def words(self, element: Element) -> str:
        """The words of an element that holds text, or stands for it."""
        if element.name in self.annotated:
            bases = element.elements(self.annotated[element.name])
            return "".join(self.words(part) for base in bases for part in base.outermost(self.text))
        if element.name in self.characters:
            return self.characters[element.name]
        text = element.text()
        if self.space and element.attributes.get("space") != "preserve":
            text = text.strip(" \t\r\n")
        return _ESCAPE.sub(lambda code: chr(int(code[1], 16)), text).replace("\r", "") if self.escapes else text


class Format(NamedTuple):
    """Properties of a run."""

    spelled: str
    key: str
    """The same for properties that look the same."""
    bare: bool = False
    """Whether the text is in the paragraph without a run."""


@dataclass(frozen=True, slots=True)
class RunPiece(Piece):
    """A piece, and the run in which its place begins and ends; None: between runs."""

    before: Format | None = None
    after: Format | None = None
    format: Format | None = None
    """Format of text."""
    mark: str = ""
    """Part of a field: ``begin``, ``separate``, ``end``, or ``=`` and its instruction."""
    nested: bool = False
    """Whether it holds paragraphs, or a description."""


class Spelling:
    """Spells runs with the prefix of a file.

    Args:
        dialect: names.
        prefix: by which the file names the elements, with its colon.
    """

    def __init__(self, dialect: Dialect, prefix: str) -> None:
        run, text, properties = (
            prefix + name.rpartition(":")[2] for name in (dialect.run, dialect.text, dialect.properties)
        )
        self.start = f"<{run}>"
        """Start tag of a run."""
        self.end = f"</{run}>"
        self._text = f"<{text}{dialect.space}>", f"</{text}>"
        self._properties = properties
        self._ignored = dialect.ignored
        self._escapes = dialect.escapes

    def format(self, spelled: str) -> Format:
        """The format of a run with these properties, which may be empty."""
        key = _EMPTY_PAIR.sub(r"<\1/>", self._ignored.sub("", spelled))
        return Format(spelled, "" if key == f"<{self._properties}/>" else key)

    def text(self, words: str) -> str:
        """Words within a run."""
        words = _LIKE_ESCAPE.sub("_x005F_", words) if self._escapes else words
        return f"{self._text[0]}{escape(words)}{self._text[1]}"

    def run(self, look: Format, inner: str) -> str:
        """A run."""
        return inner if look.bare else f"{self.start}{look.spelled}{inner}{self.end}"
