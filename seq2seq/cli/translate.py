"""``seq2seq translate``: one line in, one line out."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from seq2seq.cli.options import (
    check_output,
    decoding_config,
    decoding_options,
    engine_options,
    model_argument,
    shortlist_option,
)
from seq2seq.cli.streams import answer_lines, file_argument, named_input
from seq2seq.cli.usage import OutputFile, refuse_swapped

if TYPE_CHECKING:
    from seq2seq.inference.engines.open import EngineOptions
    from seq2seq.inference.input_warnings import InputWarnings
    from seq2seq.inference.translation import Translation

_COLUMN_BREAK = re.compile(r"[\t\r\n]+")
_LINE_BREAK = re.compile(r"[\r\n]+")


@click.command("translate")
@model_argument
@file_argument
@click.option("--output", type=OutputFile(), metavar="FILE", help="Write to FILE.")
@click.option(
    "--nbest",
    type=click.IntRange(min=1),
    help="Translations per line, each after its line number (default: the recipe's, usually 1).",
)
@click.option(
    "--scores", is_flag=True, help="Write the score before the text (usually log-probability per token, in nats)."
)
@click.option(
    "--json", "as_json", is_flag=True, help="Write one JSON object per line: scores, tokens, alignment, notes."
)
@click.option("--prefix", default="", metavar="TEXT", help="Force every translation to start with TEXT, such as a tag.")
@decoding_options
@engine_options
@shortlist_option
def command(
    model: str,
    file: Path,
    output: Path | None,
    nbest: int | None,
    scores: bool,
    as_json: bool,
    prefix: str,
    decoding: Mapping[str, object],
    running: EngineOptions,
    shortlist: bool,
) -> None:
    """Translate text, line by line.

    MODEL is a model folder, a run folder, or hf://user/name. FILE (default: standard input) holds one sentence per
    line; translations are written in the same order, and empty lines stay empty. Input that arrives slowly is
    translated as it arrives. Decoding options override the model's recipe.
    """
    refuse_swapped(click.get_current_context(), "file")
    check_output(output, [named_input(file)])
    if prefix and shortlist:
        raise click.UsageError("--prefix and --vocabulary-shortlist: the shortlist may lack tokens of TEXT.")
    from seq2seq.inference.translator import Translator

    running["shortlist"] = shortlist
    _, translator = Translator.open(model, **running)
    config = decoding_config(translator.decoding, decoding, nbest=nbest)

    def answer(texts: list[str], warnings: InputWarnings, advance: Callable[[int], None] | None) -> Iterator[str]:
        start = warnings.lines
        found = translator.translate_nbest(
            texts, config, start=start, warnings=warnings, alignments=as_json, prefix=prefix, advance=advance
        )
        for number, (source, translations) in enumerate(zip(texts, found, strict=True), start=start + 1):
            yield from _lines(number, source, translations, nbest=config.nbest, scores=scores, as_json=as_json)

    answer_lines(file, output, "translating", answer)


def _lines(
    number: int, source: str, translations: Sequence[Translation], *, nbest: int, scores: bool, as_json: bool
) -> Iterator[str]:
    """What is written for one line of input."""
    if as_json:
        yield json.dumps(_record(number, source, translations), ensure_ascii=False)
        return
    for translation in translations:
        columns = [str(number)] if nbest > 1 else []
        columns += [f"{translation.score:.4f}"] if scores else []
        if columns:
            yield "\t".join([*columns, _COLUMN_BREAK.sub(" ", translation.text)])
        else:
            yield _LINE_BREAK.sub(" ", translation.text)


def _record(number: int, source: str, translations: Sequence[Translation]) -> dict[str, object]:
    return {
        "line": number,
        "source": source,
        "translation": translations[0].text,
        "source_tokens": translations[0].source_tokens,
        "translations": [
            {
                "text": translation.text,
                "score": translation.score,
                "log_prob": translation.log_prob,
                "tokens": translation.tokens,
                "alignment": translation.alignment,
                "confidence": translation.confidence,
                "note": translation.note,
            }
            for translation in translations
        ],
    }
