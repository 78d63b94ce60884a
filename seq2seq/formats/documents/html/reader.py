"""HTML, of which the words, and the attributes that are read or shown, are translated."""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final

from seq2seq.files.encoded_text import decode_text
from seq2seq.formats.documents.html import elements
from seq2seq.formats.documents.html.tokens import Attribute, Kind, Token, tokenise
from seq2seq.formats.entities import unescape
from seq2seq.formats.pieces import LINE_END, Lines, Piece, groups_of, line_break, split_pieces
from seq2seq.formats.segment import Code, Part
from seq2seq.formats.splice import Slot, SplicedDocument, slot_of, speller

_SPACE: Final = re.compile(r"[ \t\r\n\f]+")
_SPACE_ENTITY: Final = re.compile("&(?:nbsp|#160|#x0*a0);", re.IGNORECASE)
_DECLARED: Final = re.compile(
    rb"<meta\s[^>]*charset\s*=\s*[\"']?\s*([\w.:-]+)|\A\s*<\?xml\s[^>]*encoding\s*=\s*[\"']([\w.:-]+)", re.IGNORECASE
)
_XML: Final = re.compile(r"\s*<\?xml")
_HEAD: Final = 4096
"""Bytes in which a declaration of the encoding is looked for."""
_DEEPEST: Final = 512
"""Open elements that are kept track of, as in browsers."""
_MOST_SWITCHES: Final = 32
"""Elements within one another that are translated and not, by turns: each holds the text of those within. Deeper ones
are not translated."""


def read_html(data: bytes, where: str) -> SplicedDocument:
    """HTML or XHTML, whole or a fragment: the text of each block is a segment, and of attributes such as ``alt``.

    Scripts, styles, comments, code (``code``, ``kbd``, ``samp``, ``var``, ``pre``), formulas, and elements with
    ``translate="no"`` or the class ``notranslate`` stay. Malformed HTML is read as browsers read it, except that an
    attribute whose quote is never closed ends at the next ``>``.

    Raises:
        DataError: it is no text.
    """
    declared = _DECLARED.search(data[:_HEAD])
    text = decode_text(data, where, declared=(declared[1] or declared[2]).decode() if declared else None)
    lines = Lines(text.text)
    slots = html_slots(text.text, lines, Spellings.of(text.text), 0, len(text.text))
    return SplicedDocument(text, slots, substitute=lambda character: f"&#{ord(character)};")


@dataclass(frozen=True, slots=True)
class Spellings:
    """How a file writes what HTML leaves open."""

    xml: bool
    """Whether it is XHTML."""
    space: str
    """A no-break space."""
    greater: str
    """The sign ``>``."""

    @classmethod
    def of(cls, text: str) -> "Spellings":
        """The spellings of a file."""
        xml = _XML.match(text) is not None
        space = "&#160;" if xml else "&nbsp;"
        return cls(xml, space if space in text else "\u00a0", "&gt;" if "&gt;" in text else ">")


def html_slots(
    text: str, lines: Lines, spellings: Spellings, start: int, end: int, *, anchored: bool = False
) -> list[Slot]:
    """The slots of a stretch of HTML, in the order of the file.

    Args:
        text: the text of the file.
        lines: its lines.
        spellings: those of the file.
        start: where the stretch begins.
        end: where it ends.
        anchored: whether a tag at its beginning stays before all words.
    """
    reader = _Reader(text, lines, spellings, start if anchored else None)
    for token in tokenise(text, start, end, xml=spellings.xml):
        reader.read(token)
    reader.close(end)
    return sorted(reader.slots, key=lambda slot: (slot.start, -slot.end))


def tag_code(text: str, token: Token) -> Code:
    """The code of an inline tag, or of a comment."""
    part = Part.WHOLE
    if token.kind is Kind.END:
        part = Part.CLOSE
    elif token.kind is Kind.START and token.name not in elements.VOID and not token.closed:
        part = Part.OPEN
    return Code(text[token.start : token.end], part, token.name, breaks=token.name == "br")


def attribute_slots(text: str, lines: Lines, token: Token, escape: Callable[[str], str]) -> Iterator[Slot]:
    """The slots of the attributes of a start tag; ``escape`` spells words as HTML, except quotes."""
    values = {attribute.name: text[attribute.start : attribute.end].lower() for attribute in token.attributes}
    names = {values.get("name"), values.get("property")}
    for attribute in token.attributes:
        shown = attribute.name in elements.ATTRIBUTES
        shown |= token.name == "input" and attribute.name == "value" and values.get("type") in elements.BUTTONS
        shown |= token.name == "meta" and attribute.name == "content" and not names.isdisjoint(elements.DESCRIPTIONS)
        if shown:
            spell = speller(_quoting(attribute, escape))
            pieces = list(_words(text, attribute.start, attribute.end))
            if not attribute.quote and pieces:  # quotes are put around all of it
                pieces = [Piece(_read(text[attribute.start : attribute.end]), attribute.start, attribute.end)]
            for group in groups_of(pieces):
                yield slot_of(group, lines, spell)


def _quoting(attribute: Attribute, escape: Callable[[str], str]) -> Callable[[str], str]:
    quote = attribute.quote or '"'
    entity = "&quot;" if quote == '"' else "&#39;"
    around = "" if attribute.quote else quote
    return lambda words: f"{around}{escape(words).replace(quote, entity)}{around}"


def _words(text: str, start: int, end: int) -> Iterator[Piece]:
    """Pieces of text, with spaces that are entities apart, so that they are trimmed like others."""
    return split_pieces(text, start, end, _SPACE_ENTITY, lambda _: "\u00a0", _read)


def _read(raw: str) -> str:
    """Text with its entities resolved, and white space as one space."""
    return _SPACE.sub(" ", unescape(raw))


@dataclass(slots=True)
class _Element:
    """An open element."""

    name: str
    start: int
    """Place of its start tag."""
    translated: bool
    """Whether its content is translated."""
    before: bool
    """Whether that of its parent is."""
    around: list[Piece] = field(default_factory=list)
    """Pieces around an element that is translated within one that is not."""


class _Reader:
    """Makes slots of tokens."""

    def __init__(self, text: str, lines: Lines, spellings: Spellings, anchor: int | None = None) -> None:
        self.slots: list[Slot] = []
        self._spellings = spellings
        self._text = text
        self._lines = lines
        self._anchor = anchor
        self._pieces: list[Piece] = []
        self._open: list[_Element] = []
        self._names: Counter[str] = Counter()
        self._switches = 0
        """Open elements that are translated although what is around them is not, or the other way round."""

    @property
    def _translated(self) -> bool:
        return self._open[-1].translated if self._open else True

    def read(self, token: Token) -> None:
        """Take up one token."""
        match token.kind:
            case Kind.START:
                self._start(token)
            case Kind.END:
                self._end(token)
            case _ if not self._translated:
                pass
            case Kind.TEXT if self._open and self._open[-1].name == "textarea":
                stretch = self._text, token.start, token.end
                self._pieces += split_pieces(*stretch, LINE_END, line_break, unescape)  # line ends are shown
            case Kind.TEXT:
                self._pieces += _words(self._text, token.start, token.end)
            case _:
                self._add(tag_code(self._text, token), token.start, token.end, loose=True)

    def close(self, end: int) -> None:
        """The end of the stretch."""
        self._pop(0, end)
        self._flush()

    def _start(self, token: Token) -> None:
        for place in self._ended(token.name):
            self._pop(place, token.start)
        translated = self._is_translated(token)
        if translated:
            self.slots += attribute_slots(self._text, self._lines, token, self._escape)
        if token.name in elements.VOID or (token.closed and self._spellings.xml):
            if self._translated:
                self._tag(token)
            return
        before = self._translated
        if translated and not before and self._switches >= _MOST_SWITCHES:
            translated = False
        if len(self._open) >= _DEEPEST and translated == before:
            if before:
                self._tag(token)
            return
        element = _Element(token.name, token.start, translated, before)
        if before and (translated or token.name in elements.BLOCK):
            self._tag(token, opaque=not translated)
        elif translated and not before:
            element.around, self._pieces = self._pieces, []
        self._open.append(element)
        self._switches += translated != before
        self._names[token.name] += 1

    def _tag(self, token: Token, *, opaque: bool = False) -> None:
        """A tag among text that is translated."""
        if token.name in elements.BLOCK:
            self._flush()
        elif not opaque:
            self._add(tag_code(self._text, token), token.start, token.end, loose=token.name == "input")

    def _end(self, token: Token) -> None:
        place = self._find(token.name, elements.SCOPE - {token.name} if token.name not in elements.TABLE_PARTS else ())
        if place is None:
            if self._translated:
                self._tag(token)
            return
        inline = token.name not in elements.BLOCK
        blocks = any(element.name in elements.BLOCK for element in self._open[place + 1 :])
        if inline and blocks and self._open[place].translated == self._open[place].before:
            del self._open[place]  # formatting that ends within a block that goes on
            self._names[token.name] -= 1
        else:
            self._pop(place + 1, token.start)
            element = self._open[-1]
            self._pop(place, token.end)
            if not element.translated or not element.before:
                return
        if self._translated:
            self._tag(token)

    def _is_translated(self, token: Token) -> bool:
        """Whether the content of an element is translated, by its attributes, its name, or that of its parent."""
        values = {attribute.name: self._text[attribute.start : attribute.end].lower() for attribute in token.attributes}
        if values.get("translate") in ("yes", ""):
            return True
        if values.get("translate") == "no" or "notranslate" in values.get("class", "").split():
            return False
        return self._translated and token.name not in elements.OPAQUE

    def _ended(self, name: str) -> Iterator[int]:
        """Places of the outermost open element that a start tag ends, if there is one."""
        ended = elements.ENDED_BY.get(name)
        if ended is None or not any(self._names[one] for one in ended):
            return
        scope = elements.SCOPES.get(name, elements.SCOPE)
        last = None
        for place in range(len(self._open) - 1, -1, -1):
            if self._open[place].name in ended:
                last = place
            elif self._open[place].name in scope:
                break
        if last is not None:
            yield last

    def _find(self, name: str, scope: frozenset[str] | tuple[()]) -> int | None:
        """The place of the innermost open element of a name."""
        if not self._names[name]:
            return None
        for place in range(len(self._open) - 1, -1, -1):
            if self._open[place].name == name:
                return place
            if self._open[place].name in scope:
                return None
        return None

    def _pop(self, place: int, end: int) -> None:
        """End the elements from a place on, where the text is at ``end``."""
        while len(self._open) > place:
            element = self._open.pop()
            self._switches -= element.translated != element.before
            self._names[element.name] -= 1
            if element.translated and not element.before:
                self._flush()
                self._pieces = element.around
            elif element.translated and element.name in elements.BLOCK:
                self._flush()
            elif element.before and not element.translated and element.name not in elements.BLOCK:
                code = Code(self._text[element.start : end])
                self._add(code, element.start, end, loose=element.name in elements.RAW)

    def _add(self, code: Code, start: int, end: int, *, loose: bool = False) -> None:
        self._pieces.append(Piece(code, start, end, loose or start == self._anchor))

    def _flush(self) -> None:
        """Make slots of the pieces."""
        for group in groups_of(self._pieces, elements.STANDALONE):
            self.slots.append(slot_of(group, self._lines, speller(self._escape)))
        self._pieces = []

    def _escape(self, words: str) -> str:
        words = words.replace("&", "&amp;").replace("<", "&lt;")
        return words.replace("\u00a0", self._spellings.space).replace(">", self._spellings.greater)
