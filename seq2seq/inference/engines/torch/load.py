"""The weights of a model folder as a torch module, and the device that it runs on."""

from dataclasses import dataclass, fields
from pathlib import Path

import torch

from seq2seq.errors import ConfigError
from seq2seq.inference.engines.torch.classifier import TorchClassifier
from seq2seq.inference.engines.torch.forecaster import TorchForecaster
from seq2seq.inference.engines.torch.stepper import TorchStepper
from seq2seq.inference.engines.torch.synthesizer import TorchSynthesizer
from seq2seq.inference.engines.torch.weights import load_model
from seq2seq.model_folder.layout import WEIGHTS
from seq2seq.model_folder.read import ModelFolder, read_folder
from seq2seq.models.build import Model
from seq2seq.models.classifier import Classifier
from seq2seq.models.forecaster import Forecaster
from seq2seq.models.synthesizer import Synthesizer


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadedModel(ModelFolder):
    """A model folder in memory."""

    model: Model
    """The network, in evaluation mode, on the CPU."""


def load_folder(path: str | Path) -> LoadedModel:
    """Read the model folder at ``path``, or the best model of the run folder there, or ``hf://user/name``.

    Nothing in it is executed or unpickled, nothing outside of it is read, nothing is written, and torch's random state
    is unchanged.

    Raises:
        ModelError: a file is missing, damaged, newer, or does not fit the others.
    """
    return read_folder(path, load_network)


def load_network(folder: ModelFolder) -> LoadedModel:
    """A model folder, with the module of its weights.

    Raises:
        ModelError: the weights are missing, damaged, or of another model.
    """
    model = load_model(folder.file(WEIGHTS), folder.recipe, folder.tokenizers)
    parts = {field.name: getattr(folder, field.name) for field in fields(ModelFolder)}
    return LoadedModel(**parts, model=model)


def open_network(
    folder: ModelFolder, *, device: str = "auto", threads: int | None = None
) -> TorchStepper | TorchClassifier | TorchSynthesizer | TorchForecaster:
    """The weights of a model folder, for search, labels, vectors or forecasts, on a device (:func:`choose_device`).

    Raises:
        ModelError: the weights are missing, damaged, or of another model.
        ConfigError: the device is not available.
    """
    if threads is not None:
        torch.set_num_threads(threads)
    place = choose_device(device)
    model = load_network(folder).model.to(place)
    match model:
        case Classifier():
            return TorchClassifier(model, place)
        case Synthesizer():
            return TorchSynthesizer(model, place)
        case Forecaster():
            return TorchForecaster(model, place)
        case _:
            return TorchStepper(model, place)


def choose_device(name: str) -> torch.device:
    """The device called ``name``; ``auto`` is the first GPU if there is one, else the CPU.

    Raises:
        ConfigError: the device is not available.
    """
    if name == "auto":
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    try:
        device = torch.device(name)
        torch.empty(1, device=device)
    except (RuntimeError, AssertionError) as error:  # torch built without CUDA asserts
        reason = str(error).splitlines()[0].rstrip(".")
        problem = f"{name!r} cannot be used here ({reason}); try 'auto' or 'cpu'"
        raise ConfigError("device", [problem], code="inference.device") from error
    return device
