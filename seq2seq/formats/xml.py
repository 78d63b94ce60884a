"""XML from strangers: no entity is expanded, nothing outside of the file is read."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final, NoReturn
from xml.parsers.expat import ExpatError, ParserCreate, XMLParserType, errors

from seq2seq.errors import DataError

_BUFFER: Final = 1 << 16
"""Characters of text that are handed on at once, at most."""


def create_parser(where: str) -> XMLParserType:
    """A parser that refuses declarations of entities. The DTD that a document names is not read.

    Use it inside :func:`explained`. ``CurrentByteIndex`` counts the bytes of the file as they are.

    Args:
        where: what to call the document in messages.
    """
    parser = ParserCreate()
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


@contextmanager
def explained(where: str) -> Iterator[None]:
    """Make a DataError of what the parser raises.

    Args:
        where: what to call the document.
    """
    try:
        yield
    except ExpatError as error:
        cut = error.code in (errors.codes[errors.XML_ERROR_NO_ELEMENTS], errors.codes[errors.XML_ERROR_UNCLOSED_TOKEN])
        problem = "the document ends too early" if cut else f"not well-formed XML: {errors.messages[error.code]}"
        raise DataError(
            f"{where}:{error.lineno}: {problem} (column {error.offset + 1}).\n"
            "  Open it with the program that made it, and save or export it again.",
            code="data.xml-damaged",
        ) from error
