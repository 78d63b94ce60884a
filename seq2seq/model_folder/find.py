"""Finds the model that a path names, and reads it consistently while training may replace it."""

import time
from collections.abc import Callable
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import Final, TypeVar

from seq2seq import hub
from seq2seq.errors import ModelError
from seq2seq.hints import instead
from seq2seq.model_folder.layout import CONFIG, PATTERNS, WEIGHTS
from seq2seq.storage.atomic import current_or_backup

_ATTEMPTS: Final = 3
"""Least number of attempts to read a folder that is being replaced."""
_PATIENCE: Final = 30.0
"""Least number of seconds for these attempts."""

T = TypeVar("T")


def find_model(path: str | Path) -> Path:
    """The model folder at ``path``: itself, the best model of a run, or a local copy of ``hf://user/name[@revision]``.

    Raises:
        ModelError: there is none.
    """
    if hub.is_hub(path):
        from seq2seq.model_folder.description import Description

        return hub.fetch(hub.HubAddress.parse_model(str(path)), PATTERNS, Description.read)
    path = current_or_backup(Path(path))
    if not path.exists():
        expected = "Expected: a model folder, a run folder, or hf://user/name."
        raise ModelError(f"{path}: there is no such folder. {instead(path)}\n  {expected}", code="model.no-such-folder")
    if not path.is_dir():
        message = f"{path}: not a folder; expected a model folder (with {CONFIG} and {WEIGHTS}) or a run folder."
        raise ModelError(message, code="model.not-a-folder")
    for candidate in (path, current_or_backup(path / "model")):
        if (candidate / CONFIG).exists() or (candidate / WEIGHTS).exists():
            return candidate
    if (path / "recipe.yaml").exists():
        message = f"{path}: a run without a model: it has not been validated yet. Train it longer."
        raise ModelError(message, code="model.none-yet")
    raise ModelError(f"{path}: no model in this folder: neither {CONFIG} nor model/{CONFIG}.", code="model.not-a-model")


def read_whole(path: str | Path, read: Callable[[Path], T]) -> T:
    """Read a model folder consistently, even if training replaces it meanwhile.

    Training replaces the whole folder, so the files of an unchanged folder are of one model. If it has changed, it is
    read again, whether reading failed (files and digests of two models differ) or not.

    Raises:
        ModelError: there is no model, or ``read`` raised it for an unchanged folder.
    """
    if hub.is_hub(path):  # a commit does not change
        return read(find_model(path))
    start = time.monotonic()
    for attempt in count(1):
        folder = find_model(path)
        before = folder_state(folder)
        given_up = attempt >= _ATTEMPTS and time.monotonic() - start > _PATIENCE
        try:
            result = read(folder)
        except Exception:
            if given_up or folder_state(_found_again(path, folder)) == before:
                raise
        else:
            if folder_state(_found_again(path, folder)) == before:
                return result
            if given_up:
                break
    message = f"{path}: the model is replaced faster than it can be read; copy its folder, and use the copy."
    raise ModelError(message, code="model.replaced")


def _found_again(path: str | Path, folder: Path) -> Path:
    """The folder of the model now; the old one, if it is gone."""
    try:
        return find_model(path)
    except ModelError:
        return folder


def folder_state(folder: Path) -> list[tuple[int, ...]]:
    """Identity of a model folder and its ``config.json``, which differs after a replacement or an update."""
    identity: list[tuple[int, ...]] = []
    for path in (folder, folder / CONFIG):
        with suppress(OSError):
            state = path.stat()
            identity.append((state.st_dev, state.st_ino, state.st_mtime_ns))
    return identity
