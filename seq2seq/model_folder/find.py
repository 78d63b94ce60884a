"""Where the model is that a path names, read from one folder though a training may replace it."""

import time
from collections.abc import Callable
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import Final, TypeVar

from seq2seq import hub
from seq2seq.errors import ModelError
from seq2seq.hints import instead
from seq2seq.model_folder.description import Description
from seq2seq.model_folder.layout import CONFIG, PATTERNS, WEIGHTS
from seq2seq.storage.atomic import current_or_backup

_ATTEMPTS: Final = 3
_PATIENCE: Final = 30.0
"""Attempts, and seconds, that are made at least to read a folder while a training replaces it."""

T = TypeVar("T")


def find_model(path: str | Path) -> Path:
    """The model folder at ``path``: itself, the best model of a run folder, or a local copy of one on the hub.

    Args:
        path: a folder, or ``hf://user/name[@revision]``.

    Raises:
        ModelError: there is none; the message says what was found instead.
    """
    if hub.is_hub(path):
        return _fetched(hub.HubAddress.of_model(str(path)))
    path = current_or_backup(Path(path))
    if not path.exists():
        raise ModelError(
            f"{path}: there is no such folder. {instead(path)}\n  Expected: a model folder, a run folder, or hf://user/name."
        )
    if not path.is_dir():
        raise ModelError(
            f"{path}: not a folder; expected a model folder (with {CONFIG} and {WEIGHTS}) or a run folder."
        )
    for candidate in (path, current_or_backup(path / "model")):
        if (candidate / CONFIG).exists() or (candidate / WEIGHTS).exists():
            return candidate
    if (path / "recipe.yaml").exists():
        raise ModelError(
            f"{path}: a run that has kept no model yet: it has not been validated so far. Train it longer."
        )
    raise ModelError(f"{path}: no model in this folder: neither {CONFIG} nor model/{CONFIG}.")


def read_whole(path: str | Path, read: Callable[[Path], T]) -> T:
    """Read a model folder that a training may replace meanwhile: all of it from one model, never from two.

    Training replaces the whole folder, so that every file of a folder that has stayed the same is of one model. If it
    has not, it is read again, whether reading failed (files and digests of two models do not agree) or not.

    Args:
        path: as for :func:`find_model`.
        read: reads the folder that it is given; called again after a change.

    Raises:
        ModelError: there is no model, or what ``read`` raised though the folder stayed the same.
    """
    if hub.is_hub(path):  # a commit does not change
        return read(find_model(path))
    start = time.monotonic()
    for attempt in count(1):
        folder = find_model(path)
        before = _state(folder)
        given_up = attempt >= _ATTEMPTS and time.monotonic() - start > _PATIENCE
        try:
            found = read(folder)
        except Exception:
            if given_up or _state(_found_again(path, folder)) == before:
                raise
        else:
            if _state(_found_again(path, folder)) == before:
                return found
            if given_up:
                break
    raise ModelError(f"{path}: the model is replaced faster than it can be read; copy its folder, and use the copy.")


def _found_again(path: str | Path, folder: Path) -> Path:
    """Where the model is now; where it was, if it is gone."""
    try:
        return find_model(path)
    except ModelError:
        return folder


def _state(folder: Path) -> list[tuple[int, ...]]:
    """What tells a folder from one that takes its place, and what it says from what it says later."""
    found: list[tuple[int, ...]] = []
    for path in (folder, folder / CONFIG):
        with suppress(OSError):
            state = path.stat()
            found.append((state.st_dev, state.st_ino, state.st_mtime_ns))
    return found


def _fetched(model: hub.HubAddress) -> Path:
    """A local copy of a model on the hub; of one that is not ours, nothing but its ``config.json`` is fetched."""
    folder = hub.fetch(model, [CONFIG])
    if not (folder / CONFIG).exists():
        raise ModelError(f"{model}: not a model of this program: the repository holds no {CONFIG}.")
    Description.read(folder / CONFIG)
    return hub.fetch(model.at(folder.name), PATTERNS)
