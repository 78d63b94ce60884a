"""``seq2seq evaluate``: a model's scores on a data set, whatever its task, or those of a file of translations."""

from __future__ import annotations

import sys
from collections.abc import Collection, Mapping, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from seq2seq.cli.evaluated_data import evaluation_set_of, is_document, is_file, is_text
from seq2seq.cli.options import (
    check_output,
    decoding_config,
    decoding_options,
    direction_options,
    engine_options,
    given_parameters,
    model_type,
    named_columns,
    shortlist_option,
    source_column_option,
)
from seq2seq.cli.streams import Shown, glossary_option, print_json
from seq2seq.cli.usage import InputFile, OutputFile, refuse_swapped
from seq2seq.extras import require
from seq2seq.log import visible

if TYPE_CHECKING:
    from rich.console import RenderableType

    from seq2seq.config.training import Tokenize
    from seq2seq.inference.engines.open import EngineOptions
    from seq2seq.inference.load import Pipeline
    from seq2seq.model_folder.read import ModelFolder
    from seq2seq.scoring.scored import Report, Scored

_FILE = InputFile()
_FILES_ALONE = ("hypotheses", "baseline", "references", "sources", "tokenize", "lowercase", "as_json")
"""Parameters that apply without a model."""
_OF_EXAMPLES = (
    "model", "data", "split", "source_column", "target_column", "skip_bad", "as_json", "confusion_png",
    "device", "engine", "threads", "workers",
)  # fmt: skip
"""Parameters that apply to models that do not translate."""


@click.command("evaluate")
@click.argument("model", type=model_type, required=False)
@click.argument("data", required=False)
@click.option(
    "--references", multiple=True, type=_FILE, metavar="FILE", help="References, one sentence per line; repeatable."
)
@click.option("--hypotheses", type=_FILE, metavar="FILE", help="Translations to score, without a model.")
@click.option(
    "--baseline",
    type=_FILE,
    metavar="FILE",
    help="Translations to compare --hypotheses with (paired bootstrap resampling).",
)
@click.option(
    "--sources",
    type=_FILE,
    metavar="FILE",
    help="Sources of --hypotheses: adds the score of copying them, and how far numbers and markup are preserved.",
)
@click.option(
    "--split",
    type=click.Choice(["test", "dev"]),
    help="Split of the recipe's data, or of DATA with several splits (default: test).",
)
@source_column_option
@click.option("--target-column", "--target-language", metavar="NAME", help="Reference column of DATA, likewise.")
@click.option("--skip-bad", is_flag=True, help="Skip malformed rows, and count them.")
@click.option("--output", type=OutputFile(), metavar="FILE", help="Save the translations.")
@click.option(
    "--confusion-png", type=OutputFile(".png"), metavar="PNG", help="Plot the confusion matrix of a classifier."
)
@click.option(
    "--tokenize",
    type=click.Choice(["auto", "13a", "intl", "zh", "ja-mecab", "ko-mecab", "char", "none"]),
    help="Tokenizer of BLEU, by sacrebleu's names (default: the recipe's; auto: by the script of the references).",
)
@glossary_option
@click.option("-lc", "--lowercase", is_flag=True, help="Case-insensitive scores.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON, with the scores by name at the top level.")
@direction_options
@decoding_options
@engine_options
@shortlist_option
def command(
    model: str | None,
    data: str | None,
    references: tuple[Path, ...],
    hypotheses: Path | None,
    baseline: Path | None,
    sources: Path | None,
    split: Literal["test", "dev"] | None,
    source_column: str | None,
    target_column: str | None,
    skip_bad: bool,
    output: Path | None,
    confusion_png: Path | None,
    tokenize: Tokenize | None,
    glossary: Path | None,
    lowercase: bool,
    as_json: bool,
    direction: Mapping[str, Any],
    decoding: Mapping[str, object],
    running: EngineOptions,
    shortlist: bool,
) -> None:
    """Score a model, or a file of translations.

    Translation: BLEU, chrF and TER by sacrebleu on detokenised text, with their signatures; case-sensitive unless
    --lowercase, tokenized by the script of the references unless --tokenize. Classification: accuracy and macro-F1
    beside the majority baseline, scores per class, and the confusion matrix. Generation: perplexity and bits per byte.

    \b
      seq2seq evaluate MODEL                                the test set of the model's recipe (not with hf://)
      seq2seq evaluate MODEL DATA                           a TSV, CSV, JSON or Parquet file, a folder, hf://...
      seq2seq evaluate MODEL SOURCES --references FILE      two line-aligned files
      seq2seq evaluate --hypotheses FILE --references FILE  translations of any system
      ... --sources FILE                                    and the score of copying the source
      ... --baseline FILE                                   and a significance test against these

    Columns of DATA are named as in the model's recipe, or by --source-column and --target-column; without a header,
    columns are indices from 0. If DATA holds references, --references adds a second set. --hypotheses and --baseline
    are compared by resampling the test set 1,000 times: p is the probability of a difference this large between
    equally good systems.
    """  # noqa: D301 - \b is meant: it keeps click from filling the lines after it
    given = given_parameters(click.get_current_context())
    if hypotheses is not None:
        _refuse(given, [name for name in given if name not in _FILES_ALONE], "--hypotheses are scored without a model")
        if not references:
            raise click.UsageError("--hypotheses needs --references FILE to compare with.")
        _score_files(
            hypotheses, baseline, references, sources, tokenize=tokenize or "auto", lowercase=lowercase, as_json=as_json
        )
        return
    if baseline is not None:
        raise click.UsageError("--baseline needs --hypotheses FILE.")
    if sources is not None:
        raise click.UsageError("--sources needs --hypotheses FILE; with a MODEL, the sources are DATA.")
    if model is None:
        raise click.UsageError("Give a MODEL to evaluate, or --hypotheses FILE and --references FILE.")
    refuse_swapped(click.get_current_context(), "data")
    _check_data(data, references, given)
    check_output(output, [*references, None if data is None else Path(data), glossary])
    if confusion_png is not None:
        require("matplotlib", "--confusion-png")

    from seq2seq.hub import is_hub
    from seq2seq.inference.translator import Translator
    from seq2seq.scoring.splits import open_to_score

    running["shortlist"] = shortlist
    loaded, pipeline = open_to_score(model, **running)
    columns = named_columns(source_column, target_column)
    if data is None and is_hub(model):  # else a recipe from the hub would decide which local files are read
        raise click.UsageError(f"{model} is a model of the hub: name the DATA to evaluate it on.")
    data_config = loaded.own_data if data is None else loaded.reading
    data_config = data_config.model_copy(update={"skip_bad": data_config.skip_bad or skip_bad})
    if not isinstance(pipeline, Translator):
        _refuse(given, [name for name in given if name not in _OF_EXAMPLES], f"{model} does not translate")
        _score_examples(
            loaded, pipeline, data, split, columns, skip_bad=skip_bad, as_json=as_json, confusion_png=confusion_png
        )
        return
    from seq2seq.evaluation.word_tokenisation import WordTokenisation
    from seq2seq.scoring.translation import score

    _refuse(given, ["confusion_png"], f"{model} translates, and has no confusion matrix")
    if data is not None and is_text(data, references) and not references:
        raise click.UsageError(f"{data} is plain text: name its references with --references FILE.")
    if direction:
        pipeline = pipeline.to(direction.get("to"), *direction.get("tags", ()))
    config = decoding_config(pipeline.decoding, decoding)
    if glossary is not None:
        pipeline = pipeline.with_glossary(glossary)
    evaluation_set = evaluation_set_of(data_config, data, split, columns, references)
    tokenize = tokenize or loaded.recipe.training.validation.tokenize
    words = WordTokenisation.of(evaluation_set.references, tokenize=tokenize, lowercase=lowercase)
    # Opened before the work starts, so that a missing folder is reported at once.
    with nullcontext() if output is None else output.open("w", encoding="utf-8", newline="\n") as sink:
        scored = score(pipeline, evaluation_set, config, words=words, sketch=loaded.description.sketch, sink=sink)
    _show(scored, as_json=as_json)


def _score_examples(
    loaded: ModelFolder,
    pipeline: Pipeline,
    data: str | None,
    split: Literal["test", "dev"] | None,
    columns: Mapping[str, str | int],
    *,
    skip_bad: bool,
    as_json: bool,
    confusion_png: Path | None,
) -> None:
    """Score a classifier or a generator."""
    from seq2seq.evaluation.classification_report import ClassificationReport
    from seq2seq.inference.classifier import TextClassifier
    from seq2seq.scoring.evaluation_data import examples_for
    from seq2seq.scoring.splits import score

    if confusion_png is not None and not isinstance(pipeline, TextClassifier):
        raise click.UsageError("--confusion-png plots a confusion matrix: it needs a classifier.")
    examples = examples_for(loaded, data, split, columns, skip_bad=skip_bad)
    scored = score(loaded, pipeline, examples)
    if confusion_png is not None and isinstance(scored.report, ClassificationReport):
        from seq2seq.report.confusion import draw_confusion

        draw_confusion(scored.report.scores, confusion_png)
    _show(scored, as_json=as_json)


def _refuse(given: Mapping[str, str], names: Collection[str], why: str) -> None:
    """Refuse options that would have no effect: those of ``names`` that are given."""
    idle = [called for name, called in given.items() if name in names]
    if idle:
        raise click.UsageError(f"{why}: leave out {', '.join(idle)}.")


def _check_data(data: str | None, references: Sequence[Path], given: Mapping[str, str]) -> None:
    """Refuse options that have no effect on this kind of DATA."""
    if data is None:
        _refuse(given, ("source_column", "target_column"), "the recipe names the columns of its own data")
    elif is_text(data, references):
        if not references and not is_document(data):
            raise click.UsageError(f"{data} is plain text: name its references with --references FILE.")
        _refuse(given, ("split", "source_column", "target_column", "skip_bad"), f"{data} is plain text")
    elif is_file(data):
        _refuse(given, ("split",), f"{data} is one file")


def _score_files(
    hypotheses: Path,
    baseline: Path | None,
    references: Sequence[Path],
    sources: Path | None,
    *,
    tokenize: Tokenize,
    lowercase: bool,
    as_json: bool,
) -> None:
    """Score existing translations, and compare them with others."""
    from seq2seq.evaluation.corpus import require_aligned
    from seq2seq.evaluation.resampling.significance import compare
    from seq2seq.evaluation.translation import METRICS, corpus_statistics, measurable
    from seq2seq.evaluation.translation_report import evaluate_translations, render_comparisons
    from seq2seq.evaluation.word_tokenisation import WordTokenisation
    from seq2seq.inference.lines import read_lines

    outputs, wanted = read_lines(hypotheses), [read_lines(file) for file in references]
    words = WordTokenisation.of(wanted, tokenize=tokenize, lowercase=lowercase)
    report = evaluate_translations(
        outputs, wanted, sources=None if sources is None else read_lines(sources), words=words
    )
    content = report.to_dict()
    shown: list[RenderableType] = [report.render()]
    if baseline is not None:
        others, asked = read_lines(baseline), measurable(METRICS, words)
        require_aligned(outputs, "hypotheses", {"lines in the baseline": others})
        before = {name: corpus_statistics(name, others, wanted, words=words) for name in asked}
        comparisons = [compare(name, of, report.scores.statistics[name]) for name, of in before.items()]
        content["comparison"] = {one.metric: one.to_dict() for one in comparisons}
        shown += ["", render_comparisons(comparisons)]
    _print(content, shown, as_json=as_json)


def _show(scored: Scored[Report], *, as_json: bool) -> None:
    """Print a model's scores, and for people how fast it was."""
    _print(scored.to_dict(), [scored.render()], as_json=as_json)
    if not as_json:
        click.echo(visible(f"{scored.name}: {scored.speed}"))


def _print(content: Mapping[str, object], shown: Sequence[RenderableType], *, as_json: bool) -> None:
    if as_json:
        print_json(content)
        return
    from rich.console import Console

    # A signature is copied from here into papers and mails: it must not be broken into lines.
    console = Console(file=sys.stdout, highlight=False)
    for one in shown:
        console.print(Shown(one), soft_wrap=True)
