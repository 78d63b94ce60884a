"""What validations of forecasters say, and which model is kept."""

from math import isfinite
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from support import tasks
from support.refused import refused

from seq2seq.config.recipe import ForecastingRecipe
from seq2seq.data.batching.batch import collate
from seq2seq.data.preparing.prepare import Prepared, prepare
from seq2seq.data.reading.sequences.windows import own_forecasts
from seq2seq.evaluation.forecasting.metrics import mase
from seq2seq.inference.engines.torch.load import load_folder
from seq2seq.inference.forecasting import forecaster
from seq2seq.models.build import build_model
from seq2seq.series.inputs import window_inputs
from seq2seq.training import tasks as training_tasks
from seq2seq.training.distributed import Runtime
from seq2seq.training.tasks import TrainingTask
from seq2seq.training.trainer import Trainer
from seq2seq.training.validation.validation import Check, Validation, never_interrupt


class Scripted:
    """A validator that finds what it is told."""

    def __init__(self, found: Validation) -> None:
        self._found = found

    def validate(self, check: Check = never_interrupt) -> Validation:
        """The same again."""
        check()
        return self._found


def set_up(recipe: ForecastingRecipe) -> tuple[TrainingTask, Prepared]:
    prepared = prepare(recipe.data, recipe.tokenizer, seed=1, sides=recipe.sides)
    both = prepared.tokenizers
    torch.manual_seed(1)
    model = build_model(recipe.model, both.source.size, both.target.size, season=both.season)
    training = training_tasks.set_up(recipe, model, prepared, Runtime(accelerator="cpu"))
    training.objective.eval()
    return training, prepared


def test_the_loss_is_the_mean_over_known_increments(tmp_path: Path) -> None:
    training, prepared = set_up(tasks.forecasting(tmp_path))
    objective, dev = training.objective, prepared.dev
    nats, steps = 0.0, 0
    for row in range(len(dev)):
        one = collate([dev.source_ids(row)], [dev.target_ids(row)])
        nats += float(objective(one.source, one.source_lengths, one.target).nll)
        steps += objective.units(one)
    assert objective.unit == "step"
    assert training.validator.validate().figures["loss"] == pytest.approx(nats / steps, rel=1e-5)


def test_mase_is_that_of_the_median_path_in_the_units_of_the_data(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recipe = tasks.forecasting(tmp_path)
    training, _ = set_up(recipe)
    data = own_forecasts(recipe.data)

    def straight_on(*given: Any, **_: object) -> np.ndarray:
        """Every path stays at the last value, which is 0, or 3 units above it."""
        paths = np.zeros((len(given[2]), 5, 4, 1))
        paths[:, :2] = 3.0
        return paths

    monkeypatch.setattr(forecaster, "sample_paths", straight_on)
    found = training.validator.validate().figures
    expected = [
        mase(window.target[:, 0], np.full(4, window.context[-1, 0]), window.history[:, 0], 12) for window in data.dev
    ]
    assert found["mase"] == pytest.approx(np.mean(expected))
    inside = []
    for window in data.dev:
        unit = window_inputs([window], data.format).unit[0, 0]
        inside += [0 <= value - window.context[-1, 0] <= 3 * unit for value in window.target[:, 0]]
    assert found["coverage_80"] == np.mean(inside)


def test_a_validation_has_the_same_figures_again_and_of_some_series(tmp_path: Path) -> None:
    training, _ = set_up(tasks.forecasting(tmp_path))
    first, again = (training.validator.validate() for _ in range(2))
    assert first.figures == again.figures
    assert first.figures.keys() == {"loss", "mase", "wql", "coverage_80"}
    assert "seasonal naive" in first.shown
    some, _ = set_up(tasks.forecasting(tmp_path, validation={"every_steps": 6, "decode": 2}))
    found = some.validator.validate().figures
    assert found["loss"] == first.figures["loss"]
    assert found["mase"] != first.figures["mase"]


@pytest.mark.parametrize("value", ["5", "0"])
def test_constant_series_have_no_mase_to_select_by(tmp_path: Path, value: str) -> None:
    """Of zeros, there is no wQL either; the loss is there."""
    recipe = tasks.forecasting(tmp_path, forecast={"hold_out": "dev"})
    path = tmp_path / "series.csv"
    months = (f"{2015 + step // 12}-{step % 12 + 1:02}-01" for step in range(60))
    path.write_text("unique_id,ds,y\n" + "".join(f"a,{month},{value}\n" for month in months))
    found = set_up(recipe)[0].validator.validate()
    assert isfinite(found.figures["loss"])
    assert not isfinite(found.figures["mase"])
    assert "nan" not in found.shown
    for metric in ("mase", "wql"):
        validation = recipe.training.validation.model_copy(update={"metric": metric})
        training = recipe.training.model_copy(update={"validation": validation})
        other = recipe.model_copy(update={"training": training})
        if value == "0" or metric == "mase":
            with refused("series.no-scale", "training.validation.metric", metric):
                set_up(other)
        else:
            set_up(other)


@pytest.mark.parametrize(
    ("hold_out", "metric", "found", "kept", "stale"),
    [
        ("dev", "mase", [3.0, 1.0, 2.0], 1, 1),  # an error: the lower, the better
        ("dev", "wql", [3.0, 1.0, 0.5], 2, 0),
        ("test", None, [3.0, 1.0, 2.0], 2, 0),  # the figures are of what has been learnt from
        ("none", None, [1.0, 2.0, 3.0], 2, 0),
    ],
)
def test_which_model_is_kept(
    tmp_path: Path, hold_out: str, metric: str | None, found: list[float], kept: int, stale: int
) -> None:
    validation = {"every_steps": 2, "metric": metric}
    recipe = tasks.forecasting(tmp_path, forecast={"hold_out": hold_out}, validation=validation)
    _, prepared = set_up(recipe)
    trainer = Trainer(recipe, prepared, tmp_path / "run", Runtime(accelerator="cpu"))
    keeper, state = trainer.best_model, trainer.state
    weights = []
    for number, value in enumerate(found):
        state.step = number
        with torch.no_grad():
            trainer.model.head.bias.fill_(number)  # type: ignore[operator, union-attr]
        keeper._validator = Scripted(Validation({"loss": value, metric or "mase": value}, ""))
        keeper.validate_and_save(trainer.updater.gradients.wrapped, state, epochs=0.0, check=never_interrupt)
        weights.append(load_folder(tmp_path / "run" / "model").model.head.bias[0].item())  # type: ignore[index, union-attr]
    assert (state.best_step, state.best, state.stale) == (kept, found[kept], stale)
    assert weights[-1] == kept
    assert load_folder(tmp_path / "run" / "model").tokenizers.season == 12
