"""The run folder: where a run keeps its recipe, log, metrics, last checkpoint and best model.

```
RUN/
  recipe.yaml      the recipe, every setting spelt out
  train.log        what was said
  metrics.jsonl    what was measured
  curves.png       the same as a picture
  checkpoint/      the last state, to go on from
  model/           the best model so far: a model folder
```
"""

import shutil
from pathlib import Path

from seq2seq.config.load import dump_recipe, load_recipe
from seq2seq.config.recipe import Recipe
from seq2seq.errors import CheckpointError, ConfigError

RECIPE = "recipe.yaml"
CHECKPOINT = "checkpoint"
MODEL = "model"
LOG = "train.log"
_OURS = (RECIPE, LOG, "metrics.jsonl", "curves.png", CHECKPOINT, MODEL, "tensorboard")


def open_run(folder: Path, recipe: Recipe, *, resume: bool, overwrite: bool) -> None:
    """Make a run folder, or look whether the one that is there can be used.

    Args:
        folder: of the run.
        recipe: what is to be trained.
        resume: go on with the run in the folder.
        overwrite: delete the run in the folder (what a run writes, nothing else).

    Raises:
        ConfigError: the folder holds something, and neither was asked for.
        CheckpointError: there is nothing to resume, or the recipe has changed in a way that the weights do not allow.
    """
    if resume:
        _check_resumable(folder, recipe)
    elif folder.exists() and not folder.is_dir():
        raise ConfigError("--output", [f"{folder}: is a file; give the name of a folder"])
    elif folder.exists() and any(folder.iterdir()):
        if not overwrite:
            raise ConfigError(
                "--output",
                [
                    f"{folder}: already holds files; add --resume to go on with that run, --overwrite to replace it, "
                    "or name another"
                ],
            )
        for name in _OURS:
            path = folder / name
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / RECIPE).write_text(dump_recipe(recipe), encoding="utf-8")
    except OSError as error:
        raise ConfigError("--output", [f"{folder}: cannot be written to: {error.strerror}"]) from error


def _check_resumable(folder: Path, recipe: Recipe) -> None:
    if not (folder / CHECKPOINT / "state.json").exists():
        raise CheckpointError(f"{folder}: there is no checkpoint to resume; leave --resume out to begin.")
    before = load_recipe(folder / RECIPE)
    for section in ("task", "tokenizer", "model"):
        if getattr(before, section) != getattr(recipe, section):
            raise CheckpointError(
                f"{folder}: `{section}` in the recipe is not what this run was started with ({folder / RECIPE}).\n"
                "  Its weights would mean something else. Put it back, or train anew in another folder."
            )
