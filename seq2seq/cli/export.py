"""``seq2seq export``: a model as ONNX networks, beside its weights."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from seq2seq.cli.options import json_option, model_argument
from seq2seq.cli.streams import print_json
from seq2seq.cli.usage import InputFile
from seq2seq.log import visible

if TYPE_CHECKING:
    from seq2seq.export.export import ExportResult, Storage


@click.command("export")
@model_argument
@click.option(
    "--int8/--no-int8", default=True, show_default=True, help="Also write networks with 8-bit integer weights."
)
@click.option(
    "--calibrate",
    type=InputFile(),
    metavar="FILE",
    help="Texts, one per line, on which the drift of rounded networks is measured (default: the recipe's development "
    "set).",
)
@click.option(
    "--max-drift",
    type=click.FloatRange(min=0.0),
    metavar="NATS",
    help="Largest accepted mean drift of log-probabilities of rounded networks (default: 0.05).",
)
@click.option(
    "--weight-dtype",
    type=click.Choice(["float32", "float16", "bfloat16"]),
    default="float32",
    show_default=True,
    help="Storage of the float32 networks' weights: 16-bit types take half the disk; arithmetic stays float32.",
)
@click.option(
    "--shortlist",
    is_flag=True,
    help="Also write a lexicon for --vocabulary-shortlist, learnt from the recipe's training data.",
)
@json_option
def command(
    model: str,
    int8: bool,
    calibrate: Path | None,
    max_drift: float | None,
    weight_dtype: Storage,
    shortlist: bool,
    as_json: bool,
) -> None:
    """Export a model to ONNX.

    MODEL is a model folder or a run folder; the networks are written to its folder `onnx/`. On a CPU, the other
    commands then run the float32 networks, without torch, or with --engine onnx-int8 the faster 8-bit ones. float32
    networks give the same text as the weights; rounded ones are written only if their drift is small. `train` and
    `finetune` do this at their end.
    """
    idle = [name for name, given in (("--calibrate", calibrate), ("--max-drift", max_drift)) if given is not None]
    if idle and not int8 and weight_dtype == "float32":
        raise click.UsageError(
            f"{', '.join(idle)}: apply to rounded networks only; leave out --no-int8, or add --weight-dtype float16."
        )
    if model.startswith("hf://"):
        raise click.UsageError(f"{model}: a model on the hub cannot be changed; export a local copy.")
    from seq2seq.export.export import MAX_DRIFT, export
    from seq2seq.inference.lines import read_lines

    texts = None if calibrate is None else read_lines(calibrate)
    limit = MAX_DRIFT if max_drift is None else max_drift
    exported = export(model, int8=int8, calibrate=texts, max_drift=limit, store=weight_dtype, shortlist=shortlist)
    if as_json:
        print_json(exported.to_dict())
        return
    for line in _report(exported):
        click.echo(visible(line))


def _report(exported: ExportResult) -> list[str]:
    width = max(map(len, exported.sizes))
    lines = [str(exported.path), *(f"  {name:<{width}}  {size / 1e6:6.1f} MB" for name, size in exported.sizes.items())]
    return lines + [f"{name} moves log-probabilities by {drift}" for name, drift in exported.drifts.items()]
