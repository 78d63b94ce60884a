"""What is compressed, or in another encoding, is read as the text that it holds."""

import bz2
import gzip
import lzma
import os
import re
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
import zstandard
from support.refused import refused

from seq2seq.data.tables.lines import read_blocks
from seq2seq.data.tables.problems import BadRows
from seq2seq.errors import DataError
from seq2seq.files.kinds import binary_kind
from seq2seq.files.opening import COMPRESSED, create_text, head_of, open_text
from seq2seq.files.pipes import is_buffered, is_pipe, open_raw
from seq2seq.files.unpack import DamagedError, Decoder

Write = Callable[[str, str | bytes], Path]
Pack = Callable[[bytes], bytes]

PACKED: dict[str, Pack] = {
    ".gz": gzip.compress,
    ".bz2": bz2.compress,
    ".xz": lzma.compress,
    ".zst": zstandard.compress,
}
TEXT = "Grüße aus Köln\n日本語\n" * 3000


def read(path: Path) -> str:
    with open_text(path) as file:
        return file.read().decode()


def test_every_compression_has_a_test() -> None:
    assert tuple(sorted(PACKED)) == tuple(sorted(COMPRESSED))


@pytest.mark.parametrize("ending", COMPRESSED)
@pytest.mark.parametrize("name", ["a.tsv{}", "a.tsv"])
def test_compression_is_known_by_the_first_bytes(write: Write, ending: str, name: str) -> None:
    pack = PACKED[ending]
    assert read(write(name.format(ending), pack(TEXT.encode()))) == TEXT
    several = b"".join(pack(part.encode()) for part in ("one\n", "", "two\n"))
    assert read(write("several" + ending, several)) == "one\ntwo\n"
    assert read(write("nothing" + ending, pack(b""))) == ""


@pytest.mark.parametrize("ending", COMPRESSED)
def test_what_is_not_whole_is_said_with_the_line(write: Write, bad: BadRows, ending: str) -> None:
    lines = "".join(f"{number}\t{os.urandom(40).hex()}\n" for number in range(20_000))
    path = write("a.tsv" + ending, PACKED[ending](lines.encode())[:-100])
    with refused("data.damaged", "a.tsv") as caught:
        list(read_blocks(path, bad))
    assert re.search(r"line [\d,]+: ", str(caught.value))
    with pytest.raises(DataError) as caught:
        list(read_blocks(write("b.tsv" + ending, "no such file\n"), bad))
    assert caught.value.code == "data.damaged"


@pytest.mark.parametrize("ending", ["", *COMPRESSED])
def test_what_is_written_is_compressed_as_its_name_says(tmp_path: Path, ending: str) -> None:
    path = tmp_path / "new" / ("a.txt" + ending)
    with create_text(path) as file:
        file.write(TEXT)
    assert read(path) == TEXT
    assert (path.read_bytes() == TEXT.encode()) == (not ending)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-8-sig", "utf-8"])
@pytest.mark.parametrize("packed", [False, True])
def test_encodings_by_their_byte_order_mark(write: Write, bad: BadRows, encoding: str, packed: bool) -> None:
    mark = "\ufeff" if encoding.endswith("e") else ""
    content = (mark + TEXT).encode(encoding)
    path = write("a.txt", gzip.compress(content) if packed else content)
    found = [line for block in read_blocks(path, bad) for line in block.lines]
    assert found == TEXT.splitlines()
    assert not bad.count


def test_utf16_that_breaks_off(write: Write, bad: BadRows) -> None:
    path = write("a.txt", "some text\nand more\n".encode("utf-16")[:-1])
    with refused("data.damaged", "a.txt: ", "UTF-16"):
        list(read_blocks(path, bad))


@pytest.mark.parametrize("ending", COMPRESSED)
@pytest.mark.parametrize("size", [1, 2, 3, 1000])
def test_bytes_may_come_in_pieces_of_any_size(ending: str, size: int) -> None:
    content = PACKED[ending]("Grüße\n".encode("utf-16") * 20)
    decoder = Decoder("pipe")
    pieces = [decoder.feed(content[start : start + size]) for start in range(0, len(content), size)]
    assert (b"".join(pieces) + decoder.finish()).decode().replace("\ufeff", "") == "Grüße\n" * 20


@pytest.mark.parametrize("line", [b"B\n", b"BZ\n", b"P\n", b"(\n", b"\xef\xbb\xbfa\n", "Ÿ\n".encode()])
def test_a_line_that_begins_like_a_mark_is_not_held_back(line: bytes) -> None:
    assert Decoder("pipe").feed(line) == line


def test_a_pipe_can_be_read_again(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=lambda: pipe.write_bytes(gzip.compress(b"one\n")))
    writer.start()
    assert is_pipe(pipe)
    assert not is_buffered(pipe)
    assert [read(pipe), read(pipe)] == ["one\n", "one\n"]
    with open_raw(pipe) as file:
        assert file.read(2) == b"\x1f\x8b"
    writer.join()
    assert is_buffered(pipe)
    assert not is_pipe(tmp_path)
    assert not is_pipe(tmp_path / "nowhere")


def test_the_beginning_of_a_file(write: Write, tmp_path: Path) -> None:
    assert head_of(write("a", gzip.compress("ö".encode("utf-16")))) == "ö".encode()
    assert head_of(write("b", b"PK\x03\x04...")) == b"PK\x03\x04..."
    assert head_of(write("c.gz", b"\x1f\x8b no gzip")) == b""
    with pytest.raises(DataError):
        head_of(tmp_path / "nowhere")


# ----------------------------------------------------------------------------------------------- what is no text


@pytest.mark.parametrize(
    ("head", "name"),
    [
        (b"PK\x03\x04....[Content_Types].xml...PK\x03\x04...xl/workbook.xml", "Excel workbook"),
        (b"PK\x03\x04....[Content_Types].xml...PK\x03\x04...word/document.xml", "Word document"),
        (b"PK\x03\x04mimetypeapplication/vnd.oasis.opendocument.spreadsheet", "OpenDocument spreadsheet"),
        (b"PK\x03\x04....readme.txt", "zip archive"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500), "old Microsoft Office"),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3", "PDF"),
        (b"PAR1\x15\x04\x15", "Parquet"),
        (b"SQLite format 3\0\x10", "SQLite"),
        (b"\x89PNG\r\n\x1a\n", "picture"),
        (b"\xff\xd8\xff\xe0", "picture"),
        (b"name" + bytes(253) + b"ustar\0", "tar archive"),
        (b"\x93NUMPY\x01\0", "array"),
        ("Hello, world. Wie geht es?\n".encode("utf-16-le") * 9, "UTF-16LE"),
        ("Привет, мир. Как дела?\n".encode("utf-16-be") * 9, "UTF-16BE"),
        (bytes(range(256)) * 16, "not known"),
        (b"en,de\ra,b\rc,d\r", "carriage returns alone"),
    ],
)
def test_what_is_no_text_is_recognised_by_its_first_bytes(write: Write, head: bytes, name: str) -> None:
    kind = binary_kind(head)
    assert kind is not None
    assert name in kind.name
    path = write("pairs and more.csv", head)
    with refused("data.not-text", "pairs and more.csv: ") as error:
        open_text(path)
    assert "LATIN1" not in str(error.value)
    assert "WINDOWS" not in str(error.value)
    packed = write("pairs.csv.gz", gzip.compress(head))
    with refused("data.not-text", "pairs.csv.gz:"):
        read(packed)


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"a",
        b"a\0b\n",
        "Très bon café, déjà vu, garçon, œuvre.\n".encode("cp1252") * 50,
        "日本語の文章です。\n".encode("shift_jis") * 50,
        "Привет, мир.\n".encode("koi8-r") * 50,
        "日本語の文章です。\n".encode("iso2022_jp") * 50,
        "日本語の文章です。\n".encode() * 500,
        b"one line has a \0 in it, all the others have none\n" + b"this is the second line\n" * 50,
        b"PARTY and ORChestra, RIFF, ID3, GIF8, MZ, BZh and %PDF\n",
        b"BZhello\n",
    ],
)
def test_text_in_any_encoding_is_text(text: bytes) -> None:
    assert binary_kind(text) is None
    assert Decoder("a").feed(text) == text


def test_the_advice_converts_the_file(write: Write, tmp_path: Path) -> None:
    import subprocess

    path = write("my pairs.tsv", "Hello.\tHallo.\n".encode("utf-16-le") * 20)
    with pytest.raises(DataError) as error:
        open_text(path)
    command = str(error.value).split("UTF-8: ")[1]
    subprocess.run(command, shell=True, check=True, cwd=tmp_path)
    assert read(tmp_path / "my pairs.new.tsv") == "Hello.\tHallo.\n" * 20


def test_damage_says_what_and_why() -> None:
    assert str(DamagedError("not a whole gzip file", "it ends too early")) == "not a whole gzip file: it ends too early"


@pytest.mark.parametrize("ending", COMPRESSED)
def test_what_is_far_larger_than_its_file_is_unpacked_little_by_little(ending: str) -> None:
    content = PACKED[ending](b"a" * (100 << 20)) + PACKED[ending](b"b" * 5)
    decoder = Decoder("bomb")
    pieces = [decoder.feed(content)]
    while decoder.waiting:
        pieces.append(decoder.feed(b""))
    pieces.append(decoder.finish())
    assert max(map(len, pieces)) < 40 << 20
    assert sum(map(len, pieces)) == (100 << 20) + 5
    assert pieces[-2].endswith(b"abbbbb")
