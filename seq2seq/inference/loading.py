"""From a model folder to a translator on a device."""

from pathlib import Path

import torch

from seq2seq.errors import ConfigError
from seq2seq.inference.folder import LoadedModel, load_folder
from seq2seq.inference.pipelines import Translator
from seq2seq.inference.torch_stepper import TorchStepper


def open_translator(path: str | Path, *, device: str = "auto") -> tuple[LoadedModel, Translator]:
    """Load a model folder (or a run's best model), and put a translator around it.

    Raises:
        ModelError: the folder is not complete, damaged, or of a newer version.
        ConfigError: there is no such device here.
    """
    chosen = choose_device(device)
    loaded = load_folder(path)
    stepper = TorchStepper(loaded.model.to(chosen), chosen)
    recipe = loaded.recipe
    return loaded, Translator(stepper, loaded.tokenizers, recipe.decoding, longest=recipe.data.filters.max_length)


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
