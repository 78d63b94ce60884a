import gzip
from collections.abc import Callable
from pathlib import Path

import pytest
from support.refused import refused

from seq2seq.data.tables import lines as module
from seq2seq.data.tables.lines import read_blocks
from seq2seq.data.tables.problems import BadRows
from seq2seq.errors import DataError

Write = Callable[[str, str | bytes], Path]


def read(path: Path, bad: BadRows) -> list[str]:
    return [line for block in read_blocks(path, bad) for line in block.lines]


@pytest.mark.parametrize("content", [b"one\ntwo\n", b"one\ntwo", b"one\r\ntwo\r\n", b"\xef\xbb\xbfone\ntwo\n"])
def test_ends_of_lines_and_a_byte_order_mark_are_no_text(write: Write, bad: BadRows, content: bytes) -> None:
    assert read(write("a.txt", content), bad) == ["one", "two"]
    assert not bad.count


def test_empty_lines_are_lines(write: Write, bad: BadRows) -> None:
    assert read(write("a.txt", "\n\none\n\n"), bad) == ["", "", "one", ""]
    assert read(write("b.txt", ""), bad) == []
    assert read(write("c.txt", "\n"), bad) == [""]


@pytest.mark.parametrize("size", [1, 3, 7])
def test_blocks_end_at_lines(write: Write, bad: BadRows, size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "BLOCK", size)
    path = write("a.txt", "\ufeffGrüße\r\n\r\nzweite Zeile\r\ndritte")
    blocks = list(read_blocks(path, bad))
    assert [line for block in blocks for line in block.lines] == ["Grüße", "", "zweite Zeile", "dritte"]
    assert [block.first for block in blocks] == [1 + sum(len(b.lines) for b in blocks[:i]) for i in range(len(blocks))]
    assert not bad.count


def test_gzip_is_read_by_its_ending(write: Write, bad: BadRows) -> None:
    path = write("a.txt.gz", gzip.compress(b"one\ntwo\n"))
    assert read(path, bad) == ["one", "two"]
    path.write_bytes(gzip.compress(b"one\n" * 10_000)[:-20])
    with refused("data.damaged", "a.txt.gz: ", "line 0"):
        read(path, bad)
    path.write_bytes(b"no gzip")
    with pytest.raises(DataError) as caught:
        read(path, bad)
    assert caught.value.code == "data.damaged"


@pytest.mark.parametrize(
    ("character", "name"),
    [
        ("\u2028", "U+2028 (LINE SEPARATOR)"),
        ("\u2029", "U+2029 (PARAGRAPH SEPARATOR)"),
        ("\x85", "U+0085 (NEXT LINE)"),
        ("\v", "U+000B (VERTICAL TAB)"),
        ("\f", "U+000C (FORM FEED)"),
        ("\x1c", "U+001C (FILE SEPARATOR)"),
        ("\x1d", "U+001D (GROUP SEPARATOR)"),
        ("\x1e", "U+001E (RECORD SEPARATOR)"),
        ("\r", "U+000D (CARRIAGE RETURN without a line feed)"),
        ("\0", "U+0000 (NULL)"),
    ],
)
def test_what_other_programs_take_for_a_line_end_is_bad(write: Write, bad: BadRows, character: str, name: str) -> None:
    path = write("a.txt", f"good\nhe said{character} yes\ngood\n")
    blocks = list(read_blocks(path, bad))
    assert blocks[0].bad == {2}
    assert blocks[0].lines == ["good", "he said  yes", "good"]
    assert bad.first == [f"{path}:2: {name} at character 8."]
    with pytest.raises(DataError) as error:
        bad.raise_any()
    assert ("UTF-16" if character == "\0" else "Replace it by a space") in str(error.value)
    assert "--skip-bad" in str(error.value)


def test_other_spaces_and_joiners_are_text(write: Write, bad: BadRows) -> None:
    text = "a\tb\u00a0c\u200bd\u3000e\u200df\ufeffg\u2060 \u2019"
    assert read(write("a.txt", f"x{text}\n"), bad) == [f"x{text}"]
    assert not bad.count


@pytest.mark.parametrize(
    ("line", "what"),
    [
        (
            "Grüße aus Köln".encode("latin-1"),
            "byte 3 of the line (0xFC) is not UTF-8; as Windows-1252 (Latin-1) it would",
        ),
        ("schön".encode()[:4], "byte 4 of the line (0xC3) is not UTF-8; the line ends in the middle of a character"),
        ("\ufeffhallo".encode("utf-16-le"), "the file looks like UTF-16"),
        ("日本語の文章です".encode("shift_jis"), "is not UTF-8"),
        (b"\xc0\x80", "byte 1 of the line (0xC0) is not UTF-8"),
        ("\ud800".encode(errors="surrogatepass"), "byte 1 of the line (0xED) is not UTF-8"),
    ],
)
def test_invalid_utf8_names_the_byte_and_the_likely_encoding(
    write: Write, bad: BadRows, line: bytes, what: str
) -> None:
    path = write("a.txt", b"good\n" + line + b"\n")
    read(path, bad)
    assert bad.first[0].startswith(f"{path}:2: byte ")
    assert what in bad.first[0]
    encoding = "WINDOWS-1252" if "Windows-1252" in what else "ENCODING"
    with refused("data.bad-rows", f"iconv -f {encoding} -t UTF-8"):
        bad.raise_any()


def test_latin1_reads_as_it_was_meant(write: Write, bad: BadRows) -> None:
    read(write("a.txt", "Grüße aus Köln".encode("latin-1")), bad)
    assert "it would read 'Grüße aus Köl" in bad.first[0]


def test_utf16_without_a_mark_is_recognised_by_its_nuls(write: Write, bad: BadRows) -> None:
    with refused("data.not-text", "iconv -f UTF-16LE -t UTF-8"):
        read(write("a.txt", "hello\nworld\n".encode("utf-16-le")), bad)


def test_five_are_shown_and_all_are_counted(write: Write, bad: BadRows) -> None:
    path = write("a.txt", "a\fb\n" * 1234)
    read(path, bad)
    with pytest.raises(DataError) as error:
        bad.raise_any()
    lines = str(error.value).splitlines()
    assert [line.split(": ")[0] for line in lines[:5]] == [f"{path}:{number}" for number in range(1, 6)]
    assert lines[5] == "... and 1,229 more: 1,234 bad rows in all."


def test_a_file_that_cannot_be_read(tmp_path: Path, bad: BadRows) -> None:
    with refused("data.unreadable", "Is a directory"):
        list(read_blocks(tmp_path, bad))
