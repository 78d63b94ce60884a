"""Files that are read as another format than they have: every pair of formats."""

from itertools import product

import pytest
from support.documents import PACKAGES, TEXTS, sample

from seq2seq.documents.open import DocumentOptions, read_document
from seq2seq.errors import DataError
from seq2seq.registry import DOCUMENTS

ANY_TEXT = {"text", "wrapped", "markdown", "csv", "tsv", "properties"}
"""Formats whose content cannot be distinguished from others; the ending can."""
ALIKE = {("jsonl", "json"), ("json", "jsonl"), ("html", "markdown")}
PAIRS = [pair for pair in product([*TEXTS, *PACKAGES], repeat=2) if pair[0] != pair[1] and pair[1] != "text"]


def read(data: bytes, name: str, format: str) -> None:
    read_document(data, name, format, DocumentOptions(column=0 if format in ("csv", "tsv") else None))


@pytest.mark.parametrize(
    ("content", "format"), [pair for pair in PAIRS if pair[0] not in ANY_TEXT and pair not in ALIKE]
)
def test_another_content_is_refused(content: str, format: str) -> None:
    with pytest.raises(DataError):
        read(sample(content), "standard input", format)


@pytest.mark.parametrize(("ending", "format"), [pair for pair in PAIRS if pair[0] not in ("text", "wrapped")])
def test_another_ending_is_refused_or_warned_of(ending: str, format: str, warned: list[str]) -> None:
    try:
        read(sample(ending), f"a.{ending}", format)
    except DataError:
        return
    assert warned == ["documents.other-ending"] or {ending, format} == {"json", "jsonl"}


@pytest.mark.parametrize("content", [*TEXTS])
def test_a_file_with_the_ending_of_another_format_is_read_as_it_is(content: str, warned: list[str]) -> None:
    if content not in ANY_TEXT:
        read(sample(content), "a.csv", content)
        assert "documents.other-ending" not in warned


@pytest.mark.parametrize(
    ("text", "format"),
    [
        ('# Catalogues\n\nmsgid "Open"\nmsgstr "Öffnen"\n\nare written by tools.\n', "markdown"),
        ("[a link](https://example.org) begins this text.\n", "markdown"),
        ("Times are 1\n00:00:01,000 --> 00:00:02,000\n", "markdown"),
        ("<h1>Lamps</h1>\n\n<p>All of it HTML.</p>\n", "markdown"),
        ('<?xml version="1.0"?>\n<html><p>A lamp</p></html>', "html"),
        ('{"a": "b"}\n', "jsonl"),
        ('"a" = "b", he said;\nMore of it.\n', "wrapped"),
    ],
)
def test_what_only_looks_like_another_format_is_read(text: str, format: str, warned: list[str]) -> None:
    read(text.encode(), "standard input", format)
    assert warned == []


@pytest.mark.parametrize("format", ["markdown", "properties", "csv", "wrapped"])
@pytest.mark.parametrize("root", ['<!DOCTYPE tmx SYSTEM "tmx14.dtd">\n<tmx version="1.4">', "<root>"])
def test_what_is_no_document_is_refused(root: str, format: str) -> None:
    with pytest.raises(DataError) as caught:
        read(f'<?xml version="1.0"?>\n{root}'.encode(), "a", format)
    assert caught.value.code == "documents.other-format"


def test_an_added_format_is_read_as_asked(warned: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(DOCUMENTS._registered, "resx", DOCUMENTS.load("wrapped", object))
    read(b'<?xml version="1.0"?>\n<root/>', "a.csv", "resx")
    assert warned == []
