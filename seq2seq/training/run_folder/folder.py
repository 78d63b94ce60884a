"""The run folder: where a run keeps its recipe, log, metrics, last checkpoints and best model.

```
RUN/
  recipe.yaml      the recipe, every setting spelt out
  train.log        what was said
  metrics.jsonl    what was measured
  curves.png       the same as a picture
  checkpoints/     the last states, to go on from
  model/           the best model so far: a model folder
  start/           the model that the run went on from, if it did
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
LOG = "train.log"
_LOCK, _OWNER = ".lock", ".owner"
_BEFORE = (_LOCK, _OWNER, f".{RECIPE}.new")
"""What a process that is killed as it begins may leave in a folder that was empty."""
_OURS = (RECIPE, LOG, "metrics.jsonl", "curves.png", "comparison.json", CHECKPOINTS, MODEL, START, "tensorboard")


def check_run(folder: Path, recipe: Recipe, *, resume: bool, overwrite: bool) -> bool:
    """Look whether a run folder can be used, before anything is changed.

    Args:
        folder: of the run.
        recipe: what is to be trained.
        resume: go on with the run in the folder, though the recipe may have changed.
        overwrite: replace the run in the folder.

    Returns:
        Whether a run goes on: it was asked for, or the folder holds one of the very same recipe.

    Raises:
        ConfigError: the folder is a model folder, or holds something else, and nothing was said of what to do with it.
        CheckpointError: there is nothing to resume, or the recipe has changed in a way that the run does not allow.
    """
    if (folder / CONFIG).exists() and (folder / WEIGHTS).exists():  # every command would take that model for the run's
        raise ConfigError("--output", [f"{folder}: already holds files, those of a model; name another folder"])
    if overwrite or not (folder.exists() and any(path.name not in _BEFORE for path in folder.iterdir())):
        if resume:
            raise CheckpointError(f"{folder}: there is no run to resume; leave --resume out to begin.")
        return False
    before = _recipe_of(folder)
    if before is None and find(folder / CHECKPOINTS):
        return _without_recipe(folder, resume=resume)
    if before is None:
        raise ConfigError(
            "--output", [f"{folder}: already holds files, and no run that could go on; --overwrite, or name another"]
        )
    differences = changes(before, recipe)
    if resume:
        if not find(folder / CHECKPOINTS):
            raise CheckpointError(f"{folder}: there is no checkpoint to resume; leave --resume out to begin.")
        require_resumable(differences, str(folder))
        for change in differences:
            log.say(f"since the run began: {change}")
        return True
    if differences:
        raise ConfigError("--output", [_another(folder, differences), *(f"  {change}" for change in differences)])
    if not find(folder / CHECKPOINTS):
        log.say(f"{folder}: holds a run of this recipe that has kept nothing yet; it begins again.")
        return False
    log.say(f"{folder}: holds a run of this recipe; it goes on.")
    return True


def _another(folder: Path, differences: list[Change]) -> str:
    """What is said where a folder holds a run whose recipe differs: as much as is so, and only advice that works."""
    holds, differ = "a run of another recipe", "What differs"
    if any(change.refused for change in differences):
        differ = "What differs (what cannot change has to be put back before --resume)"
    elif all(change.harmless for change in differences):
        holds = "this run, with other settings"
    return (
        f"{folder}: already holds {holds}; --resume goes on with it, --overwrite replaces it, or name another folder. "
        f"{differ}:"
    )


def _without_recipe(folder: Path, *, resume: bool) -> bool:
    """Go on with a run whose recipe is lost, if that is what was asked for.

    Raises:
        ConfigError: it was not.
    """
    lost = f"{folder / RECIPE}: missing, damaged, or of another version"
    if not resume:
        raise ConfigError(
            "--output",
            [f"{lost}; the checkpoints beside it are there: --resume goes on with them, --overwrite replaces the run"],
        )
    log.warn(f"{lost}: what has changed since cannot be told; the run goes on by the recipe that is given.")
    return True


def open_run(folder: Path, recipe: Recipe, *, resume: bool, start: ModelFolder | None = None) -> None:
    """Make the folder of a run that :func:`check_run` let pass.

    Unless it is resumed, what another run left in it is deleted: what runs write, and nothing else. The recipe stays
    until the new one takes its place: a folder that is killed half-way is still that of a run.

    Args:
        folder: of the run.
        recipe: what is trained.
        resume: whether a run goes on.
        start: the model that the run begins from, of which it gets a copy, made before anything is deleted.

    Raises:
        ConfigError: the folder cannot be written to.
        ModelError: the model is not there any more, or is another.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if resume:
            restore_backup(folder / MODEL)
        with ExitStack() as stack:
            needed = {RECIPE}
            if start is not None:
                scratch = stack.enter_context(atomic_folder(folder / START))
                copy_model(start.path, scratch, expected=start.description.files)
                needed.add(scratch.name)
            for path in _leavings(folder) if not resume else ():
                if path.name not in needed:
                    _delete(path)
            atomic_file(folder / RECIPE, dump_recipe(recipe).encode())
    except OSError as error:
        raise _unwritable(folder, error) from error


def _delete(path: Path) -> None:
    """Delete a file or a folder; of a link to a folder, which stays, what that holds (it may not be there yet)."""
    if path.is_symlink() and not path.exists():
        return
    if not path.is_dir():
        path.unlink()
    elif path.is_symlink():
        for inside in path.iterdir():
            _delete(inside)
    else:
        shutil.rmtree(path)


def holds(folder: Path, model: Path) -> bool:
    """Whether a model folder lies in a run folder, or where a link in it leads: there a new run would delete it."""
    places = {place.resolve() for place in (folder, *(folder / name for name in _OURS))}
    return not places.isdisjoint([model.resolve(), *model.resolve().parents])


@contextmanager
def claimed(folder: Path) -> Iterator[None]:
    """Hold a run folder against other processes; a process that dies lets go of it.

    The folder is made if need be, and goes again if nothing was put into it.

    Raises:
        ConfigError: another process holds it, or it cannot be written to.
    """
    if folder.exists() and not folder.is_dir():
        raise ConfigError("--output", [f"{folder}: is a file; give the name of a folder"])
    made = not folder.exists()
    with ExitStack() as stack:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            stack.enter_context(locked(folder / _LOCK))
        except BlockingIOError as error:
            in_use = f"{folder}: in use by another run ({_owner(folder)}); name another"
            raise ConfigError("--output", [in_use], code="run.in-use") from error
        except OSError as error:
            raise _unwritable(folder, error) from error
        stack.callback(_clear, folder, made=made)
        with suppress(OSError):  # a message would say less; that is all
            (folder / _OWNER).write_text(f"process {os.getpid()} on {socket.gethostname()}", encoding="utf-8")
        yield


def _clear(folder: Path, *, made: bool) -> None:
    """Remove the files of a lock that is still held; and the folder, if it was made for it and is empty."""
    for name in (_OWNER, _LOCK):
        with suppress(OSError):  # of a disk that fails, what failed first is what there is to say
            (folder / name).unlink(missing_ok=True)
    with suppress(OSError):
        if made and not any(folder.iterdir()):
            folder.rmdir()


def _unwritable(folder: Path, error: OSError) -> ConfigError:
    advice = "free some space, or name another folder; what it holds is as it was"
    return ConfigError("--output", [f"{folder}: cannot be written to: {reason_of(error)}; {advice}"])


def _owner(folder: Path) -> str:
    try:
        return (folder / _OWNER).read_text(encoding="utf-8")
    except OSError:
        return "it does not say which"


def _recipe_of(folder: Path) -> Recipe | None:
    """The recipe of the run in a folder; None: there is none, or none that can be read."""
    try:
        return load_recipe(folder / RECIPE, quiet=True) if (folder / RECIPE).is_file() else None
    except Seq2SeqError:
        return None


def _leavings(folder: Path) -> list[Path]:
    """What runs write into their folder, scratch folders of interrupted writes included."""
    names = {*_OURS, *(f".{name}.{stage}" for name in _OURS for stage in ("new", "old"))}
    return [path for path in folder.iterdir() if path.name in names]
