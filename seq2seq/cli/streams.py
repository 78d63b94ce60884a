"""Where a command's lines come from, and how they are shown."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import click

from seq2seq.cli.usage import InputFile
from seq2seq.log import visible

if TYPE_CHECKING:
    from rich.console import Console, ConsoleOptions, RenderableType
    from rich.segment import Segment

    from seq2seq.inference.request.input_warnings import InputWarnings
    from seq2seq.model_folder.read import ModelFolder

Answer = Callable[[list[str], int, "InputWarnings", Callable[[float], None] | None], Iterable[str]]
"""Answers lines: given them, how many came before them, the warnings so far, and a function that is told of finished
lines."""
STDIN = Path("/dev/stdin")
"""Where standard input is found as a file, if it is one and the system has such names."""

file_argument = click.argument("file", type=InputFile(allow_dash=True), default="-")
"""FILE: a text file, or standard input."""

glossary_option = click.option(
    "--glossary",
    type=InputFile(),
    metavar="FILE",
    help="Terms that translations must contain: TSV or CSV (term, translation), or TBX.",
)

glossary_mode_option = click.option(
    "--glossary-mode",
    type=click.Choice(["force", "soft", "both"]),
    help="Force terms; annotate sources with them, if the model was trained with data.terms; or both (default: both "
    "for such a model, else force).",
)


def named_input(file: Path) -> Path:
    """The file that is read, to be compared with the one that is written."""
    return STDIN if str(file) == "-" else file


def open_input(file: Path, stack: ExitStack) -> tuple[BinaryIO, str]:
    """Open FILE or standard input; also says what it is called in messages."""
    if str(file) != "-":
        return stack.enter_context(file.open("rb")), str(file)
    if sys.stdin.isatty():
        click.echo("Type one sentence per line; Ctrl-D to finish.", err=True)
    return sys.stdin.buffer, "standard input"


def open_output(output: Path | None, stack: ExitStack) -> tuple[BinaryIO, bool]:
    """Open --output, which is as it was unless all goes well, or standard output; also whether to show no progress."""
    from seq2seq.storage.atomic import atomic_stream

    if output is not None:
        return stack.enter_context(atomic_stream(output)), False
    if not on_screen():
        return sys.stdout.buffer, False
    text = BytesIO()
    stack.callback(lambda: sys.stdout.write(visible(text.getvalue().decode(errors="replace"))))
    return text, True


def on_screen() -> bool:
    """Whether standard output is a terminal."""
    return sys.stdout.isatty()


def shown(text: str) -> str:
    """Text for standard output: a terminal is not to be steered by what a model says; a program gets it as it is."""
    return visible(text) if on_screen() else text


def shows_colours() -> bool:
    """Whether standard output is a terminal with colours, and they are wanted (NO_COLOR)."""
    if not on_screen():
        return False
    from rich.console import Console

    console = Console(file=sys.stdout)
    return console.color_system not in (None, "windows") and not console.no_color


def print_json(content: object) -> None:
    """Print JSON."""
    click.echo(shown(json.dumps(content, ensure_ascii=False, indent=2)))


def answer_lines(
    file: Path,
    output: Path | None,
    task: str,
    answer: Answer,
    *,
    show: Callable[[str], str] = shown,
    lines: list[str] | None = None,
    sentences: bool = True,
) -> None:
    """Write the answer to every line of FILE, chunk by chunk, then warnings.

    ``show`` makes of an answer what is written to standard output. ``lines`` are those of a FILE that is no text, and
    ``sentences`` says whether those of a text should be such (not sequences of vectors).
    """
    from seq2seq.inference.lines import count_lines, read_chunks
    from seq2seq.inference.request.input_warnings import InputWarnings
    from seq2seq.progress import show_progress
    from seq2seq.storage.atomic import atomic_stream

    warnings = InputWarnings()
    with ExitStack() as stack:
        chunks = read_chunks(*open_input(file, stack), sentences=sentences) if lines is None else _cut(lines)
        sink = stack.enter_context(atomic_stream(output)) if output else sys.stdout.buffer
        bar = None
        if file.is_file() and (output or not sys.stdout.isatty()):  # else the answers themselves show how far it is
            total = count_lines(file) if lines is None else len(lines)
            bar = stack.enter_context(show_progress(task, total=total, unit="lines"))
        number = 0
        for chunk in chunks:
            for line in answer(chunk, number, warnings, bar.advance if bar else None):
                sink.write(f"{line if output else show(line)}\n".encode())
            sink.flush()
            number += len(chunk)
    warnings.report()


def sequences_in(file: Path, folder: ModelFolder, *, sharded: bool) -> list[str] | None:
    """The sequences of vectors in FILE, for a model that reads them; None: FILE holds one text, or sequence, per line.

    Raises:
        click.UsageError: FILE is ``sharded``, and its lines are no sequences.
    """
    if not folder.inference.vectors or str(file) == "-":
        return None
    from seq2seq.data.reading.sequences.unlabelled import read_unlabelled

    found = read_unlabelled(file, folder.reading)
    if found is not None and sharded:
        raise click.UsageError("--shard cuts at the ends of lines: write one sequence per line.")
    return found


def _cut(lines: list[str]) -> Iterator[list[str]]:
    from seq2seq.inference.lines import CHUNK_LINES

    for start in range(0, len(lines), CHUNK_LINES):
        yield lines[start : start + CHUNK_LINES]


@dataclass
class Shown:
    """Whatever rich can draw, with the control characters of its text spelt out."""

    inner: RenderableType

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[Segment]:
        """Draw it."""
        from rich.segment import Segment

        for segment in console.render(self.inner, options):
            yield Segment(visible(segment.text), segment.style, segment.control)
