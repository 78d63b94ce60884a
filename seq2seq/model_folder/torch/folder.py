"""The model folder: everything that a trained model needs, and nothing that is executed.

``weights.safetensors``   every parameter once, float32 as a rule, under its name in the module
``tokenizer.model``       the joint sentencepiece model; or ``source.model`` and ``target.model``; of labels and
                          tags, ``source.json`` and ``target.json``
``config.json``           format version, recipe, sizes, scores, data fingerprint (:class:`Description`)
``README.md``             the same for people: the model card

`docs/models.md` has it file by file.
"""

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import JsonValue
from safetensors import SafetensorError
from safetensors.torch import save_file
from torch import Tensor, nn

from seq2seq.config.recipe import AnyRecipe
from seq2seq.errors import ModelError, reason_of
from seq2seq.model_folder.card import model_card
from seq2seq.model_folder.description import Description, TrainingSummary, current_versions, now, read_whole
from seq2seq.model_folder.layout import CARD, CONFIG, EXPORT_FOLDER, WEIGHTS, digests, require_file
from seq2seq.model_folder.read import OpenedFolder, open_folder
from seq2seq.model_folder.torch.weights import load_model
from seq2seq.models.build import Model
from seq2seq.storage.atomic import atomic_file, atomic_folder
from seq2seq.text.label_vocabulary import Names
from seq2seq.text.vocabulary_pair import Tokenizers


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadedModel(OpenedFolder):
    """A model folder in memory."""

    model: Model
    """The network, in evaluation mode, on the CPU."""


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
        labels=_names(tokenizers, separated=False),
        tags=_names(tokenizers, separated=True),
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
            description = description.model_copy(update={"files": digests(scratch)})
            _write_texts(scratch, description)
            shutil.copymode(scratch / CONFIG, scratch / WEIGHTS)  # safetensors lets only their owner read them
    except (OSError, SafetensorError) as error:  # a full disk is either
        reason = reason_of(error)
        raise ModelError(
            f"{path}: the model cannot be written: {reason}.\n"
            "  What stood there is as it was. Free some space, or name another folder; then run the same command again."
        ) from error
    return description


def _names(tokenizers: Tokenizers, *, separated: bool) -> tuple[str, ...]:
    """The names that one of the sides consists of: tags, which are set apart by spaces, or labels."""
    sides = (tokenizers.source, tokenizers.target)
    return next((side.names for side in sides if isinstance(side, Names) and side.separated is separated), ())


def write_scores(path: Path, scores: Mapping[str, JsonValue]) -> Description:
    """Add scores (by split) to a model folder, in ``config.json`` and the model card.

    Raises:
        ModelError: the folder cannot be read, or not be written.
    """
    old = Description.read(path / CONFIG)
    return _rewrite(path, old.model_copy(update={"scores": {**old.scores, **scores}}))


def write_training(path: Path, training: TrainingSummary) -> Description:
    """Write into a model folder how its training ended.

    Raises:
        ModelError: the folder cannot be read, or not be written.
    """
    return _rewrite(path, Description.read(path / CONFIG).model_copy(update={"training": training}))


def write_measured(path: Path, measured: Mapping[str, JsonValue]) -> Description:
    """Add what was measured beside scores to a model folder.

    Raises:
        ModelError: the folder cannot be read, or not be written.
    """
    old = Description.read(path / CONFIG)
    return _rewrite(path, old.model_copy(update={"measured": {**old.measured, **measured}}))


def write_exports(
    path: Path, exported: Mapping[str, bytes], measured: Mapping[str, JsonValue], *, of: Description
) -> Description:
    """Put exported networks, by name, into a model folder, in place of those that were there.

    A process that is killed meanwhile leaves networks that ``config.json`` does not list, and so does not contradict:
    digests are taken out of it first, and the new ones come last.

    Args:
        path: the model folder.
        exported: contents of the files.
        measured: what is known of them.
        of: the model that was exported.

    Raises:
        ModelError: the folder cannot be read, or not be written, or holds another model by now.
    """
    old = Description.read(path / CONFIG)
    if old.files.get(WEIGHTS) != of.files.get(WEIGHTS):
        raise ModelError(
            f"{path}: holds another model than the one that was exported: is it still being trained?\n"
            "  Nothing was written. Export it when its training has ended, or export a copy of the folder."
        )
    kept = {name: digest for name, digest in old.files.items() if not name.startswith(f"{EXPORT_FOLDER}/")}
    if kept != old.files:
        _rewrite(path, old.model_copy(update={"files": kept}))
    try:
        with atomic_folder(path / EXPORT_FOLDER) as scratch:
            for name, content in exported.items():
                (scratch / Path(name).name).write_bytes(content)
        files = {**digests(path), **kept, **digests(path, tuple(exported))}
        return _rewrite(
            path, old.model_copy(update={"files": files, "measured": {**old.measured, "onnx": dict(measured)}})
        )
    except OSError as error:
        raise ModelError(f"{path}: the exported networks cannot be written there: {reason_of(error)}.") from error


def write_terms(path: Path, *, licence: str | None, languages: Sequence[str]) -> Description:
    """Write :func:`with_terms` into a model folder.

    Raises:
        ModelError: the folder cannot be read, or not be written.
    """
    description = with_terms(Description.read(path / CONFIG), licence=licence, languages=languages)
    try:
        _write_texts(path, description)
    except OSError as error:
        raise ModelError(f"{path}: the licence cannot be written there: {error.strerror}.") from error
    return description


def with_terms(description: Description, *, licence: str | None, languages: Sequence[str]) -> Description:
    """A description with a licence, or languages, where they are given."""
    given = {"license": licence, "languages": tuple(languages)}
    return description.model_copy(update={name: value for name, value in given.items() if value})


def _rewrite(path: Path, description: Description) -> Description:
    try:
        _write_texts(path, description)
    except OSError as error:
        raise ModelError(
            f"{path}: {CONFIG} and the model card cannot be written: {reason_of(error)}.\n"
            "  The model itself is as it was. Free some space, then run the same command again."
        ) from error
    return description


def _write_texts(path: Path, description: Description) -> None:
    card = model_card(description)
    for name, text in ((CONFIG, description.with_card(card).to_json()), (CARD, card)):
        atomic_file(path / name, text.encode())


def load_folder(path: str | Path) -> LoadedModel:
    """Read the model folder at ``path``, or the best model of the run folder there, or ``hf://user/name``.

    Nothing in it is executed or unpickled, nothing outside of it is read, nothing is written, and torch's random state
    is left as it was.

    Raises:
        ModelError: naming the file that is missing, damaged, newer, or does not fit the others.
    """

    def read(folder: Path) -> LoadedModel:
        opened = open_folder(folder, network=(WEIGHTS,))
        description = opened.description
        sizes = description.source_vocabulary, description.target_vocabulary
        model = load_model(require_file(folder, WEIGHTS), description.recipe.model, *sizes)
        return LoadedModel(path=folder, model=model, tokenizers=opened.tokenizers, description=description)

    return read_whole(path, read)


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
