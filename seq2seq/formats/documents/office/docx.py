"""Word documents (ECMA-376, part 1, section 17): body, notes, comments, headers, footers and text boxes."""

import re
from typing import Final

from seq2seq.errors import DataError
from seq2seq.formats.documents.office.dialect import Dialect
from seq2seq.formats.documents.office.document import PackageDocument, PackagePart, parts_of_types, read_part
from seq2seq.formats.documents.office.package import Package
from seq2seq.formats.documents.office.run_slots import slots_of
from seq2seq.formats.segment import Document
from seq2seq.formats.xml_tree import read_units

_NAMESPACES: Final = {
    "http://schemas.openxmlformats.org/wordprocessingml/2006/main": "w:",
    "http://purl.oclc.org/ooxml/wordprocessingml/main": "w:",  # ISO 29500 strict
}
_MAIN: Final = tuple(
    f"application/vnd.{kind}+xml"
    for kind in (
        "openxmlformats-officedocument.wordprocessingml.document.main",
        "openxmlformats-officedocument.wordprocessingml.template.main",
        "ms-word.document.macroEnabled.main",
        "ms-word.template.macroEnabledTemplate.main",
    )
)
_OTHERS: Final = tuple(
    f"application/vnd.openxmlformats-officedocument.wordprocessingml.{kind}+xml"
    for kind in ("header", "footer", "footnotes", "endnotes", "comments")
)
_DIALECT: Final = Dialect(
    paragraphs=("w:p",),
    run="w:r",
    properties="w:rPr",
    text="w:t",
    frame=("w:pPr",),
    containers=("w:hyperlink", "w:ins", "w:moveTo", "w:smartTag", "w:customXml", "w:sdt", "w:dir", "w:bdo"),
    breaks=("w:br", "w:cr", "w:tab", "w:ptab"),
    hints=("w:proofErr", "w:lastRenderedPageBreak"),
    characters={"w:noBreakHyphen": "\u2011", "w:softHyphen": "\u00ad"},
    ignored=re.compile(r"<\w+:(?:lang|noProof|webHidden)\b[^>]*/>"),
    fields="w:fldChar",
    instruction="w:instrText",
)


def read_docx(data: bytes, where: str) -> Document:
    """Read a Word document (.docx, .docm, .dotx). Deleted text, fields and formulas stay as they are.

    Args:
        data: the file.
        where: what to call it in messages.

    Raises:
        DataError: it is damaged, encrypted, or no Word document.
    """
    package = Package(data, where)
    names = list(parts_of_types(package, where, (*_MAIN, *_OTHERS)))
    if not list(parts_of_types(package, where, _MAIN)):
        raise DataError(f"{where}: this package holds no Word document.", code="data.package-part-missing")
    parts = []
    for name in names:
        file = read_part(package, name, where)
        paragraphs = read_units(file.text, file.name, _DIALECT.paragraphs, _NAMESPACES)
        slots = [slot for paragraph in paragraphs for slot in slots_of(paragraph, file.text, _DIALECT)]
        parts.append(PackagePart(name, file, slots))
    return PackageDocument(where, package, parts)
