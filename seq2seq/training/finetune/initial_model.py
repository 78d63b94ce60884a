"""A model that training starts from: its weights, vocabularies and optimiser state.

The run folder gets a copy of it (`RUN/start`), so that the run can be resumed, and its result compared, wherever the
folder is moved and whatever happens to the original.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor
from torch.optim import Optimizer

from seq2seq import log
from seq2seq.config.initial_model import InitialModelConfig
from seq2seq.config.recipe import Recipe
from seq2seq.data.preparing.prepare import Prepared, prepare
from seq2seq.errors import ConfigError
from seq2seq.inference.engines.torch.load import LoadedModel, load_folder
from seq2seq.models.build import Model
from seq2seq.text.vocabulary.extension import VocabularyExtension, token_origins
from seq2seq.text.vocabulary.pair import VocabularyPair
from seq2seq.training.finetune.constraints import WeightConstraints
from seq2seq.training.finetune.weight_transfer import WeightTransfer
from seq2seq.training.run_folder import folder as run_folder
from seq2seq.training.run_folder.checkpoint import by_number, optimizer_state_file
from seq2seq.training.run_folder.recipe_diff import flatten

_FREE = ("dropout", "initialisation", "naive_bayes", "naive_bayes_per")
"""Settings of a model that do not affect its shape."""


@dataclass(frozen=True)
class InitialModel:
    """The model that training starts from."""

    config: InitialModelConfig
    loaded: LoadedModel
    moments: Path | None
    """File of its optimiser's tensors; None: missing, or not wanted."""
    tensors: Mapping[str, Tensor]
    """Its optimiser's tensors, read at once: a run that is still active deletes its older checkpoints."""

    @classmethod
    def open(cls, recipe: Recipe, output: Path, *, resume: bool) -> "InitialModel | None":
        """Load the initial model of a recipe, or its copy in a run that is resumed; None: the recipe names none.

        Raises:
            ModelError: it is missing or damaged.
            ConfigError: it is inside the run folder, or differs from the recipe in task, shape or kind of vocabulary.
        """
        if recipe.initial_model is None:
            return None
        copy = output / run_folder.START
        loaded = load_folder(copy if resume and copy.exists() else recipe.initial_model.model)
        if not resume and run_folder.contains(output, loaded.path):
            problem = f"{loaded.path}: the model is in the run folder; name another --output"
            raise ConfigError("--output", [problem], code="finetune.model-in-output")
        _check(recipe, loaded)
        same = loaded.recipe.training.optimizer.name == recipe.training.optimizer.name
        wanted = recipe.initial_model.optimizer and same and not resume
        moments = optimizer_state_file(loaded.path.parent / run_folder.CHECKPOINTS) if wanted else None
        return cls(recipe.initial_model, loaded, moments, _read(moments))

    @property
    def extension(self) -> VocabularyExtension:
        """The extension of its vocabularies."""
        return VocabularyExtension(pieces=self.config.extend_vocabulary, labels=self.config.labels)

    def copy_source(self, output: Path) -> LoadedModel | None:
        """The model to copy into a run folder; None: it is that copy."""
        return None if self.loaded.path.resolve() == (output / run_folder.START).resolve() else self.loaded

    def load_into(self, model: Model, tokenizers: VocabularyPair) -> WeightConstraints:
        """Copy its weights into a new model; returns the constraints on them."""
        transfer = self._transfer(tokenizers)
        own = model.state_dict()
        with torch.no_grad():
            for name, tensor in self.loaded.model.state_dict().items():
                if name in own and name != "votes":  # counted again, from the new data
                    own[name].copy_(transfer.transfer(name, tensor, own[name]))
        return WeightConstraints(model, transfer, anchor=self.config.l2_sp, freeze=self.config.freeze)

    def load_optimizer_state(self, model: Model, optimizer: Optimizer, tokenizers: VocabularyPair) -> None:
        """Copy its optimiser's state into a new one, with rows for new tokens as in the weights."""
        if self.moments is None or not self.tensors:
            return
        transfer = self._transfer(tokenizers)
        numbers = {name: number for number, (name, _) in enumerate(self.loaded.model.named_parameters())}
        before = by_number(self.tensors)
        state: dict[int, dict[str, Any]] = {}
        for number, (name, parameter) in enumerate(model.named_parameters()):
            found = before.get(numbers[name])
            if parameter.requires_grad and found:
                state[number] = {
                    kind: tensor if not tensor.ndim else transfer.transfer(name, tensor, torch.zeros_like(parameter))
                    for kind, tensor in found.items()
                }
        optimizer.load_state_dict({"state": state, "param_groups": optimizer.state_dict()["param_groups"]})
        log.say(f"the optimiser continues from {self.moments.parent}")

    def _transfer(self, tokenizers: VocabularyPair) -> WeightTransfer:
        before = self.loaded.tokenizers
        return WeightTransfer(
            token_origins(before.source, tokenizers.source), token_origins(before.target, tokenizers.target)
        )


def _read(moments: Path | None) -> Mapping[str, Tensor]:
    """The tensors of an optimiser; none, with a warning, where they cannot be read."""
    if moments is None:
        return {}
    try:
        return load_file(moments)
    except (OSError, SafetensorError) as error:
        message = f"{moments}: cannot be read ({error}); the optimiser starts without its state."
        log.warn(message, code="finetune.optimizer-state-unreadable")
        return {}


def open_data(recipe: Recipe, output: Path, *, resume: bool) -> tuple[InitialModel | None, Prepared]:
    """The initial model of a recipe, if any, and its prepared data.

    Raises:
        ModelError, ConfigError: see :meth:`InitialModel.open`.
        DataError: the data are missing or wrong.
    """
    start = InitialModel.open(recipe, output, resume=resume)
    prepared = prepare(
        recipe.data,
        recipe.tokenizer,
        seed=recipe.training.seed,
        sides=recipe.sides,
        tokenizers=start.loaded.tokenizers if start else None,
        extension=start.extension if start else None,
        whole=recipe.training.batch.windows is not None,
    )
    before = start.loaded.description.sketch if start else None
    if before is not None:  # it has also seen what it was trained on first
        prepared = replace(prepared, sketch=before | prepared.sketch)
    return start, prepared


def _check(recipe: Recipe, loaded: LoadedModel) -> None:
    """Refuse a model that does not have the recipe's shape, with every setting that differs."""
    theirs = loaded.recipe
    if recipe.task != theirs.task:
        problem = f"initial_model.model: {loaded.path} is a model for {theirs.task}, not {recipe.task}"
        raise ConfigError("recipe", [problem], code="finetune.other-task")
    problems = []
    for section, free in (("model", _FREE), ("tokenizer", ("sampling", "vocabulary", "symbols"))):
        own, other = (
            flatten(getattr(one, section).model_dump(mode="json", exclude=set(free))) for one in (recipe, theirs)
        )
        problems += [
            f"{section}.{name}: {own.get(name)!r}, but the initial model has {other.get(name)!r}"
            for name in sorted(own.keys() | other.keys())
            if own.get(name) != other.get(name)
        ]
    if bool(getattr(recipe.model, "naive_bayes", 0.0)) != bool(getattr(theirs.model, "naive_bayes", 0.0)):
        problems.append("model.naive_bayes: one of the two models has it, the other does not")
    if problems:
        raise ConfigError("recipe", problems, code="finetune.other-model")
