"""``seq2seq inspect``: what is wrong with a corpus."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from seq2seq.cli.options import TASKS, given_parameters, json_option

if TYPE_CHECKING:
    from seq2seq.config.data import DataConfig
    from seq2seq.config.recipe import Recipe
    from seq2seq.config.sides import Sides
    from seq2seq.training.estimate.estimate import Estimate

_PLACES = ("path", "train", "dev", "test", "columns", "extra_columns")
"""Settings that say where data are, and in which columns."""


@click.command("inspect")
@click.argument("data")
@click.argument("other", required=False)
@click.option("--task", type=click.Choice(TASKS), help="What the data are for (default: translation, or the recipe's).")
@click.option(
    "--source-column", metavar="NAME", help="Column, or JSON key, or ending of the sources; or its number, from 0."
)
@click.option("--target-column", metavar="NAME", help="Likewise of the targets, or labels.")
@click.option("--examples", type=click.IntRange(min=0), default=5, show_default=True, help="Shown of each finding.")
@click.option(
    "--fix",
    "out",
    metavar="OUT",
    type=click.Path(path_type=Path),
    help="Write a cleaned copy into a new folder, and what it changes and leaves out.",
)
@click.option("--fix-only", metavar="CHECKS", help="Checks whose findings --fix acts on, such as zero-width,mojibake.")
@click.option(
    "--markup",
    multiple=True,
    type=click.Choice(("rest", "html", "markdown", "icu", "printf")),
    help="Markup that the texts are written in; may be given more than once. Most is recognised without it.",
)
@click.option("--recipe", metavar="RECIPE", help="Read DATA as this recipe would.")
@json_option
@click.pass_context
def command(
    context: click.Context,
    data: str,
    other: str | None,
    task: str | None,
    source_column: str | None,
    target_column: str | None,
    examples: int,
    out: Path | None,
    fix_only: str | None,
    markup: tuple[Literal["rest", "html", "markdown", "icu", "printf"], ...],
    recipe: str | None,
    as_json: bool,
) -> None:
    """Find what is wrong with a corpus.

    DATA is a file (TSV, CSV, JSON, Parquet), a folder with a file for each split, hf://user/name, or a recipe; with
    OTHER, two files that are aligned line by line. Nothing is changed; exit code 0, whatever was found.
    """
    from seq2seq import log
    from seq2seq.inspection.engine.inspect import inspect
    from seq2seq.inspection.repair.fix import CHANGED, LEFT_OUT, check_names, check_new, fix
    from seq2seq.inspection.report import lines

    if out is not None:
        check_new(out)
    elif fix_only is not None:
        raise click.UsageError("--fix-only: says what --fix OUT acts on, which is not there.")
    only = check_names(fix_only) if fix_only is not None else None
    given = given_parameters(context)
    where = [data] if other is None else [data, other]
    config, sides, trained = _find(where, task, (source_column, target_column), recipe, given)
    if markup:
        config = config.model_copy(update={"markup": markup})
    with tempfile.TemporaryDirectory(prefix="seq2seq-") as folder:
        found = inspect(config, sides, Path(folder), shown=examples)
        fixed = fix(found, config, out, only=only) if out is not None else {}
    cost = _estimate(trained) if trained is not None else None
    if as_json:
        content = found.to_dict()
        if cost is not None:
            content["estimate"] = {"problem": cost} if isinstance(cost, str) else cost.to_dict()
        if out is not None:
            content["fixed"] = {name: one.to_dict() for name, one in fixed.items()}
        click.echo(json.dumps(content, ensure_ascii=False, indent=2))
    else:
        click.echo("\n".join(lines(found)))
        if cost is not None:
            shown = cost.splitlines() if isinstance(cost, str) else cost.lines()
            click.echo("\n".join(["training", *(f"  {line}" for line in shown)]))
    if out is not None:
        for name, one in fixed.items():
            log.say(f"{name}: {one}")
        log.say(
            f"{out}: the cleaned copy; {out / LEFT_OUT} says what was left out, and why; "
            f"{out / CHANGED} what was changed."
        )


def _estimate(recipe: Recipe) -> Estimate | str:
    """What training the recipe would cost; or why it cannot be trained, which is a finding like others."""
    from seq2seq.errors import Seq2SeqError
    from seq2seq.training.estimate.estimate import estimate  # torch loads here

    try:
        return estimate(recipe)
    except Seq2SeqError as error:
        return f"cannot be trained: {error}"


def _find(
    where: list[str],
    task: str | None,
    names: tuple[str | None, str | None],
    recipe: str | None,
    given: dict[str, str],
) -> tuple[DataConfig, Sides, Recipe | None]:
    """Where the data lie and what they consist of; and the recipe, if there is one.

    Raises:
        click.UsageError: options that contradict each other.
        ConfigError: the recipe is wrong.
        DataError: nothing is there, or its columns cannot be told.
    """
    from seq2seq.config.data import ColumnsConfig
    from seq2seq.config.load import load_recipe, names_recipe
    from seq2seq.config.recipe import RECIPES
    from seq2seq.data.reading.infer_columns import infer_columns
    from seq2seq.errors import advising_options

    if recipe is None and len(where) == 1 and names_recipe(where[0]):
        idle = [given[name] for name in ("task", "source_column", "target_column") if name in given]
        if idle:
            raise click.UsageError(f"{', '.join(idle)}: {where[0]} is a recipe, which says so itself.")
        found = load_recipe(where[0])
        return found.data, found.sides, found
    loaded = load_recipe(recipe) if recipe is not None else None
    if loaded is not None and task not in (None, loaded.task):
        raise click.UsageError(f"--task {task}: the recipe {recipe} is for {loaded.task}.")
    sides = loaded.sides if loaded is not None else RECIPES[task or "translation"].sides
    columns = loaded.data.columns if loaded is not None else ColumnsConfig()
    source, target = names
    named: dict[str, str | int | None] = {"source": _column(source)} if source else {}
    named |= {"target": _column(target)} if target else {}
    with advising_options():
        config = infer_columns(where, sides, columns, given=named)
    if loaded is not None:  # where and in which columns, as DATA has them; all else as the recipe says
        places = {name: getattr(config, name) for name in _PLACES}
        config = loaded.data.model_copy(update={**places, "swap": False})
        loaded = loaded.model_copy(update={"data": config})
    return config, sides, loaded


def _column(name: str) -> str | int | None:
    """A column as a recipe has it."""
    return int(name) if name.isdecimal() else None if name == "null" else name
