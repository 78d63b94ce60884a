"""From the bytes of a file or a pipe to UTF-8: what is compressed is unpacked, UTF-16 and UTF-32 are converted.

Compression and encoding are recognised by the first bytes, whatever a file is called. What is no text at all is refused
by name (:mod:`seq2seq.files.kinds`).

gzip         1f 8b                        RFC 1952, section 2.3.1
bzip2        42 5a 68
xz           fd 37 7a 58 5a 00            The .xz file format, section 2.1.1.1
zstandard    28 b5 2f fd, 5x 2a 4d 18     RFC 8878, sections 3.1.1 and 3.1.2
"""

import bz2
import codecs
import lzma
import zlib
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, Protocol

import zstandard

from seq2seq.errors import DataError
from seq2seq.files.byte_order import MARKS, find_mark
from seq2seq.files.kinds import binary_kind

_LARGEST_WINDOW: Final = 1 << 31
"""Bytes of memory that a zstandard file may ask for (`zstd --long=31`)."""
_MOST: Final = 1 << 24
"""Bytes that are unpacked at once, about: a small file may hold terabytes."""
_SLICE: Final = 256
"""Bytes of a zstandard file that are unpacked at once."""


class DamagedError(Exception):
    """Bytes that cannot be decoded: what they are not (``not a whole gzip file``), and what is wrong with them."""

    def __init__(self, what: str, detail: object) -> None:
        super().__init__(f"{what}: {detail}")
        self.what = what
        self.detail = detail


Step = tuple[bytes, bytes, bool]
"""Text that has been unpacked; what is left of the packed bytes; whether there is more text without further bytes."""


@dataclass
class _Unpacker(ABC):
    """One member (stream, frame) of a compressed file, and the decoder of its library."""

    _member: Any

    @property
    def eof(self) -> bool:
        return bool(self._member.eof)

    @abstractmethod
    def step(self, data: bytes) -> Step: ...


class _Gzip(_Unpacker):
    def step(self, data: bytes) -> Step:
        text = self._member.decompress(data, _MOST)
        if self._member.eof:
            return text, self._member.unused_data, False
        return text, self._member.unconsumed_tail, len(text) == _MOST


class _Blocks(_Unpacker):
    """bzip2 and xz."""

    def step(self, data: bytes) -> Step:
        text = self._member.decompress(data, _MOST)
        if self._member.eof:
            return text, self._member.unused_data, False
        return text, b"", not self._member.needs_input


class _Zstandard(_Unpacker):
    """Its decoder takes no limit, but a block of four bytes holds 128 KB at most (RFC 8878, section 3.1.1.2.2)."""

    def step(self, data: bytes) -> Step:
        parts, size = [], 0
        for start in range(0, len(data), _SLICE):
            parts.append(self._member.decompress(data[start : start + _SLICE]))
            size += len(parts[-1])
            if self._member.eof or size >= _MOST:
                return b"".join(parts), self._member.unused_data + data[start + _SLICE :], False
        return b"".join(parts), b"", False


_COMPRESSIONS: Final[tuple[tuple[str, tuple[bytes, ...], Callable[[], _Unpacker]], ...]] = (
    ("gzip", (b"\x1f\x8b",), lambda: _Gzip(zlib.decompressobj(wbits=31))),
    ("bzip2", tuple(b"BZh%d" % level for level in range(1, 10)), lambda: _Blocks(bz2.BZ2Decompressor())),
    ("xz", (b"\xfd7zXZ\0",), lambda: _Blocks(lzma.LZMADecompressor(lzma.FORMAT_XZ))),
    (
        "zstandard",
        (b"\x28\xb5\x2f\xfd", *(bytes([0x50 + low]) + b"\x2a\x4d\x18" for low in range(16))),
        lambda: _Zstandard(zstandard.ZstdDecompressor(max_window_size=_LARGEST_WINDOW).decompressobj()),
    ),
)
_ERRORS: Final = (zlib.error, lzma.LZMAError, zstandard.ZstdError, OSError, EOFError, ValueError)


class Decoder:
    """Turns the bytes of a file, as they come, into UTF-8.

    Args:
        name: what the file is called in messages.
        compression: what it has to be, by its name; None: whatever its first bytes say.
        unpack_only: whether its encoding stays as it is, for formats that declare it themselves.
        from_middle: whether the bytes are of the middle of a file that is known to be text in UTF-8, so that its first
            bytes say nothing.

    Attributes:
        encoding: of the file, once it is known.
        mark: the byte order mark of an encoding that is not UTF-8, once it is known.
    """

    encoding: str = "utf-8"
    mark: bytes = b""

    def __init__(
        self, name: str, compression: str | None = None, *, unpack_only: bool = False, from_middle: bool = False
    ) -> None:
        self._name = name
        self._expected = compression
        self._unpack: _Filter = _Nothing() if from_middle else _Stage(self._unpacker)
        self._convert: _Filter = _Nothing() if unpack_only or from_middle else _Stage(self._converter)
        self._looked = unpack_only or from_middle

    @property
    def waiting(self) -> bool:
        """Whether there is more text in the blocks so far, which ``feed(b"")`` gives."""
        return self._unpack.waiting

    def feed(self, block: bytes) -> bytes:
        """The text in ``block``, or the first 16 MB of it, about.

        Raises:
            DataError: this is no text.
            DamagedError: it cannot be decoded.
        """
        return self._checked(self._convert.feed(self._unpack.feed(block)))

    def finish(self) -> bytes:
        """The rest of the text at the end of the file; raises as :meth:`feed` does."""
        rest = self._convert.feed(self._unpack.finish())
        return self._checked(rest + self._convert.finish())

    def _checked(self, text: bytes) -> bytes:
        if text and not self._looked:
            self._looked = True
            kind = binary_kind(text)
            if kind is not None:
                raise DataError(f"{self._name}: {kind.message(self._name)}", code="data.not-text")
        return text

    def _unpacker(self, head: bytes) -> "_Filter":
        for name, marks, make in _COMPRESSIONS:
            if head.startswith(marks) and self._expected in (None, name):
                return _Members(name, make)
        if self._expected is not None and head:
            raise DamagedError(f"not a whole {self._expected} file", "it does not begin like one")
        return _Nothing()

    def _converter(self, head: bytes) -> "_Filter":
        marked = find_mark(head)
        if marked is None or marked[0] == "utf-8":
            return _Nothing()
        self.encoding, self.mark = marked
        return _Converted(self.encoding[:6])  # utf-16 or utf-32: Python's decoder goes by the mark, and removes it


class _Filter(Protocol):
    """Bytes in, bytes out."""

    @property
    def waiting(self) -> bool: ...
    def feed(self, block: bytes) -> bytes: ...
    def finish(self) -> bytes: ...


class _Nothing:
    """Bytes as they are."""

    waiting = False

    def feed(self, block: bytes) -> bytes:
        return block

    def finish(self) -> bytes:
        return b""


class _Stage:
    """A filter that is chosen by the first bytes. Only what may still become one of its marks is waited for."""

    def __init__(self, choose: Callable[[bytes], _Filter]) -> None:
        self._choose = choose
        self._head = b""
        self._filter: _Filter | None = None

    @property
    def waiting(self) -> bool:
        return self._filter is not None and self._filter.waiting

    def feed(self, block: bytes) -> bytes:
        if self._filter is not None:
            return self._filter.feed(block)
        self._head += block
        if not self._head or any(len(self._head) < len(mark) and mark.startswith(self._head) for mark in marks()):
            return b""
        self._filter = self._choose(self._head)
        return self._filter.feed(self._head)

    def finish(self) -> bytes:
        if self._filter is None:
            self._filter = self._choose(self._head)
            return self._filter.feed(self._head) + self._filter.finish()
        return self._filter.finish()


def compression_of(head: bytes) -> str | None:
    """The compression of a file that begins with some bytes; None: it is not compressed."""
    return next((name for name, marks, _ in _COMPRESSIONS if head.startswith(marks)), None)


@cache
def marks() -> tuple[bytes, ...]:
    """First bytes of files that have to be decoded."""
    compressed = [mark for _, marks, _ in _COMPRESSIONS for mark in marks]
    return (*compressed, *(mark for encoding, mark in MARKS if encoding != "utf-8"))


class _Members:
    """Unpacks a compressed file, which may consist of several one after the other (`cat a.gz b.gz`)."""

    def __init__(self, name: str, make: Callable[[], _Unpacker]) -> None:
        self._name = name
        self._make = make
        self._member: _Unpacker | None = None
        self._rest = b""
        self._more = False

    @property
    def waiting(self) -> bool:
        return bool(self._rest) or self._more

    def feed(self, block: bytes) -> bytes:
        self._rest += block
        parts, size = [], 0
        try:
            while self.waiting and size < _MOST:
                if self._member is None:
                    self._rest = self._rest.lstrip(b"\0")  # padding
                    if not self._rest:
                        break
                    self._member = self._make()
                text, self._rest, self._more = self._member.step(self._rest)
                parts.append(text)
                size += len(text)
                if self._member.eof:
                    self._member = None
        except _ERRORS as error:
            raise DamagedError(f"not a whole {self._name} file", error) from error
        return b"".join(parts)

    def finish(self) -> bytes:
        parts = []
        while self.waiting:
            parts.append(self.feed(b""))
        if self._member is not None:
            raise DamagedError(f"not a whole {self._name} file", "it ends too early")
        return b"".join(parts)


class _Converted:
    """Text in another encoding, with a byte order mark, as UTF-8."""

    waiting = False

    def __init__(self, name: str) -> None:
        self._name = name.upper()
        self._decode = codecs.getincrementaldecoder(name)().decode

    def feed(self, block: bytes, *, final: bool = False) -> bytes:
        try:
            return self._decode(block, final).encode()
        except UnicodeError as error:
            raise DamagedError(f"not {self._name}, as its first bytes say", error) from error

    def finish(self) -> bytes:
        return self.feed(b"", final=True)
