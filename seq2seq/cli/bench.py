"""``seq2seq bench``: how near to this machine's limit the program runs."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import click

from seq2seq.cli.options import given_parameters, json_option, model_argument, model_type
from seq2seq.cli.streams import Shown, print_json
from seq2seq.cli.usage import Group, InputFile, refuse_swapped
from seq2seq.log import visible
from seq2seq.wording import plural

if TYPE_CHECKING:
    from rich.table import Table

    from seq2seq.bench.decoding import DecodingSpeed
    from seq2seq.inference.engines.open import Engine

_RECIPE = "translation/phrasebook"
"""Recipe that is trained and decoded by default."""
_TEXTS = 300
"""Of its test split, that are decoded then."""
_WIDE = 200
"""Columns that no table fills."""
_POSITIVE = click.IntRange(min=1)

threads_option = click.option("--threads", type=_POSITIVE, help="CPU threads (default: one per core).")


@click.group("bench", cls=Group, invoke_without_command=True)
@click.option("--model", type=model_type, help="Model to decode with (default: random weights).")
@click.option("--rounds", type=_POSITIVE, default=4, show_default=True, help="Interleaved repetitions.")
@threads_option
@json_option
@click.pass_context
def command(context: click.Context, model: str | None, rounds: int, threads: int | None, as_json: bool) -> None:
    """Measure throughput relative to this machine's peak.

    Alone, it takes a few minutes for all of it: training steps of a bundled recipe, and decoding with a model of that
    recipe, whose outputs are held at the references' mean length, or with MODEL as it is. Shares are those of the
    machine's float32 matrix-multiplication peak, measured in the same run, by counted operations.
    """
    if context.invoked_subcommand is not None:
        idle = list(given_parameters(context).values())
        if idle:
            raise click.UsageError(f"{', '.join(idle)}: put options of `bench {context.invoked_subcommand}` behind it.")
        return
    from seq2seq.bench.tables import speed_table
    from seq2seq.bench.training import measure_training
    from seq2seq.config.load import load_recipe

    trained = measure_training(load_recipe(_RECIPE), rounds=rounds, steps=10, threads=threads)
    decoded = _decode(model, rounds, threads)
    peak = f"{trained.peak.shown(scale=1e-9)} GFLOP/s in float32 matrix products on {plural(trained.threads, 'thread')}"
    lines = [f"peak {peak}; median of {plural(rounds, 'round')} (lowest .. highest)"]
    content = {"training": asdict(trained), "decoding": asdict(decoded)}
    _report(content, lines, speed_table(decoded, trained=trained), as_json=as_json)


@command.command("train")
@click.argument("recipe")
@click.option("--set", "overrides", multiple=True, metavar="KEY=VALUE", help="Override one setting; repeatable.")
@click.option(
    "--rounds", type=_POSITIVE, default=12, show_default=True, help="Interleaved repetitions of peak and training."
)
@click.option("--steps", type=_POSITIVE, default=10, show_default=True, help="Training steps per round.")
@threads_option
@json_option
def train(recipe: str, overrides: tuple[str, ...], rounds: int, steps: int, threads: int | None, as_json: bool) -> None:
    """Split the time of training by part.

    Takes some steps of RECIPE on the CPU. Only the prepared data are saved, in the cache.
    """
    from seq2seq.bench.tables import parts_table  # torch loads here
    from seq2seq.bench.training import measure_training
    from seq2seq.config.load import load_recipe

    found = measure_training(load_recipe(recipe, overrides), rounds=rounds, steps=steps, threads=threads)
    _report({"recipe": recipe, "training": asdict(found)}, found.lines(), parts_table(found), as_json=as_json)


@command.command("decode")
@model_argument
@click.argument("file", required=False, type=InputFile())
@click.option(
    "--engine",
    "engines",
    multiple=True,
    type=click.Choice(["torch", "onnx", "onnx-int8"]),
    help="Engine; repeatable (default: all available for the model).",
)
@click.option(
    "--beam",
    "beams",
    multiple=True,
    type=_POSITIVE,
    help="Beam size; repeatable (default: 1 and 5 for a translation model).",
)
@click.option("--rounds", type=_POSITIVE, default=5, show_default=True, help="Interleaved repetitions.")
@threads_option
@click.option(
    "--workers",
    type=_POSITIVE,
    help="Batches computed in parallel, sharing the threads equally (default: 1 with torch; one per thread with onnx).",
)
@json_option
def decode(
    model: str,
    file: Path | None,
    engines: tuple[Engine, ...],
    beams: tuple[int, ...],
    rounds: int,
    threads: int | None,
    workers: int | None,
    as_json: bool,
) -> None:
    """Compare the engines of a model.

    Each answers the lines of FILE, on the CPU. MODEL is a model folder, a run folder, or hf://user/name. FILE holds a
    sentence (or, for a model that writes from tags, tags) a line; without it, the recipe's test or development split is
    read. Every round starts a process for each engine.
    """
    refuse_swapped(click.get_current_context(), "file")
    from seq2seq.bench.decoding import measure_decoding  # torch loads here
    from seq2seq.bench.tables import speed_table
    from seq2seq.inference.lines import read_lines

    texts = None if file is None else read_lines(file)
    found = measure_decoding(
        model, texts=texts, engines=engines, beams=beams, rounds=rounds, threads=threads, workers=workers
    )
    _report({"decoding": asdict(found)}, found.lines(), speed_table(found), as_json=as_json)


def _decode(model: str | None, rounds: int, threads: int | None) -> DecodingSpeed:
    """Decoding with a model; or with random weights, whose outputs get the length of the references."""
    from seq2seq import log
    from seq2seq.bench.decoding import measure_decoding
    from seq2seq.bench.random_model import length_limits, save_random_model
    from seq2seq.config.load import load_recipe
    from seq2seq.config.recipe import TranslationRecipe
    from seq2seq.scoring.splits import read_own

    if model is not None:
        return measure_decoding(model, rounds=rounds, threads=threads)
    recipe = load_recipe(_RECIPE)
    assert isinstance(recipe, TranslationRecipe)
    with TemporaryDirectory(prefix="seq2seq-") as scratch:
        folder = Path(scratch) / "model"
        with log.muted():  # the data were reported when they were trained on
            tokenizers = save_random_model(folder, recipe)
        examples = read_own(recipe, "test", tokenizers)
        assert examples is not None
        limits = length_limits(tokenizers, examples.targets)
        return measure_decoding(folder, texts=examples.sources[:_TEXTS], rounds=rounds, threads=threads, limits=limits)


def _report(content: Mapping[str, object], lines: Sequence[str], table: Table, *, as_json: bool) -> None:
    """Print the machine, and what was measured on it."""
    from rich.console import Console

    from seq2seq.machine import Machine

    machine = Machine.here()
    if as_json:
        print_json({"machine": machine.to_dict(), **content})
        return
    for line in (*machine.lines(), *lines):
        click.echo(visible(line))
    # As wide as its cells are: where the terminal is narrower, or there is none, no cell is broken.
    Console(file=sys.stdout, highlight=False, width=_WIDE).print(Shown(table), soft_wrap=True)
