"""Text in drawings of all Office Open XML documents: slides, charts, diagrams (ECMA-376, part 1, section 21.1.2)."""

import re
from typing import Final

from seq2seq.formats.documents.office.dialect import Dialect

DIALECT: Final = Dialect(
    namespaces={
        "http://schemas.openxmlformats.org/drawingml/2006/main": "a:",
        "http://purl.oclc.org/ooxml/drawingml/main": "a:",  # ISO 29500 strict
    },
    paragraphs=("a:p",),
    run="a:r",
    properties="a:rPr",
    text="a:t",
    frame=("a:pPr", "a:endParaRPr"),
    breaks=("a:br",),
    ignored=re.compile(r"""\s(?:lang|altLang|noProof|dirty|err|smtClean|smtId|bmk)=(?:"[^"]*"|'[^']*')"""),
    space="",
)
DRAWINGS: Final = dict.fromkeys(
    (
        "application/vnd.openxmlformats-officedocument.drawingml.chart+xml",
        "application/vnd.openxmlformats-officedocument.drawingml.diagramData+xml",
        "application/vnd.ms-office.drawingml.diagramDrawing+xml",
    ),
    DIALECT,
)
"""Dialects of parts with drawings, by content type."""
