"""``seq2seq finetune``: a trained model, trained further on new data."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import click

from seq2seq import hints
from seq2seq.cli.options import command_to_resume, named_columns, run_options, source_column_option
from seq2seq.cli.split_option import split_option
from seq2seq.cli.streams import print_json
from seq2seq.cli.usage import refuse_swapped

if TYPE_CHECKING:
    from seq2seq.config.data import Location
    from seq2seq.config.initial_model import Part


@click.command("finetune")
@click.argument("model")
@click.argument("data", nargs=-1, required=True)
@split_option("--dev", "Development set (default: held out from DATA).")
@split_option("--test", "Test set of the new data, to evaluate both models on.")
@click.option(
    "--retain-test",
    metavar="DATA",
    help="Also evaluate both models on this data, to measure forgetting ('own': the test set of MODEL's recipe).",
)
@source_column_option
@click.option("--target-column", "--target-language", metavar="NAME", help="Target column of DATA, likewise.")
@click.option(
    "--to", metavar="LANGUAGE", help="Target language of DATA, where MODEL has several and DATA does not name its own."
)
@click.option(
    "--extend-vocabulary",
    type=click.IntRange(min=0),
    default=0,
    metavar="N",
    help="Add N tokens learnt from DATA to each text vocabulary.",
)
@click.option(
    "--replay", metavar="DATA", help="Mix in old data, against forgetting ('own': the training data of MODEL's recipe)."
)
@click.option(
    "--replay-share",
    type=click.FloatRange(min=0.0, max=1.0, min_open=True, max_open=True),
    default=0.5,
    show_default=True,
    help="Share of the examples taken from --replay.",
)
@click.option(
    "--l2-sp",
    type=click.FloatRange(min=0.0),
    default=0.0,
    metavar="X",
    help="Strength of the L2 penalty towards the initial weights (L2-SP): 0.01 is weak, 1 is strong.",
)
@click.option(
    "--freeze",
    type=click.Choice(["embeddings", "encoder", "decoder"]),
    multiple=True,
    help="Do not train this part; repeatable.",
)
@run_options
@click.option("--json", "as_json", is_flag=True, help="Print the comparison as JSON.")
def command(
    model: str,
    data: tuple[str, ...],
    output: Path,
    dev: Location | None,
    test: Location | None,
    retain_test: str | None,
    source_column: str | None,
    target_column: str | None,
    to: str | None,
    extend_vocabulary: int,
    replay: str | None,
    replay_share: float,
    l2_sp: float,
    freeze: tuple[str, ...],
    overrides: tuple[str, ...],
    launch: dict[str, Any],
    as_json: bool,
) -> None:
    """Fine-tune a model on new data.

    MODEL is a model folder, a run folder, or hf://user/name. DATA is a TSV, CSV, JSON, Parquet, TMX, XLIFF, PO or
    XLSX file, a folder with splits, hf://..., or two line-aligned files, sources first; of a forecaster, a file of
    series. No recipe is needed: settings are taken from MODEL with a lower learning rate and more regularisation;
    override them with --set. They are saved as `recipe.yaml` in the run folder.

    \b
      seq2seq finetune MODEL pairs.tsv --output runs/mine
      seq2seq finetune MODEL texts.en texts.de --output runs/mine --extend-vocabulary 500
      seq2seq finetune MODEL pairs.tsv --output runs/mine --replay own --retain-test own

    At the end, MODEL and the new model are compared on the development set, --test and --retain-test, by paired
    bootstrap resampling; classifiers by McNemar's test and approximate randomisation.
    """  # noqa: D301 - \b is meant: it keeps click from filling the lines after it
    if len(data) > 2:
        raise click.UsageError(f"expected one data location or two aligned files as DATA; found {len(data)}.")
    context = click.get_current_context()
    refuse_swapped(context, "data")
    if replay is None and context.get_parameter_source("replay_share") is click.core.ParameterSource.COMMANDLINE:
        raise click.UsageError("--replay-share needs --replay DATA.")
    from seq2seq.log import console, say
    from seq2seq.training.finetune.finetune import FinetuneOptions, fit_and_compare, recipe_for
    from seq2seq.training.fit import LaunchOptions

    options = FinetuneOptions(
        columns=named_columns(source_column, target_column),
        dev=dev,
        test=test,
        to=to,
        extend_vocabulary=extend_vocabulary,
        replay=replay,
        replay_share=replay_share,
        l2_sp=l2_sp,
        freeze=cast("tuple[Part, ...]", freeze),  # click has checked the names
        overrides=overrides,
    )
    recipe = recipe_for(model, data, options)
    result, compared = fit_and_compare(recipe, output, LaunchOptions(**launch), retain_test=retain_test)
    if not result.is_main:
        return
    if result.interrupted:
        say(f"The best model so far is in {result.model}. To resume:\n  {command_to_resume(context)}")
        context.exit(128 + result.interrupted)  # as a shell names a death by signal
    from seq2seq.scoring.compare import render_model_comparisons

    if as_json:
        print_json({one.name: one.to_dict() for one in compared})
    else:
        console().print(render_model_comparisons(compared), soft_wrap=True)
    say(f"Model saved in {result.model}. To use it:\n  {hints.command(recipe.command, output)}")
