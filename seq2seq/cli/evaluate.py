"""``seq2seq evaluate``: a model's scores on a data set, whatever its task, or those of a file of translations."""

from __future__ import annotations

import json
import sys
from collections.abc import Collection, Mapping, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from seq2seq.cli.evaluated_data import evaluation_set_of, examples_of, is_document, is_file, is_text, no_split
from seq2seq.cli.options import (
    check_output,
    decoding_config,
    decoding_options,
    engine_options,
    given_parameters,
    model_type,
    shortlist_option,
)
from seq2seq.cli.streams import Shown
from seq2seq.cli.usage import InputFile, refuse_swapped
from seq2seq.extras import require
from seq2seq.log import visible

if TYPE_CHECKING:
    from rich.console import RenderableType

    from seq2seq.config.data import DataConfig
    from seq2seq.config.training import Tokenize
    from seq2seq.inference.load import EngineOptions, Pipeline
    from seq2seq.model_folder.read import ModelFolder
    from seq2seq.scoring.scored import Report, Scored

_FILE = InputFile()
_FILES_ALONE = ("hypotheses", "baseline", "references", "sources", "tokenize", "lowercase", "as_json")
"""What can be given when no model is asked."""
_HOW = ("device", "engine", "threads", "workers")
"""What can be given whatever the model."""


@click.command("evaluate")
@click.argument("model", type=model_type, required=False)
@click.argument("data", required=False)
@click.option(
    "--references", multiple=True, type=_FILE, metavar="FILE", help="References, a line a sentence; may be given again."
)
@click.option("--hypotheses", type=_FILE, metavar="FILE", help="Score these translations; no model is needed.")
@click.option(
    "--baseline", type=_FILE, metavar="FILE", help="Compare --hypotheses with these (paired bootstrap resampling)."
)
@click.option(
    "--sources",
    type=_FILE,
    metavar="FILE",
    help="What --hypotheses translate: adds what copying it scores, and what is kept of its numbers and markup.",
)
@click.option(
    "--split",
    type=click.Choice(["test", "dev"]),
    help="Which split, of the recipe's data or of DATA that has several (default: test).",
)
@click.option("--source-column", metavar="NAME", help="Column of the source text in DATA: a name, or a number from 0.")
@click.option("--target-column", metavar="NAME", help="Column of the references in DATA.")
@click.option("--skip-bad", is_flag=True, help="Leave malformed rows out, and count them.")
@click.option(
    "--output", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="Keep the translations."
)
@click.option(
    "--picture",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="PNG",
    help="Draw the confusion matrix of a model that classifies.",
)
@click.option(
    "--tokenize",
    type=click.Choice(["auto", "13a", "intl", "zh", "ja-mecab", "ko-mecab", "char", "none"]),
    help="What finds the words that BLEU counts, in sacrebleu's names (default: as the recipe says, or auto: what the "
    "script of the references needs).",
)
@click.option("-lc", "--lowercase", is_flag=True, help="Score without regard to case.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON: the scores at the top, under their names.")
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
    picture: Path | None,
    tokenize: Tokenize | None,
    lowercase: bool,
    as_json: bool,
    decoding: Mapping[str, object],
    running: EngineOptions,
    shortlist: bool,
) -> None:
    """Score a model, or a file of translations.

    Of translations: BLEU, chrF and TER by sacrebleu, on detokenised text, with their signatures; in words that the
    script of the references has (--tokenize), case-sensitive (--lowercase). Of
    labels: accuracy and macro-F1 beside the majority's, each class, and the confusion matrix. Of a model that writes
    text: perplexity and bits per byte.

    \b
      seq2seq evaluate MODEL                                the test set of the model's recipe (not with hf://)
      seq2seq evaluate MODEL DATA                           a TSV, CSV, JSON or Parquet file, a folder, hf://...
      seq2seq evaluate MODEL SOURCES --references FILE      two files, aligned line by line
      seq2seq evaluate --hypotheses FILE --references FILE  translations made elsewhere
      ... --sources FILE                                    and what copying the source would score
      ... --baseline FILE                                   and whether they are better than these

    The columns of DATA are called as in the model's recipe, unless --source-column and --target-column name them; a
    file without a header has numbers, from 0. With a DATA that holds references already, --references adds a second
    set. Hypotheses and a baseline, two systems on one test set, are compared by resampling it 1,000 times: p is how
    probable so large a difference is between systems that are equally good.
    """  # noqa: D301 - \b is meant: it keeps click from filling the lines after it
    given = given_parameters(click.get_current_context())
    if hypotheses is not None:
        _refuse(given, [name for name in given if name not in _FILES_ALONE], "--hypotheses are scored as they are")
        if not references:
            raise click.UsageError("--hypotheses needs --references FILE to compare with.")
        _score_files(
            hypotheses,
            baseline,
            references,
            sources,
            tokenize=tokenize or "auto",
            lowercase=lowercase,
            as_json=as_json,
        )
        return
    if baseline is not None:
        raise click.UsageError("--baseline is what --hypotheses FILE are compared with.")
    if sources is not None:
        raise click.UsageError("--sources are what --hypotheses FILE translate; with a MODEL they are DATA.")
    if model is None:
        raise click.UsageError("Give a MODEL to evaluate, or --hypotheses FILE and --references FILE.")
    refuse_swapped(click.get_current_context(), "data")
    _check_data(data, references, given)
    check_output(output, [*references, *([] if data is None else [Path(data)])])
    if picture is not None:
        require("matplotlib", "--picture")

    from seq2seq.hub import is_hub
    from seq2seq.inference.translator import Translator
    from seq2seq.scoring.splits import open_to_score

    running["shortlist"] = shortlist
    loaded, pipeline = open_to_score(model, **running)
    named = {"source": source_column, "target": target_column}
    if data is None and is_hub(model):  # a stranger's recipe would say what is read
        raise click.UsageError(f"{model} is a model of the hub: name the DATA to score it on.")
    data_config = loaded.own_data if data is None else loaded.reading
    data_config = data_config.model_copy(update={"skip_bad": data_config.skip_bad or skip_bad})
    if not isinstance(pipeline, Translator):
        ours = ("model", "data", "split", "source_column", "target_column", "skip_bad", "as_json", "picture", *_HOW)
        _refuse(given, [name for name in given if name not in ours], f"{model} does not translate")
        _score_examples(loaded, pipeline, data_config, data, split, named, as_json=as_json, picture=picture)
        return
    from seq2seq.evaluation.word_tokenisation import WordTokenisation
    from seq2seq.scoring.translation import score

    _refuse(given, ["picture"], f"{model} translates, and has no confusion matrix")
    if data is not None and is_text(data, references) and not references:
        raise click.UsageError(f"{data} is plain text: name its references with --references FILE.")
    config = decoding_config(pipeline.decoding, decoding)
    evaluation_set = evaluation_set_of(data_config, data, split, named, references)
    tokenize = tokenize or loaded.recipe.training.validation.tokenize
    words = WordTokenisation.of(evaluation_set.references, tokenize=tokenize, lowercase=lowercase)
    # Opened before the work begins: a folder that is not there had better be found at once.
    with nullcontext() if output is None else output.open("w", encoding="utf-8", newline="\n") as sink:
        scored = score(pipeline, evaluation_set, config, words=words, sketch=loaded.description.sketch, sink=sink)
    _show(scored, as_json=as_json)


def _score_examples(
    loaded: ModelFolder,
    pipeline: Pipeline,
    config: DataConfig,
    data: str | None,
    split: Literal["test", "dev"] | None,
    named: Mapping[str, str | None],
    *,
    as_json: bool,
    picture: Path | None,
) -> None:
    """Score a model whose output is no translation."""
    from seq2seq.evaluation.classification_report import ClassificationReport
    from seq2seq.inference.classifier import TextClassifier
    from seq2seq.scoring.splits import read_own, score

    if picture is not None and not isinstance(pipeline, TextClassifier):
        raise click.UsageError("--picture draws a confusion matrix: for a model that classifies.")
    if data is None:
        examples = read_own(loaded.recipe.model_copy(update={"data": config}), split or "test", loaded.tokenizers)
        if examples is None:
            raise no_split(split)
    else:
        known = {side: name for side, name in named.items() if name is not None}
        examples = examples_of(config, data, split, known, sides=loaded.recipe.sides)
    scored = score(loaded, pipeline, examples)
    if picture is not None and isinstance(scored.report, ClassificationReport):
        from seq2seq.report.confusion import draw_confusion

        draw_confusion(scored.report.scores, picture)
    _show(scored, as_json=as_json)


def _refuse(given: Mapping[str, str], names: Collection[str], why: str) -> None:
    """Refuse options that would have no effect.

    Raises:
        click.UsageError: some of ``names`` are given.
    """
    idle = [called for name, called in given.items() if name in names]
    if idle:
        raise click.UsageError(f"{why}: leave out {', '.join(idle)}.")


def _check_data(data: str | None, references: Sequence[Path], given: Mapping[str, str]) -> None:
    """Refuse options that have no effect on this kind of DATA."""
    if data is None:
        _refuse(given, ("source_column", "target_column"), "The columns of the recipe's own data are known")
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
    """Score translations that are there already, and compare them with others."""
    from seq2seq.evaluation.significance import paired_bootstrap
    from seq2seq.evaluation.translation import METRICS, measurable
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
        comparisons = [paired_bootstrap(others, outputs, wanted, name=name, words=words) for name in asked]
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
        click.echo(json.dumps(content, ensure_ascii=False, indent=2))
        return
    from rich.console import Console

    # A signature is copied from here into papers and mails: it is not to be broken into lines.
    console = Console(file=sys.stdout, highlight=False)
    for one in shown:
        console.print(Shown(one), soft_wrap=True)
