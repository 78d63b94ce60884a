"""``seq2seq merge``: the parts that shards wrote become one output."""

from __future__ import annotations

import tempfile
from pathlib import Path

import click

from seq2seq.cli.usage import OutputFile


@click.command("merge")
@click.argument("output", type=OutputFile())
@click.option("--delete-parts", is_flag=True, help="Delete the parts when OUTPUT is written.")
def command(output: Path, delete_parts: bool) -> None:
    """Join the parts of an output that was written in shards.

    OUTPUT is what `--output` named for `seq2seq translate`, `classify` or `inspect` with `--shard`. It becomes byte for
    byte what one process would have written. Gaps, parts of different inputs, models or settings, and parts that have
    changed are refused, and all of them are named. Of an inspection, the data are read again.
    """
    from seq2seq import log
    from seq2seq.shards.merge import command_of, merge
    from seq2seq.wording import plural

    if command_of(output) == "inspect":
        _merge_inspections(output, delete=delete_parts)
        return
    merged = merge(output, delete=delete_parts)
    log.say(
        f"{output}: {plural(merged.lines, 'line')} of {plural(merged.parts, 'part')}"
        + ("" if merged.compared else f"; {merged.source} is not there, and was not compared")
    )


def _merge_inspections(output: Path, *, delete: bool) -> None:
    """Write the report of an inspection in shards."""
    from seq2seq import log
    from seq2seq.cli.inspect import report_of, write_report
    from seq2seq.config.load import parse_recipe
    from seq2seq.inspection.sharding.merge import merge_inspections, read_inspections
    from seq2seq.shards.merge import delete_parts
    from seq2seq.wording import plural

    records, settings = read_inspections(output)
    recipe = None if settings.recipe is None else parse_recipe(settings.recipe, f"the recipe of {output}'s parts")
    with tempfile.TemporaryDirectory(prefix="seq2seq-") as folder:
        found = merge_inspections(output, records, settings, Path(folder))
    write_report(output, report_of(found, recipe, as_json=settings.as_json))
    if delete:
        delete_parts(output, records)
    rows = sum(split.ledger.rows for split in found.splits)
    log.say(f"{output}: the report on {plural(rows, 'row')}, of {plural(len(records), 'part')}")
