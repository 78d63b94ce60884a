"""``seq2seq classify``: one line in, one label out."""

from __future__ import annotations

import json
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import click

from seq2seq.cli.options import check_output, engine_options, model_argument
from seq2seq.cli.streams import count_lines, file_argument, named_input, open_input, shown
from seq2seq.cli.usage import refuse_swapped

if TYPE_CHECKING:
    from seq2seq.inference.classifier import Classified
    from seq2seq.inference.engines.open import EngineOptions


@click.command("classify")
@model_argument
@file_argument
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="Write to FILE.")
@click.option("--json", "as_json", is_flag=True, help="Write one JSON object per line: all labels with probabilities.")
@engine_options
def command(model: str, file: Path, output: Path | None, as_json: bool, running: EngineOptions) -> None:
    """Classify text, line by line.

    MODEL is a model folder, a run folder, or hf://user/name. FILE (default: standard input) holds one text per
    line; the label and its probability, separated by a tab, are written in the same order, and empty lines stay empty.
    Input that arrives slowly is classified as it arrives.
    """
    refuse_swapped(click.get_current_context(), "file")
    check_output(output, [named_input(file)])
    from seq2seq.inference.classifier import TextClassifier
    from seq2seq.inference.input_warnings import InputWarnings
    from seq2seq.inference.lines import read_chunks
    from seq2seq.progress import show_progress

    _, classifier = TextClassifier.open(model, **running)
    warnings = InputWarnings()
    with ExitStack() as stack:
        stream, name = open_input(file, stack)
        sink = stack.enter_context(output.open("wb")) if output else sys.stdout.buffer
        bar = None
        if file.is_file() and (output or not sys.stdout.isatty()):  # else the labels themselves show how far it is
            bar = stack.enter_context(show_progress("classifying", total=count_lines(file), unit="lines"))
        for window in read_chunks(stream, name):
            start = warnings.lines
            found = classifier.classify(window, start=start, warnings=warnings, advance=bar.advance if bar else None)
            for number, (text, one) in enumerate(zip(window, found, strict=True), start=start + 1):
                line = _line(number, text, one, as_json=as_json)
                sink.write(f"{line if output else shown(line)}\n".encode())
            sink.flush()
    warnings.report()


def _line(number: int, text: str, found: Classified, *, as_json: bool) -> str:
    """What is written for one line of input."""
    if as_json:
        record = {
            "line": number,
            "text": text,
            "label": found.label or None,
            "probability": found.probability,
            "probabilities": dict(found.probabilities),
            "note": found.note,
        }
        return json.dumps(record, ensure_ascii=False)
    return f"{found.label}\t{found.probability:.4f}" if found.label else ""
