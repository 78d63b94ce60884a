"""``seq2seq train``: from a recipe, or from data alone, to a model folder."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from seq2seq import hints
from seq2seq.cli.options import (
    TASKS,
    command_to_resume,
    given_parameters,
    named_columns,
    run_options,
    source_column_option,
)
from seq2seq.cli.split_option import split_option

if TYPE_CHECKING:
    from seq2seq.config.data import Location

_OF_DATA = ("task", "dev", "test", "source_column", "target_column")


@click.command("train")
@click.argument("what", metavar="RECIPE | DATA...", nargs=-1, required=True)
@click.option(
    "--task",
    type=click.Choice([*TASKS, "synthesis", "forecasting"]),
    help="Task of DATA (default: detected from the data).",
)
@split_option("--dev", "Development set (default: held out from DATA).")
@split_option("--test", "Test set, scored after training.")
@source_column_option
@click.option("--target-column", "--target-language", metavar="NAME", help="Target or label column of DATA, likewise.")
@run_options
def command(
    what: tuple[str, ...],
    output: Path,
    task: str | None,
    dev: Location | None,
    test: Location | None,
    source_column: str | None,
    target_column: str | None,
    overrides: tuple[str, ...],
    launch: dict[str, Any],
) -> None:
    """Train a model from a recipe or on your own data.

    RECIPE is a YAML file or the name of a bundled recipe (see `seq2seq recipes`). DATA is a TSV, CSV, JSONL, Parquet,
    TMX, XLIFF, PO, XLSX or text file, a folder, hf://..., or two line-aligned files, sources first. For DATA, the
    settings are chosen by its kind and size, printed, and saved as `recipe.yaml` in the run folder.

    \b
      seq2seq train translation/phrasebook --output runs/phrasebook
      seq2seq train pairs.tsv --output runs/mine --max-time 20m
      seq2seq train texts.en texts.de --output runs/mine
      seq2seq train labels.csv --target-column section --output runs/labels

    The run folder holds checkpoints, logs, learning curves and, in `model`, the best model. Run the same command again
    to resume a run that was stopped or killed.
    """  # noqa: D301 - \b is meant: it keeps click from filling the lines after it
    if len(what) > 2:
        raise click.UsageError(f"expected one recipe, one data location, or two aligned files; found {len(what)}.")
    from seq2seq.config.load import load_recipe, names_recipe
    from seq2seq.log import console, say

    context = click.get_current_context()
    name: str | None = None
    if len(what) == 1 and names_recipe(what[0]):
        idle = [spelt for option, spelt in given_parameters(context).items() if option in _OF_DATA]
        if idle:
            raise click.UsageError(
                f"{', '.join(idle)}: {what[0]} is a recipe, which sets this; override it with --set data...=VALUE."
            )
        recipe, name = load_recipe(what[0], overrides), Path(what[0]).stem
    else:
        from seq2seq.config.default_recipe import default_recipe, describe
        from seq2seq.data.reading.survey import survey

        found = survey(what, task, named_columns(source_column, target_column), dev=dev, test=test, overrides=overrides)
        recipe = default_recipe(*found, overrides)
        say("\n  ".join(["Settings chosen for these data:", *describe(recipe, output)]))

    from seq2seq.training.conclude import conclude
    from seq2seq.training.fit import LaunchOptions, fit

    result = fit(recipe, output, LaunchOptions(**launch), name=name)
    if result.is_main:
        if result.interrupted:
            say(f"The best model so far is in {result.model}. To resume:\n  {command_to_resume(context)}")
            context.exit(128 + result.interrupted)  # as a shell names a death by signal
        scored = conclude(result.model)
        if scored is not None:
            say(f"Scores on {scored.name}:")
            console().print(scored.render(), soft_wrap=True)
        say(f"Model saved in {result.model}. To use it:\n  {hints.command(recipe.command, output)}")
