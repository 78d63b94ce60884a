"""From a model folder to the model of its task, ready for text."""

from pathlib import Path
from typing import Final, Unpack

from seq2seq.inference.classifier import TextClassifier
from seq2seq.inference.engines.open import EngineOptions
from seq2seq.inference.generator import Generator
from seq2seq.inference.translator import Translator
from seq2seq.model_folder.read import ModelFolder, read_folder

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
