"""``seq2seq export``: a model as ONNX networks, beside its weights."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.core import ParameterSource

from seq2seq.cli.options import json_option, model_argument
from seq2seq.cli.streams import print_json
from seq2seq.cli.usage import InputFile, OutputFile
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
@click.option(
    "--single",
    type=OutputFile(".onnx"),
    metavar="FILE",
    help="Instead, write one ONNX file with all inside: strings in, answers out, in any language that has ONNX Runtime "
    "(float32; with --int8, 8-bit).",
)
@click.option("--token-ids", is_flag=True, help="With --single: token ids in and out, without the tokenizer.")
@click.option(
    "--beam",
    type=click.IntRange(min=1),
    metavar="N",
    help="With --single: hypotheses kept at each step; 1 is greedy (default: the recipe's).",
)
@click.option("--to", metavar="LANGUAGE", help="With --single: into which of several languages it translates.")
@json_option
def command(
    model: str,
    int8: bool,
    calibrate: Path | None,
    max_drift: float | None,
    weight_dtype: Storage,
    shortlist: bool,
    single: Path | None,
    token_ids: bool,
    beam: int | None,
    to: str | None,
    as_json: bool,
) -> None:
    """Export a model to ONNX.

    MODEL is a model folder or a run folder; the networks are written to its folder `onnx/`. On a CPU, the other
    commands then run the float32 networks, without torch, or with --engine onnx-int8 the faster 8-bit ones. float32
    networks give the same text as the weights; rounded ones are written only if their drift is small. `train` and
    `finetune` do this at their end.
    """
    for_single = [name for name, given in (("--token-ids", token_ids), ("--beam", beam), ("--to", to)) if given]
    if for_single and single is None:
        raise click.UsageError(f"{', '.join(for_single)}: apply to --single only.")
    if single is not None:
        others = {"--weight-dtype": weight_dtype != "float32", "--shortlist": shortlist}
        if given := [name for name, used in others.items() if used]:
            raise click.UsageError(f"{', '.join(given)}: not for --single, which leaves the model folder as it is.")
        if to is not None and token_ids:
            raise click.UsageError("--to: not with --token-ids; the tag of the language is a token of the source.")
        # Its precision is one: that of `--engine auto`, unless the other one is asked for.
        source = click.get_current_context().get_parameter_source("int8")
        int8 = int8 and source != ParameterSource.DEFAULT
    idle = [name for name, given in (("--calibrate", calibrate), ("--max-drift", max_drift)) if given is not None]
    if idle and not int8 and weight_dtype == "float32":
        raise click.UsageError(
            f"{', '.join(idle)}: apply to rounded networks only; leave out --no-int8, or add --weight-dtype float16."
            if single is None
            else f"{', '.join(idle)}: apply to a rounded network only; add --int8."
        )
    if single is None and model.startswith("hf://"):
        raise click.UsageError(f"{model}: a model on the hub cannot be changed; export a local copy.")
    from seq2seq.export.export import MAX_DRIFT, export
    from seq2seq.inference.lines import read_lines

    texts = None if calibrate is None else read_lines(calibrate)
    limit = MAX_DRIFT if max_drift is None else max_drift
    if single is not None:
        from seq2seq.export.single_file import export_single

        file = export_single(
            model, single, int8=int8, token_ids=token_ids, beam=beam, to=to, calibrate=texts, max_drift=limit
        )
        if as_json:
            print_json(file.to_dict())
            return
        click.echo(visible(f"{file.path}  {file.size / 1e6:.1f} MB"))
        if file.drift is not None:
            click.echo(f"int8 moves log-probabilities by {file.drift}")
        return
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
