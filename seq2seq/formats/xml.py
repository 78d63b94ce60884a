"""XML from strangers: no entity is expanded, nothing outside of the file is read, memory is bounded."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO, Final, NoReturn
from xml.parsers.expat import ExpatError, ParserCreate, XMLParserType, errors

from seq2seq.errors import DataError
from seq2seq.files.unpack import DamagedError

DEEPEST: Final = 1000
"""Elements that may be open at once."""
_BUFFER: Final = 1 << 16
"""Characters of text that are passed on at once, at most."""
_BLOCK: Final = 1 << 18
"""Bytes read at a time."""
_LONGEST: Final = 1 << 24
"""Bytes of a tag, a comment or a processing instruction, at most."""
_REMEDY: Final = "Open it with the program that made it, and save or export it again."


def create_parser(where: str, *, encoding: str | None = None) -> XMLParserType:
    """A parser that refuses declarations of entities. The DTD that a document names is not read.

    Use it inside :func:`explained`. ``CurrentByteIndex`` counts the bytes of the file as they are.

    Args:
        where: what to call the document in messages.
        encoding: of the bytes, whatever the document declares; None: the one that it declares.
    """
    parser = ParserCreate(encoding)
    parser.buffer_text = True
    parser.buffer_size = _BUFFER

    def refuse(*_: object) -> NoReturn:
        raise DataError(
            f"{where}:{parser.CurrentLineNumber}: the document declares an entity, which is refused: entities can "
            "expand without limit, and read other files.\n  Replace it by the text that it stands for.",
            code="data.xml-entity",
        )

    parser.EntityDeclHandler = refuse
    parser.UnparsedEntityDeclHandler = refuse
    parser.ExternalEntityRefHandler = refuse
    parser.SkippedEntityHandler = refuse
    return parser


def parse(parser: XMLParserType, file: BinaryIO, where: str) -> Iterator[None]:
    """Parse a file; yields after each block, and before an error, so that what the handlers have found can be used.

    The handlers must refuse elements nested more than :data:`DEEPEST` deep (:func:`too_deep`).

    Args:
        parser: of :func:`create_parser`, with its handlers.
        file: bytes as :func:`seq2seq.files.opening.open_bytes` gives them.
        where: what to call the document in messages.

    Raises:
        DataError: the file cannot be read to its end, or is not XML.
    """
    before = 0
    block = b"\n"
    while block:
        try:
            block = file.read(_BLOCK)
            with explained(where):
                try:
                    parser.Parse(block, not block)
                except ExpatError as error:
                    _explain_byte(error, block, parser.ErrorByteIndex - before, where)
                    raise
            before += len(block)
            if before - parser.CurrentByteIndex > _LONGEST:
                raise DataError(
                    f"{where}:{parser.CurrentLineNumber}: a tag or a comment begins here that does not end within "
                    f"{_LONGEST >> 20} MB.\n  {_REMEDY}",
                    code="data.xml-damaged",
                )
        except (DamagedError, OSError) as error:
            yield
            raise DataError(
                f"{where}: cannot be read, after line {parser.CurrentLineNumber:,}: {error}.", code="data.unreadable"
            ) from error
        except DataError:
            yield
            raise
        yield


def too_deep(parser: XMLParserType, where: str, deepest: int = DEEPEST) -> DataError:
    """The error about elements nested more than ``deepest`` deep."""
    return DataError(
        f"{where}:{parser.CurrentLineNumber}: more than {deepest:,} elements are nested: some are not closed.\n"
        f"  {_REMEDY}",
        code="data.xml-too-deep",
    )


def _explain_byte(error: ExpatError, block: bytes, place: int, where: str) -> None:
    """Raise a DataError if a byte stands at a place that the declared encoding does not have."""
    if error.code == errors.codes[errors.XML_ERROR_INVALID_TOKEN] and block[place : place + 1] >= b"\x80":
        raise DataError(
            f"{where}:{error.lineno}: byte 0x{block[place]:02X} (column {error.offset + 1}) is not in the encoding "
            'that the document declares, or UTF-8.\n  Declare the true one in its first line: <?xml version="1.0" '
            'encoding="windows-1252"?>',
            code="data.xml-encoding",
        ) from error


@contextmanager
def explained(where: str) -> Iterator[None]:
    """Make a DataError of what the parser raises."""
    try:
        yield
    except ExpatError as error:
        cut = error.code in (errors.codes[errors.XML_ERROR_NO_ELEMENTS], errors.codes[errors.XML_ERROR_UNCLOSED_TOKEN])
        problem = "the document ends too early" if cut else f"not well-formed XML: {errors.messages[error.code]}"
        raise DataError(
            f"{where}:{error.lineno}: {problem} (column {error.offset + 1}).\n  {_REMEDY}", code="data.xml-damaged"
        ) from error
    except (LookupError, ValueError) as error:  # of expat, about the encoding that the document declares
        raise DataError(
            f"{where}:1: the encoding that the document declares is not read: {error}.\n"
            '  Convert it to UTF-8 with iconv, and declare that: encoding="UTF-8"',
            code="data.xml-encoding",
        ) from error
