"""``seq2seq classify``: one line in, one label out."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from seq2seq.cli.options import check_output, engine_options, ensemble_option, model_argument
from seq2seq.cli.sharding.answer import answer_shard
from seq2seq.cli.sharding.jobs import classification_job
from seq2seq.cli.sharding.options import choose_shard, shard_options
from seq2seq.cli.streams import answer_lines, file_argument, named_input, sequences_in, shown, shows_colours
from seq2seq.cli.usage import OutputFile, refuse_swapped

if TYPE_CHECKING:
    from seq2seq.inference.classifier import Classified
    from seq2seq.inference.engines.open import EngineOptions
    from seq2seq.inference.explanation import Explanation
    from seq2seq.inference.request.input_warnings import InputWarnings

_BETWEEN: Final = "  "
"""Between words in the output; no word has two spaces."""
_TOP: Final = 5
"""Words for a label that are written, and words against it."""


@click.command("classify")
@model_argument
@file_argument
@click.option("--output", type=OutputFile(), metavar="FILE", help="Write to FILE.")
@click.option("--json", "as_json", is_flag=True, help="Write one JSON object per line: all labels with probabilities.")
@click.option(
    "--explain",
    is_flag=True,
    help="Also write which words speak for the label (+) and against it (-): by how many nats its log-odds fall where "
    "the word is deleted. This takes as many classifications as there are words.",
)
@click.option(
    "--top",
    type=click.IntRange(min=1),
    metavar="N",
    help=f"--explain: up to N words for the label, and N against it (default: {_TOP}); --json has all words.",
)
@ensemble_option
@shard_options
@engine_options
def command(
    model: str,
    file: Path,
    output: Path | None,
    as_json: bool,
    explain: bool,
    top: int | None,
    ensemble: tuple[str, ...],
    sharding: Mapping[str, Any],
    running: EngineOptions,
) -> None:
    """Classify text, line by line, or sequences of vectors.

    MODEL is a model folder, a run folder, or hf://user/name. FILE (default: standard input) holds one text per
    line; the label and its probability, separated by a tab, are written in the same order, and empty lines stay empty.
    Input that arrives slowly is classified as it arrives. For a model that reads vectors, a line is a JSON list of
    steps, or FILE is a table, .npz or .ts, as in training; labels in it are not read.
    """
    refuse_swapped(click.get_current_context(), "file")
    check_output(output, [named_input(file)])
    if top is not None and (as_json or not explain):
        raise click.UsageError("--top: for --explain without --json only.")
    shard = choose_shard(sharding, file, output)
    from seq2seq.inference.classifier import TextClassifier
    from seq2seq.inference.load import open_ensemble

    folders, classifier = open_ensemble(TextClassifier, [model, *ensemble], **running)
    folder = folders[0]
    sequences = sequences_in(file, folder, sharded=shard is not None)

    def label(
        texts: list[str], before: int, warnings: InputWarnings, advance: Callable[[int], None] | None
    ) -> Iterator[str]:
        found = classifier.classify(texts, start=before, warnings=warnings, advance=advance)
        for number, (text, one) in enumerate(zip(texts, found, strict=True), start=before + 1):
            yield _json(one.record(number, text)) if as_json else _line(one)

    def label_and_explain(
        texts: list[str], before: int, warnings: InputWarnings, advance: Callable[[int], None] | None
    ) -> Iterator[str]:
        found = classifier.explain(texts, start=before, warnings=warnings, advance=advance)
        for number, (text, one) in enumerate(zip(texts, found, strict=True), start=before + 1):
            if as_json:
                yield _json(one.record(number, text))
            else:
                yield f"{_line(one)}\t{_strongest(one, top or _TOP)}" if one.label else ""

    answer = label_and_explain if explain else label
    if shard is not None:
        words = (top or _TOP) if explain else None
        job = classification_job(folders, running, classifier.network, as_json=as_json, top=words)
        answer_shard(shard, job, "classifying", answer)
        return
    show = _in_colours if explain and not as_json and shows_colours() else shown
    answer_lines(
        file,
        output,
        "classifying",
        answer,
        show=show,
        lines=sequences,
        sentences=not classifier.tokenizers.reads_vectors,
    )


def _json(record: dict[str, object]) -> str:
    return json.dumps(record, ensure_ascii=False)


def _line(found: Classified | Explanation) -> str:
    """A label, for people."""
    return f"{found.label}\t{found.probability:.4f}" if found.label else ""


def _strongest(found: Explanation, top: int) -> str:
    """Words that speak for a label, then those against it: ``good +1.25  but -0.31``."""
    words = (*found.supporting(top), *found.opposing(top))
    signed = [(_shortened(word.text), f"{word.contribution:+.2f}") for word in words]
    return _BETWEEN.join(f"{word} {figure}" for word, figure in signed if float(figure))


def _shortened(words: str) -> str:
    """A word; of several, the first and the last."""
    first, *others = words.split()
    return f"{first} ... {others[-1]}" if others else first


def _in_colours(line: str) -> str:
    """A line for a terminal, with words for the label in one colour and words against it in another."""
    *columns, words = shown(line).split("\t")
    signed = [(word, word.rpartition(" ")[2]) for word in words.split(_BETWEEN)]
    coloured = [click.style(word, fg="red" if figure.startswith("-") else "green") for word, figure in signed if word]
    return "\t".join([*columns, _BETWEEN.join(coloured)])
