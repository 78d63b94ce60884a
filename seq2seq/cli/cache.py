"""``seq2seq cache``: prepared training data in the cache, listed and deleted."""

from __future__ import annotations

import time
from pathlib import Path

import click

from seq2seq.cli.options import json_option
from seq2seq.cli.streams import print_json
from seq2seq.extras import require
from seq2seq.log import say, visible

_folder = click.option(
    "--folder",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="A folder that recipes name as data.cache (default: the user's cache folder, or $SEQ2SEQ_CACHE).",
)


def _seconds(_: click.Context, __: click.Parameter, value: str | None) -> float | None:
    from seq2seq.config.duration import parse_duration

    try:
        return None if value is None else parse_duration(value)
    except ValueError as error:
        raise click.BadParameter(str(error)) from error


def _bytes(_: click.Context, __: click.Parameter, value: str | None) -> int | None:
    from seq2seq.storage.size import parse_size

    try:
        return None if value is None else parse_size(value)
    except ValueError as error:
        raise click.BadParameter(str(error)) from error


@click.group("cache", invoke_without_command=True)
@click.pass_context
def command(context: click.Context) -> None:
    """List and delete cached training data.

    Training, and evaluation on held-out data, save tokenised data in a cache folder, so that the next run with the
    same data and settings starts at once. Deleted data are prepared again when needed. With SEQ2SEQ_CACHE_LIMIT=20GB in
    the environment, what has not been used for longest is deleted when data are added.
    """
    if context.invoked_subcommand is None:
        context.invoke(list_entries)


@command.command("list")
@_folder
@json_option
def list_entries(folder: Path | None = None, as_json: bool = False) -> None:
    """List prepared data: size, last use, and the training data they were made from."""
    require("xxhash", "The cache of prepared data")
    from seq2seq.config.duration import format_duration
    from seq2seq.data.preparing.cache import cache_folder, entries

    place = cache_folder(str(folder) if folder else None)
    found = entries(place)
    if as_json:
        rows = [{"path": str(one.path), "bytes": one.bytes, "used": one.used, "data": one.data} for one in found]
        print_json({"folder": str(place), "entries": rows})
        return
    for one in found:
        ago = format_duration(max(time.time() - one.used, 0.0))
        what = one.data or "interrupted"
        click.echo(visible(f"{one.bytes / 1e6:>10,.1f} MB  used {ago} ago  {what}  {one.path.name}"))
    click.echo(visible(f"{sum(one.bytes for one in found) / 1e6:>10,.1f} MB  in {place}"))


@command.command("clear")
@_folder
@click.option("--unused-for", metavar="TIME", callback=_seconds, help="Only data not used for this long: 30d.")
@click.option(
    "--down-to", metavar="SIZE", callback=_bytes, help="Only what was not used for longest, until SIZE is left: 20GB."
)
def clear(folder: Path | None, unused_for: float | None, down_to: int | None) -> None:
    """Delete prepared data, except what another process is preparing. Running trainings are not affected."""
    require("xxhash", "The cache of prepared data")
    from seq2seq.data.preparing.cache import cache_folder, entries, excess, remove

    place = cache_folder(str(folder) if folder else None)
    found = entries(place) if down_to is None else excess(entries(place), down_to)
    found = [one for one in found if unused_for is None or time.time() - one.used >= unused_for]
    gone = [one for one in found if remove(one.path)]
    say(f"Deleted {sum(one.bytes for one in gone) / 1e6:,.1f} MB of prepared data ({len(gone)}) in {place}.")
    if len(gone) < len(found):
        say(f"In use by another process, and left: {len(found) - len(gone)}.")
