"""``seq2seq translate``: a text or a document in, the same kind of text or document out."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from seq2seq.cli.document_options import choose_format, document_options, options_of_format
from seq2seq.cli.options import (
    check_output,
    decoding_config,
    decoding_options,
    direction_options,
    engine_options,
    ensemble_option,
    model_argument,
    shortlist_option,
)
from seq2seq.cli.sharding.answer import answer_shard
from seq2seq.cli.sharding.jobs import translation_job
from seq2seq.cli.sharding.options import check_format, choose_shard, shard_options
from seq2seq.cli.streams import (
    answer_lines,
    file_argument,
    glossary_mode_option,
    glossary_option,
    named_input,
    open_input,
    open_output,
    sequences_in,
)
from seq2seq.cli.translated_text import paragraphs, whole_lines
from seq2seq.cli.usage import OutputFile, refuse_swapped

if TYPE_CHECKING:
    from seq2seq.inference.engines.open import EngineOptions
    from seq2seq.inference.request.terminology import GlossaryMode

_DECIDING = ("source_language", "target_language", "protect", "memory_threshold", "flag_below")
"""Options of documents that decide what is written for a line of text."""


@click.command("translate")
@model_argument
@file_argument
@click.option("--output", type=OutputFile(), metavar="FILE", help="Write to FILE.")
@click.option(
    "--nbest",
    type=click.IntRange(min=1),
    help="Translations per line, each after its line number (default: the recipe's, usually 1). This, --scores and "
    "--prefix translate each line whole.",
)
@click.option(
    "--scores", is_flag=True, help="Write the score before the text (usually log-probability per token, in nats)."
)
@click.option(
    "--json", "as_json", is_flag=True, help="Write one JSON object per line: sentences, scores, tokens, alignment."
)
@click.option("--prefix", default="", metavar="TEXT", help="Force every translation to start with TEXT, such as a tag.")
@ensemble_option
@direction_options
@document_options
@glossary_option
@glossary_mode_option
@shard_options
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
    ensemble: tuple[str, ...],
    direction: Mapping[str, Any],
    document: Mapping[str, Any],
    glossary: Path | None,
    glossary_mode: GlossaryMode | None,
    sharding: Mapping[str, Any],
    decoding: Mapping[str, object],
    running: EngineOptions,
    shortlist: bool,
) -> None:
    """Translate text and documents, or sequences of vectors.

    MODEL is a model folder, a run folder, or hf://user/name. FILE is a document, or a text (default: standard input)
    whose lines are paragraphs: their sentences are translated, and joined again, so that as many lines are written.
    What is not language stays as it is. Lines that arrive slowly are translated as they arrive. Decoding options
    override the model's recipe. For a model that reads vectors, a line is a JSON list of steps, or FILE is a table,
    .npz or .ts, as in training; texts in it are not read.

    \b
      seq2seq translate MODEL page.html --output seite.html
      seq2seq translate MODEL letter.docx --output brief.docx --memory old.tmx --report report.txt
      seq2seq translate MODEL strings.csv --column English --target-column German --output strings.de.csv
      seq2seq translate MODEL big.en --output big.de --shard 3/8 --resume
    """  # noqa: D301 - \b is meant: it keeps click from filling the lines after it
    refuse_swapped(click.get_current_context(), "file")
    shard = choose_shard(sharding, file, output)
    used = [named_input(file), glossary, document.get("memory")]
    check_output(output, used)
    check_output(document.get("report"), [*used, output], "--report")
    from seq2seq.files.opening import COMPRESSED

    if output is not None and output.suffix in COMPRESSED:
        raise click.UsageError(f"--output {output}: the output is not compressed; leave out {output.suffix}.")
    if glossary_mode is not None and glossary is None:
        raise click.UsageError("--glossary-mode: for --glossary FILE.")
    if prefix and shortlist:
        raise click.UsageError("--prefix and --vocabulary-shortlist: the shortlist may lack tokens of TEXT.")
    whole = {"--nbest": nbest is not None, "--scores": scores, "--prefix": bool(prefix)}
    if shard is not None and "report" in document:
        raise click.UsageError("--report: not with --shard, which translates a part of FILE; --json says as much.")
    from seq2seq.api.documents import open_documents, write_translation
    from seq2seq.documents.open import LINES, TEXT
    from seq2seq.inference.load import open_ensemble
    from seq2seq.inference.translator import Translator
    from seq2seq.model_folder.read import read_config

    whole["a model that reads vectors"] = read_config(model).inference.vectors
    format = choose_format(file, output, document, whole, as_json=as_json)
    if shard is not None:
        check_format(format)

    running["shortlist"] = shortlist
    folders, translator = open_ensemble(Translator, [model, *ensemble], **running)
    network = translator.stepper
    sequences = sequences_in(file, folders[0], sharded=shard is not None)
    if direction:
        translator = translator.to(direction.get("to"), *direction.get("tags", ()))
    config = decoding_config(translator.decoding, decoding, nbest=nbest)
    if glossary is not None:
        known = translator.languages
        languages = document.get("source_language", known[0]), document.get("target_language", known[1])
        translator = translator.with_glossary(glossary, languages=languages, mode=glossary_mode)
    if format == TEXT and (config.nbest > 1 or translator.reads_lines):
        if "protect" in document:
            why = "whose lines begin with tags" if translator.direction.reads_tags else "with decoding.nbest"
            raise click.UsageError(f"--protect: not for a model {why}, which translates each line whole.")
        format = LINES
    work = None
    if shard is not None:
        options = {"prefix": prefix, "scores": scores, "glossary_mode": glossary_mode, **direction}
        options |= {name: document.get(name) for name in _DECIDING}
        files = {"glossary": glossary, "memory": document.get("memory")}
        options |= {"format": format, "json": as_json}
        work = shard, translation_job(folders, running, network, config, options=options, files=files)
    if format == LINES:
        answer = whole_lines(translator, config, prefix=prefix, scores=scores, as_json=as_json)
        if work is not None:
            answer_shard(*work, "translating", answer)
        else:
            sentences = not translator.tokenizers.reads_vectors
            answer_lines(file, output, "translating", answer, lines=sequences, sentences=sentences)
        return
    documents = open_documents(
        translator,
        source_language=document.get("source_language"),
        target_language=document.get("target_language"),
        protect=document.get("protect", ()),
        memory=document.get("memory"),
        memory_threshold=document.get("memory_threshold"),
        flag_below=document.get("flag_below"),
        decoding=config,
        alignments=as_json,
    )
    name = str(file)
    if work is not None:
        answer_shard(*work, "translating", paragraphs(documents, as_json=as_json), keep_ends=not as_json)
    elif format == TEXT and (output is None or as_json):
        answer_lines(file, output, "translating", paragraphs(documents, as_json=as_json))
    else:
        with ExitStack() as stack:
            source, name = open_input(file, stack)
            sink, quiet = open_output(output, stack)
            columns = options_of_format(document)
            write_translation(documents, source, sink, name, format=format, options=columns, quiet=quiet)
        documents.warnings.report()
    documents.report.announce(name, summary=output is not None and format != TEXT)
    if "report" in document:
        documents.report.write(document["report"])
