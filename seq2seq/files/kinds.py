"""Kinds of files that are no text, recognised by their first bytes, and how to make text of them.

:mod:`seq2seq.data.tables.text_kinds` does the same for text that is no list of sentences or pairs.
"""

import codecs
import shlex
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_LOOKED_AT: Final = 4096
"""Bytes that are looked at to distinguish text from other files, where no mark does."""
_CARRIAGE_RETURNS: Final = 2
"""From this number on, and without a line feed, they are taken for the ends of lines."""
_ENOUGH: Final = 64
"""Fewer bytes than these are text, unless they begin with a mark."""
_CONTROL: Final = bytes(code for code in range(0x20) if code not in b"\t\n\v\f\r\x1b\x1c\x1d\x1e\x1f")
_MOSTLY_CONTROL: Final = 0.3
_SOME_CONTROL: Final = 0.03
"""Share of control characters beyond which bytes are no text: in any case, or if they are not UTF-8 either."""


@dataclass(frozen=True)
class Binary:
    """A kind of file that holds no plain text."""

    name: str
    """A noun with its article."""
    advice: str
    """Advice on how to make text of it; see :func:`filled`."""

    def message(self, file: str) -> str:
        """The error about a file of this kind, without the name of the file."""
        return f"this is {self.name}; plain text in UTF-8 is wanted.\n  {filled(self.advice, file)}"


def filled(advice: str, file: str, **more: str) -> str:
    """Advice about a file, with its name quoted for a shell.

    Args:
        advice: ``{file}`` stands for the name; ``{stem}{ending}`` for that of what is made of it.
        file: what it is called.
        more: what other names stand for.
    """
    path = Path(file)
    stem, ending = shlex.quote(f"{path.stem}.new"), shlex.quote(path.suffix)
    return advice.format(file=shlex.quote(file), stem=stem, ending=ending if path.suffix else "", **more)


_SPREADSHEET: Final = "Save it in the spreadsheet program as CSV in UTF-8 (File, Save As), and use that file."
_WORKBOOK: Final = (
    "As a document: --format xlsx --output FILE\n"
    "  As data, it is read if its name ends in .xlsx: mv {file} {stem}.xlsx\n  Else: " + _SPREADSHEET
)
_DOCUMENT: Final = "Save its text as plain text in UTF-8, one sentence per line, and use that file."
_AS_DOCUMENT: Final = "As a document: --format {0} --output FILE\n  As data: " + _DOCUMENT
_UNPACK: Final = "Unpack it, and name the file in it that is meant."
_PARQUET: Final = (
    "If it is a table of yours, let its name end in .parquet, which is then read: mv {file} {stem}.parquet"
)
_PICTURE: Final = "Text recognition (OCR) can make text of a picture; nothing here does."
_TABLE: Final = "Export the table that is meant as CSV, TSV, JSON Lines or Parquet, and use that file."
_NO_TEXT: Final = "Name a file of text instead."
_MODEL: Final = "It may be a model or an array. Name a file of text instead."

_ARCHIVES: Final = (  # names of members by which a zip file is recognised
    (b"xl/", Binary("an Excel workbook (.xlsx)", _WORKBOOK)),
    (b"word/", Binary("a Word document (.docx)", _AS_DOCUMENT.format("docx"))),
    (b"ppt/", Binary("a PowerPoint presentation (.pptx)", _AS_DOCUMENT.format("pptx"))),
    (b"opendocument.spreadsheet", Binary("an OpenDocument spreadsheet (.ods)", _SPREADSHEET)),
    (b"opendocument.", Binary("an OpenDocument file (.odt, .odp)", _AS_DOCUMENT.format("odt"))),
    (b"application/epub", Binary("an e-book (.epub)", _DOCUMENT)),
    (b"data.pkl", Binary("a file of PyTorch", _MODEL)),
    (b".npy", Binary("an archive of arrays (.npz)", _MODEL)),
)
_ZIP: Final = Binary("a zip archive", _UNPACK)
_TAR: Final = Binary("a tar archive", "Unpack it (tar -xf {file}), and name the file in it that is meant.")
_MARKS: Final = (
    (b"PAR1\x15", Binary("a Parquet file", _PARQUET)),
    (b"ARROW1", Binary("an Arrow (Feather) file", _TABLE)),
    (b"Obj\x01", Binary("an Avro file", _TABLE)),
    (b"SQLite format 3\0", Binary("an SQLite database", _TABLE)),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", Binary("a file of old Microsoft Office (.xls, .doc)", _SPREADSHEET)),
    (b"%PDF-", Binary("a PDF", _DOCUMENT)),
    (b"{\\rtf", Binary("a rich text file (.rtf)", _DOCUMENT)),
    (b"\x89PNG", Binary("a picture (PNG)", _PICTURE)),
    (b"\xff\xd8\xff", Binary("a picture (JPEG)", _PICTURE)),
    (b"GIF87a", Binary("a picture (GIF)", _PICTURE)),
    (b"GIF89a", Binary("a picture (GIF)", _PICTURE)),
    (b"II*\0", Binary("a picture (TIFF)", _PICTURE)),
    (b"MM\0*", Binary("a picture (TIFF)", _PICTURE)),
    (b"OggS\0", Binary("a sound or a film (Ogg)", _NO_TEXT)),
    (b"ID3\x03", Binary("a sound (MP3)", _NO_TEXT)),
    (b"ID3\x04", Binary("a sound (MP3)", _NO_TEXT)),
    (b"fLaC\0", Binary("a sound (FLAC)", _NO_TEXT)),
    (b"7z\xbc\xaf\x27\x1c", Binary("a 7-Zip archive", _UNPACK)),
    (b"Rar!\x1a\x07", Binary("a RAR archive", _UNPACK)),
    (b"\x7fELF", Binary("a program", _NO_TEXT)),
    (b"MZ\x90\0", Binary("a program", _NO_TEXT)),
    (b"\x89HDF", Binary("an HDF5 file", _MODEL)),
    (b"\x93NUMPY", Binary("an array (.npy)", _MODEL)),
    (b"\x80\x02", Binary("a pickle", _MODEL)),
    (b"\x80\x03", Binary("a pickle", _MODEL)),
    (b"\x80\x04\x95", Binary("a pickle", _MODEL)),
    (b"\x80\x05\x95", Binary("a pickle", _MODEL)),
)
_OTHER: Final = Binary(
    "a file of bytes in some format that is not known here",
    "Open it with the program that made it, and save its text as plain text, CSV or TSV in UTF-8.",
)


_MACINTOSH: Final = Binary(
    "text whose lines end with carriage returns alone, as on an old Macintosh",
    "Give them line feeds: tr '\\r' '\\n' < {file} > {stem}{ending}",
)


def binary_kind(head: bytes) -> Binary | None:
    """The kind of a file that begins with some bytes, if it is no text."""
    for mark, kind in _MARKS:
        if head.startswith(mark):
            return kind
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return next((kind for mark, kind in _ARCHIVES if mark in head), _ZIP)
    if head[257:262] == b"ustar":
        return _TAR
    if b"\n" not in head and head.count(b"\r") >= _CARRIAGE_RETURNS and _decodes(head[:_LOOKED_AT], "utf-8"):
        return _MACINTOSH
    head = head[:_LOOKED_AT]
    if not head or (len(head) < _ENOUGH and head.count(0) * 3 < len(head)):
        return None
    encoding = _two_bytes(head)
    if encoding is not None:
        return Binary(
            f"text in {encoding} without a byte order mark",
            f"Convert it to UTF-8: iconv -f {encoding} -t UTF-8 {{file}} > {{stem}}{{ending}}",
        )
    share = sum(head.count(code) for code in _CONTROL) / max(len(head), 1)
    if share > _MOSTLY_CONTROL or (share > _SOME_CONTROL and not _decodes(head, "utf-8")):
        return _OTHER
    return None


def _two_bytes(head: bytes) -> str | None:
    """Which UTF-16 this is: the zero bytes of its spaces, digits and Western letters stand at odd or even places."""
    even, odd = head[::2].count(0), head[1::2].count(0)
    for encoding, here, there in (("UTF-16LE", odd, even), ("UTF-16BE", even, odd)):
        if here * 10 >= len(head) and there * 10 <= here and _decodes(head, encoding):
            return encoding
    return None


def _decodes(head: bytes, encoding: str) -> bool:
    """Whether bytes are in an encoding, except for a character that may be cut at their end."""
    try:
        codecs.getincrementaldecoder(encoding)().decode(head)
    except UnicodeDecodeError:
        return False
    return True
