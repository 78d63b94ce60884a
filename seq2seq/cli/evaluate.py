"""``seq2seq evaluate``: a model's scores on a data set, whatever its task, or those of a file of translations."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from seq2seq.cli.evaluation.checks import OF_EXAMPLES, OF_FILES, check_data, check_systems, refuse
from seq2seq.cli.evaluation.data import evaluation_set_of, is_text, languages_of_model, named_set, set_without_model
from seq2seq.cli.evaluation.options import significance_of, significance_options, text_options
from seq2seq.cli.evaluation.systems import (
    open_models,
    split_arguments,
    systems_of_files,
    systems_of_models,
    write_report,
)
from seq2seq.cli.options import (
    check_output,
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
from seq2seq.cli.usage import OutputFile
from seq2seq.extras import require
from seq2seq.hub import is_hub
from seq2seq.log import visible

if TYPE_CHECKING:
    from rich.console import RenderableType

    from seq2seq.config.training import Tokenize
    from seq2seq.evaluation.word_tokenisation import WordTokenisation
    from seq2seq.inference.engines.open import EngineOptions
    from seq2seq.inference.load import Pipeline
    from seq2seq.model_folder.read import ModelFolder
    from seq2seq.scoring.evaluation_set import EvaluationSet
    from seq2seq.scoring.scored import Report, Scored
    from seq2seq.scoring.systems.evaluation import Evaluation


@click.command("evaluate")
@click.argument("arguments", nargs=-1, metavar="[MODEL]... [DATA]", type=model_type)
@text_options
@click.option(
    "--split",
    type=click.Choice(["test", "dev"]),
    help="Split of the recipe's data, or of DATA with several splits (default: test).",
)
@source_column_option
@click.option("--target-column", "--target-language", metavar="NAME", help="Reference column of DATA, likewise.")
@click.option("--skip-bad", is_flag=True, help="Skip malformed rows, and count them.")
@click.option("--output", type=OutputFile(), metavar="FILE", help="Save the translations of a single model.")
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
@significance_options
@click.option(
    "--details",
    is_flag=True,
    help="Also: scores by source length and by rare words, and how much each model uses its sources.",
)
@click.option(
    "--report",
    type=OutputFile(".html"),
    metavar="HTML",
    help="Write a page with all figures, pictures, and sentences side by side; implies --details.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON, with the scores by name at the top level.")
@direction_options
@decoding_options
@engine_options
@shortlist_option
def command(
    arguments: tuple[str, ...],
    texts: Mapping[str, Any],
    split: Literal["test", "dev"] | None,
    source_column: str | None,
    target_column: str | None,
    skip_bad: bool,
    output: Path | None,
    confusion_png: Path | None,
    tokenize: Tokenize | None,
    glossary: Path | None,
    lowercase: bool,
    testing: Mapping[str, Any],
    details: bool,
    report: Path | None,
    as_json: bool,
    direction: Mapping[str, Any],
    decoding: Mapping[str, object],
    running: EngineOptions,
    shortlist: bool,
) -> None:
    """Score models, or files of translations, and compare them.

    Translation: BLEU, chrF and TER by sacrebleu on detokenised text, with their signatures and 95 % confidence
    intervals; case-sensitive unless --lowercase, tokenized by the script of the references unless --tokenize.
    Classification: accuracy and macro-F1 beside the majority baseline, scores per class, and the confusion matrix.
    Generation: perplexity and bits per byte.

    \b
      seq2seq evaluate MODEL                                the test set of the model's recipe (not with hf://)
      seq2seq evaluate MODEL DATA                           a TSV, CSV, JSON or Parquet file, a folder, hf://...
      seq2seq evaluate MODEL SOURCES --references FILE      two line-aligned files
      seq2seq evaluate MODEL --test-set wmt14/en-de         a test set that sacrebleu knows
      seq2seq evaluate MODEL_A MODEL_B DATA                 several models, compared with the first
      seq2seq evaluate --hypotheses FILE --references FILE  translations of any system
      ... --hypotheses FILE                                 and those of further systems, beside models too
      ... --baseline FILE                                   and a significance test against these
      ... --sources FILE                                    and the score of copying the source

    Columns of DATA are named as in the first model's recipe, or by --source-column and --target-column; without a
    header, columns are indices from 0. If DATA holds references, --references adds a second set. Systems are compared
    by resampling the test set: p is the probability of a difference this large between equally good systems.
    """  # noqa: D301 - \b is meant: it keeps click from filling the lines after it
    given = given_parameters(click.get_current_context())
    models, data = split_arguments(arguments)
    check_systems(models, data, given)
    references, hypotheses, baseline = texts.get("references", ()), texts.get("hypotheses", ()), texts.get("baseline")
    from seq2seq.scoring.systems.evaluation import assemble

    how = significance_of(testing)
    used = [*references, *hypotheses, baseline, texts.get("sources"), glossary, None if data is None else Path(data)]
    check_output(output, used)
    check_output(report, [*used, output], "--report")
    opened: list[tuple[ModelFolder, Pipeline]] = []
    if not models:
        refuse(given, [name for name in given if name not in OF_FILES], "--hypotheses are scored without a model")
        evaluation_set = set_without_model(texts)
        words = _words(evaluation_set, tokenize or "auto", lowercase=lowercase)
    else:
        check_data(data, references, given)
        if confusion_png is not None:
            require("matplotlib", "--confusion-png")
        running["shortlist"] = shortlist
        opened = open_models(models, running)
        folder, pipeline = opened[0]
        columns = named_columns(source_column, target_column)
        # Else the recipe of a model of the hub would decide which files of this machine are read.
        if data is None and "test_set" not in texts and is_hub(models[0]):
            raise click.UsageError(f"{models[0]} is a model of the hub: name the DATA to evaluate it on.")
        if folder.recipe.task != "translation":
            refuse(given, [name for name in given if name not in OF_EXAMPLES], f"{models[0]} does not translate")
            _score_examples(
                folder, pipeline, data, split, columns, skip_bad=skip_bad, as_json=as_json, confusion_png=confusion_png
            )
            return
        refuse(given, ["confusion_png"], f"{models[0]} translates, and has no confusion matrix")
        if data is not None and is_text(data, references) and not references:
            raise click.UsageError(f"{data} is plain text: name its references with --references FILE.")
        data_config = folder.own_data if data is None else folder.reading
        data_config = data_config.model_copy(update={"skip_bad": data_config.skip_bad or skip_bad})
        evaluation_set = (
            evaluation_set_of(data_config, data, split, columns, references)
            if "test_set" not in texts
            else named_set({"language_pair": languages_of_model(pipeline), **texts})
        )
        words = _words(evaluation_set, tokenize or folder.recipe.training.validation.tokenize, lowercase=lowercase)
    named = [] if baseline is None else [baseline]
    files = systems_of_files([*named, *hypotheses], evaluation_set, words=words, significance=how)
    systems = systems_of_models(
        models,
        opened,
        evaluation_set,
        words=words,
        direction=direction,
        decoding=decoding,
        glossary=glossary,
        output=output,
        significance=how,
    )
    evaluation = assemble(
        evaluation_set,
        [*files[: len(named)], *systems, *files[len(named) :]],
        how,
        baseline_named=bool(named),
        folders=[folder for name, (folder, _) in zip(models, opened, strict=True) if not is_hub(name)],
        details=details or report is not None,
    )
    if report is not None:
        write_report(evaluation, report, models)
    _show_evaluation(evaluation, as_json=as_json)


def _words(evaluation_set: EvaluationSet, tokenize: Tokenize, *, lowercase: bool) -> WordTokenisation:
    from seq2seq.evaluation.word_tokenisation import WordTokenisation

    return WordTokenisation.of(evaluation_set.references, tokenize=tokenize, lowercase=lowercase)


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


def _show_evaluation(evaluation: Evaluation, *, as_json: bool) -> None:
    """Print systems' scores, and for people how fast a single model was."""
    from seq2seq.scoring.systems.tables import render, speed_lines

    _print(evaluation.to_dict(), render(evaluation), as_json=as_json)
    if not as_json:
        for line in speed_lines(evaluation):
            click.echo(line)


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
