"""Loads ``weights.safetensors``; a network is built only if the file has all of it."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

import torch
from pydantic import BaseModel
from safetensors import SafetensorError, safe_open
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode

from seq2seq.config.recipe import Recipe
from seq2seq.errors import ModelError
from seq2seq.model_folder.layout import CONFIG
from seq2seq.models.build import Model, build_model
from seq2seq.text.vocabulary.pair import VocabularyPair

_FLOATS: Final = ("F16", "BF16", "F32", "F64")
"""Data types of stored weights."""


class Stored(NamedTuple):
    """Shape and data type of a tensor, from the file's header."""

    shape: tuple[int, ...]
    kind: str


def load_model(file: Path, recipe: Recipe, tokenizers: VocabularyPair) -> Model:
    """Build the network of a recipe, with the weights of a file.

    A network on the meta device is built first, and compared with the file's header: a recipe with enormous sizes costs
    nothing, and torch's random state is unchanged.

    Returns:
        The model in evaluation mode, on the CPU, with its tied weights tied.

    Raises:
        ModelError: the file is damaged, or does not fit the recipe.
    """
    try:
        with safe_open(file, framework="pt") as opened:
            slices = {name: opened.get_slice(name) for name in opened.keys()}  # noqa: SIM118 (not a mapping)
            header = {name: Stored(tuple(part.get_shape()), str(part.get_dtype())) for name, part in slices.items()}
            model = _outline(file, header, recipe, tokenizers)
            values = {name: opened.get_tensor(name).to(torch.float32, copy=True) for name in header}
    except (SafetensorError, OSError, ValueError) as error:
        reason = re.sub(r"^Error while deserializing header: ", "", str(error)).strip()
        message = f"{file}: cannot be read ({reason}); cut short or damaged. Copy the model folder again."
        raise ModelError(message, code="model.damaged-weights") from error
    not_finite = [name for name, value in values.items() if not value.isfinite().all()]
    if not_finite:
        message = f"{file}: {not_finite[0]} is not finite. Copy the model folder again, or train it again."
        raise ModelError(message, code="model.not-finite")
    _fill(model, values)
    return model.eval()


def _outline(file: Path, header: Mapping[str, Stored], recipe: Recipe, tokenizers: VocabularyPair) -> Model:
    """The network on the meta device, if the file has exactly its weights."""
    problems = list(_too_large(recipe.model, header))
    if not problems:
        with torch.device("meta"), _NoInitialisation():
            model = build_model(
                recipe.model,
                tokenizers.source.size,
                tokenizers.target.size,
                source=recipe.sides.source,
                season=tokenizers.season,
                channels=tokenizers.channels,
            )
        problems = list(_disagreements(dict(_stored_names(model)), header))
        if not problems:
            return model
    shown = problems[:5] + ([f"  ... and {len(problems) - 5} more"] if len(problems) > 5 else [])
    message = [f"{file}: the weights do not fit the model that {CONFIG} describes:", *shown]
    raise ModelError("\n".join(message), code="model.other-weights")


class _NoInitialisation(TorchFunctionMode):
    """Skips normal initialisation: on the meta device, torch would import its compiler for it (a second)."""

    def __torch_function__(
        self, func: Callable[..., Any], types: object, args: Sequence[Any] = (), kwargs: Mapping[str, Any] | None = None
    ) -> Any:
        if func is Tensor.normal_:
            return args[0]
        if func is nn.init.normal_:
            return (kwargs or {})["tensor"]
        return func(*args, **(kwargs or {}))


def _too_large(config: BaseModel, header: Mapping[str, Stored], path: str = "recipe.model") -> Iterator[str]:
    """Sizes that exceed everything in the file: even a network on the meta device takes time to build."""
    largest = max((size for stored in header.values() for size in stored.shape), default=0)
    for name, value in config:
        if isinstance(value, BaseModel):
            yield from _too_large(value, header, f"{path}.{name}")
        elif isinstance(value, int) and value > (len(header) if name == "layers" else largest):
            yield f"  {path}.{name}: {value:,}, but nothing in the file has that size"


def _stored_names(model: nn.Module) -> Iterator[tuple[str, Tensor]]:
    """The stored tensors of a model: of tied ones, the first."""
    seen: set[int] = set()
    for name, tensor in model.state_dict(keep_vars=True).items():
        if id(tensor) not in seen:
            seen.add(id(tensor))
            yield name, tensor


def _disagreements(expected: Mapping[str, Tensor], found: Mapping[str, Stored]) -> Iterator[str]:
    for name, tensor in expected.items():
        if name not in found:
            yield f"  {name}: missing"
        elif found[name].shape != tensor.shape:
            yield f"  {name}: {found[name].shape} in the file, {tuple(tensor.shape)} in the model"
        elif found[name].kind not in _FLOATS:
            yield f"  {name}: data type {found[name].kind}; it must be one of {', '.join(_FLOATS)}"
    for name in found:
        if name not in expected:
            yield f"  {name}: not part of the model"


def _fill(model: nn.Module, values: Mapping[str, Tensor]) -> None:
    """Set the weights of a network on the meta device."""
    tensors = model.state_dict(keep_vars=True)
    filled = {
        id(tensors[name]): nn.Parameter(value) if isinstance(tensors[name], nn.Parameter) else value
        for name, value in values.items()
    }
    model.load_state_dict({name: filled[id(tensor)] for name, tensor in tensors.items()}, assign=True)
