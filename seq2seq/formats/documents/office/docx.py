"""Word documents (ECMA-376, part 1, section 17): body, notes, comments, headers, footers, text boxes, charts."""

import re
from typing import Final

from seq2seq.formats.documents.office.dialect import Dialect
from seq2seq.formats.documents.office.document import read_paragraphs
from seq2seq.formats.documents.office.drawing import DRAWINGS
from seq2seq.formats.segment import Document

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
    namespaces={
        "http://schemas.openxmlformats.org/wordprocessingml/2006/main": "w:",
        "http://purl.oclc.org/ooxml/wordprocessingml/main": "w:",  # ISO 29500 strict
    },
    paragraphs=("w:p",),
    run="w:r",
    properties="w:rPr",
    text="w:t",
    frame=("w:pPr",),
    containers=("w:hyperlink", "w:ins", "w:moveTo", "w:smartTag", "w:customXml", "w:sdt", "w:dir", "w:bdo"),
    breaks=("w:br", "w:cr"),
    tabs=("w:tab", "w:ptab"),
    hints=("w:proofErr", "w:lastRenderedPageBreak"),
    characters={"w:noBreakHyphen": "\u2011", "w:softHyphen": "\u00ad"},
    annotated={"w:ruby": "w:rubyBase"},
    ignored=re.compile(r"<\w+:(?:lang|noProof|webHidden)\b[^>]*/>"),
    fields="w:fldChar",
    instruction="w:instrText",
)


def read_docx(data: bytes, where: str) -> Document:
    """Read a Word document (.docx, .docm, .dotx). Deleted text, formulas and the results of fields stay as they are.

    Raises:
        DataError: it is damaged, encrypted, or no Word document.
    """
    return read_paragraphs(data, where, {**dict.fromkeys((*_MAIN, *_OTHERS), _DIALECT), **DRAWINGS}, _MAIN)
