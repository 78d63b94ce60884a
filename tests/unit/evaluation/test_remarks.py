"""Notes are wrapped where a person reads them, and nowhere else."""

import io

import pytest
from rich.console import Console, Group

from seq2seq.evaluation.remarks import WrappedLine, remark_lines

LONG = "Copying the source scores no less: BLEU 38.1 against 34.4, chrF 42.8 against 35.8."


@pytest.mark.parametrize(
    ("terminal", "lines"),
    [
        (True, ["note: Copying the source scores no less:", "BLEU 38.1 against 34.4, chrF 42.8", "against 35.8."]),
        (False, [f"note: {LONG}"]),
    ],
)
def test_a_note_is_wrapped_between_words_on_a_terminal_alone(terminal: bool, lines: list[str]) -> None:
    file = io.StringIO()
    console = Console(file=file, force_terminal=terminal, width=40, color_system=None)
    console.print(Group(*remark_lines([LONG])), soft_wrap=True)
    assert [line.rstrip() for line in file.getvalue().splitlines()] == lines


def test_what_a_note_is_about() -> None:
    assert remark_lines(["Good."], of="new test") == [WrappedLine("note: new test: Good.", "yellow")]
    assert remark_lines([]) == []
