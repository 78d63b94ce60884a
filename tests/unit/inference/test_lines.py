"""Lines come in windows: full ones from a file, what there is from a person."""

import io
import os
import threading
import time
from pathlib import Path

import pytest
from support.refused import refused

from seq2seq.inference import lines
from seq2seq.inference.lines import count_lines, read_chunks
from seq2seq.log import codes


def windows(data: bytes, size: int = 100) -> list[list[str]]:
    return list(read_chunks(io.BytesIO(data), "input", size=size))


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", []),
        (b"a", [["a"]]),
        (b"a\nb\n", [["a", "b"]]),
        (b"a\n\nb", [["a", "", "b"]]),
        (b"\n\n", [["", ""]]),
        (b"a\r\nb\r\n", [["a", "b"]]),
        (b"\xef\xbb\xbfa\nb", [["a", "b"]]),
        ("a\u2028b\x0cc\x85d\n".encode(), [["a\u2028b\x0cc\x85d"]]),
    ],
)
def test_a_line_feed_ends_a_line_and_nothing_else(data: bytes, expected: list[list[str]]) -> None:
    assert windows(data) == expected


def test_lines_may_keep_their_ends() -> None:
    data = b"\xef\xbb\xbfa\r\n\nb\r\nc"
    (window,) = read_chunks(io.BytesIO(data), "input", keep_ends=True)
    assert window == ["\ufeffa\r\n", "\n", "b\r\n", "c"]


def test_what_need_not_be_sentences_gets_no_warning(capsys: pytest.CaptureFixture[str]) -> None:
    data = b'{"source": [[1, 2]]}\n' * 5
    for sentences in (True, False):
        with codes(show=True):
            list(read_chunks(io.BytesIO(data), "input", sentences=sentences))
        assert ("inference.no-sentences" in capsys.readouterr().err) is sentences


def test_windows_are_full(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_bytes(b"".join(b"%d\n" % number for number in range(50_000)))
    with file.open("rb") as stream:
        found = list(read_chunks(stream, "file", size=2048))
    assert [len(window) for window in found] == [2048] * 24 + [50_000 - 24 * 2048]
    assert [line for window in found for line in window] == [str(number) for number in range(50_000)]


def test_long_lines_fill_a_window_sooner(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "CHUNK_BYTES", 10)
    assert windows(b"123456\n123456\n1\n") == [["123456", "123456"], ["1"]]


def test_a_line_longer_than_a_block() -> None:
    line = b"x" * 200_000
    assert windows(line + b"\nb\n") == [[line.decode(), "b"]]


def test_invalid_utf8_is_named_by_line() -> None:
    with refused("data.encoding", "input:3: byte 2 of the line (0xFC)", "iconv"):
        windows(b"a\nb\nf\xfcr\n", size=2)


def test_a_slow_writer_is_answered_line_by_line() -> None:
    reader, writer = os.pipe()
    with open(reader, "rb") as stream:  # noqa: PTH123 - a descriptor
        found = read_chunks(stream, "pipe")
        os.write(writer, b"first\nsec")
        start = time.monotonic()
        assert next(found) == ["first"]
        assert time.monotonic() - start < 5.0
        threading.Timer(0.2, lambda: (os.write(writer, b"ond\nthird"), os.close(writer))).start()
        assert next(found) == ["second", "third"]
        assert next(found, None) is None


@pytest.mark.parametrize(
    ("content", "lines"),
    [(b"", 0), (b"\n", 1), (b"a", 1), (b"a\n", 1), (b"a\nb", 2), (b"\n\n", 2), ("a\u2028b\x0c\n".encode(), 1)],
)
def test_lines_are_counted(tmp_path: Path, content: bytes, lines: int) -> None:
    file = tmp_path / "file"
    file.write_bytes(content)
    assert count_lines(file) == lines


def test_a_long_file_is_counted_in_pieces(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_bytes(b"12345678\n" * 200_000 + b"rest")
    assert count_lines(file) == 200_001
