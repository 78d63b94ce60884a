"""The mean of the weights of several models of one shape: a model that costs what one of them costs.

It is for models that share their beginning: checkpoints of one run (Vaswani et al. 2017, section 6.1), or models that
were fine-tuned from one (model soups, Wortsman et al. 2022). In models that grew from different random weights, units
of the same number have learnt different things, and the mean of them has learnt nothing.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import reduce
from operator import or_
from pathlib import Path

import torch
from pydantic import JsonValue
from torch import Tensor

from seq2seq.errors import CheckpointError, ConfigError
from seq2seq.inference.engines.torch.load import LoadedModel, load_folder
from seq2seq.model_folder.compare import differences
from seq2seq.model_folder.description import SKETCH, Description
from seq2seq.model_folder.inference_config import LONGEST
from seq2seq.model_folder.writing.save import save_folder, unshared
from seq2seq.model_folder.writing.update import write_terms
from seq2seq.training.run_folder import checkpoint
from seq2seq.training.run_folder.folder import CHECKPOINTS
from seq2seq.training.run_folder.recipe_diff import flatten
from seq2seq.wording import plural

_SHOWN = 5
"""Parameters that a message names."""
_FREE = ("dropout.", "initialisation.")
"""Settings of `model` that do not decide what its weights compute."""


def average_models(paths: Sequence[str | Path], output: Path) -> Description:
    """Write the mean of the weights of models as a model folder.

    The recipe is the first model's. What was measured of the models (scores, calibration, confidence) does not hold for
    the mean, and is left out, and so are exported networks.

    Args:
        paths: model folders, run folders, or ``hf://user/name``, at least one.
        output: the folder to write.

    Raises:
        ConfigError: the models differ in tokenizers, shape or initial weights (names both, and all that differs); or
            ``output`` is not empty.
        ModelError: a model is missing or damaged, or the mean cannot be written.
    """
    _require_empty(output)
    models = [load_folder(path) for path in paths]
    problems = []
    for path, other in zip(paths[1:], models[1:], strict=True):
        if found := list(_differences(models[0], other)):
            problems += [f"{paths[0]} and {path}:", *(f"  {difference}" for difference in found)]
    if problems:
        raise ConfigError("average", problems, code="average.models-differ")
    descriptions = [model.description for model in models]
    members = [_member(one.name, one.training.best_step if one.training else None) for one in descriptions]
    weights = [unshared(model.model.state_dict()) for model in models]
    return _write(output, models, weights, members)


def average_checkpoints(run: Path, output: Path, *, last: int) -> Description:
    """Write the mean of the weights in the last checkpoints of a run as a model folder.

    They are the weights as training left them, not the moving average of `training.ema_decay`. The rest is as in
    :func:`average_models`.

    Args:
        run: the run folder.
        output: the folder to write.
        last: checkpoints that are averaged.

    Raises:
        CheckpointError: the run has fewer intact checkpoints, or one cannot be read or does not fit its model.
        ConfigError: ``output`` is not empty.
        ModelError: the run has no model yet, or the mean cannot be written.
    """
    _require_empty(output)
    loaded = load_folder(run)
    found = [path for path in checkpoint.find(run / CHECKPOINTS) if checkpoint.damage(path) is None]
    if len(found) < last:
        raise CheckpointError(
            f"{run}: {plural(len(found), 'intact checkpoint')}, but {last} are to be averaged.\n"
            "  A run retains the last 2, or as many as its setting training.keep_checkpoints says.",
            code="average.too-few-checkpoints",
        )
    own = loaded.model.state_dict()
    weights = [checkpoint.read_weights(path, fitting=own) for path in found[:last]]
    members = [_member(loaded.description.name, checkpoint.step_of(path)) for path in found[:last]]
    return _write(output, [loaded], weights, members)


def mean_of(weights: Sequence[Mapping[str, Tensor]]) -> dict[str, Tensor]:
    """The mean of tensors by name, summed in float64; exactly those of a model, if all are equal."""
    return {
        name: (sum(one[name].double() for one in weights) / len(weights)).to(of.dtype)  # type: ignore[union-attr]
        for name, of in weights[0].items()
    }


def _write(
    output: Path, models: Sequence[LoadedModel], weights: Sequence[Mapping[str, Tensor]], members: list[JsonValue]
) -> Description:
    """Write the mean of weights as a model folder, with what holds for all ``models``; the first one's get the mean."""
    first, descriptions = models[0], [model.description for model in models]
    into = first.model.state_dict()
    with torch.no_grad():
        for name, mean in mean_of(weights).items():
            into[name].copy_(mean)
    save_folder(
        output,
        model=first.model,
        tokenizers=first.tokenizers,
        recipe=first.recipe,
        data=_common_data(descriptions),
        measured={"averaged": members},
    )
    licences, languages = ({getattr(one, of) for one in descriptions} for of in ("license", "languages"))
    return write_terms(
        output,
        licence=licences.pop() if len(licences) == 1 else None,
        languages=languages.pop() if len(languages) == 1 else (),
    )


def _member(name: str, step: int | None) -> JsonValue:
    return {"model": name, "step": step}


def _require_empty(output: Path) -> None:
    if output.exists() and not (output.is_dir() and not any(output.iterdir())):
        problem = f"{output}: already holds files; name another folder"
        raise ConfigError("--output", [problem], code="average.folder-not-empty")


def _differences(one: LoadedModel, other: LoadedModel) -> Iterator[str]:
    """What keeps two models from having a mean."""
    if found := differences(one, other):
        yield from found
        return
    settings, changed = (flatten(model.recipe.model.model_dump(mode="json")) for model in (one, other))
    for name in sorted(settings.keys() | changed.keys()):
        if settings.get(name) != changed.get(name) and not name.startswith(_FREE):
            yield f"model.{name}: {settings.get(name)!r} and {changed.get(name)!r}"
    shapes, others = _shapes(one), _shapes(other)
    differing = sorted(name for name in shapes.keys() | others.keys() if shapes.get(name) != others.get(name))
    for name in differing[:_SHOWN]:
        here, there = (str(of[name]) if name in of else "none" for of in (shapes, others))
        yield f"parameter {name}: {here} and {there}"
    if len(differing) > _SHOWN:
        yield f"and {plural(len(differing) - _SHOWN, 'parameter')} more"
    seeds = [model.recipe.training.seed for model in (one, other) if model.recipe.initial_model is None]
    if len(set(seeds)) > 1:
        yield (
            f"they grew from different random weights (training.seed: {seeds[0]} and {seeds[1]}), and have no useful "
            "mean; translate with both instead: --ensemble"
        )


def _shapes(model: LoadedModel) -> dict[str, tuple[int, ...]]:
    return {name: tuple(of.shape) for name, of in unshared(model.model.state_dict()).items()}


def _common_data(descriptions: Sequence[Description]) -> dict[str, JsonValue]:
    """What holds for the training data of all models; hashes and the longest source are those of all data together."""
    first, *others = (description.data for description in descriptions)
    common = {name: value for name, value in first.items() if all(other.get(name) == value for other in others)}
    longest = [description.longest for description in descriptions if description.longest is not None]
    if longest:
        common[LONGEST] = max(longest)
    sketches = [description.sketch for description in descriptions if description.sketch is not None]
    if sketches:
        common[SKETCH] = reduce(or_, sketches).to_dict()
    return common
