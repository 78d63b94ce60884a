"""``seq2seq diagnose``: what a trained network has learnt, and what is wrong with it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Literal

import click

from seq2seq.cli.options import check_output, json_option, model_type, named_columns, source_column_option
from seq2seq.cli.streams import Shown, print_json
from seq2seq.cli.usage import OutputFile


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
@click.option("--report", type=OutputFile(".html", ".htm"), metavar="HTML", help="Save a page with pictures.")
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
    report: Path | None,
    device: str,
    as_json: bool,
) -> None:
    """Show how a network learns, and what is wrong with it.

    MODEL_OR_RUN is a model folder, a run folder, or hf://user/name. A run folder tells more: how training went. The
    model is measured on the development split of its recipe, or on DATA: a file, a folder, or hf://user/name. Every
    figure has a verdict: `TROUBLE` and `WATCH` come with a name and a remedy. The exit code is 0 whatever the findings.
    """
    check_output(report, [None if data is None else Path(data)], "--report")
    from rich.console import Console

    from seq2seq.api.diagnosis import diagnose
    from seq2seq.diagnostics.render import lines

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
    )
    if as_json:
        print_json(diagnosis.to_dict())
    else:
        console = Console(file=sys.stdout, highlight=False)
        for line in lines(diagnosis, console.width):
            console.print(Shown(line), soft_wrap=True)
    if report is not None:
        from seq2seq import log
        from seq2seq.diagnostics.page import page

        page(diagnosis).write(report)
        log.say(f"{report}: the page")
