"""The options of a shard."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from seq2seq.cli.options import grouped_options
from seq2seq.shards.shard import Shard


class ShardType(click.ParamType[Shard]):
    """``3/8``, counted from 1."""

    name = "shard"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Shard:
        """The shard, if there is such a one."""
        try:
            return value if isinstance(value, Shard) else Shard.parse(value)
        except ValueError as error:
            self.fail(str(error), param, ctx)


shard_options = grouped_options(
    "sharding",
    {
        "shard": click.option(
            "--shard",
            type=ShardType(),
            metavar="I/N",
            help="Answer only the I-th of N shards of FILE, counted from 1, and write a part beside the file that "
            "--output names; `seq2seq merge` joins the parts.",
        ),
        "resume": click.option(
            "--resume",
            is_flag=True,
            help="--shard: go on from where a process was stopped; do nothing if the part is complete.",
        ),
    },
)
"""The options of a shard, for a parameter ``sharding``."""


@dataclass(frozen=True, slots=True)
class Sharding:
    """A shard of a file, and where its part goes."""

    file: Path
    output: Path
    shard: Shard
    resume: bool


def choose_shard(sharding: Mapping[str, Any], file: Path, output: Path | None) -> Sharding | None:
    """The shard to answer; None: the whole file.

    Raises:
        click.UsageError: options are missing, or have no effect.
    """
    shard = sharding.get("shard")
    if shard is None:
        if sharding["resume"]:
            raise click.UsageError("--resume: for --shard I/N only.")
        return None
    if str(file) == "-":
        raise click.UsageError("--shard: standard input cannot be cut into shards; save it as a file, and name that.")
    if output is None:
        raise click.UsageError("--shard: --output is missing: the part is written beside the file that it names.")
    return Sharding(file, output, shard, sharding["resume"])


def check_format(format: str) -> None:
    """Refuse documents: they are translated whole.

    Raises:
        click.UsageError: ``format`` is not one of lines of text.
    """
    from seq2seq.documents.open import LINES, TEXT

    if format not in (LINES, TEXT):
        raise click.UsageError(
            f"--shard: {format} is translated whole; only lines of text can be cut into shards.\n"
            "  Leave out --shard, or split it into documents, one per process."
        )
