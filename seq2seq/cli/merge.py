"""``seq2seq merge``: the parts that shards wrote become one output."""

from __future__ import annotations

from pathlib import Path

import click

from seq2seq.cli.usage import OutputFile


@click.command("merge")
@click.argument("output", type=OutputFile())
@click.option("--delete-parts", is_flag=True, help="Delete the parts when OUTPUT is written.")
def command(output: Path, delete_parts: bool) -> None:
    """Join the parts of an output that was written in shards.

    OUTPUT is what `--output` named for `seq2seq translate` or `classify` with `--shard`. It becomes byte for byte what
    one process would have written. Gaps, parts of different inputs, models or settings, and parts that have changed
    are refused, and all of them are named.
    """
    from seq2seq import log
    from seq2seq.shards.merge import merge
    from seq2seq.wording import plural

    merged = merge(output, delete=delete_parts)
    log.say(
        f"{output}: {plural(merged.lines, 'line')} of {plural(merged.parts, 'part')}"
        + ("" if merged.compared else f"; {merged.source} is not there, and was not compared")
    )
