from pathlib import Path

import pytest

from seq2seq.documents.open import format_of
from seq2seq.registry import DOCUMENTS


@pytest.mark.parametrize(
    ("name", "format"),
    [
        ("a.docx", "docx"),
        ("a.DOTX", "docx"),
        ("a.odp", "odt"),
        ("a.xltm", "xlsx"),
        ("a.ppsx", "pptx"),
        ("a.pot", "po"),
        ("a.sdlxliff", "xliff"),
        ("a.unknown", "text"),
        ("a.lines", "text"),
        ("README", "text"),
    ],
)
def test_the_format_is_that_of_the_ending(name: str, format: str) -> None:
    assert format_of(Path(name)) == format


@pytest.mark.parametrize("name", sorted({*DOCUMENTS.names()} - {"text", "lines", "wrapped"}))
def test_a_name_of_a_format_is_an_ending(name: str) -> None:
    assert format_of(Path(f"a.{name}")) == name
