"""Descriptions of pictures and shapes in Office Open XML (ECMA-376, part 1, sections 20.1.2.2.8 and 20.4.2.5)."""

import re
from collections.abc import Callable, Iterator
from typing import Final

from seq2seq.formats.documents.xml_pieces import escape_attribute
from seq2seq.formats.entities import unescape
from seq2seq.formats.pieces import Lines, Piece, has_words
from seq2seq.formats.splice import Slot, slot_of, speller

DESCRIBED: Final = re.compile(
    r"""<(?:[\w.-]+:)?(?:docPr|cNvPr)(?=\s)(?:[^<>"']|"[^"<]*"|'[^'<]*')*+>""",
)
"""The start tag of an element that may have a description."""
_TEXT: Final = re.compile(r"""\s(?:descr|title)\s*=\s*(?:"(?P<double>[^"]*)"|'(?P<single>[^']*)')""")


def description_slots(text: str) -> Iterator[Slot]:
    """The slots of all descriptions in a part, and of their titles; they may lie within those of paragraphs."""
    if "docPr" not in text and "cNvPr" not in text:
        return
    lines = Lines(text)
    for tag in DESCRIBED.finditer(text):
        for attribute in _TEXT.finditer(text, *tag.span()):
            form = "single" if attribute["double"] is None else "double"
            words = unescape(attribute[form])
            if has_words((words,)):
                yield slot_of([Piece(words, *attribute.span(form))], lines, speller(_ESCAPES[form]))


def _escape_single(words: str) -> str:
    return escape_attribute(words).replace("'", "&#39;")


_ESCAPES: Final[dict[str, Callable[[str], str]]] = {"double": escape_attribute, "single": _escape_single}
