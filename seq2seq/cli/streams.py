"""Where a command's lines come from."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from pathlib import Path
from typing import BinaryIO

import click

STDIN = Path("/dev/stdin")
"""Where standard input is found as a file, if it is one and the system has such names."""

file_argument = click.argument(
    "file", type=click.Path(allow_dash=True, dir_okay=False, exists=True, path_type=Path), default="-"
)
"""FILE: a text file, or standard input."""


def named_input(file: Path) -> Path:
    """The file that is read, to be compared with the one that is written."""
    return STDIN if str(file) == "-" else file


def open_input(file: Path, stack: ExitStack) -> tuple[BinaryIO, str]:
    """Open FILE or standard input; also says what it is called in messages."""
    if str(file) != "-":
        return stack.enter_context(file.open("rb")), str(file)
    if sys.stdin.isatty():
        click.echo("A sentence a line; Ctrl-D ends.", err=True)
    return sys.stdin.buffer, "standard input"


def count_lines(file: Path) -> int:
    """Lines of a file, the last of which may lack its end."""
    count, last = 0, b"\n"
    with file.open("rb") as stream:
        while block := stream.read(1 << 20):
            count, last = count + block.count(b"\n"), block[-1:]
    return count + (last != b"\n")
