"""The lines of a file that a shard reads: a range of bytes that begins and ends at the beginning of a line.

The file's bytes are divided evenly, and a line belongs to the shard in whose share its first byte lies. So the ranges
of all shards cover the file once, whatever their number, and a shard reads its own range alone (of a line that crosses
the beginning of its share, it reads the rest, to find the end).
"""

import hashlib
import io
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, Final, cast

from seq2seq.config.base import Strict
from seq2seq.errors import DataError
from seq2seq.files.byte_order import find_mark
from seq2seq.files.kinds import binary_kind, filled
from seq2seq.files.pipes import is_pipe
from seq2seq.files.unpack import compression_of
from seq2seq.shards.shard import Shard

_HEAD: Final = 1 << 16
"""First bytes of the file, which say what it is."""
_BLOCK: Final = 1 << 20
_UNPACK: Final = {"gzip": "gzip -dk", "bzip2": "bzip2 -dk", "xz": "xz -dk", "zstandard": "zstd -d"}


class SourceRange(Strict):
    """What a shard read."""

    file: str
    """The whole file."""
    size: int
    """Bytes of the whole file."""
    start: int
    """First byte of the range."""
    end: int
    """The byte after its last."""
    lines: int
    """Lines of the range; the last line of the file may lack its end."""
    sha256: str
    """Digest of the range."""


@contextmanager
def open_source(path: Path, shard: Shard) -> Iterator[tuple[BinaryIO, SourceRange]]:
    """Open a text file, and find the range of a shard in it, with its lines and its digest.

    Raises:
        DataError: it is no text in UTF-8 that can be cut at bytes; or it is not, when the block ends, what it was.
    """
    if not path.is_file() or is_pipe(path):
        raise DataError(
            f"{path}: is no file; a pipe is read once, and shards are cut out of a file.\n  Save it as a file first.",
            code="shards.no-file",
        )
    with path.open("rb") as file:
        before = os.fstat(file.fileno())
        _check_head(path, file.read(_HEAD))
        size = before.st_size
        start = _next_line(file, size * (shard.number - 1) // shard.count)
        end = _next_line(file, size * shard.number // shard.count)
        digest, lines = _read_through(file, start, end)
        yield file, SourceRange(file=str(path.resolve()), size=size, start=start, end=end, lines=lines, sha256=digest)
        after = path.stat()
    if (before.st_size, before.st_mtime_ns, before.st_ino) != (after.st_size, after.st_mtime_ns, after.st_ino):
        raise DataError(
            f"{path}: has changed while it was read.\n  Run the command again, of every shard.", code="shards.changed"
        )


def range_digest(path: Path, start: int, end: int) -> str:
    """The digest of a range of bytes; raises :class:`OSError` if the file cannot be read."""
    with path.open("rb") as file:
        return _read_through(file, start, end)[0]


class RangeReader(io.RawIOBase):
    """A range of an open file, to be read once."""

    def __init__(self, file: BinaryIO, start: int, end: int) -> None:
        self._file, self._left = file, end - start
        file.seek(start)

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Fill a buffer, as far as the range goes."""
        view = memoryview(buffer)[: self._left]
        count = cast(io.BufferedReader, self._file).readinto(view) if len(view) else 0
        self._left -= count
        return count


def _check_head(path: Path, head: bytes) -> None:
    """Refuse what cannot be cut at the bytes of line feeds."""
    compression = compression_of(head)
    if compression is not None:
        raise DataError(
            f"{path}: is compressed by {compression}, and cannot be read from the middle.\n"
            f"  Unpack it first: {filled(_UNPACK[compression] + ' {file}', str(path))}",
            code="shards.compressed",
        )
    marked = find_mark(head)
    if marked is not None and marked[0] != "utf-8":
        raise DataError(
            f"{path}: is in {marked[0].upper()}; shards are cut out of text in UTF-8.\n  "
            + filled(
                f"Convert it first: iconv -f {marked[0][:6].upper()} -t UTF-8 {{file}} > {{stem}}{{ending}}", str(path)
            ),
            code="shards.encoding",
        )
    kind = binary_kind(head)
    if kind is not None:
        raise DataError(f"{path}: {kind.message(str(path))}", code="data.not-text")


def _next_line(file: BinaryIO, place: int) -> int:
    """The beginning of the first line that begins at a byte or after it; the end of the file if none does."""
    if place == 0:
        return 0
    place -= 1
    file.seek(place)
    while block := file.readline(_BLOCK):
        place += len(block)
        if block.endswith(b"\n"):
            break
    return place


def _read_through(file: BinaryIO, start: int, end: int) -> tuple[str, int]:
    """The digest of a range, and its lines."""
    digest, lines, last = hashlib.sha256(), 0, b"\n"
    reader = RangeReader(file, start, end)
    while block := reader.read(_BLOCK):
        digest.update(block)
        lines += block.count(b"\n")
        last = block[-1:]
    return digest.hexdigest(), lines + (last != b"\n")
