"""``seq2seq finetune``: a model goes on learning from data of one's own."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import click

from seq2seq import hints
from seq2seq.cli.options import command_to_resume, named_columns, run_options
from seq2seq.cli.usage import refuse_swapped

if TYPE_CHECKING:
    from seq2seq.config.initial_model import Part


@click.command("finetune")
@click.argument("model")
@click.argument("data", nargs=-1, required=True)
@click.option("--dev", metavar="DATA", help="Development split (default: some of DATA is held out).")
@click.option("--test", metavar="DATA", help="Test split of the new data, on which both models are scored, too.")
@click.option("--old", metavar="DATA", help="Data on which nothing should be lost ('own': those of MODEL's recipe).")
@click.option("--source-column", metavar="NAME", help="Column of the source in DATA: a name, or a number from 0.")
@click.option("--target-column", metavar="NAME", help="Column of the target.")
@click.option(
    "--extend-vocabulary",
    type=click.IntRange(min=0),
    default=0,
    metavar="N",
    help="Add N pieces, learnt from DATA, to each vocabulary of text.",
)
@click.option("--replay", metavar="DATA", help="Mix old data in, against forgetting ('own': those of MODEL's recipe).")
@click.option(
    "--replay-share",
    type=click.FloatRange(min=0.0, max=1.0, min_open=True, max_open=True),
    default=0.5,
    show_default=True,
    help="Share of the examples that --replay gives.",
)
@click.option(
    "--anchor",
    type=click.FloatRange(min=0.0),
    default=0.0,
    metavar="X",
    help="Pull the weights back to where they were (L2-SP); 0.01 is gentle, 1 is strong.",
)
@click.option(
    "--freeze",
    type=click.Choice(["embeddings", "encoder", "decoder"]),
    multiple=True,
    help="Leave a part as it is; may be given again.",
)
@run_options
@click.option("--json", "as_json", is_flag=True, help="Print the comparison as JSON.")
def command(
    model: str,
    data: tuple[str, ...],
    output: Path,
    dev: str | None,
    test: str | None,
    old: str | None,
    source_column: str | None,
    target_column: str | None,
    extend_vocabulary: int,
    replay: str | None,
    replay_share: float,
    anchor: float,
    freeze: tuple[str, ...],
    overrides: tuple[str, ...],
    launch: dict[str, Any],
    as_json: bool,
) -> None:
    """Go on from a model with other data.

    MODEL is a model folder, a run folder, or hf://user/name. DATA is a TSV, CSV, JSON or Parquet file, a folder with
    splits, hf://..., or two files that are aligned line by line, sources first. No recipe is needed: the settings are
    those that MODEL was trained with, gentler, and --set changes them. The run folder gets them as `recipe.yaml`.

    \b
      seq2seq finetune MODEL pairs.tsv --output runs/mine
      seq2seq finetune MODEL texts.en texts.de --output runs/mine --extend-vocabulary 500
      seq2seq finetune MODEL pairs.tsv --output runs/mine --replay own --old own

    At the end, MODEL and the new model are compared on what was held out of DATA, on --test and on --old, with paired
    bootstrap resampling.
    """  # noqa: D301 - \b is meant: it keeps click from filling the lines after it
    if len(data) > 2:
        raise click.UsageError(f"DATA is one location, or two aligned files; found {len(data)}.")
    context = click.get_current_context()
    refuse_swapped(context, "data")
    if replay is None and context.get_parameter_source("replay_share") is click.core.ParameterSource.COMMANDLINE:
        raise click.UsageError("--replay-share is the share of --replay DATA.")
    from seq2seq.log import console, say
    from seq2seq.training.finetune.finetune import FinetuneOptions, fit_and_compare, recipe_for

    options = FinetuneOptions(
        columns=named_columns(source_column, target_column),
        dev=dev,
        test=test,
        extend_vocabulary=extend_vocabulary,
        replay=replay,
        replay_share=replay_share,
        anchor=anchor,
        freeze=cast("tuple[Part, ...]", freeze),  # click has checked the names
        overrides=overrides,
    )
    recipe = recipe_for(model, data, options)
    result, compared = fit_and_compare(recipe, output, old=old, **launch)
    if not result.is_main:
        return
    if result.interrupted:
        say(f"What was learnt is kept in {result.model}. To go on:\n  {command_to_resume(context)}")
        context.exit(128 + result.interrupted)  # as a shell names a death by signal
    from seq2seq.scoring.compare import render_model_comparisons

    if as_json:
        click.echo(json.dumps({one.name: one.to_dict() for one in compared}, ensure_ascii=False, indent=2))
    else:
        console().print(render_model_comparisons(compared), soft_wrap=True)
    say(f"The model is in {result.model}. To use it:\n  {hints.command(recipe.command, output)}")
