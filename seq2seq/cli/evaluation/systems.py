"""The systems of ``seq2seq evaluate``: which arguments are models, and what each system wrote."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from seq2seq.cli.options import decoding_config, typed_command
from seq2seq.hub import is_hub

if TYPE_CHECKING:
    from seq2seq.evaluation.word_tokenisation import WordTokenisation
    from seq2seq.inference.engines.open import EngineOptions
    from seq2seq.inference.load import Pipeline
    from seq2seq.inference.translator import Translator
    from seq2seq.model_folder.read import ModelFolder
    from seq2seq.scoring.evaluation_set import EvaluationSet
    from seq2seq.scoring.systems.evaluation import Evaluation, Significance
    from seq2seq.scoring.systems.system import System


def split_arguments(arguments: Sequence[str]) -> tuple[list[str], str | None]:
    """The models and DATA among the arguments: the last of several is DATA, unless it is a folder with a model.

    Raises:
        click.UsageError: a file stands where a model is expected.
    """
    if not arguments:
        return [], None
    models, data = [*arguments], None
    if len(models) > 1 and not _has_model(models[-1]):
        data = models.pop()
    for model in models:
        if Path(model).is_file() and len(arguments) > 1:
            raise _misplaced(model, arguments)
    return models, data


def _has_model(path: str) -> bool:
    """Whether a path is a model folder or a run folder."""
    from seq2seq.errors import ModelError
    from seq2seq.model_folder.find import find_model

    if is_hub(path) or not Path(path).is_dir():
        return False  # a data set of the hub is spelt as a model is
    try:
        find_model(path)
    except ModelError:
        return False
    return True


def _misplaced(file: str, arguments: Sequence[str]) -> click.UsageError:
    """The error about a file before the last argument, with the command that is meant."""
    context = click.get_current_context()
    others = [argument for argument in arguments if argument != file]
    folders = [argument for argument in others if Path(argument).is_dir()]
    if len(folders) == len(others):
        command = typed_command(context, {"arguments": (*others, file)})
        what = f"{folders[-1]}: is a folder, and {file} is a file; " if len(others) == 1 else f"{file}: is a file; "
        return click.UsageError(f"{what}MODEL comes first:\n  {command}")
    return click.UsageError(f"{file}: is a file. Give models (folders) first, and one DATA last.")


def open_models(models: Sequence[str], running: EngineOptions) -> list[tuple[ModelFolder, Pipeline]]:
    """Open all models, and refuse those that cannot be compared.

    Raises:
        click.UsageError: models of different tasks or languages; several that do not translate.
    """
    from seq2seq.inference.translator import Translator
    from seq2seq.scoring.splits import open_to_score

    opened = [open_to_score(model, **running) for model in models]
    tasks = [folder.recipe.task for folder, _ in opened]
    if len(set(tasks)) > 1:
        named = ", ".join(f"{model} ({task})" for model, task in zip(models, tasks, strict=True))
        raise click.UsageError(f"Models of one task can be compared; these are of several: {named}.")
    if len(models) > 1 and not all(isinstance(pipeline, Translator) for _, pipeline in opened):
        raise click.UsageError(f"Several models are compared by their translations; these are for {tasks[0]}.")
    return opened


def refuse_languages(models: Sequence[str], translators: Sequence[Translator]) -> None:
    """Refuse models that are known to translate from or into different languages.

    Raises:
        click.UsageError: they do.
    """
    for side, what in enumerate(("from", "into")):
        languages = [translator.languages[side] for translator in translators]
        if len({language.partition("-")[0] for language in languages if language}) > 1:
            named = ", ".join(f"{model} {what} {own or '?'}" for model, own in zip(models, languages, strict=True))
            raise click.UsageError(f"Models of the same languages can be compared; these translate {named}.")


def systems_of_models(
    names: Sequence[str],
    opened: Sequence[tuple[ModelFolder, Pipeline]],
    evaluation_set: EvaluationSet,
    *,
    words: WordTokenisation,
    direction: Mapping[str, Any],
    decoding: Mapping[str, object],
    glossary: Path | None,
    output: Path | None,
    significance: Significance,
) -> list[System]:
    """Translate the test set with every model, and score the outputs; ``output`` gets those of a single model."""
    if not opened:
        return []
    from seq2seq.inference.translator import Translator
    from seq2seq.scoring.systems.system import System
    from seq2seq.scoring.translation import score

    translators = []
    for _, pipeline in opened:
        assert isinstance(pipeline, Translator)
        directed = bool(direction) and (pipeline.direction.known or len(opened) == 1)  # others have one direction
        translator = pipeline.to(direction.get("to"), *direction.get("tags", ())) if directed else pipeline
        translators.append(translator if glossary is None else translator.with_glossary(glossary))
    refuse_languages(names, translators)
    systems = []
    # Opened before the work starts, so that a missing folder is reported at once.
    with nullcontext() if output is None else output.open("w", encoding="utf-8", newline="\n") as sink:
        for name, (folder, _), translator in zip(names, opened, translators, strict=True):
            scored = score(
                translator,
                evaluation_set,
                decoding_config(translator.decoding, decoding),
                words=words,
                sketch=folder.description.sketch,
                sink=sink,
                label=f" with {name}" if len(names) > 1 else "",
            )
            report = scored.report.with_intervals(samples=significance.resamples, seed=significance.seed)
            scored = replace(scored, report=report)
            systems.append(
                System(name=name, outputs=scored.outputs, report=report, scored=scored, translator=translator)
            )
    return systems


def systems_of_files(
    files: Sequence[Path], evaluation_set: EvaluationSet, *, words: WordTokenisation, significance: Significance
) -> list[System]:
    """Score outputs that are there already.

    Raises:
        DataError: a file has another number of lines than there are references.
    """
    from seq2seq.evaluation.translation_report import evaluate_translations
    from seq2seq.inference.lines import read_lines
    from seq2seq.scoring.systems.system import System

    systems = []
    for file, outputs in [(file, read_lines(file)) for file in files]:
        evaluation_set.require_lines(str(file), outputs)
        report = evaluate_translations(
            outputs,
            evaluation_set.references,
            sources=evaluation_set.sources,
            groups=evaluation_set.groups,
            words=words,
        )
        report = report.with_intervals(samples=significance.resamples, seed=significance.seed)
        systems.append(System(name=str(file), outputs=outputs, report=report))
    return systems


def write_report(evaluation: Evaluation, path: Path, models: Sequence[str]) -> None:
    """Write the page of an evaluation, which needs no other file."""
    from seq2seq import __version__, log
    from seq2seq.scoring.systems.page import build_page

    command = click.get_current_context()
    facts = {
        "command": f"`{typed_command(command, {})}`",
        "test set": evaluation.name,
        "models": ", ".join(models) or "none",
        "date": date.today().isoformat(),
        "program": f"seq2seq {__version__}",
    }
    build_page(evaluation, facts=facts).write(path)
    log.say(f"report: {path}")
