"""XML files of translation units, read one unit after the other."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final, Generic, TypeVar

from seq2seq.errors import DataError
from seq2seq.files.opening import open_bytes
from seq2seq.formats.bilingual.inline import InlineText
from seq2seq.formats.xml import create_parser, parse

LONGEST: Final = 1 << 24
"""Bytes of a unit, at most: more, and it has not been closed."""
T = TypeVar("T")


class UnitParser(Generic[T]):
    """Reads a file from its beginning; a subclass sets the handlers of elements, which fill ``ready``."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._where = str(path)
        self._parser = create_parser(self._where)
        self._text = InlineText(self._parser)
        self.ready: list[T] = []
        """Units that have been read, and not yet been yielded."""
        self.line = 0
        """Line at which the unit begins that is open."""
        self._byte: int | None = None

    def begin_unit(self) -> None:
        """A unit begins here."""
        self.line, self._byte = self._parser.CurrentLineNumber, self._parser.CurrentByteIndex

    def end_unit(self) -> None:
        """The unit ends."""
        self._byte = None

    def units(self) -> Iterator[T]:
        """The units.

        Raises:
            DataError: the file cannot be read to its end, or is not XML.
        """
        with open_bytes(self._path) as file:
            for _ in parse(self._parser, file, self._where):
                yield from self.ready
                self.ready.clear()
                if self._byte is not None and self._parser.CurrentByteIndex - self._byte > LONGEST:
                    raise DataError(
                        f"{self._where}:{self.line}: the unit that begins here does not end within "
                        f"{LONGEST >> 20} MB.\n  Is a tag not closed?",
                        code="data.xml-damaged",
                    )
