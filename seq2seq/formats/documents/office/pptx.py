"""PowerPoint presentations (ECMA-376, part 1, section 19): slides and their notes."""

from typing import Final

from seq2seq.formats.documents.office.document import read_paragraphs
from seq2seq.formats.documents.office.drawing import DIALECT, DRAWINGS
from seq2seq.formats.segment import Document

_SLIDE: Final = "application/vnd.openxmlformats-officedocument.presentationml.slide+xml"
_MAIN: Final = tuple(
    f"application/vnd.{kind}.main+xml"
    for kind in (
        "openxmlformats-officedocument.presentationml.presentation",
        "openxmlformats-officedocument.presentationml.template",
        "openxmlformats-officedocument.presentationml.slideshow",
        "ms-powerpoint.presentation.macroEnabled",
        "ms-powerpoint.template.macroEnabled",
        "ms-powerpoint.slideshow.macroEnabled",
    )
)
_NOTES: Final = "application/vnd.openxmlformats-officedocument.presentationml.notesSlide+xml"


def read_pptx(data: bytes, where: str) -> Document:
    """Read a presentation (.pptx, .pptm, .potx). Layouts and master slides stay as they are.

    Raises:
        DataError: it is damaged, encrypted, or no presentation.
    """
    return read_paragraphs(data, where, {_SLIDE: DIALECT, _NOTES: DIALECT, **DRAWINGS}, _MAIN)
