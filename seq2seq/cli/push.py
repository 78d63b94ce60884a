"""``seq2seq push``: a model folder onto the Hugging Face hub."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from seq2seq import hints
from seq2seq.cli.options import model_argument
from seq2seq.log import say, visible, warn
from seq2seq.wording import listed

if TYPE_CHECKING:
    from pydantic import JsonValue

    from seq2seq.config.recipe import Recipe
    from seq2seq.model_folder.description import Description

_LICENCE = re.compile(r"[a-z0-9][a-z0-9.-]*")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]+)*|multilingual|code")
_LOCAL = re.compile(r"/|~|\.{1,2}[\\/]|\\\\|[A-Za-z]:[\\/]|file:", re.IGNORECASE)
"""How a path of some machine begins, wherever it stands."""
_LISTED = 8
"""Paths that are shown."""


def _checked(form: re.Pattern[str], what: str) -> object:
    """A callback that refuses what has another form; several values come as a tuple."""

    def check(_: click.Context, __: click.Parameter, value: str | tuple[str, ...] | None) -> object:
        for one in (value,) if isinstance(value, str) else value or ():
            if not form.fullmatch(one):
                raise click.BadParameter(f"{one!r} is not {what}.")
        return value

    return check


@click.command("push")
@model_argument
@click.argument("repository", metavar="USER/NAME")
@click.option("--private", is_flag=True, help="Create the repository as private.")
@click.option(
    "--license",
    "licence",
    metavar="ID",
    callback=_checked(_LICENCE, "the hub's name of a licence, such as mit, apache-2.0, cc-by-4.0 or other"),
    help="State a licence, such as mit; saved in MODEL.",
)
@click.option(
    "--language",
    "languages",
    multiple=True,
    metavar="CODE",
    callback=_checked(_LANGUAGE, "an ISO 639 code, such as en or deu"),
    help="State a language, such as en; repeatable; saved in MODEL.",
)
@click.option("--revision", metavar="BRANCH", help="Branch to push to; created if missing.")
@click.option("--message", metavar="TEXT", help="Commit message.")
@click.option("--no-sketch", is_flag=True, help="Omit the hashes of training texts (data.sketch).")
@click.option("--dry-run", is_flag=True, help="List the files and print the model card, without pushing.")
def command(
    model: str,
    repository: str,
    private: bool,
    licence: str | None,
    languages: tuple[str, ...],
    revision: str | None,
    message: str | None,
    no_sketch: bool,
    dry_run: bool,
) -> None:
    """Upload a model to the Hugging Face Hub.

    MODEL is a model folder or a run folder. Only the files of the model are uploaded, no others in the folder.
    Everyone with access to USER/NAME can then use hf://USER/NAME as MODEL in any command.

    \b
      hf auth login
      seq2seq push runs/phrasebook USER/NAME --license mit --language en --language de --dry-run
    """  # noqa: D301 - \b is meant: it keeps click from filling the lines after it
    from seq2seq import hub
    from seq2seq.hub import SCHEME
    from seq2seq.inference.engines.torch.load import LoadedModel, load_network
    from seq2seq.model_folder.layout import CARD, CONFIG, belongs, model_files
    from seq2seq.model_folder.read import ModelFolder, read_folder
    from seq2seq.model_folder.writing.card import pushed_card
    from seq2seq.model_folder.writing.card_metadata import public_data
    from seq2seq.model_folder.writing.update import with_terms, write_terms

    if hub.is_hub(model):
        raise click.UsageError(f"{model} is on the hub already.")
    place = hub.HubAddress.parse_model(f"{SCHEME}{repository.removeprefix(SCHEME)}")
    if place.revision:
        raise click.UsageError(f"{repository}: name the branch by --revision {place.revision}.")

    def read(folder: ModelFolder) -> tuple[LoadedModel, dict[str, bytes]]:  # at once: a training may replace the folder
        loaded = load_network(folder)  # nothing damaged is pushed
        return loaded, {name: (folder.path / name).read_bytes() for name in model_files(folder.path)}

    loaded, files = read_folder(model, read)
    folder = loaded.path
    description = with_terms(loaded.description, licence=licence, languages=languages)
    if no_sketch:
        description = description.without_sketch()
    card = pushed_card(folder / CARD, loaded.description, description, place=str(place))
    files |= {CONFIG: description.with_card(card).to_json().encode(), CARD: card.encode()}
    _warn_of_paths(description)
    if description.sketch is not None and public_data(description.recipe, "train") is None:
        say(
            "config.json holds hashes of training texts (data.sketch): anyone who has a text can test whether it may "
            "be one of them. To leave them out: --no-sketch"
        )
    if dry_run:
        for name, content in files.items():
            click.echo(f"{len(content):>13,} bytes  {name}")
        click.echo(visible(f"\n{card}"), nl=False)
        say(f"Nothing was pushed to {place}: this was a dry run.")
        return
    if licence or languages:
        write_terms(folder, licence=licence, languages=languages)
    address = hub.push(
        place if revision is None else place.at(revision),
        files,
        private=True if private else None,
        message=message or f"{description.name}, by seq2seq {description.versions.get('seq2seq', '')}".rstrip(),
        known=belongs,
    )
    click.echo(address)
    say(f"To use it:\n  {hints.command(description.recipe.command, f'{place}@{revision}' if revision else str(place))}")


def _warn_of_paths(description: Description) -> None:
    """Say which paths of this machine go along: they may name people and projects."""
    named = sorted({*_of_data(description.recipe), *_paths(description.model_dump(mode="json"))})
    if named:
        paths = listed(named, _LISTED, quote=str)
        warn(f"config.json names paths of this machine, which are uploaded with it: {paths}", code="hub.local-paths")


def _of_data(recipe: Recipe) -> Iterator[str]:
    """Where the recipe says that data and models are, however it is written, if not where everybody finds them."""
    from seq2seq.config.data import AlignedFiles
    from seq2seq.hub import SCHEME
    from seq2seq.resources import BUNDLED

    data = recipe.data
    places = [*data.places, data.cache, recipe.initial_model.model if recipe.initial_model else None]
    for place in places:
        for one in (place.source, place.target) if isinstance(place, AlignedFiles) else (place,):
            if isinstance(one, str) and (not one.startswith((SCHEME, BUNDLED)) or ".." in Path(one).parts):
                yield one


def _paths(content: JsonValue) -> Iterator[str]:
    if isinstance(content, str) and _LOCAL.match(content):
        yield content
    for part in content.values() if isinstance(content, dict) else content if isinstance(content, list) else ():
        yield from _paths(part)
