"""Catalogues of messages (gettext PO and POT): empty translations are filled in, and marked as fuzzy."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from seq2seq.files.encoded_text import EncodedText, decode_text
from seq2seq.formats.documents.po_entries import PoEntry, PoString, PoWriter, read_entries
from seq2seq.formats.escapes import string_pieces
from seq2seq.formats.pieces import Piece, content_of, groups_of
from seq2seq.formats.segment import Code, Document, Segment, Target
from seq2seq.formats.splice import Slot, speller, splice

_CHARSET: Final = re.compile(rb"charset=([\w.:-]+)")
_NO_CHARSET: Final = "charset=CHARSET"
_FORMS: Final = re.compile(r"nplurals\s*=\s*(\d)")
_ESCAPE: Final = re.compile(r"\\(?:x[0-9a-fA-F]{1,2}|[0-7]{1,3}|.)", re.DOTALL)
_NAMED: Final = {"n": "\n", "t": "\t", "r": "\r", "f": "\f", "v": "\v", '"': '"', "\\": "\\", "'": "'"}
_ESCAPED: Final = str.maketrans({character: f"\\{name}" for name, character in _NAMED.items() if name != "'"})
_SPELL: Final = speller(lambda words: words.translate(_ESCAPED))


@dataclass(frozen=True, slots=True)
class _Message:
    """A message of an entry that has a translation to be filled in."""

    source: PoString
    slots: Sequence[Slot]
    """Places of the segments in what the string spells."""
    forms: Sequence[int]
    """Numbers of the plural forms that are filled with it."""


class PoDocument(Document):
    """A catalogue.

    Args:
        text: the file.
        language: code of the language of the translations, for a header that has none; None: it stays so.
    """

    def __init__(self, text: EncodedText, language: str | None) -> None:
        self.name = text.name
        self._text = text
        self._language = language
        self._writer = PoWriter(text.text)
        self._header: PoEntry | None = None
        self._work: list[tuple[PoEntry, list[_Message]]] = []
        forms = 0
        for entry in read_entries(text.text, text.name):
            if not entry.strings["msgid"].spelled and "msgctxt" not in entry.strings:
                self._header = entry
                found = _FORMS.search(entry.translations.get(0, entry.strings["msgid"]).spelled)
                forms = int(found[1]) if found else 0
                continue
            messages = list(_messages(entry, forms))
            self.complete += not messages
            if messages:
                self._work.append((entry, messages))
        self.segments = [slot.segment for _, messages in self._work for message in messages for slot in message.slots]

    def write(self, targets: Sequence[Target]) -> bytes:
        """The catalogue with a translation for each message that had none, also where it equals the message.

        Raises:
            DataError: its character set lacks a character of a translation.
        """
        edits = list(self._header_edits()) if self._work else []
        first = 0
        for entry, messages in self._work:
            strings: dict[int, str] = {}
            flags: list[str] = []
            for message in messages:
                own = targets[first : first + len(message.slots)]
                first += len(own)
                strings |= self._strings(entry, message, own)
                flags += [target.flag for target in own if target.flag]
            if any(len(message.forms) > 1 for message in messages):
                flags.append("several plural forms have the same translation")
            edits += self._entry_edits(entry, strings, flags)
        parts, position = [], 0
        for start, end, written in sorted(edits, key=lambda edit: edit[:2]):
            parts += [self._text.text[position:start], written]
            position = end
        return self._text.encode("".join([*parts, self._text.text[position:]]))

    def _strings(self, entry: PoEntry, message: _Message, targets: Sequence[Target]) -> dict[int, str]:
        """Lines of the plural forms that a message fills."""
        source = message.source
        spelled = splice(source.spelled, message.slots, targets)
        strings = {}
        for form in message.forms:
            keyword = f"msgstr[{form}]" if "msgid_plural" in entry.strings else "msgstr"
            if spelled == source.spelled:  # wrapped in the same way
                lines = self._text.text[source.start : source.end]
                lines = keyword + lines.removeprefix("msgid_plural").removeprefix("msgid")
            else:
                lines = self._writer.string(keyword, spelled)
            strings[form] = lines.rstrip("\r\n") + self._writer.newline
        return strings

    def _entry_edits(
        self, entry: PoEntry, strings: Mapping[int, str], flags: Sequence[str]
    ) -> Iterator[tuple[int, int, str]]:
        newline = self._writer.newline
        there = entry.translations
        end = max(string.end for string in there.values())
        for form, lines in sorted(strings.items()):
            place = (there[form].start, there[form].end) if form in there else (end, end)
            yield (*place, lines)
        if flags:
            yield entry.start, entry.start, "".join(f"# seq2seq: {' '.join(flag.split())}{newline}" for flag in flags)
        if not entry.fuzzy and entry.flags:
            yield entry.flags[0], entry.flags[0] + 2, "#, fuzzy,"
        elif not entry.fuzzy:
            yield entry.body, entry.body, f"#, fuzzy{newline}"

    def _header_edits(self) -> Iterator[tuple[int, int, str]]:
        """The character set and the language, where a template left them open."""
        if self._header is None:
            return
        string = self._header.translations[0]
        text = self._text.text[string.start : string.end]
        filled = text.replace(_NO_CHARSET, "charset=UTF-8")
        if self._language:
            filled = re.sub(r'"Language: *\\n"', lambda _: f'"Language: {self._language}\\n"', filled)
        if filled != text:
            yield string.start, string.end, filled


def read_po(data: bytes, where: str, *, language: str | None = None) -> Document:
    """Read a catalogue: messages without a translation are segments. Those that are fuzzy stay as they are.

    Of a message with plural forms, the first form gets the translation of the singular, all others that of the plural.

    Args:
        data: the file.
        where: what to call it in messages.
        language: code of the language of the translations, for a header that has none.

    Raises:
        DataError: it is damaged, or not in the character set that it declares.
    """
    declared = _CHARSET.search(data[:10_000])
    charset = declared[1].decode() if declared and declared[1] != b"CHARSET" else None
    return PoDocument(decode_text(data, where, declared=charset), language)


def _messages(entry: PoEntry, forms: int) -> Iterator[_Message]:
    """What has to be translated of an entry.

    Args:
        entry: of the catalogue.
        forms: plural forms of the language; 0: unknown.
    """
    there = entry.translations
    if "msgid_plural" not in entry.strings:
        if not there[0].spelled:
            yield _message(entry.strings["msgid"], [0])
        return
    forms = forms or max(*there, 1) + 1
    empty = [form for form in range(forms) if form not in there or not there[form].spelled]
    singular = [form for form in empty if form == 0 and forms > 1]
    plural = [form for form in empty if form not in singular]
    if singular:
        yield _message(entry.strings["msgid"], singular)
    if plural:
        yield _message(entry.strings["msgid_plural"], plural)


def _message(source: PoString, forms: list[int]) -> _Message:
    stretches = string_pieces(source.spelled, 0, len(source.spelled), escape=_ESCAPE, read=_read)
    return _Message(source, [_slot(group, source.line) for pieces in stretches for group in groups_of(pieces)], forms)


def _slot(group: Sequence[Piece], line: int) -> Slot:
    segment = Segment(content_of(group), line)
    return Slot(segment, group[0].start, group[-1].end, lambda target: _SPELL(target.content))


def _read(escape: str) -> str | Code:
    """The character that an escape stands for."""
    return _NAMED.get(escape[1:]) or Code(escape)
