"""Where a command's lines come from."""

import io
import sys
from contextlib import ExitStack
from pathlib import Path

import pytest

from seq2seq.cli.streams import STDIN, count_lines, named_input, open_input


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


def test_a_file_is_opened_and_closed(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_bytes(b"text")
    with ExitStack() as stack:
        stream, name = open_input(file, stack)
        assert (stream.read(), name) == (b"text", str(file))
    assert stream.closed
    assert named_input(file) == file


class Standard(io.TextIOWrapper):
    """Standard input, typed by a person or not."""

    def __init__(self, *, person: bool) -> None:
        super().__init__(io.BytesIO(b"text"))
        self.person = person

    def isatty(self) -> bool:
        return self.person


@pytest.mark.parametrize("person", [True, False])
def test_standard_input_stays_open(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], person: bool
) -> None:
    monkeypatch.setattr(sys, "stdin", Standard(person=person))
    with ExitStack() as stack:
        stream, name = open_input(Path("-"), stack)
        assert (stream.read(), name) == (b"text", "standard input")
    assert not stream.closed
    assert named_input(Path("-")) == STDIN
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err == ("A sentence a line; Ctrl-D ends.\n" if person else "")
