"""Text files, opened as UTF-8 whatever they are compressed by or encoded in, and created."""

import bz2
import gzip
import io
import lzma
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO, Final, TextIO, cast

import zstandard

from seq2seq.errors import DataError
from seq2seq.files.kinds import binary_kind
from seq2seq.files.pipes import open_raw
from seq2seq.files.unpack import DamagedError, Decoder, marks

COMPRESSED: Final = (".gz", ".bz2", ".xz", ".zst")
"""Second endings, of compressed files."""
_BLOCK: Final = 1 << 18
"""Bytes read at a time from files that have to be decoded."""
_LARGEST: Final = 1 << 30
"""Bytes of a document, at most."""
_NAMES: Final = dict(zip(COMPRESSED, ("gzip", "bzip2", "xz", "zstandard"), strict=True))
_OPEN: Final[tuple[Callable[..., Any], ...]] = (gzip.open, bz2.open, lzma.open, zstandard.open)
_CREATE: Final = dict(zip(COMPRESSED, _OPEN, strict=True))


class _Decoded(io.RawIOBase):
    """A file that is decoded while it is read."""

    def __init__(self, file: BinaryIO, decoder: Decoder) -> None:
        self._file = file
        self._decoder: Decoder | None = decoder
        self._ready = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._ready and self._decoder is not None:
            block = b"" if self._decoder.waiting else self._file.read(_BLOCK)
            if block or self._decoder.waiting:
                self._ready = memoryview(self._decoder.feed(block))
            else:
                self._ready, self._decoder = memoryview(self._decoder.finish()), None
        count = min(len(buffer), len(self._ready))
        buffer[:count] = self._ready[:count]
        self._ready = self._ready[count:]
        return count

    def close(self) -> None:
        if not self.closed:
            self._file.close()
        super().close()


def without_compression(name: str) -> str:
    """``train.tsv`` of ``train.tsv.gz``."""
    ending = Path(name).suffix
    return name.removesuffix(ending) if ending in COMPRESSED else name


def open_text(path: Path) -> BinaryIO:
    """Open a text file for its bytes, as UTF-8 and unpacked; reading may raise :class:`DamagedError`.

    Raises:
        DataError: it cannot be read, or is no text.
    """
    file = open_raw(path)
    try:
        head = file.read(_BLOCK)
        file.seek(0)
    except OSError as error:
        raise DataError(f"{path}: cannot be read: {error.strerror or error}.", code="data.unreadable") from error
    compression = _NAMES.get(path.suffix)
    if compression is not None or head.startswith(marks()):
        return cast(BinaryIO, io.BufferedReader(_Decoded(file, Decoder(str(path), compression)), _BLOCK))
    kind = binary_kind(head)
    if kind is not None:
        file.close()
        raise DataError(f"{path}: {kind.message(str(path))}", code="data.not-text")
    return file


def is_plain(path: Path) -> bool:
    """Whether the bytes of a text file are its text, so that it can be read from any place: UTF-8, not compressed.

    Raises:
        DataError: it cannot be read, or is no text.
    """
    with open_text(path) as file:
        return isinstance(getattr(file, "raw", None), io.FileIO)


def open_bytes(path: Path) -> BinaryIO:
    """Open a file for its bytes, unpacked, in the encoding that it has; reading may raise :class:`DamagedError`.

    Raises:
        DataError: it cannot be read.
    """
    decoder = Decoder(str(path), _NAMES.get(path.suffix), unpack_only=True)
    return cast(BinaryIO, io.BufferedReader(_Decoded(open_raw(path), decoder), _BLOCK))


def read_unpacked(file: BinaryIO, name: str) -> bytes:
    """All bytes of an open file, unpacked if it is compressed; messages call it by its name.

    Raises:
        DataError: it is damaged, or larger than a document can be.
    """
    try:
        data = io.BufferedReader(_Decoded(file, Decoder(name, unpack_only=True)), _BLOCK).read(_LARGEST + 1)
    except DamagedError as error:
        raise DataError(f"{name}: {error}.", code="data.damaged") from error
    if len(data) > _LARGEST:
        raise DataError(
            f"{name}: larger than {_LARGEST >> 20:,} MB, and a document is read into memory.\n  Split it.",
            code="data.too-large",
        )
    return data


def head_of(path: Path) -> bytes:
    """The beginning of a file: as UTF-8 and unpacked, if it is text; else as it is, and nothing if it is damaged.

    Raises:
        DataError: it cannot be read.
    """
    with open_raw(path) as file:
        block = file.read(_BLOCK)
    decoder = Decoder(str(path))
    try:
        return decoder.feed(block) or decoder.finish()
    except DamagedError:
        return b""
    except DataError:
        return block


def create_text(path: Path) -> TextIO:
    """Create a text file in UTF-8 with line feeds, compressed as its name says."""
    path.parent.mkdir(parents=True, exist_ok=True)
    make = _CREATE.get(path.suffix, open)
    return io.TextIOWrapper(make(path, "wb"), encoding="utf-8", newline="\n")
