"""From ``weights.safetensors`` to a network; nothing is built before the file is known to hold all of it."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

import torch
from pydantic import BaseModel
from safetensors import SafetensorError, safe_open
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode

from seq2seq.config.model import ModelConfig
from seq2seq.errors import ModelError
from seq2seq.model_folder.layout import CONFIG
from seq2seq.models.build import Model, build_model

_FLOATS: Final = ("F16", "BF16", "F32", "F64")
"""Kinds of number that weights can be stored in."""


class Stored(NamedTuple):
    """What the header of the file says of one tensor."""

    shape: tuple[int, ...]
    kind: str


def load_model(file: Path, config: ModelConfig, source_vocabulary: int, target_vocabulary: int) -> Model:
    """Build the network of a recipe, with the weights of a file.

    A network without memory is built first, and compared with the file's header: a recipe that claims enormous sizes
    costs nothing, and torch's random state is left as it was.

    Returns:
        The model in evaluation mode, on the CPU; what is tied is tied again.

    Raises:
        ModelError: the file is damaged, or does not fit.
    """
    try:
        with safe_open(file, framework="pt") as opened:
            slices = {name: opened.get_slice(name) for name in opened.keys()}  # noqa: SIM118 (not a mapping)
            header = {name: Stored(tuple(one.get_shape()), str(one.get_dtype())) for name, one in slices.items()}
            model = _outline(file, header, config, source_vocabulary, target_vocabulary)
            values = {name: opened.get_tensor(name).to(torch.float32, copy=True) for name in header}
    except (SafetensorError, OSError, ValueError) as error:
        reason = re.sub(r"^Error while deserializing header: ", "", str(error)).strip()
        raise ModelError(
            f"{file}: cannot be read ({reason}); cut short or damaged. Copy the model folder again."
        ) from error
    unusable = [name for name, value in values.items() if not value.isfinite().all()]
    if unusable:
        raise ModelError(f"{file}: {unusable[0]} holds NaN or infinity. Copy the model folder again, or train anew.")
    _fill(model, values)
    return model.eval()


def _outline(
    file: Path, header: Mapping[str, Stored], config: ModelConfig, source_vocabulary: int, target_vocabulary: int
) -> Model:
    """The network without memory, once it is clear that the file holds all of it, and nothing else.

    Raises:
        ModelError: it does not.
    """
    problems = list(_too_large(config, header))
    if not problems:
        with torch.device("meta"), _NothingDrawn():
            model = build_model(config, source_vocabulary, target_vocabulary)
        problems = list(_disagreements(dict(_stored_names(model)), header))
        if not problems:
            return model
    shown = problems[:5] + ([f"  ... and {len(problems) - 5} more"] if len(problems) > 5 else [])
    raise ModelError("\n".join([f"{file}: the weights do not fit the model that {CONFIG} describes:", *shown]))


class _NothingDrawn(TorchFunctionMode):
    """Leaves out the drawing of normal numbers: to tensors without memory, torch brings its compiler (a second)."""

    def __torch_function__(
        self, func: Callable[..., Any], types: object, args: Sequence[Any] = (), kwargs: Mapping[str, Any] | None = None
    ) -> Any:
        if func is Tensor.normal_:
            return args[0]
        if func is nn.init.normal_:
            return (kwargs or {})["tensor"]
        return func(*args, **(kwargs or {}))


def _too_large(config: BaseModel, header: Mapping[str, Stored], path: str = "recipe.model") -> Iterator[str]:
    """Sizes that nothing in the file is large enough for: even a network without memory takes a while to build."""
    largest = max((size for stored in header.values() for size in stored.shape), default=0)
    for name, value in config:
        if isinstance(value, BaseModel):
            yield from _too_large(value, header, f"{path}.{name}")
        elif isinstance(value, int) and value > (len(header) if name == "layers" else largest):
            yield f"  {path}.{name}: {value:,}, but the file holds nothing of that size"


def _stored_names(model: nn.Module) -> Iterator[tuple[str, Tensor]]:
    """What is stored of a model: of tied weights, the first."""
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
            yield f"  {name}: numbers of kind {found[name].kind}; they must be one of {', '.join(_FLOATS)}"
    for name in found:
        if name not in expected:
            yield f"  {name}: not part of the model"


def _fill(model: nn.Module, values: Mapping[str, Tensor]) -> None:
    """Give a network without memory its weights."""
    tensors = model.state_dict(keep_vars=True)
    filled = {
        id(tensors[name]): nn.Parameter(value) if isinstance(tensors[name], nn.Parameter) else value
        for name, value in values.items()
    }
    model.load_state_dict({name: filled[id(tensor)] for name, tensor in tensors.items()}, assign=True)
