"""From a model folder to the model of its task, or from several to an ensemble, ready for text.

Where the task is known, the classes of the other tasks are not imported: it takes longer than to translate a line.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar, Unpack

from seq2seq.errors import ConfigError
from seq2seq.inference.engines.open import EngineOptions
from seq2seq.model_folder.read import ModelFolder, read_folder

if TYPE_CHECKING:
    from seq2seq.inference.classifier import TextClassifier
    from seq2seq.inference.pipeline import Pipeline
    from seq2seq.inference.translator import Translator

_Member = TypeVar("_Member", "Translator", "TextClassifier")


def open_pipeline(path: str | Path, **options: Unpack[EngineOptions]) -> tuple[ModelFolder, Pipeline]:
    """Load a model folder (or a run's best model) as the model of its task.

    Args:
        path: a model folder, a run folder, or ``hf://user/name[@revision]``.
        options: the engine (by default ``auto``) and its resources.

    Raises:
        ModelError: the folder is incomplete, damaged or of a newer version; or it is not available from the hub.
        ConfigError: there is no such device here, or the engine does not run there, or it has no shortlist.
        MissingExtra: torch is needed, and is not installed.
    """
    return read_folder(path, lambda folder: (folder, build_pipeline(folder, options)))


def build_pipeline(folder: ModelFolder, options: EngineOptions) -> Pipeline:
    """The model of a folder that has been read; errors as in :func:`open_pipeline`."""
    from seq2seq.inference.pipeline import PIPELINES

    return PIPELINES[folder.inference.task].build(folder, options)


def open_ensemble_of_task(
    paths: Sequence[str | Path], **options: Unpack[EngineOptions]
) -> tuple[tuple[ModelFolder, ...], Translator | TextClassifier]:
    """:func:`open_ensemble` of the first model's kind; models that generate text form none."""
    from seq2seq.inference.classifier import TextClassifier
    from seq2seq.inference.translator import Translator

    task = read_folder(paths[0], lambda folder: folder.inference.task)
    if task == TextClassifier.task:
        return open_ensemble(TextClassifier, paths, **options)
    return open_ensemble(Translator, paths, **options)


def open_ensemble(
    kind: type[_Member], paths: Sequence[str | Path], **options: Unpack[EngineOptions]
) -> tuple[tuple[ModelFolder, ...], _Member]:
    """Load models as one: the mean of their probabilities, of the next token in one search, or of the labels.

    They may differ in all but tokenizers and direction; each runs on the engine that it would run on alone. Settings of
    a search are the first model's. Confidence, which is fitted to the scores of one translator, is left out;
    probabilities of labels are calibrated by each model's own temperature.

    Args:
        kind: translators or classifiers.
        paths: one or more, as of :func:`open_pipeline`; of one, the result is that model.
        options: as those of :func:`open_pipeline`, for each model.

    Returns:
        The folders in this order, and the model.

    Raises:
        ConfigError: models differ in what they read or write; names them, and all differences.
        ModelError: as :func:`open_pipeline`; also where a model is for another task.
    """
    folders, members = zip(*(kind.open(path, **options) for path in paths), strict=True)
    if len(members) == 1:
        return folders, members[0]
    from seq2seq.model_folder.compare import differences

    problems: list[str] = [
        f"{paths[0]} and {path}: {difference}"
        for path, other in zip(paths[1:], folders[1:], strict=True)
        for difference in differences(folders[0], other)
    ]
    if problems:
        advice = "  Models of an ensemble read and write the same tokens: train them on one corpus, with one tokenizer."
        raise ConfigError("--ensemble", [*problems, advice], code="inference.ensemble")
    ensemble = _together(members)
    ensemble.about = f"ensemble of {'; '.join(member.about for member in members)}"
    return folders, ensemble


def _together(members: Sequence[_Member]) -> _Member:
    """Several models of one kind, of the same tokens, as one."""
    from seq2seq.inference.classifier import TextClassifier
    from seq2seq.inference.engines.ensemble import EnsembleNetwork
    from seq2seq.search.steppers.ensemble import EnsembleStepper

    first, workers = members[0], min(member.workers for member in members)
    if isinstance(first, TextClassifier):
        network = EnsembleNetwork([(member.network, member.temperature) for member in members])
        return replace(first, network=network, temperature=1.0, workers=workers)
    return replace(
        first,
        stepper=EnsembleStepper([member.stepper for member in members]),
        longest=min((member.longest for member in members if member.longest is not None), default=None),
        workers=workers,
        confidence=None,
    )
