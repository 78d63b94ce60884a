"""The model folder: everything that a trained model needs, and nothing that is executed.

``weights.safetensors``   every parameter once, float32 as a rule, under its name in the module
``tokenizer.model``       the joint sentencepiece model; or ``source.model`` and ``target.model``; of labels and
                          tags, ``source.json`` and ``target.json``
``config.json``           format version, recipe, sizes, scores, data fingerprint (:class:`Description`)
``README.md``             the same for people: the model card
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import torch
from pydantic import JsonValue
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor, nn

from seq2seq.config.recipe import AnyRecipe
from seq2seq.errors import ModelError
from seq2seq.inference.atomic import atomic_folder
from seq2seq.inference.card import model_card
from seq2seq.inference.description import (
    CONFIG,
    WEIGHTS,
    Description,
    TrainingSummary,
    current_versions,
    find_model,
    now,
)
from seq2seq.models.build import Model, build_model
from seq2seq.text.names import Names
from seq2seq.text.pair import Tokenizers

CARD = "README.md"


@dataclass(frozen=True, slots=True)
class LoadedModel:
    """A model folder in memory."""

    path: Path
    """Where it was read from."""
    model: Model
    """The network, in evaluation mode, on the CPU."""
    tokenizers: Tokenizers
    """Source and target tokenizers; one object twice when joint."""
    description: Description
    """What ``config.json`` says."""

    @property
    def recipe(self) -> AnyRecipe:
        """The recipe that it was trained by."""
        return self.description.recipe


def save_folder(
    path: Path,
    *,
    model: nn.Module,
    tokenizers: Tokenizers,
    recipe: AnyRecipe,
    name: str | None = None,
    data: Mapping[str, JsonValue] | None = None,
    training: TrainingSummary | None = None,
    scores: Mapping[str, JsonValue] | None = None,
    measured: Mapping[str, JsonValue] | None = None,
) -> Description:
    """Write a model folder at ``path``, whole or not at all; a model folder that stands there is replaced.

    Args:
        path: the folder's final name.
        model: the module whose weights are written.
        tokenizers: written as one file when joint.
        recipe: what the model was built and trained by.
        name: what to call the model; otherwise as the folder (or, for ``RUN/model``, the run) is called.
        data: fingerprint and counts of the training data, for ``info`` and the model card.
        training: how it was trained.
        scores: by split, each a dict as `evaluate --json` prints it.
        measured: what validation measured, beside scores.

    Raises:
        ModelError: ``path`` is something else than a model folder, or cannot be written.
    """
    path = Path(path).absolute()
    if path.exists() and not (path.is_dir() and ((path / CONFIG).exists() or not any(path.iterdir()))):
        raise ModelError(f"{path}: exists and is not a model folder; it is not replaced. Choose another name.")
    description = Description(
        name=name or (path.parent.name if path.name == "model" else path.name),
        recipe=recipe,
        source_vocabulary=tokenizers.source.size,
        target_vocabulary=tokenizers.target.size,
        parameters=sum(parameter.numel() for parameter in model.parameters()),
        data=dict(data or {}),
        training=training,
        scores=dict(scores or {}),
        measured=dict(measured or {}),
        versions=current_versions(),
        created=now(),
    )
    try:
        with atomic_folder(path) as scratch:
            save_file(unshared(model.state_dict()), scratch / WEIGHTS, metadata={"format": "pt"})
            tokenizers.save(scratch)
            _write_texts(scratch, description)
    except (OSError, SafetensorError) as error:  # a full disk is either
        reason = getattr(error, "strerror", None) or error
        raise ModelError(f"{path}: the model cannot be written: {reason}.") from error
    return description


def write_scores(path: Path, scores: Mapping[str, JsonValue]) -> Description:
    """Add scores (by split) to a model folder, in ``config.json`` and the model card.

    Raises:
        ModelError: the folder cannot be read.
    """
    old = Description.read(path / CONFIG)
    new = old.model_copy(update={"scores": {**old.scores, **scores}})
    _write_texts(path, new)
    return new


def write_training(path: Path, training: TrainingSummary) -> Description:
    """Write into a model folder how its training ended.

    Raises:
        ModelError: the folder cannot be read.
    """
    new = Description.read(path / CONFIG).model_copy(update={"training": training})
    _write_texts(path, new)
    return new


def _write_texts(path: Path, description: Description) -> None:
    for name, text in ((CONFIG, description.to_json()), (CARD, model_card(description))):
        scratch = path / f".{name}.new"
        scratch.write_text(text, encoding="utf-8")
        scratch.replace(path / name)


def load_folder(path: str | Path) -> LoadedModel:
    """Read the model folder at ``path`` (or the best model of the run folder there).

    Nothing in it is executed or unpickled, and torch's random state is left as it was.

    Raises:
        ModelError: naming the file that is missing, damaged, newer, or does not fit the others.
    """
    folder = find_model(path)
    description = Description.read(folder / CONFIG)
    tokenizers = Tokenizers.load(folder)
    _check_sizes(folder, tokenizers, description)
    with torch.random.fork_rng(devices=[]):
        model = build_model(description.recipe.model, description.source_vocabulary, description.target_vocabulary)
    _load_weights(model, folder / WEIGHTS)
    return LoadedModel(path=folder, model=model.eval(), tokenizers=tokenizers, description=description)


def _check_sizes(folder: Path, tokenizers: Tokenizers, description: Description) -> None:
    for side, tokenizer, size in (
        ("source", tokenizers.source, description.source_vocabulary),
        ("target", tokenizers.target, description.target_vocabulary),
    ):
        if tokenizer.size != size:
            ending = "json" if isinstance(tokenizer, Names) else "model"
            file = folder / ("tokenizer.model" if tokenizers.joint else f"{side}.{ending}")
            raise ModelError(
                f"{file}: {tokenizer.size} tokens, but {CONFIG} says {size}: the files of two models are mixed.\n"
                "  A model folder is complete or of no use: copy all of it."
            )


def unshared(weights: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """The tensors of a state dict, contiguous, on the CPU, those that share their storage (tied ones) only once.

    The first name, in the order of the module, stands for all.
    """
    first: dict[tuple[object, ...], str] = {}
    for name, tensor in weights.items():
        first.setdefault(_identity(tensor), name)
    return {name: weights[name].detach().cpu().contiguous() for name in first.values()}


def _identity(tensor: Tensor) -> tuple[object, ...]:
    return tensor.device, tensor.data_ptr(), tuple(tensor.shape), tensor.stride()


def _load_weights(model: nn.Module, file: Path) -> None:
    if not file.exists():
        raise ModelError(f"{file}: missing; the model folder is not complete: copy all of it.")
    try:
        with safe_open(file, framework="pt") as opened:
            found = {name: opened.get_tensor(name) for name in opened.keys()}  # noqa: SIM118 (not a mapping)
    except (SafetensorError, OSError, ValueError) as error:
        reason = re.sub(r"^Error while deserializing header: ", "", str(error)).strip()
        raise ModelError(
            f"{file}: cannot be read ({reason}); cut short or damaged. Copy the model folder again."
        ) from error
    expected = model.state_dict()
    problems = _disagreements({name: expected[name] for name in unshared(expected)}, found)
    if problems:
        shown = problems[:5] + ([f"  ... and {len(problems) - 5} more"] if len(problems) > 5 else [])
        raise ModelError("\n".join([f"{file}: the weights do not fit the model that {CONFIG} describes:", *shown]))
    with torch.no_grad():
        for name, tensor in found.items():
            expected[name].copy_(tensor)  # into the module's own storage, which tied names share


def _disagreements(expected: Mapping[str, Tensor], found: Mapping[str, Tensor]) -> list[str]:
    problems = [f"  {name}: missing" for name in expected if name not in found]
    problems += [f"  {name}: not part of the model" for name in found if name not in expected]
    problems += [
        f"  {name}: {tuple(found[name].shape)} in the file, {tuple(tensor.shape)} in the model"
        for name, tensor in expected.items()
        if name in found and found[name].shape != tensor.shape
    ]
    return problems
