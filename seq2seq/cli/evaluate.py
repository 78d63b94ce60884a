"""``seq2seq evaluate``: a model's scores on a data set, whatever its task, or those of a file of translations."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import click

from seq2seq.cli.evaluation.checks import (
    OF_FILES,
    OF_LABEL_FILES,
    OF_TASKS,
    check_data,
    check_systems,
    refuse,
)
from seq2seq.cli.evaluation.data import labels_without_model, named_lines, named_set, set_without_model
from seq2seq.cli.evaluation.options import significance_of, significance_options, text_options
from seq2seq.cli.evaluation.show import show, show_scored
from seq2seq.cli.evaluation.systems import read_outputs, split_arguments
from seq2seq.cli.options import (
    check_output,
    decoding_config,
    decoding_options,
    direction_options,
    engine_options,
    ensemble_option,
    given_parameters,
    model_type,
    named_columns,
    shortlist_option,
    source_column_option,
    typed_command,
)
from seq2seq.cli.streams import glossary_option
from seq2seq.cli.usage import OutputFile
from seq2seq.extras import require
from seq2seq.hub import is_hub

if TYPE_CHECKING:
    from seq2seq.config.search_settings import SearchSettings
    from seq2seq.config.training import Tokenize
    from seq2seq.data.reading.examples import Examples
    from seq2seq.inference.engines.open import EngineOptions
    from seq2seq.scoring.classifiers.evaluation import ClassificationEvaluation
    from seq2seq.scoring.evaluation_set import EvaluationSet
    from seq2seq.scoring.systems.compared import Evaluation, Significance
    from seq2seq.scoring.systems.evaluation import TranslationEvaluation
    from seq2seq.scoring.systems.models import OpenModel
    from seq2seq.scoring.systems.outputs import Outputs


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
@click.option(
    "--origins",
    type=click.IntRange(min=1),
    default=1,
    metavar="N",
    help="Forecast every series from its last N origins, one step apart, that is from shorter and shorter histories "
    "(default: 1, the last horizon).",
)
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
@ensemble_option
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
    origins: int,
    output: Path | None,
    confusion_png: Path | None,
    tokenize: Tokenize | None,
    glossary: Path | None,
    lowercase: bool,
    testing: Mapping[str, Any],
    details: bool,
    report: Path | None,
    as_json: bool,
    ensemble: tuple[str, ...],
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
    Synthesis: nats per step beside independent normal numbers, and how much of the next step is predicted.
    Forecasting: MASE, sMAPE, weighted quantile loss and coverage of the last steps of every series, beside those of
    naive, seasonal naive and drift forecasts, SES and ETS on the same steps.

    \b
      seq2seq evaluate MODEL                                the test set of the model's recipe (not with hf://)
      seq2seq evaluate MODEL DATA                           a TSV, CSV, JSON or Parquet file, a folder, hf://...
      seq2seq evaluate MODEL SOURCES REFERENCES             two line-aligned files
      seq2seq evaluate MODEL --test-set wmt14/en-de         a test set that sacrebleu knows
      seq2seq evaluate MODEL_A MODEL_B DATA                 several models, compared with the first
      seq2seq evaluate MODEL --ensemble MODEL_B             the mean of the last MODEL and further ones
      seq2seq evaluate --hypotheses FILE --references FILE  translations of any system
      ... --hypotheses FILE                                 and those of further systems, beside models too
      ... --baseline FILE                                   and a significance test against these
      ... --sources FILE                                    and the score of copying the source

    Columns of DATA are named as in the first model's recipe, or by --source-column and --target-column; without a
    header, columns are indices from 0. If DATA holds references, --references adds a second set. Systems are compared
    by resampling the test set: p is the probability of a difference this large between equally good systems.
    """  # noqa: D301 - \b is meant: it keeps click from filling the lines after it
    given = given_parameters(click.get_current_context())
    models, data, beside = split_arguments(arguments)
    if beside:
        texts = {**texts, "references": (*beside, *texts.get("references", ()))}
    check_systems(models, data, given)
    inputs = [*texts.get("references", ()), *texts.get("hypotheses", ()), texts.get("baseline"), texts.get("sources")]
    used = [*inputs, glossary, None if data is None else Path(data)]
    check_output(output, used)
    check_output(report, [*used, output], "--report")
    if confusion_png is not None:
        require("matplotlib", "--confusion-png")
    outputs = _Outputs(*read_outputs(texts), significance_of(testing), details or report is not None)
    evaluation: Evaluation[Any]
    if not models and texts.get("task") == "classification":
        refuse(given, [name for name in given if name not in OF_LABEL_FILES], "labels are scored without a model")
        if len(texts["references"]) > 1:
            raise click.UsageError("A text has one label: give --references FILE once.")
        examples, known = labels_without_model(texts), "sources" in texts
        evaluation = _labels(examples, [], outputs, confusion_png, texts_known=known)
    elif not models:
        refuse(given, [name for name in given if name not in OF_FILES], "--hypotheses are scored without a model")
        evaluation = _translations(set_without_model(texts), [], outputs, tokenize=tokenize, lowercase=lowercase)
    else:
        check_data(data, texts.get("references", ()), given)
        from seq2seq.scoring.evaluation_data import evaluation_set_for, examples_for, score_data
        from seq2seq.scoring.systems.models import open_models

        running["shortlist"] = shortlist
        opened = open_models(models, ensemble=ensemble, **running)
        folder, columns = opened[0].folder, named_columns(source_column, target_column)
        # Else the recipe of a model of the hub would decide which files of this machine are read.
        if data is None and "test_set" not in texts and is_hub(models[0]):
            raise click.UsageError(f"{models[0]} is a model of the hub: name the DATA to evaluate it on.")
        if folder.recipe.task in OF_TASKS:
            apply, what = OF_TASKS[folder.recipe.task]
            refuse(given, [name for name in given if name not in apply], f"{models[0]} {what}")
            if folder.recipe.task != "classification":
                scored = score_data(
                    folder, opened[0].pipeline, data, split, columns, skip_bad=skip_bad, origins=origins
                )
                show_scored(scored, as_json=as_json)
                return
            examples = examples_for(folder, data, split, columns, skip_bad=skip_bad)
            evaluation = _labels(examples, opened, outputs, confusion_png)
        else:
            refuse(given, ["confusion_png"], f"{models[0]} translates, and has no confusion matrix")
            refuse(given, ["origins"], f"{models[0]} translates, and forecasts no series")
            if "test_set" in texts:
                evaluation_set = named_set({"language_pair": opened[0].language_pair, **texts})
            else:
                references = named_lines(texts.get("references", ()))
                evaluation_set = evaluation_set_for(folder, data, split, columns, references, skip_bad=skip_bad)
            evaluation = _translations(
                evaluation_set,
                opened,
                outputs,
                tokenize=tokenize,
                lowercase=lowercase,
                to=direction.get("to"),
                tags=direction.get("tags", ()),
                glossary=glossary,
                decoding=lambda config: decoding_config(config, decoding),
                output=output,
            )
    if report is not None:
        command = typed_command(click.get_current_context(), {})
        evaluation.save_report(report, facts={"command": f"`{command}`"})
    show(evaluation, as_json=as_json)


class _Outputs(NamedTuple):
    """Systems whose outputs are files, and how systems are compared."""

    baseline: Outputs | None
    others: Sequence[Outputs]
    how: Significance
    details: bool


def _translations(
    evaluation_set: EvaluationSet,
    opened: Sequence[OpenModel],
    outputs: _Outputs,
    *,
    output: Path | None = None,
    tokenize: Tokenize | None,
    lowercase: bool,
    to: str | None = None,
    tags: Sequence[str] = (),
    glossary: Path | None = None,
    decoding: Callable[[SearchSettings], SearchSettings] = lambda config: config,
) -> TranslationEvaluation:
    """Score translations."""
    from seq2seq.scoring.systems.run import evaluate_translations

    # Opened before the work starts, so that a missing folder is reported at once.
    with nullcontext() if output is None else output.open("w", encoding="utf-8", newline="\n") as sink:
        return evaluate_translations(
            evaluation_set,
            opened,
            outputs.others,
            outputs.how,
            baseline=outputs.baseline,
            tokenize=tokenize,
            lowercase=lowercase,
            to=to,
            tags=tags,
            glossary=glossary,
            decoding=decoding,
            sink=sink,
            details=outputs.details,
        )


def _labels(
    examples: Examples,
    opened: Sequence[OpenModel],
    outputs: _Outputs,
    confusion_png: Path | None,
    *,
    texts_known: bool = True,
) -> ClassificationEvaluation:
    """Score labels, and plot the confusion matrix of a single system."""
    from seq2seq.scoring.classifiers.run import evaluate_labels

    if confusion_png is not None and len(opened) + len(outputs.others) > 1:
        raise click.UsageError("--confusion-png plots the matrix of one system; --report has those of several.")
    evaluation = evaluate_labels(
        examples,
        opened,
        outputs.others,
        outputs.how,
        baseline=outputs.baseline,
        texts_known=texts_known,
        details=outputs.details,
    )
    if confusion_png is not None:
        from seq2seq.report.confusion import draw_confusion

        draw_confusion(evaluation.systems[-1].report.scores, confusion_png)
    return evaluation
