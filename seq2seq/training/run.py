"""The run folder: where a run keeps its recipe, log, metrics, last checkpoint and best model.

```
RUN/
  recipe.yaml      the recipe, every setting spelt out
  train.log        what was said
  metrics.jsonl    what was measured
  curves.png       the same as a picture
  checkpoint/      the last state, to go on from
  model/           the best model so far: a model folder
  start/           the model that the run went on from, if it did
```
"""

import shutil
from collections.abc import Callable
from pathlib import Path

from seq2seq.config.load import dump_recipe, load_recipe
from seq2seq.config.recipe import Recipe
from seq2seq.errors import CheckpointError, ConfigError
from seq2seq.inference.atomic import recover

RECIPE = "recipe.yaml"
CHECKPOINT = "checkpoint"
MODEL = "model"
LOG = "train.log"
_FIXED: dict[str, Callable[[Recipe], object]] = {
    "task": lambda recipe: recipe.task,
    "tokenizer": lambda recipe: recipe.tokenizer,
    "model": lambda recipe: recipe.model,
    "start": lambda recipe: recipe.start,
    "data.replay": lambda recipe: recipe.data.replay,
    "training.seed": lambda recipe: recipe.training.seed,
    "training.batch": lambda recipe: recipe.training.batch,
    "training.optimizer.name": lambda recipe: recipe.training.optimizer.name,
    "training.average": lambda recipe: recipe.training.average > 0,
}
"""What cannot change while a run goes on; data are compared by their fingerprint."""
_OURS = (RECIPE, LOG, "metrics.jsonl", "curves.png", CHECKPOINT, MODEL, "start", "tensorboard")


def check_run(folder: Path, recipe: Recipe, *, resume: bool, overwrite: bool) -> None:
    """Look whether a run folder can be used, before anything is changed.

    Args:
        folder: of the run.
        recipe: what is to be trained.
        resume: go on with the run in the folder.
        overwrite: replace the run in the folder.

    Raises:
        ConfigError: the folder holds something, and neither was asked for.
        CheckpointError: there is nothing to resume, or the recipe has changed in a way that the run does not allow.
    """
    if resume:
        _check_resumable(folder, recipe)
    elif folder.exists() and not folder.is_dir():
        raise ConfigError("--output", [f"{folder}: is a file; give the name of a folder"])
    elif folder.exists() and any(folder.iterdir()) and not overwrite:
        raise ConfigError(
            "--output",
            [
                f"{folder}: already holds files; add --resume to go on with that run, --overwrite to replace it, "
                "or name another"
            ],
        )


def open_run(folder: Path, recipe: Recipe, *, resume: bool) -> None:
    """Make the folder of a run that :func:`check_run` let pass.

    Unless it is resumed, what another run left in it is deleted: what runs write, and nothing else.

    Raises:
        ConfigError: the folder cannot be written to.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for path in _leavings(folder) if not resume else ():
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink()
        (folder / RECIPE).write_text(dump_recipe(recipe), encoding="utf-8")
    except OSError as error:
        raise ConfigError("--output", [f"{folder}: cannot be written to: {error.strerror}"]) from error


def _leavings(folder: Path) -> list[Path]:
    """What runs write into their folder, scratch folders of interrupted writes included."""
    names = {*_OURS, *(f".{name}.{stage}" for name in (CHECKPOINT, MODEL) for stage in ("new", "old"))}
    return [path for path in folder.iterdir() if path.name in names]


def _check_resumable(folder: Path, recipe: Recipe) -> None:
    recover(folder / CHECKPOINT)
    if not (folder / CHECKPOINT / "state.json").exists():
        raise CheckpointError(f"{folder}: there is no checkpoint to resume; leave --resume out to begin.")
    before = load_recipe(folder / RECIPE)
    for name, read in _FIXED.items():
        if read(before) != read(recipe):
            raise CheckpointError(
                f"{folder}: `{name}` in the recipe is not what this run was started with ({folder / RECIPE}).\n"
                "  Its weights or its position would mean something else. Put it back, or train anew in another folder."
            )
