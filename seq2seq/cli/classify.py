"""``seq2seq classify``: one line in, one label out."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from seq2seq.cli.options import check_output, engine_options, model_argument
from seq2seq.cli.streams import answer_lines, file_argument, named_input
from seq2seq.cli.usage import OutputFile, refuse_swapped

if TYPE_CHECKING:
    from seq2seq.inference.classifier import Classified
    from seq2seq.inference.engines.open import EngineOptions
    from seq2seq.inference.input_warnings import InputWarnings


@click.command("classify")
@model_argument
@file_argument
@click.option("--output", type=OutputFile(), metavar="FILE", help="Write to FILE.")
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

    _, classifier = TextClassifier.open(model, **running)

    def answer(texts: list[str], warnings: InputWarnings, advance: Callable[[int], None] | None) -> Iterator[str]:
        start = warnings.lines
        found = classifier.classify(texts, start=start, warnings=warnings, advance=advance)
        for number, (text, one) in enumerate(zip(texts, found, strict=True), start=start + 1):
            yield _line(number, text, one, as_json=as_json)

    answer_lines(file, output, "classifying", answer)


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
