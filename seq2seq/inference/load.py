"""From a model folder to the model of its task, or from several to an ensemble, ready for text."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final, Unpack

from seq2seq.errors import ConfigError
from seq2seq.inference.classifier import TextClassifier
from seq2seq.inference.engines.open import EngineOptions
from seq2seq.inference.generator import Generator
from seq2seq.inference.translator import Translator
from seq2seq.model_folder.compare import differences
from seq2seq.model_folder.read import ModelFolder, read_folder
from seq2seq.search.steppers.ensemble import EnsembleStepper

Pipeline = Translator | TextClassifier | Generator
"""A model with its tokenizers, by its task."""
_PIPELINES: Final[dict[str, type[Pipeline]]] = {kind.task: kind for kind in (Translator, TextClassifier, Generator)}


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
    return _PIPELINES[folder.recipe.task].build(folder, options)


def open_ensemble(
    paths: Sequence[str | Path], **options: Unpack[EngineOptions]
) -> tuple[tuple[ModelFolder, ...], Translator]:
    """Load models as one translator: the mean of their next-token probabilities, in one search.

    They may differ in all but tokenizers and direction; each runs on the engine that it would run on alone. Settings of
    the search are the first model's. Confidence, which is fitted to the scores of one model, is left out.

    Args:
        paths: one or more, as of :func:`open_pipeline`; of one, the translator is that of the model.
        options: as those of :func:`open_pipeline`, for each model.

    Returns:
        The folders in this order, and the translator.

    Raises:
        ConfigError: models differ in what they read or write; names them, and all differences.
        ModelError: as :func:`open_pipeline`; also where a model is not for translation.
    """
    opened = [Translator.open(path, **options) for path in paths]
    (first, translator), *others = opened
    problems = [
        f"{paths[0]} and {path}: {difference}"
        for path, (other, _) in zip(paths[1:], others, strict=True)
        for difference in differences(first, other)
    ]
    if problems:
        advice = "  Models of an ensemble read and write the same tokens: train them on one corpus, with one tokenizer."
        raise ConfigError("--ensemble", [*problems, advice], code="inference.ensemble")
    folders = (first, *(folder for folder, _ in others))
    if not others:
        return folders, translator
    members = [member for _, member in opened]
    ensemble = replace(
        translator,
        stepper=EnsembleStepper([member.stepper for member in members]),
        longest=min((member.longest for member in members if member.longest is not None), default=None),
        workers=min(member.workers for member in members),
        confidence=None,
    )
    ensemble.about = f"ensemble of {'; '.join(member.about for member in members)}"
    return folders, ensemble
