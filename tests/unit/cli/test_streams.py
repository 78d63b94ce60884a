"""Where a command's lines come from, and how they are shown."""

import io
import sys
from contextlib import ExitStack
from pathlib import Path

import pytest
from rich.console import Console
from rich.text import Text

from seq2seq.cli.streams import STDIN, Shown, named_input, open_input, shown


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
    shown = capsys.readouterr()
    assert shown.out == ""
    assert ("Ctrl-D" in shown.err) is person
    assert bool(shown.err) is person


def test_what_rich_draws_does_not_steer_the_terminal() -> None:
    sink = io.StringIO()
    console = Console(file=sink, force_terminal=True, color_system="standard", highlight=False, no_color=False)
    console.print(Shown(Text("a\x1b[2J[red]b[/red]", "bold")), soft_wrap=True)
    assert "a\\u001b[2J[red]b[/red]" in sink.getvalue()
    assert "\x1b[1m" in sink.getvalue()  # its own styles are drawn


def test_programs_get_everything_and_terminals_what_is_visible(monkeypatch: pytest.MonkeyPatch) -> None:
    assert shown("a\x1bb") == "a\x1bb"
    monkeypatch.setattr("seq2seq.cli.streams.on_screen", lambda: True)
    assert shown("a\x1bb") == "a\\u001bb"
