"""``seq2seq diagnose``: what a trained network has learnt, and what is wrong with it."""

from __future__ import annotations

import sys
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

import click

from seq2seq.cli.options import (
    check_output,
    given_parameters,
    json_option,
    model_type,
    named_columns,
    source_column_option,
)
from seq2seq.cli.streams import Shown, print_json
from seq2seq.cli.usage import OutputFile
from seq2seq.extras import require

if TYPE_CHECKING:
    from seq2seq.diagnostics.diagnosis import Diagnosis

_OF_WHAT_IF: Final = {"model", "what_if", "force", "report", "device", "as_json"}
"""Parameters that apply to --what-if."""
_OF_RECIPE: Final = {"model", "report", "device", "as_json", "learning_rate_range", "steps"}
"""Parameters that apply to a recipe."""


@click.command("diagnose")
@click.argument("model", type=model_type, metavar="MODEL_OR_RUN")
@click.argument("data", required=False)
@click.option(
    "--split",
    type=click.Choice(["dev", "test"]),
    help="Split of the recipe's data (default: dev), or of DATA with several splits (default: test).",
)
@source_column_option
@click.option("--target-column", "--target-language", metavar="NAME", help="Target or label column, likewise.")
@click.option("--skip-bad", is_flag=True, help="Skip malformed rows, and count them.")
@click.option(
    "--examples",
    type=click.IntRange(min=2),
    default=500,
    show_default=True,
    metavar="N",
    help="Most examples that are measured; they are sampled.",
)
@click.option("--seed", type=click.IntRange(min=0), default=1, show_default=True, help="Decides what is sampled.")
@click.option("--details", is_flag=True, help="Explain every figure, not only what asks for action.")
@click.option("--report", type=OutputFile(".html", ".htm"), metavar="HTML", help="Save a page with pictures.")
@click.option(
    "--compare-cells",
    metavar="CELLS",
    help="Train a short run with each of these cells, such as rnn_tanh,rnn_relu,gru,lstm.",
)
@click.option("--learning-rate-range", is_flag=True, help="Train with growing learning rates: which are right?")
@click.option("--learning-curve", is_flag=True, help="Train on parts of the data: what would more data bring?")
@click.option(
    "--steps", type=click.IntRange(min=10), metavar="N", help="Steps of each of these runs (default: as needed)."
)
@click.option(
    "--what-if", metavar="TEXT", help="Translate TEXT, with the beam as a tree, also with a word that is forced."
)
@click.option("--force", metavar="N=WORD", help="With --what-if: the word that is to be word N of the translation.")
@click.option("--device", metavar="DEVICE", default="auto", help="auto (default), cpu, cuda, cuda:1 ...")
@json_option
def command(
    model: str,
    data: str | None,
    split: Literal["dev", "test"] | None,
    source_column: str | None,
    target_column: str | None,
    skip_bad: bool,
    examples: int,
    seed: int,
    details: bool,
    report: Path | None,
    compare_cells: str | None,
    learning_rate_range: bool,
    learning_curve: bool,
    steps: int | None,
    what_if: str | None,
    force: str | None,
    device: str,
    as_json: bool,
) -> None:
    """Show how a network learns, and what is wrong with it.

    MODEL_OR_RUN is a model folder, a run folder, or hf://user/name. A run folder tells more: how training went. The
    model is measured on the development split of its recipe, or on DATA: a file, a folder, or hf://user/name. Every
    figure has a verdict: `TROUBLE` and `WATCH` come with a name and a remedy. The exit code is 0 whatever the findings.

    \b
      seq2seq diagnose RUN                        all measures, on the development split
      seq2seq diagnose RUN --report page.html     and a page with pictures
      seq2seq diagnose RECIPE                     checks before training: first loss, gradients, padding
      seq2seq diagnose MODEL --what-if TEXT --force 2=WORD    the beam, and what a forced word changes
    """  # noqa: D301 - \b is meant: it keeps click from filling the lines after it
    check_output(report, [None if data is None else Path(data)], "--report")
    given = given_parameters(click.get_current_context())
    if what_if is not None:
        _refuse(given, given.keys() - _OF_WHAT_IF, "--what-if measures TEXT alone")
        diagnosis = _forced(model, what_if, force, device)
    else:
        _refuse(given, {"force"}, "--what-if TEXT is missing")
        if not (compare_cells or learning_rate_range or learning_curve):
            _refuse(given, {"steps"}, "no experiment is asked for that trains")
        _refuse_for_recipe(model, given)
        from seq2seq.api.diagnosis import diagnose

        columns = named_columns(source_column, target_column)
        diagnosis = diagnose(
            model,
            data,
            split=split,
            source_column=columns.get("source"),
            target_column=columns.get("target"),
            skip_bad=skip_bad,
            examples=examples,
            seed=seed,
            device=device,
            compare_cells=[] if compare_cells is None else [name.strip() for name in compare_cells.split(",")],
            learning_rate_range=learning_rate_range,
            learning_curve=learning_curve,
            steps=steps,
        )
    _show(diagnosis, as_json=as_json, details=details)
    if report is not None:
        from seq2seq import log

        diagnosis.save_report(report)
        log.say(f"{report}: the page")


def _show(diagnosis: Diagnosis, *, as_json: bool, details: bool) -> None:
    """Print a diagnosis."""
    if as_json:
        print_json(diagnosis.to_dict())
        return
    from rich.console import Console

    from seq2seq.diagnostics.render import lines

    console = Console(file=sys.stdout, highlight=False)
    for line in lines(diagnosis, console.width, details=details):
        console.print(Shown(line), soft_wrap=True)


def _forced(model: str, text: str, force: str | None, device: str) -> Diagnosis:
    """The diagnosis of --what-if."""
    position, _, word = (force or "").partition("=")
    if not (position.strip().isdecimal() and word.strip()):
        raise click.UsageError("--what-if needs --force N=WORD, such as 2=Katze: the second word is to be Katze.")
    require("torch", "Diagnosing a model")
    from seq2seq.diagnostics.experiments import force_word

    return force_word(model, text, int(position), word, device=device)


def _refuse_for_recipe(model: str, given: Mapping[str, str]) -> None:
    """Refuse options that have no effect on a recipe that is checked before training."""
    from seq2seq.api.diagnosis import is_recipe

    if is_recipe(model):
        _refuse(given, given.keys() - _OF_RECIPE, f"{model} is a recipe, which is checked before training")


def _refuse(given: Mapping[str, str], names: Collection[str], why: str) -> None:
    """Refuse options that would have no effect: those of ``names`` that are given."""
    idle = [called for name, called in given.items() if name in names]
    if idle:
        raise click.UsageError(f"{why}: leave out {', '.join(idle)}.")
