"""Text that is not UTF-8: where, what it may be instead, and how to convert it."""

from pathlib import Path
from typing import Final

from seq2seq.errors import DataError
from seq2seq.files.opening import open_text

ENCODING: Final = "encoding"
"""Windows-1252, most likely."""
FOREIGN: Final = "foreign"
"""Any other encoding."""
REMEDIES: Final = {
    ENCODING: "Text is read as UTF-8. Convert a file with `iconv -f WINDOWS-1252 -t UTF-8 FILE > FIXED`, "
    "with its true encoding after -f.",
    FOREIGN: "Text is read as UTF-8. Convert a file with `iconv -f ENCODING -t UTF-8 FILE > FIXED`, with its encoding "
    "in the place of ENCODING\n(`iconv -l` lists them: GB18030, BIG5, SHIFT_JIS, EUC-KR, KOI8-R, WINDOWS-1251, ...).",
}


def describe_encoding(line: bytes, error: UnicodeDecodeError) -> tuple[str, str]:
    """Kind and description of where a line stops being UTF-8, and of what it may be instead."""
    byte = f"byte {error.start + 1} of the line (0x{line[error.start]:02X}) is not UTF-8"
    if line.startswith((b"\xff\xfe", b"\xfe\xff")) or line.count(0) * 4 > len(line):
        return FOREIGN, f"{byte}; the file looks like UTF-16"
    if error.reason == "unexpected end of data":
        return FOREIGN, f"{byte}; the line ends in the middle of a character, as if the file had been cut"
    try:
        guess = line.decode("cp1252")
    except UnicodeDecodeError:
        return FOREIGN, byte
    letters = [character for character in guess if ord(character) >= 0x80]
    if letters and sum(map(str.isalpha, letters)) * 2 >= len(letters) and len(letters) * 3 < len(line):
        excerpt = guess[max(0, error.start - 12) : error.start + 13].strip()
        return ENCODING, f"{byte}; as Windows-1252 (Latin-1) it would read '{excerpt}'"
    return FOREIGN, byte


def not_utf8(path: Path, code: str) -> DataError:
    """The error about a file with text that is not UTF-8: names the first line of such text, and what it may be.

    The errors of readers that decode blocks do not say it: they have read ahead.
    """
    kind, what, number = FOREIGN, "it is not UTF-8", 0
    with open_text(path) as file:
        for number, line in enumerate(file, 1):  # noqa: B007 - the last one is it, if the text ends within a character
            try:
                line.decode()
            except UnicodeDecodeError as error:
                kind, what = describe_encoding(line, error)
                break
    remedy = REMEDIES[kind].replace("\n", "\n  ")
    return DataError(f"{path}:{number}: {what}.\n  {remedy}", code=code)
