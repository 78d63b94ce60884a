"""Updates an existing model folder: scores, measurements, exported networks, terms of use.

All raise :class:`~seq2seq.errors.ModelError` if the folder cannot be read or written.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

from pydantic import JsonValue

from seq2seq.errors import ModelError, reason_of
from seq2seq.model_folder.description import Description, TrainingSummary
from seq2seq.model_folder.layout import CARD, CONFIG, EXPORT_FOLDER, WEIGHTS, digests
from seq2seq.model_folder.writing.card import model_card
from seq2seq.storage.atomic import atomic_file, atomic_folder


def write_scores(path: Path, scores: Mapping[str, JsonValue]) -> Description:
    """Add scores (by split) to a model folder, in ``config.json`` and the model card."""
    old = Description.read(path / CONFIG)
    return _rewrite(path, old.model_copy(update={"scores": {**old.scores, **scores}}))


def write_training(path: Path, training: TrainingSummary) -> Description:
    """Write the training summary into a model folder."""
    return _rewrite(path, Description.read(path / CONFIG).model_copy(update={"training": training}))


def write_measured(path: Path, measured: Mapping[str, JsonValue]) -> Description:
    """Add measurements other than scores to a model folder."""
    old = Description.read(path / CONFIG)
    return _rewrite(path, old.model_copy(update={"measured": {**old.measured, **measured}}))


def write_exports(
    path: Path, exported: Mapping[str, bytes], measured: Mapping[str, JsonValue], *, of: Description
) -> Description:
    """Replace the exported networks of a model folder.

    Digests are removed from ``config.json`` first, and the new ones are added last: if the process is killed meanwhile,
    the networks are not listed, and so not contradicted.

    Raises:
        ModelError: also if the folder has another model than the exported one by now.
    """
    old = Description.read(path / CONFIG)
    if old.files.get(WEIGHTS) != of.files.get(WEIGHTS):
        raise ModelError(
            f"{path}: has another model than the exported one: is it still being trained?\n"
            "  Nothing was written. Export it when training has ended, or export a copy of the folder.",
            code="model.replaced",
        )
    others = {name: digest for name, digest in old.files.items() if not name.startswith(f"{EXPORT_FOLDER}/")}
    if others != old.files:
        _rewrite(path, old.model_copy(update={"files": others}))
    try:
        with atomic_folder(path / EXPORT_FOLDER) as scratch:
            for name, content in exported.items():
                (scratch / Path(name).name).write_bytes(content)
        files = {**digests(path), **others, **digests(path, tuple(exported))}
        return _rewrite(
            path, old.model_copy(update={"files": files, "measured": {**old.measured, "onnx": dict(measured)}})
        )
    except OSError as error:
        message = f"{path}: the exported networks cannot be written: {reason_of(error)}."
        raise ModelError(message, code="model.unwritable") from error


def write_terms(path: Path, *, licence: str | None, languages: Sequence[str]) -> Description:
    """Write a licence and languages into a model folder."""
    return _rewrite(path, with_terms(Description.read(path / CONFIG), licence=licence, languages=languages))


def with_terms(description: Description, *, licence: str | None, languages: Sequence[str]) -> Description:
    """A description with a licence and languages, if given."""
    given = {"license": licence, "languages": tuple(languages)}
    return description.model_copy(update={name: value for name, value in given.items() if value})


def _rewrite(path: Path, description: Description) -> Description:
    try:
        write_texts(path, description)
    except OSError as error:
        raise ModelError(
            f"{path}: {CONFIG} and the model card cannot be written: {reason_of(error)}.\n"
            "  The model is unchanged. Free some space, then run the same command again.",
            code="model.unwritable",
        ) from error
    return description


def write_texts(path: Path, description: Description) -> None:
    """Write ``config.json``, then the model card.

    Raises:
        OSError: they cannot be written.
    """
    card = model_card(description)
    for name, text in ((CONFIG, description.with_card(card).to_json()), (CARD, card)):
        atomic_file(path / name, text.encode())
