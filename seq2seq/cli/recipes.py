"""`seq2seq recipes`: the bundled recipes, and what can be said of a recipe without training it."""

from __future__ import annotations

import shutil
from pathlib import Path

import click
from click.shell_completion import CompletionItem

from seq2seq import hints
from seq2seq.cli.options import json_option
from seq2seq.cli.streams import print_json
from seq2seq.cli.usage import Group


def _complete(_context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    from seq2seq.resources import recipes

    return [CompletionItem(name) for name in recipes() if incomplete in name]


_name = click.argument("name", shell_complete=_complete)
_overrides = click.option(
    "--set", "overrides", multiple=True, metavar="KEY=VALUE", help="Override one setting; repeatable."
)


@click.group("recipes", cls=Group, invoke_without_command=True)
@click.pass_context
def command(context: click.Context) -> None:
    """List, show, copy and check recipes."""
    if context.invoked_subcommand is None:
        context.invoke(list_recipes)


@command.command("list")
@json_option
def list_recipes(as_json: bool = False) -> None:
    """List the bundled recipes, with their scores and times."""
    from seq2seq.config.header import UNMEASURED, read_header
    from seq2seq.resources import recipes

    headers = {name: read_header(path) for name, path in recipes().items()}
    if as_json:
        rows = [
            {"name": name, "title": header.title, "score": header.score, "time": header.time}
            for name, header in headers.items()
        ]
        print_json(rows)
        return
    for name, header in headers.items():
        click.echo(f"{click.style(name, bold=True)}\n  {header.title}")
        for label, text in (("score", header.score), ("time", header.time)):
            if text != UNMEASURED:
                click.echo(f"  {label + ':':<6} {text}")
    click.echo(
        "\nTrain one:  seq2seq train NAME --output runs/NAME\nYour own:   seq2seq recipes copy translation/custom"
    )


@command.command("show")
@_name
@click.option("--full", is_flag=True, help="Show every setting, defaults included.")
@_overrides
def show(name: str, full: bool, overrides: tuple[str, ...]) -> None:
    """Print the recipe NAME (bundled, or a file).

    With --full or --set it is checked, and printed as training would see it.
    """
    from seq2seq.config.load import dump_recipe, find_recipe, load_recipe

    if full or overrides:
        click.echo(dump_recipe(load_recipe(name, overrides)), nl=False)
    else:
        click.echo(find_recipe(name).read_text(encoding="utf-8"), nl=False)


@command.command("copy")
@_name
@click.argument("destination", metavar="[DEST]", required=False, type=click.Path(path_type=Path))
@click.option("--force", is_flag=True, help="Overwrite DEST.")
def copy(name: str, destination: Path | None, force: bool) -> None:
    """Copy the recipe NAME to DEST, a file or a folder (default: here)."""
    from seq2seq import log
    from seq2seq.config.load import find_recipe
    from seq2seq.errors import ConfigError

    source = find_recipe(name)
    path = destination or Path()
    if path.is_dir():
        path /= source.name
    if path.exists() and not force:
        raise ConfigError(str(path), ["exists already; name another file, or overwrite it with --force"])
    path.parent.mkdir(parents=True, exist_ok=True)
    if not (path.exists() and path.samefile(source)):
        shutil.copyfile(source, path)
    log.say(
        f"{path}: now change it, then\n  {hints.command('recipes', 'check', path)}\n"
        f"  {hints.command('train', path, '--output', f'runs/{path.stem}')}"
    )


@command.command("check")
@click.argument("recipes", metavar="FILE...", nargs=-1, required=True, shell_complete=_complete)
@_overrides
@json_option
@click.pass_context
def check(context: click.Context, recipes: tuple[str, ...], overrides: tuple[str, ...], as_json: bool) -> None:
    """Report every problem of recipes, and data that are not there.

    FILE may be the name of a bundled recipe. Whether data are there is looked up on this machine only; none are read.
    The exit code is 2 if a recipe is wrong, and 1 if only data are missing.
    """
    from seq2seq import log
    from seq2seq.config.load import load_recipe
    from seq2seq.data.reading.sources import missing
    from seq2seq.errors import ConfigError, DataError

    results = []
    codes = {0}
    for recipe in recipes:
        problems: list[str] = []
        try:
            loaded = load_recipe(recipe, overrides)
        except ConfigError as error:
            problems, code = list(error.problems), error.exit_code
        else:
            problems, code = missing(loaded.data, sides=loaded.sides), DataError.exit_code
        if problems:
            codes.add(code)
        if not as_json:
            if problems:
                log.say(str(ConfigError(recipe, problems)), style="red")
            else:
                click.echo(f"{recipe}: good")
        results.append({"file": recipe, "good": not problems, "problems": problems})
    if as_json:
        print_json(results)
    context.exit(max(codes))


@command.command("schema")
def schema() -> None:
    """Print the JSON Schema of a recipe, for editors."""
    from seq2seq.config.schema import recipe_schema

    print_json(recipe_schema())
