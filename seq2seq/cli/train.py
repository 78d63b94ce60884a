"""``seq2seq train``: from a recipe to a model folder."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from seq2seq.cli.options import command_to_resume

if TYPE_CHECKING:
    from seq2seq.training.loop import Result


@click.command("train")
@click.argument("recipe")
@click.option(
    "--output", type=click.Path(file_okay=False, path_type=Path), required=True, help="The run folder to make."
)
@click.option("--set", "overrides", multiple=True, metavar="KEY=VALUE", help="Change one setting; may be given again.")
@click.option("--max-time", metavar="TIME", help="Train for so long at most: 90s, 20m, 1h30m.")
@click.option("--max-steps", type=click.IntRange(min=1), help="Train for so many steps at most.")
@click.option("--max-epochs", type=click.IntRange(min=1), help="Train for so many passes over the data at most.")
@click.option("--skip-bad", is_flag=True, help="Leave malformed rows of the data out, and count them.")
@click.option("--precision", type=click.Choice(["32-true", "bf16-mixed"]), help="Arithmetic.")
@click.option("--devices", default="auto", show_default=True, help="How many processes or GPUs, or which.")
@click.option(
    "--accelerator",
    type=click.Choice(["auto", "cpu", "cuda", "mps"]),
    default="auto",
    show_default=True,
    help="What it is trained on.",
)
@click.option("--threads", type=click.IntRange(min=1), help="CPU threads of a process (default: one a core).")
@click.option("--resume", is_flag=True, help="Go on with the run that is in the folder.")
@click.option("--overwrite", is_flag=True, help="Replace the run that is in the folder.")
def command(
    recipe: str,
    output: Path,
    overrides: tuple[str, ...],
    max_time: str | None,
    max_steps: int | None,
    max_epochs: int | None,
    skip_bad: bool,
    precision: str | None,
    devices: str,
    accelerator: str,
    threads: int | None,
    resume: bool,
    overwrite: bool,
) -> None:
    """Train the model that a recipe describes.

    RECIPE is a YAML file, or the name of a bundled recipe (`seq2seq recipes` lists them). The run folder gets
    checkpoints, logs, learning curves and, in `model`, the best model.
    """
    if resume and overwrite:
        raise click.UsageError("--resume and --overwrite contradict each other.")
    from seq2seq.config.load import load_recipe

    shortcuts = {"max_time": max_time, "max_steps": max_steps, "max_epochs": max_epochs, "precision": precision}
    given = [f"training.{name}={value}" for name, value in shortcuts.items() if value is not None]
    if skip_bad:
        given.append("data.skip_bad=true")
    settings = [*overrides, *given]
    loaded = load_recipe(recipe, settings)

    from seq2seq.log import say
    from seq2seq.training.loop import fit

    result = fit(
        loaded,
        output,
        name=Path(recipe).stem,
        devices=devices,
        accelerator=accelerator,
        threads=threads,
        resume=resume,
        overwrite=overwrite,
    )
    if is_leader():
        if result.interrupted:
            context = click.get_current_context()
            say(f"What was learnt is kept in {result.model}. To go on: {command_to_resume(context)}")
            context.exit(128 + result.interrupted)  # as a shell names a death by signal
        _conclude(result, output)


def is_leader() -> bool:
    """Whether this is the only process of the run, or the first."""
    from torch import distributed

    return not (distributed.is_available() and distributed.is_initialized()) or distributed.get_rank() == 0


def _conclude(result: Result, output: Path) -> None:
    """Score the model on the test split, if there is one, and say how to use it."""
    from seq2seq.inference.loading import command_of
    from seq2seq.inference.scoring import keep_test_score
    from seq2seq.log import console, say

    scored = keep_test_score(result.model)
    if scored is not None:
        say(f"Scores on {scored.name}:")
        console().print(scored.render(), soft_wrap=True)
    say(f"The model is in {result.model}. To use it: seq2seq {command_of(result.model)} {output}")
