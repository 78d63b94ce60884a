"""``seq2seq export``: a model as ONNX networks, beside its weights."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from seq2seq.cli.options import json_option, model_argument
from seq2seq.cli.streams import shown
from seq2seq.cli.usage import InputFile
from seq2seq.log import visible

if TYPE_CHECKING:
    from seq2seq.export.export import Exported, Storage


@click.command("export")
@model_argument
@click.option("--int8/--no-int8", default=True, show_default=True, help="Write 8-bit networks beside those of float32.")
@click.option(
    "--calibrate",
    type=InputFile(),
    metavar="FILE",
    help="Texts, one a line, on which the drift of what is rounded is measured (default: the recipe's development "
    "split).",
)
@click.option(
    "--max-drift",
    type=click.FloatRange(min=0.0),
    metavar="NATS",
    help="Refuse what is rounded if log-probabilities move by more, on average (default: 0.05).",
)
@click.option(
    "--store",
    type=click.Choice(["float32", "float16", "bfloat16"]),
    default="float32",
    show_default=True,
    help="How float32 networks keep their weights: in 16 bits, they take half the disk, and compute in float32.",
)
@click.option(
    "--shortlist",
    is_flag=True,
    help="Write a shortlist for --vocabulary-shortlist, learnt from the recipe's training data.",
)
@json_option
def command(
    model: str,
    int8: bool,
    calibrate: Path | None,
    max_drift: float | None,
    store: Storage,
    shortlist: bool,
    as_json: bool,
) -> None:
    """Write a model as ONNX networks.

    MODEL is a model folder or a run folder. The networks go into its folder `onnx/`; on a CPU, translate, classify,
    generate and evaluate then run those of float32, without torch, and with --engine onnx-int8 the 8-bit ones, which
    are faster still. Those of float32 give the same text as the weights; rounded ones are written if they drift little.
    Training ends with this.
    """
    idle = [name for name, given in (("--calibrate", calibrate), ("--max-drift", max_drift)) if given is not None]
    if idle and not int8 and store == "float32":
        raise click.UsageError(f"{', '.join(idle)}: of rounded networks only; leave out --no-int8, or --store float16.")
    if model.startswith("hf://"):
        raise click.UsageError(f"{model}: a model on the hub is not written into; export a copy of it.")
    from seq2seq.export.export import MAX_DRIFT, export
    from seq2seq.inference.lines import read_lines

    texts = None if calibrate is None else read_lines(calibrate)
    limit = MAX_DRIFT if max_drift is None else max_drift
    exported = export(model, int8=int8, calibrate=texts, max_drift=limit, store=store, shortlist=shortlist)
    if as_json:
        click.echo(shown(json.dumps(exported.to_dict(), ensure_ascii=False, indent=2)))
        return
    for line in _report(exported):
        click.echo(visible(line))


def _report(exported: Exported) -> list[str]:
    width = max(map(len, exported.sizes))
    lines = [str(exported.path), *(f"  {name:<{width}}  {size / 1e6:6.1f} MB" for name, size in exported.sizes.items())]
    return lines + [f"{name} moves log-probabilities by {drift}" for name, drift in exported.drifts.items()]
