"""Catalogues of messages (gettext PO and POT): empty translations are filled in, and marked as fuzzy."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from seq2seq import log
from seq2seq.files.encoded_text import decode_text
from seq2seq.formats.documents.bilingual import BilingualDocument, Edit, flags_of
from seq2seq.formats.documents.po_entries import PoEntry, PoString, PoWriter, read_entries
from seq2seq.formats.escapes import string_pieces
from seq2seq.formats.languages import base
from seq2seq.formats.pieces import groups_of
from seq2seq.formats.segment import Code, Document, Target
from seq2seq.formats.splice import Slot, slot_of, speller, splice

_CHARSET: Final = re.compile(rb"charset=([\w.:-]+)")
_LANGUAGE: Final = re.compile(r'"Language: *([A-Za-z]{2,8}(?:[-_@.]\w+)*) *\\n"')
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
    """Places of the segments in the spelled string."""
    forms: Sequence[int]
    """Numbers of the plural forms that are filled with it."""


class _Gap:
    """An entry without a translation, or without some forms of it."""

    def __init__(self, text: str, entry: PoEntry, messages: Sequence[_Message], writer: PoWriter) -> None:
        self.slots: Sequence[Slot] = [slot for message in messages for slot in message.slots]
        self._text = text
        self._entry = entry
        self._messages = messages
        self._writer = writer

    def edits(self, targets: Sequence[Target]) -> Iterator[Edit]:
        """Translations, a mark that they are fuzzy, and why they are flagged."""
        there = self._entry.translations
        end = max(string.end for string in there.values())
        rest = iter(targets)
        for message in self._messages:
            spelled = splice(message.source.spelled, message.slots, list(islice(rest, len(message.slots))))
            for form in message.forms:
                place = (there[form].start, there[form].end) if form in there else (end, end)
                yield Edit(*place, self._string(message.source, form, spelled))
        newline = self._writer.newline
        flags = flags_of(targets)
        if any(len(message.forms) > 1 for message in self._messages):
            flags.append("several plural forms have the same translation")
        if flags:
            yield Edit(self._entry.start, self._entry.start, "".join(f"# seq2seq: {flag}{newline}" for flag in flags))
        if self._entry.flags and not self._entry.fuzzy:
            yield Edit(self._entry.flags[0], self._entry.flags[0] + 2, "#, fuzzy,")
        elif not self._entry.fuzzy:
            yield Edit(self._entry.body, self._entry.body, f"#, fuzzy{newline}")

    def _string(self, source: PoString, form: int, spelled: str) -> str:
        """The lines of a translation."""
        keyword = f"msgstr[{form}]" if "msgid_plural" in self._entry.strings else "msgstr"
        if spelled != source.spelled:
            return self._writer.string(keyword, spelled)
        lines = self._text[source.start : source.end]  # wrapped in the same way
        lines = keyword + lines.removeprefix("msgid_plural").removeprefix("msgid")
        return lines.rstrip("\r\n") + self._writer.newline


def read_po(data: bytes, where: str, *, language: str | None = None) -> Document:
    """Read a catalogue: messages without a translation are segments. Those that are fuzzy stay as they are.

    Of a message with plural forms, the first form gets the translation of the singular, all others that of the plural.
    ``language`` is the code of the language of the translations, for a header that has none.

    Raises:
        DataError: it is damaged, or not in the character set that it declares.
    """
    declared = _CHARSET.search(data[:100_000])
    charset = declared[1].decode() if declared and declared[1] != b"CHARSET" else None
    file = decode_text(data, where, declared=charset)
    text = file.text
    writer = PoWriter(text)
    gaps: list[_Gap] = []
    once: list[Edit] = []
    complete = forms = 0
    for entry in read_entries(text, where):
        if not entry.strings["msgid"].spelled and "msgctxt" not in entry.strings:
            header = text[entry.start : max(string.end for string in entry.strings.values())]
            plural = _FORMS.search(header)
            forms = int(plural[1]) if plural else 0
            once = [Edit(entry.start, entry.start + len(header), _filled_header(header, language))]
            named = _LANGUAGE.search(header)
            if named and language and base(named[1]) != base(language):
                log.warn(
                    f"{where}: its header names the language {named[1]}, not {language}: the header, and the plural "
                    "forms it describes, stay.",
                    code="data.other-language",
                )
            continue
        messages = list(_messages(entry, forms))
        complete += not messages
        if messages:
            gaps.append(_Gap(text, entry, messages, writer))
    return BilingualDocument(file, gaps, complete=complete, once=once)


def _filled_header(header: str, language: str | None) -> str:
    """A header with the character set and the language, where it leaves them open."""
    header = header.replace("charset=CHARSET", "charset=UTF-8")
    return re.sub(r'"Language: *\\n"', lambda _: f'"Language: {language}\\n"', header) if language else header


def _messages(entry: PoEntry, forms: int) -> Iterator[_Message]:
    """What has to be translated of an entry, in a language with so many plural forms (0: unknown)."""
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
    slots = [slot_of(group, source.line, _SPELL) for pieces in stretches for group in groups_of(pieces)]
    return _Message(source, slots, forms)


def _read(escape: str) -> str | Code:
    """The character that an escape stands for."""
    return _NAMED.get(escape[1:]) or Code(escape)
