"""Documents by their format: which one a file has, and how it is read.

A reader is registered in :data:`seq2seq.registry.DOCUMENTS` by the name of its format, which is also the ending of its
files, without the dot. It is a function of a file's bytes and its name for messages. Keyword-only parameters are its
options, of those that :class:`DocumentOptions` has; one without a default has to be given.
"""

import inspect
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import partial
from pathlib import Path
from typing import Any, Final, Protocol, runtime_checkable

from seq2seq.errors import ConfigError, DataError
from seq2seq.files.opening import without_compression
from seq2seq.formats.segment import Document
from seq2seq.registry import DOCUMENTS

TEXT: Final = "text"
"""Plain text, each line of which is a paragraph. It is read window by window: :mod:`seq2seq.documents.text`."""
LINES: Final = "lines"
"""Plain text, each line of which is translated whole."""
BINARY: Final = frozenset({"docx", "odt", "xlsx", "pptx"})
"""Formats that are no text."""
_ENDINGS: Final = {
    "txt": TEXT, "md": "markdown", "htm": "html", "xhtml": "html", "pot": "po", "xlf": "xliff", "sdlxliff": "xliff",
    "mxliff": "xliff", "mqxliff": "xliff", "docm": "docx", "dotx": "docx", "dotm": "docx", "pptm": "pptx",
    "potx": "pptx", "potm": "pptx", "ppsx": "pptx", "ppsm": "pptx", "xlsm": "xlsx", "xltx": "xlsx", "xltm": "xlsx",
    "ott": "odt", "odp": "odt", "otp": "odt", "ods": "odt", "ots": "odt",
    "ndjson": "jsonl", "tab": "tsv", "webvtt": "vtt", "arb": "json",
}  # fmt: skip
"""Formats by endings that are not their names."""


@dataclass(frozen=True, slots=True)
class DocumentOptions:
    """Options of formats; each format has some of them."""

    column: str | int | None = None
    """Tables: name or index, from 0, of the column to translate."""
    target_column: str | int | None = None
    """Tables: name or index of the column to write to."""
    keys: tuple[str, ...] | None = None
    """JSON: which values are translated."""
    language: str | None = None
    """Formats that name it: the language of the translations."""


@runtime_checkable
class DocumentReader(Protocol):
    """Reads a document."""

    def __call__(self, data: bytes, where: str, /) -> Document:
        """The document of a file's bytes, called ``where`` in messages; a DataError says what is wrong with it."""


def format_of(path: Path) -> str:
    """The format of a file, by its name or the ending of it, that of a compression aside; text, if it is not known."""
    path = Path(without_compression(path.name))
    if path.name == "strings.xml":
        return "android"
    ending = path.suffix[1:].casefold()
    name = _ENDINGS.get(ending, ending)
    return name if name and name != LINES and name in DOCUMENTS else TEXT


def endings() -> list[str]:
    """The endings of files that are documents, with their dots, sorted."""
    return sorted(f".{ending}" for ending in {*_ENDINGS, *DOCUMENTS.names()} - {TEXT, "wrapped", "markdown", "android"})


def read_document(data: bytes, where: str, format: str, options: DocumentOptions) -> Document:
    """Read a document; ``options`` that are None are not given.

    Raises:
        DataError: it is damaged, or is no document of this format.
        ConfigError: an option is missing, or the format does not have it.
    """
    reader = DOCUMENTS.load(format, DocumentReader)
    given = check_options(format, options)
    if format not in DOCUMENTS.added():
        from seq2seq.documents.recognise import check_format  # not needed for plain text

        check_format(data, where, format, by_ending=format_of, reads=partial(_reads, data, where))
    document: Document = partial(reader, data, where, **given)()
    return document


def _reads(data: bytes, where: str, format: str) -> bool:
    """Whether a file can be read as a format."""
    try:
        DOCUMENTS.load(format, DocumentReader)(data, where)
    except DataError:
        return False
    return True


def check_options(format: str, options: DocumentOptions) -> Mapping[str, Any]:
    """The options for the reader of a format.

    Raises:
        ConfigError: one is missing, or the format does not have it.
    """
    reader = DOCUMENTS.load(format, DocumentReader)
    known = inspect.signature(reader).parameters
    given = {field.name: value for field in fields(options) if (value := getattr(options, field.name)) is not None}
    given = {name: value for name, value in given.items() if name in known or name != "language"}
    for name in given:
        if name not in known:
            raise ConfigError(option(name), [f"not for {format}"], code="documents.wrong-option")
    for name, parameter in known.items():
        if parameter.kind is parameter.KEYWORD_ONLY and parameter.default is parameter.empty and name not in given:
            problem = f"{format}: name the column to translate" if name == "column" else f"{format} needs it"
            raise ConfigError(option(name), [problem], code="documents.missing-option")
    return given


def option(name: str) -> str:
    """An option as it is typed."""
    return {"keys": "--key"}.get(name, f"--{name.replace('_', '-')}")
