"""``seq2seq train``: from a recipe to a model folder."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from seq2seq import hints
from seq2seq.cli.options import command_to_resume, run_options

if TYPE_CHECKING:
    from seq2seq.training.loop import Result


@click.command("train")
@click.argument("recipe")
@run_options
def command(recipe: str, output: Path, overrides: tuple[str, ...], launch: dict[str, Any]) -> None:
    """Train the model that a recipe describes.

    RECIPE is a YAML file, or the name of a bundled recipe (`seq2seq recipes` lists them). The run folder gets
    checkpoints, logs, learning curves and, in `model`, the best model. The same command goes on with a run that was
    stopped, or killed.
    """
    from seq2seq.config.load import load_recipe

    loaded = load_recipe(recipe, overrides)

    from seq2seq.log import say
    from seq2seq.training.fit import fit

    result = fit(loaded, output, name=Path(recipe).stem, **launch)
    if result.leads:
        if result.interrupted:
            context = click.get_current_context()
            say(f"What was learnt is kept in {result.model}. To go on:\n  {command_to_resume(context)}")
            context.exit(128 + result.interrupted)  # as a shell names a death by signal
        _conclude(result, output)


def _conclude(result: Result, output: Path) -> None:
    """Export the model, score it on the test split, if there is one, and say how to use it."""
    from seq2seq.inference.export import export_trained
    from seq2seq.inference.loading import command_of
    from seq2seq.inference.scoring import keep_test_score
    from seq2seq.log import console, say

    export_trained(result.model)
    scored = keep_test_score(result.model)
    if scored is not None:
        say(f"Scores on {scored.name}:")
        console().print(scored.render(), soft_wrap=True)
    say(f"The model is in {result.model}. To use it:\n  {hints.command(command_of(result.model), output)}")
