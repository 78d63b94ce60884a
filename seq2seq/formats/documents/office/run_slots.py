"""Segments of a paragraph of runs, and how their translations are written: in runs with the properties that were there.

Text in the format of most stretches has no codes; text in other formats stands between a pair.
"""

from collections.abc import Iterator, Sequence

from seq2seq.formats.documents.office.dialect import Dialect, Format, RunPiece, Spelling
from seq2seq.formats.documents.office.run_codes import base_key, fold_fields, join_codes, pair_formats
from seq2seq.formats.documents.office.runs import RunReader
from seq2seq.formats.documents.xml_pieces import groups_without_codes
from seq2seq.formats.pieces import Piece
from seq2seq.formats.segment import Content, Part
from seq2seq.formats.splice import Slot, slot_of
from seq2seq.formats.xml_tree import Element


def slots_of(paragraph: Element, text: str, dialect: Dialect) -> list[Slot]:
    """The slots of a paragraph's segments and of those of paragraphs within it, in the order of the file."""
    return sorted(_slots_of(paragraph, text, dialect), key=lambda slot: (slot.start, -slot.end))


def _slots_of(paragraph: Element, text: str, dialect: Dialect) -> Iterator[Slot]:
    spelling = Spelling(dialect, paragraph.prefix)
    reader = RunReader(text, dialect, spelling)
    pieces = fold_fields(reader.read(paragraph), spelling)
    key = base_key(pieces)
    base = next((piece.format for piece in pieces if piece.format and piece.format.key == key), Format("", ""))
    joined = join_codes(pair_formats(pieces, key, spelling))
    for group in groups_without_codes(joined, ("hyperlink", "sdt")):
        yield _slot(group, base, spelling, paragraph.line)
    for inner in reader.inner:
        yield from _slots_of(inner, text, dialect)


def _slot(group: Sequence[Piece], base: Format, spelling: Spelling, line: int) -> Slot:
    first, last = group[0], group[-1]
    assert isinstance(first, RunPiece)
    assert isinstance(last, RunPiece)
    around = first.format if isinstance(first.value, str) and first.format else base
    before, after = first.before, last.after
    return slot_of(group, line, lambda content: _spell(content, spelling, around, before, after))


def _spell(content: Content, spelling: Spelling, around: Format, before: Format | None, after: Format | None) -> str:
    """Content as runs, with the format ``around`` for words outside of pairs; one may be open before and after it."""
    written: list[str] = []
    run = before
    formats = [around]

    def change(wanted: Format | None) -> None:
        nonlocal run
        if (run and run.key) == (wanted and wanted.key):
            return
        written.append(spelling.end if run else "")
        written.append(f"{spelling.start}{wanted.spelled}" if wanted else "")
        run = wanted

    for part in content:
        if isinstance(part, str):
            change(None if formats[-1].bare else formats[-1])
            written.append(spelling.text(part))
            continue
        change(None)
        data = part.data
        if part.part is Part.OPEN:
            elements, start, properties = data.rpartition(spelling.start)
            opens = bool(start) and spelling.end not in properties
            formats.append(spelling.format(properties) if opens else formats[-1])
            data = elements if opens else data
        elif part.part is Part.CLOSE:
            data = data.removeprefix(spelling.end)
            formats.pop()
        written.append(data)
    change(after)
    return "".join(written)
