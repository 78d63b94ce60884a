"""Reads XLIFF files."""

import re
from typing import Final

from seq2seq import log
from seq2seq.errors import DataError
from seq2seq.formats.bilingual.xliff import HEADER
from seq2seq.formats.documents.bilingual import BilingualDocument, Edit
from seq2seq.formats.documents.xliff.gaps import UnitGap, start_tag
from seq2seq.formats.segment import Document
from seq2seq.formats.xml_tree import character_reference, decode_xml, read_units

_NAMESPACES: Final = {"": ""} | {
    f"urn:oasis:names:tc:xliff:document:{version}": "" for version in ("1.1", "1.2", "2.0", "2.1", "2.2")
}
_ROOT: Final = re.compile(r"<(?:[\w.-]+:)?xliff[\s>]")
_LANGUAGES: Final = {"file": "target-language", "xliff": "trgLang"}
"""Attributes that name the language of the targets: of ``file`` in XLIFF 1, of the root in XLIFF 2."""


def read_xliff(data: bytes, where: str, *, language: str | None = None) -> Document:
    """Read an XLIFF file: sources without a target, or with one in the state of a new one, are segments.

    ``language`` is the code of the language of the targets, for files that do not name it.

    Raises:
        DataError: it is damaged, or no XLIFF.
    """
    file = decode_xml(data, where)
    if not _ROOT.search(file.text[:10_000]):
        raise DataError(f"{where}:1: this is no XLIFF: it has no element 'xliff'.", code="data.not-xliff")
    gaps: list[UnitGap] = []
    unnamed: dict[int, Edit] = {}
    complete = 0
    for unit in read_units(file.text, where, ("trans-unit", "unit"), _NAMESPACES):
        if unit.inherited("translate") == "no" or unit.attributes.get("restype") == HEADER:
            continue
        gap = UnitGap(unit, file.text)
        complete += gap.complete
        if not gap.missing:
            continue
        gaps.append(gap)
        root = next(
            (above for above in unit.ancestors() if above.name == ("file" if unit.name == "trans-unit" else "xliff")),
            None,
        )
        if root is not None and root.start not in unnamed and _LANGUAGES[root.name] not in root.attributes:
            tag = start_tag(file.text[root.start : root.body], {_LANGUAGES[root.name]: language})
            unnamed[root.start] = Edit(root.start, root.body, tag)
    if unnamed and language is None:
        log.warn(f"{where}: the file does not name the language of its targets.", code="data.no-target-language")
        unnamed.clear()
    return BilingualDocument(file, gaps, complete=complete, once=unnamed.values(), substitute=character_reference)
