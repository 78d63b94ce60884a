"""``seq2seq export``: a model as ONNX networks, beside its weights."""

from __future__ import annotations

import shlex
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
    "--int8/--no-int8",
    default=True,
    show_default=True,
    help="Also write networks with 8-bit integer weights; not of a model that forecasts.",
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
    "--web",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="FOLDER",
    help="Instead, write a static page that runs the model in a browser: any file server can serve it.",
)
@click.option(
    "--runtime",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    metavar="FOLDER",
    help="With --web: the npm package onnxruntime-web (default: fetched from npm, once).",
)
@click.option(
    "--beam",
    type=click.IntRange(min=1),
    metavar="N",
    help="With --single or --web: hypotheses kept at each step; 1 is greedy (default: the recipe's).",
)
@click.option("--to", metavar="LANGUAGE", help="With --single or --web: into which of several languages it translates.")
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
    web: Path | None,
    runtime: Path | None,
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
    other = "--single" if single is not None else "--web" if web is not None else None
    if single is not None and web is not None:
        raise click.UsageError("--single, --web: one at a time.")
    if single is None:
        _refuse({"--token-ids": token_ids}, "applies to --single only.")
    if web is None:
        _refuse({"--runtime": runtime is not None}, "applies to --web only.")
    if other is None:
        _refuse({"--beam": beam is not None, "--to": to is not None}, "for --single and --web only.")
    else:
        given = {"--weight-dtype": weight_dtype != "float32", "--shortlist": shortlist}
        _refuse(given, f"not for {other}, which leaves the model folder as it is.")
    by_default = click.get_current_context().get_parameter_source("int8") == ParameterSource.DEFAULT
    if single is not None:
        # Its precision is one: that of `--engine auto`, unless the other one is asked for.
        int8 = int8 and not by_default
    if not int8 and weight_dtype == "float32":
        advice = {None: "leave out --no-int8, or add --weight-dtype float16", "--single": "add --int8"}
        given = {"--calibrate": calibrate is not None, "--max-drift": max_drift is not None}
        _refuse(given, f"for rounded networks only; {advice.get(other, 'leave out --no-int8')}.")
    if other is None and model.startswith("hf://"):
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
    if web is not None:
        from seq2seq.export.web.page import export_page

        sizes = export_page(model, web, runtime=runtime, int8=int8, calibrate=texts, max_drift=limit, beam=beam, to=to)
        _show_page(web, sizes, as_json=as_json)
        return
    exported = export(
        model,
        int8=None if by_default else int8,
        calibrate=texts,
        max_drift=limit,
        store=weight_dtype,
        shortlist=shortlist,
    )
    if as_json:
        print_json(exported.to_dict())
        return
    for line in _report(exported):
        click.echo(visible(line))


def _refuse(options: dict[str, bool], why: str) -> None:
    """Refuse options that are given and would have no effect."""
    if given := [name for name, is_given in options.items() if is_given]:
        raise click.UsageError(f"{', '.join(given)}: {why}")


def _show_page(folder: Path, sizes: dict[str, int], *, as_json: bool) -> None:
    if as_json:
        print_json({"path": str(folder), "bytes": {**sizes}})
        return
    parts = {"model": 0, "runtime": 0, "page": 0}
    for name, size in sizes.items():
        first = name.partition("/")[0]
        parts[first if first in parts else "page"] += size
    click.echo(visible(str(folder)))
    for name, size in parts.items():
        click.echo(f"  {name:<7}  {size / 1e6:6.2f} MB")
    serve = shlex.join(["python3", "-m", "http.server", "--directory", str(folder)])
    click.echo(visible(f"Serve it: {serve}"))


def _report(exported: ExportResult) -> list[str]:
    width = max(map(len, exported.sizes))
    lines = [str(exported.path), *(f"  {name:<{width}}  {size / 1e6:6.1f} MB" for name, size in exported.sizes.items())]
    return lines + [f"{name} moves log-probabilities by {drift}" for name, drift in exported.drifts.items()]
