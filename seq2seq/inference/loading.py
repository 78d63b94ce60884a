"""From a model folder to a pipeline on a device: text in, text or labels out."""

from pathlib import Path
from typing import TypeVar, cast

import torch

from seq2seq.config.recipe import ClassificationRecipe, GenerationRecipe, Recipe, TranslationRecipe
from seq2seq.errors import ConfigError, ModelError
from seq2seq.inference.description import Description, find_model
from seq2seq.inference.files import CONFIG
from seq2seq.inference.folder import LoadedModel, load_folder
from seq2seq.inference.generator import Generator
from seq2seq.inference.labels import TextClassifier
from seq2seq.inference.pipelines import Translator
from seq2seq.inference.torch_stepper import TorchStepper
from seq2seq.models.classifier import Classifier
from seq2seq.models.seq2seq import Seq2Seq

Pipeline = Translator | TextClassifier | Generator
"""What is put around a model, by its task."""
Wanted = TypeVar("Wanted", Translator, TextClassifier, Generator)
_COMMANDS: dict[type[Recipe], str] = {
    TranslationRecipe: "translate",
    ClassificationRecipe: "classify",
    GenerationRecipe: "generate",
}


def open_pipeline(path: str | Path, *, device: str = "auto") -> tuple[LoadedModel, Pipeline]:
    """Load a model folder (or a run's best model), and put the pipeline of its task around it.

    Args:
        path: a model folder, a run folder, or ``hf://user/name[@revision]``.
        device: see :func:`choose_device`.

    Raises:
        ModelError: the folder is not complete, damaged, or of a newer version; or it cannot be had from the hub.
        ConfigError: there is no such device here.
    """
    chosen = choose_device(device)
    loaded = load_folder(path)
    return loaded, _pipeline(loaded, chosen)


def _pipeline(loaded: LoadedModel, device: torch.device) -> Pipeline:
    model, recipe, tokenizers = loaded.model.to(device), loaded.recipe, loaded.tokenizers
    match recipe:
        case TranslationRecipe():
            stepper = TorchStepper(cast(Seq2Seq, model), device)
            return Translator(stepper, tokenizers, recipe.decoding, longest=recipe.data.filters.max_length)
        case ClassificationRecipe():
            calibration = loaded.description.calibration
            temperature = calibration.temperature if calibration else 1.0
            return TextClassifier(cast(Classifier, model), tokenizers, temperature=temperature, device=device)
        case GenerationRecipe():
            return Generator(TorchStepper(cast(Seq2Seq, model), device), tokenizers, recipe.decoding)


def open_translator(path: str | Path, *, device: str = "auto") -> tuple[LoadedModel, Translator]:
    """:func:`open_pipeline` for a model that translates; raises :class:`ModelError` for any other as well."""
    loaded, pipeline = open_pipeline(path, device=device)
    return loaded, _require(loaded, pipeline, Translator)


def open_classifier(path: str | Path, *, device: str = "auto") -> tuple[LoadedModel, TextClassifier]:
    """:func:`open_pipeline` for a model that classifies; raises :class:`ModelError` for any other as well."""
    loaded, pipeline = open_pipeline(path, device=device)
    return loaded, _require(loaded, pipeline, TextClassifier)


def open_generator(path: str | Path, *, device: str = "auto") -> tuple[LoadedModel, Generator]:
    """:func:`open_pipeline` for a model that generates; raises :class:`ModelError` for any other as well."""
    loaded, pipeline = open_pipeline(path, device=device)
    return loaded, _require(loaded, pipeline, Generator)


def _require(loaded: LoadedModel, pipeline: Pipeline, wanted: type[Wanted]) -> Wanted:
    """The pipeline, if it is of the wanted kind.

    Raises:
        ModelError: it is not; says which command the model is for.
    """
    if isinstance(pipeline, wanted):
        return pipeline
    raise ModelError(
        f"{loaded.path}: a model for {loaded.recipe.task}.\n"
        f"  Use it with: seq2seq {_COMMANDS[type(loaded.recipe)]} {loaded.path}"
    )


def command_of(path: str | Path) -> str:
    """The command that a model is used with."""
    return _COMMANDS[type(Description.read(find_model(path) / CONFIG).recipe)]


def choose_device(name: str) -> torch.device:
    """The device called ``name``; ``auto`` is the first GPU if there is one, else the CPU.

    Raises:
        ConfigError: there is no such device here.
    """
    if name == "auto":
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    try:
        device = torch.device(name)
        torch.empty(1, device=device)
    except (RuntimeError, AssertionError) as error:  # torch built without CUDA asserts
        reason = str(error).splitlines()[0].rstrip(".")
        raise ConfigError("device", [f"{name!r} cannot be used here ({reason}); try 'auto' or 'cpu'"]) from error
    return device
