"""The text of a whole file, which is written back in the encoding in which it was read."""

import codecs
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from seq2seq.errors import DataError
from seq2seq.files.byte_order import find_mark
from seq2seq.files.kinds import binary_kind

_OF_HOST_NAMES: Final = ("idna", "punycode")
"""Python's encodings that are for names of hosts alone, and raise errors of their own."""
_LARGER: Final = {
    "ascii": "cp1252", "iso8859-1": "cp1252", "iso8859-9": "cp1254", "iso8859-11": "cp874", "tis-620": "cp874",
    "gb2312": "gb18030", "gbk": "gb18030", "shift_jis": "cp932", "euc_kr": "cp949", "big5": "big5hkscs",
}  # fmt: skip
"""Encodings that are read as larger ones (WHATWG, Encoding, section 4.2, by the names of Python's codecs)."""


@dataclass(frozen=True, slots=True)
class EncodedText:
    """Text and its encoding."""

    name: str
    """What to call the file in messages."""
    text: str
    """The text without a byte order mark, line ends as they are."""
    encoding: str = "utf-8"
    mark: bytes = b""
    """The byte order mark; empty: there is none."""

    def as_utf8(self) -> "EncodedText":
        """The text to be written in UTF-8, without a byte order mark if it had another encoding."""
        return self if self.encoding == "utf-8" else replace(self, encoding="utf-8", mark=b"")

    def encode(self, text: str, substitute: Callable[[str], str] | None = None) -> bytes:
        """The bytes of another text in this encoding, with the same byte order mark.

        Args:
            text: what takes the place of the text.
            substitute: spells a character that the encoding lacks by an escape of the format; None: there is none.

        Raises:
            DataError: the encoding lacks a character of the text.
        """
        try:
            return self.mark + text.encode(self.encoding)
        except UnicodeEncodeError as error:
            if substitute is None:
                character = text[error.start]
                raise DataError(
                    f"{self.name}: the new text holds {character!r} (U+{ord(character):04X}), which the file's "
                    f"encoding, {self.encoding}, lacks.\n"
                    f"  Convert the file to UTF-8 first: iconv -f {self.encoding} -t UTF-8",
                    code="data.character-not-encodable",
                ) from error
        spelling = {one: one if one.encode(self.encoding, "ignore") else substitute(one) for one in set(text)}
        return self.mark + "".join(map(spelling.__getitem__, text)).encode(self.encoding)


def decode_text(data: bytes, where: str, *, declared: str | None = None) -> EncodedText:
    """Decode a file: by its byte order mark, else by the encoding that it declares, else as UTF-8.

    Args:
        data: its bytes.
        where: what to call it in messages.
        declared: the encoding that the file says it is in, if it does.

    Raises:
        DataError: it is no text, or not in that encoding, or the encoding is unknown or ambiguous, so that the same
            bytes could not be written again.
    """
    marked = find_mark(data)
    if marked is not None:
        encoding, mark = marked
        return _decode(data[len(mark) :], where, encoding, mark)
    kind = binary_kind(data)
    if kind is not None:
        raise DataError(f"{where}: {kind.message(where)}", code="data.not-text")
    encoding = "utf-8" if declared is None else _codec(declared, where)
    larger = _LARGER.get(encoding)
    if larger is not None:
        try:
            return _decode(data, where, larger)
        except DataError:
            pass  # a byte that only the smaller one has
    return _decode(data, where, encoding)


def _codec(declared: str, where: str) -> str:
    """The name of Python's codec."""
    try:
        codec = codecs.lookup(declared.strip())
        "".encode(codec.name)  # refuses codecs that are no encodings of text, such as base64
        if codec.name in _OF_HOST_NAMES:
            raise LookupError(codec.name)
    except (LookupError, ValueError) as error:
        raise DataError(
            f"{where}: the file declares an unknown encoding, {declared!r}.\n"
            "  Convert it to UTF-8, and let it declare that.",
            code="data.unknown-encoding",
        ) from error
    # A declaration that can be read byte by byte is in no encoding of two or four bytes.
    return "utf-8" if codec.name.startswith(("utf-8", "utf-16", "utf-32")) else codec.name


def _decode(data: bytes, where: str, encoding: str, mark: bytes = b"") -> EncodedText:
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data[: error.start].decode(encoding, errors="replace").count("\n") + 1
        raise DataError(
            f"{where}:{line}: not {encoding.upper()}: {error.reason}.\n"
            f"  Convert the file to UTF-8 from its true encoding: iconv -f ENCODING -t UTF-8",
            code="data.wrong-encoding",
        ) from error
    if text.encode(encoding) != data:
        raise DataError(
            f"{where}: the bytes are not the usual ones of {encoding} for their text, and would change on writing.\n"
            f"  Convert the file to UTF-8 first: iconv -f {encoding} -t UTF-8",
            code="data.ambiguous-encoding",
        )
    return EncodedText(where, text, encoding, mark)
