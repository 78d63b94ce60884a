"""``seq2seq average``: the mean of the weights of models, or of a run's checkpoints."""

from __future__ import annotations

from pathlib import Path

import click

from seq2seq import hints
from seq2seq.cli.options import model_type
from seq2seq.extras import require


@click.command("average")
@click.argument("models", nargs=-1, required=True, metavar="MODEL...", type=model_type)
@click.option(
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    required=True,
    metavar="FOLDER",
    help="Model folder to write.",
)
@click.option(
    "--last",
    type=click.IntRange(min=2),
    metavar="N",
    help="Average the last N checkpoints of one run, MODEL; it retains as many as training.keep_checkpoints says.",
)
def command(models: tuple[str, ...], output: Path, last: int | None) -> None:
    """Average the weights of models of one shape.

    They share their beginning: checkpoints of one run, or models that were fine-tuned from one. (Models of different
    random weights are averaged by their probabilities: translate --ensemble.) MODEL is a model folder, a run folder
    (its best model), or hf://user/name.

    \b
      seq2seq average runs/demo --last 5 --output mean          the checkpoints of a run
      seq2seq average runs/a runs/b --output mean               models that were fine-tuned from one
    """  # noqa: D301 - \b is meant: it keeps click from filling the lines after it
    if last is not None and len(models) > 1:
        raise click.UsageError("--last: for the checkpoints of one run; give one MODEL.")
    if last is None and len(models) < 2:
        raise click.UsageError("Give two models or more; or, for the checkpoints of one run, --last N.")
    require("torch", "Averaging weights")
    from seq2seq.log import say
    from seq2seq.training.average import average_checkpoints, average_models

    if last is None:
        description = average_models(models, output)
    else:
        description = average_checkpoints(Path(models[0]), output, last=last)
    say(f"Model saved in {output}. To use it:\n  {hints.command(description.recipe.command, output)}")
