"""The run folder: where a run keeps its recipe, log, metrics, last checkpoints and best model.

```
RUN/
  recipe.yaml      the recipe, every setting spelt out
  shards.json      names and sizes of the shards, if the data are a stream
  train.log        messages
  metrics.jsonl    measurements
  curves.png       the same as a picture
  checkpoints/     the last states, to resume from
  model/           the best model so far: a model folder
  start/           a copy of the initial model, if there is one
  .lock            held by the process that trains
```
"""

import os
import shutil
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from seq2seq import log
from seq2seq.config.load import dump_recipe, load_recipe
from seq2seq.config.recipe import Recipe
from seq2seq.config.training import Precision
from seq2seq.errors import CheckpointError, ConfigError, Seq2SeqError, reason_of
from seq2seq.model_folder.layout import CONFIG, WEIGHTS, copy_model
from seq2seq.model_folder.read import ModelFolder
from seq2seq.storage.atomic import atomic_file, atomic_folder, restore_backup
from seq2seq.storage.lock import locked
from seq2seq.training.run_folder.checkpoint import find
from seq2seq.training.run_folder.recipe_diff import Change, changes, require_resumable

RECIPE = "recipe.yaml"
CHECKPOINTS = "checkpoints"
MODEL = "model"
START = "start"
SHARDS = "shards.json"
LOG = "train.log"
_LOCK, _OWNER = ".lock", ".owner"
_BEFORE = (_LOCK, _OWNER, f".{RECIPE}.new")
"""Files that a process killed at its start may leave in an empty folder."""
_PRECISION = "training.precision"
"""What a run that has no checkpoint yet takes anew from the device."""
_FILES = (RECIPE, SHARDS, LOG, "metrics.jsonl", "curves.png", "comparison.json")
_OURS = (*_FILES, CHECKPOINTS, MODEL, START, "tensorboard")


def check_run(folder: Path, recipe: Recipe, *, resume: bool, overwrite: bool) -> bool:
    """Check that a run folder can be used, before anything is changed.

    A run is resumed on request, even if the recipe has changed, or because the folder holds one of the same recipe.

    Returns:
        Whether it is resumed.

    Raises:
        ConfigError: the folder is a model folder, or holds something else, and neither option was given.
        CheckpointError: there is nothing to resume, or the recipe has changed in a way that the run does not allow.
    """
    if all((folder / name).exists() for name in (CONFIG, WEIGHTS)):  # every command would take it for the run's model
        problem = f"{folder}: already holds a model; name another folder"
        raise ConfigError("--output", [problem], code="run.folder-is-model")
    if overwrite or not (folder.exists() and any(path.name not in _BEFORE for path in folder.iterdir())):
        if resume:
            message = f"{folder}: there is no run to resume; to start one, leave --resume out."
            raise CheckpointError(message, code="run.nothing-to-resume")
        return False
    before = _recipe_of(folder)
    if before is None and find(folder / CHECKPOINTS):
        return _without_recipe(folder, resume=resume)
    if before is None:
        problem = f"{folder}: already holds files, but no run to resume; use --overwrite, or name another folder"
        raise ConfigError("--output", [problem], code="run.folder-not-empty")
    differences = changes(before, recipe)
    if resume:
        if not find(folder / CHECKPOINTS):
            message = f"{folder}: there is no checkpoint to resume; to restart, leave --resume out."
            raise CheckpointError(message, code="run.nothing-to-resume")
        require_resumable(differences, str(folder))
        for change in differences:
            log.say(f"since the run began: {change}")
        return True
    begun = bool(find(folder / CHECKPOINTS))
    if differences and (begun or any(change.setting != _PRECISION for change in differences)):
        problems = [_other_recipe(folder, differences), *(f"  {change}" for change in differences)]
        raise ConfigError("--output", problems, code="run.other-recipe")
    if not begun:
        log.say(f"{folder}: holds a run of this recipe without a checkpoint; it restarts.")
        return False
    log.say(f"{folder}: holds a run of this recipe; resuming it.")
    return True


def _other_recipe(folder: Path, differences: list[Change]) -> str:
    """The message where a folder holds a run whose recipe differs, with advice that works in this case."""
    holds, differ = "a run of another recipe", "What differs"
    if any(change.refused for change in differences):
        differ = "What differs (restore the settings that cannot change before --resume)"
    elif all(change.harmless for change in differences):
        holds = "this run, with other settings"
    return (
        f"{folder}: already holds {holds}; --resume continues it, --overwrite replaces it, or name another folder. "
        f"{differ}:"
    )


def _without_recipe(folder: Path, *, resume: bool) -> bool:
    """Resume a run whose recipe is lost, on request only; else an error."""
    lost = f"{folder / RECIPE}: missing, damaged, or of another version"
    if not resume:
        problem = f"{lost}, but its checkpoints exist: --resume uses them, --overwrite replaces the run"
        raise ConfigError("--output", [problem], code="run.recipe-lost")
    log.warn(f"{lost}; resuming with the given recipe, unchecked against the lost one.", code="run.recipe-lost")
    return True


def open_run(folder: Path, recipe: Recipe, *, resume: bool, initial_model: ModelFolder | None = None) -> None:
    """Prepare the folder of a run that :func:`check_run` accepted.

    Unless the run is resumed, the files of an earlier run are deleted, and nothing else. Its recipe stays until the new
    one replaces it: if the process is killed meanwhile, the folder is still that of a run. An initial model that is
    not there yet is copied into the folder before anything is deleted.

    Raises:
        ConfigError: the folder cannot be written to.
        ModelError: the initial model has been deleted or changed.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if resume:
            restore_backup(folder / MODEL)
        with ExitStack() as stack:
            needed = {RECIPE}
            if initial_model is not None:
                scratch = stack.enter_context(atomic_folder(folder / START))
                copy_model(initial_model.path, scratch, expected=initial_model.description.files)
                needed.add(scratch.name)
            for path in _run_files(folder) if not resume else ():
                if path.name not in needed:
                    _delete(path)
            atomic_file(folder / RECIPE, dump_recipe(recipe).encode())
    except OSError as error:
        raise _unwritable(folder, error) from error


def _delete(path: Path) -> None:
    """Delete a file or a folder; of a link to a folder, only the contents (it may not exist yet)."""
    if path.is_symlink() and not path.exists():
        return
    if not path.is_dir():
        path.unlink()
    elif path.is_symlink():
        for inside in path.iterdir():
            _delete(inside)
    else:
        shutil.rmtree(path)


def contains(folder: Path, model: Path) -> bool:
    """Whether a model folder is inside a run folder, or behind a link in it: a new run would delete it there."""
    places = {place.resolve() for place in (folder, *(folder / name for name in _OURS))}
    return not places.isdisjoint([model.resolve(), *model.resolve().parents])


@contextmanager
def lock_run(folder: Path) -> Iterator[None]:
    """Lock a run folder against other processes; the lock of a process that dies is released.

    The folder is created if necessary, and removed again if it stays empty.

    Raises:
        ConfigError: another process has locked it, or it cannot be written to.
    """
    if folder.exists() and not folder.is_dir():
        raise ConfigError("--output", [f"{folder}: is a file; name a folder"], code="run.folder-is-file")
    made = not folder.exists()
    with ExitStack() as stack:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            stack.enter_context(locked(folder / _LOCK))
        except BlockingIOError as error:
            in_use = f"{folder}: in use by another run ({_owner(folder)}); name another folder"
            raise ConfigError("--output", [in_use], code="run.in-use") from error
        except OSError as error:
            raise _unwritable(folder, error) from error
        stack.callback(_clear, folder, made=made)
        with suppress(OSError):  # it only serves a message
            (folder / _OWNER).write_text(f"process {os.getpid()} on {socket.gethostname()}", encoding="utf-8")
        yield


def _clear(folder: Path, *, made: bool) -> None:
    """Remove the files of a lock that is still held; and the folder, if it was made for it and is empty."""
    for name in (_OWNER, _LOCK):
        with suppress(OSError):  # the first error of a failing disk is the one to report
            (folder / name).unlink(missing_ok=True)
    with suppress(OSError):
        if made and not any(folder.iterdir()):
            folder.rmdir()


def _unwritable(folder: Path, error: OSError) -> ConfigError:
    advice = "free some space, or name another folder; its contents are unchanged"
    problem = f"{folder}: cannot be written to: {reason_of(error)}; {advice}"
    return ConfigError("--output", [problem], code="run.folder-not-writable")


def _owner(folder: Path) -> str:
    try:
        return (folder / _OWNER).read_text(encoding="utf-8")
    except OSError:
        return "unknown process"


def _recipe_of(folder: Path) -> Recipe | None:
    """The recipe of the run in a folder; None: missing or unreadable."""
    try:
        return load_recipe(folder / RECIPE, quiet=True) if (folder / RECIPE).is_file() else None
    except Seq2SeqError:
        return None


def precision_of(folder: Path) -> Precision | None:
    """The precision of the run in a folder, which it keeps; None: none can be resumed, or its recipe cannot be read."""
    recipe = _recipe_of(folder)
    return None if recipe is None or not find(folder / CHECKPOINTS) else recipe.training.precision


def _run_files(folder: Path) -> list[Path]:
    """The files of an earlier run in a folder, scratch folders of interrupted writes included."""
    names = {*_OURS, *(f".{name}.{stage}" for name in _OURS for stage in ("new", "old"))}
    return [path for path in folder.iterdir() if path.name in names]
