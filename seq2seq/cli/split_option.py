"""The options `--dev` and `--test`: a split of DATA that is given on the command line."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import click

from seq2seq.cli.options import Command

if TYPE_CHECKING:
    from seq2seq.config.data import Location


def split_option(name: str, text: str) -> Callable[[Command], Command]:
    """An option for one location, or, if it is given twice, two aligned files."""
    twice = f"{text} Twice for two aligned files, sources first."
    return click.option(name, metavar="DATA", multiple=True, callback=_location, help=twice)


def _location(_: click.Context, __: click.Parameter, files: tuple[str, ...]) -> Location | None:
    if len(files) > 2:
        raise click.BadParameter(f"expected one data location or two aligned files; found {len(files)}.")
    if len(files) < 2:
        return files[0] if files else None
    from seq2seq.config.data import AlignedFiles

    return AlignedFiles(source=files[0], target=files[1])
