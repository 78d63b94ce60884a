"""One run: a bundled recipe with other settings, trained, and scored on its test set, by the toolkit itself."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import seq2seq
from seq2seq import log
from seq2seq.config.load import load_recipe
from seq2seq.errors import TrainingError

if TYPE_CHECKING:
    from seq2seq.scoring.scored import Report, Scored


def train(recipe: str, settings: Mapping[str, object], data: Path, output: Path, seed: int) -> Path | None:
    """Train on the files of ``data`` (`train`, `dev`, `test`).

    Returns:
        The folder of the best model; None: training stopped, since losses or gradients were no longer finite, before
        there was one.
    """
    from seq2seq.training.fit import LaunchOptions, fit

    fixed = {"training.seed": seed, "data.path": str(data), "data.cache": str(data / "cache"), "data.workers": 1}
    plan = load_recipe(recipe, {**fixed, **settings})
    try:
        with log.muted():
            return fit(plan, output, LaunchOptions(accelerator="cpu", threads=1, overwrite=True)).model
    except TrainingError:
        model = output / "model"
        return model if model.is_dir() else None


def score(model: Path) -> "Scored[Report]":
    """Score a model on its test set; no ONNX networks are written for it."""
    with log.muted():
        return seq2seq.evaluate(model, engine="torch")
