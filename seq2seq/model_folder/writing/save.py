"""Writes a model folder: everything that a trained model needs, and nothing that is executed.

``weights.safetensors``   every parameter once, usually float32, under its name in the module
``tokenizer.model``       the joint sentencepiece model; or ``source.model`` and ``target.model``; for labels and
                          tags, ``source.json`` and ``target.json``; for series, ``series.json``
``config.json``           format version, recipe, sizes, scores, data fingerprint (:class:`Description`)
``README.md``             the same for people: the model card

`docs/models.md` describes each file.
"""

import shutil
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from pydantic import JsonValue
from safetensors import SafetensorError
from safetensors.torch import save_file
from torch import Tensor, nn

from seq2seq.config.one_of import packages_of
from seq2seq.config.recipe import AnyRecipe
from seq2seq.errors import ModelError, reason_of
from seq2seq.formats.languages import base
from seq2seq.model_folder.description import Description, TrainingSummary
from seq2seq.model_folder.layout import CONFIG, WEIGHTS, digests
from seq2seq.model_folder.versions import current_versions
from seq2seq.model_folder.writing.update import write_texts
from seq2seq.storage.atomic import atomic_folder
from seq2seq.text.vocabulary.labels import LabelVocabulary
from seq2seq.text.vocabulary.pair import VocabularyPair


def save_folder(
    path: Path,
    *,
    model: nn.Module,
    tokenizers: VocabularyPair,
    recipe: AnyRecipe,
    name: str | None = None,
    data: Mapping[str, JsonValue] | None = None,
    training: TrainingSummary | None = None,
    measured: Mapping[str, JsonValue] | None = None,
) -> Description:
    """Write a model folder at ``path`` atomically; an existing model folder is replaced.

    The name of the model is by default that of the folder, or for ``RUN/model`` of the run. For ``info`` and the model
    card, ``data`` are fingerprint and counts of the training data, and ``measured`` measurements other than scores.

    Raises:
        ModelError: ``path`` exists and is no model folder, or cannot be written.
    """
    path = Path(path).absolute()
    if path.exists() and not (path.is_dir() and ((path / CONFIG).exists() or not any(path.iterdir()))):
        message = f"{path}: exists and is not a model folder; it is not replaced. Choose another name."
        raise ModelError(message, code="model.not-a-model-folder")
    description = Description(
        name=name or (path.parent.name if path.name == "model" else path.name),
        languages=tuple(map(base, recipe.data.languages or ())),
        recipe=recipe,
        source_vocabulary=tokenizers.source.size,
        target_vocabulary=tokenizers.target.size,
        labels=_names(tokenizers, separated=False),
        tags=_names(tokenizers, separated=True),
        parameters=sum(parameter.numel() for parameter in model.parameters()),
        data=dict(data or {}),
        training=training,
        measured=dict(measured or {}),
        versions=current_versions(),
        plugins=packages_of(recipe),
        created=datetime.now(UTC).isoformat(timespec="seconds"),
    )
    try:
        with atomic_folder(path) as scratch:
            save_file(unshared(model.state_dict()), scratch / WEIGHTS, metadata={"format": "pt"})
            tokenizers.save(scratch)
            description = description.model_copy(update={"files": digests(scratch)})
            write_texts(scratch, description)
            shutil.copymode(scratch / CONFIG, scratch / WEIGHTS)  # safetensors makes them private
    except (OSError, SafetensorError) as error:  # a full disk raises either
        raise ModelError(
            f"{path}: the model cannot be written: {reason_of(error)}.\n"
            "  A model there is unchanged. Free some space, or name another folder; then run the command again.",
            code="model.unwritable",
        ) from error
    return description


def _names(tokenizers: VocabularyPair, *, separated: bool) -> tuple[str, ...]:
    """The labels, or the tags (``separated`` by spaces), of either side."""
    sides = (tokenizers.source, tokenizers.target)
    return next((side.names for side in sides if isinstance(side, LabelVocabulary) and side.separated is separated), ())


def unshared(weights: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """The tensors of a state dict, contiguous, on the CPU; tied ones once, under their first name."""
    first: dict[tuple[object, ...], str] = {}
    for name, tensor in weights.items():
        first.setdefault((tensor.device, tensor.data_ptr(), tuple(tensor.shape), tensor.stride()), name)
    return {name: weights[name].detach().cpu().contiguous() for name in first.values()}
