"""``seq2seq evaluate``: a model's scores on a data set, or those of a file of translations."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from seq2seq.cli.options import decoding_config, decoding_options, device_options

if TYPE_CHECKING:
    from seq2seq.config.data import DataConfig
    from seq2seq.evaluation.report import Report
    from seq2seq.inference.scoring import Material

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_OUTPUT = click.Path(dir_okay=False, path_type=Path)


@click.command("evaluate")
@click.argument("model", type=click.Path(path_type=Path), required=False)
@click.argument("data", required=False)
@click.option(
    "--references", multiple=True, type=_FILE, metavar="FILE", help="References, a line a sentence; may be given again."
)
@click.option("--hypotheses", type=_FILE, metavar="FILE", help="Score these translations; no model is needed.")
@click.option("--split", type=click.Choice(["test", "dev"]), default="test", help="The recipe's split, without DATA.")
@click.option("--source-column", metavar="NAME", help="Column of the source text in DATA: a name, or a number from 0.")
@click.option("--target-column", metavar="NAME", help="Column of the references in DATA.")
@click.option("--skip-bad", is_flag=True, help="Leave malformed rows of DATA out, and count them.")
@click.option(
    "--output", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="Keep the translations."
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON: bleu, chrf, ter, each with score and signature.")
@decoding_options
@device_options
def command(
    model: Path | None,
    data: str | None,
    references: tuple[Path, ...],
    hypotheses: Path | None,
    split: Literal["test", "dev"],
    source_column: str | None,
    target_column: str | None,
    skip_bad: bool,
    output: Path | None,
    as_json: bool,
    decoding: Mapping[str, object],
    device: str,
) -> None:
    """Score a model, or a file of translations.

    BLEU, chrF and TER by sacrebleu, on detokenised text, case-sensitive, with their signatures.

    \b
      seq2seq evaluate MODEL                                the test set of the model's recipe
      seq2seq evaluate MODEL DATA                           a TSV, CSV, JSONL or Parquet file, a folder, hf://...
      seq2seq evaluate MODEL SOURCES --references FILE      two files, aligned line by line
      seq2seq evaluate --hypotheses FILE --references FILE  translations made elsewhere

    With a DATA that holds references already, --references adds a second set.
    """  # noqa: D301 - \b is meant: it keeps click from filling the lines after it
    from seq2seq.evaluation.report import evaluate

    if hypotheses is not None:
        _check_files_alone(model=model, references=references, output=output, decoding=decoding)
        report = evaluate(read_lines(hypotheses), [read_lines(file) for file in references])
        _print(report, report.to_dict(), as_json=as_json)
        return
    if model is None:
        raise click.UsageError("Give a MODEL to evaluate, or --hypotheses FILE and --references FILE.")
    from seq2seq.inference.loading import open_translator
    from seq2seq.inference.scoring import score

    loaded, translator = open_translator(model, device=device)
    config = decoding_config(translator.decoding, decoding)
    columns = {"source": source_column, "target": target_column}
    material = _read(loaded.recipe.data, data, split, columns, references, skip_bad=skip_bad)
    scored = score(translator, material, config)
    if output is not None:
        output.write_text("".join(f"{text}\n" for text in scored.hypotheses), encoding="utf-8")
    _print(scored.report, scored.to_dict(), as_json=as_json)
    if not as_json:
        click.echo(f"{material.name}: {scored.seconds:,.1f} s, {scored.rate:,.0f} sentences a second")


def _check_files_alone(
    *, model: Path | None, references: Sequence[Path], output: Path | None, decoding: Mapping[str, object]
) -> None:
    """Refuse what --hypotheses would have to ignore."""
    if model is not None:
        raise click.UsageError("--hypotheses are scored as they are: leave MODEL out, or --hypotheses.")
    if not references:
        raise click.UsageError("--hypotheses needs --references FILE to compare with.")
    if output is not None or decoding:
        raise click.UsageError("--hypotheses are scored as they are: no --output, and no option about decoding.")


def read_lines(file: Path) -> list[str]:
    """The lines of a text file.

    Raises:
        DataError: the file is not valid UTF-8.
    """
    from seq2seq.inference.lines import read_windows

    with file.open("rb") as stream:
        return list(chain.from_iterable(read_windows(stream, str(file))))


def _read(
    config: DataConfig,
    data: str | None,
    split: Literal["test", "dev"],
    columns: Mapping[str, str | None],
    references: Sequence[Path],
    *,
    skip_bad: bool,
) -> Material:
    """What DATA, the recipe's split and --references come to."""
    from seq2seq.data.locate import is_table
    from seq2seq.data.sources import read_pairs, read_split
    from seq2seq.errors import DataError
    from seq2seq.inference.scoring import Material

    more = [read_lines(file) for file in references]
    if data is not None and Path(data).is_file() and not is_table(Path(data)):
        if not references:
            raise click.UsageError(f"{data} is plain text: name its references with --references FILE.")
        return Material(data, read_lines(Path(data)), more)
    named = {side: int(name) if name.isdecimal() else name for side, name in columns.items() if name is not None}
    if data is None:
        if named:
            raise click.UsageError("--source-column and --target-column are about DATA.")
        raw = read_split(config, split)
        if raw is None:
            raise DataError(f"The model's recipe has no {split} split. Name the data: seq2seq evaluate MODEL DATA")
    else:
        # Columns named on the command line are meant as they stand; only the recipe's can be swapped.
        raw = read_pairs(
            data,
            config.columns.model_copy(update=named),
            swap=config.swap and not named,
            extra_columns=config.extra_columns or bool(named),
            skip_bad=config.skip_bad or skip_bad,
        )
    material = Material.of(raw)
    return replace(material, references=[*material.references, *more])


def _print(report: Report, content: Mapping[str, object], *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(content, ensure_ascii=False, indent=2))
        return
    from rich.console import Console

    # A signature is copied from here into papers and mails: it is not to be broken into lines.
    Console(file=sys.stdout, highlight=False).print(report.render(), soft_wrap=True)
