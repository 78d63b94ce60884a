"""Cells side by side: short trainings of the same recipe, on the same data and from the same seed."""

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import torch
from pydantic import JsonValue

from seq2seq import log
from seq2seq.config.load import parse_recipe
from seq2seq.config.recipe import Recipe
from seq2seq.diagnostics.finding import Finding, Verdict
from seq2seq.diagnostics.network.gradient_flow import Curve, draw_curves, gradient_curves
from seq2seq.diagnostics.subject import Subject
from seq2seq.errors import TrainingError
from seq2seq.progress import show_progress
from seq2seq.report.drawings.lines import Lines, Series
from seq2seq.training.fit import LaunchOptions, fit
from seq2seq.training.reporting.metrics import read_metrics

CELLS: Final = ("rnn_tanh", "rnn_relu", "gru", "lstm")
STEPS: Final = 300
"""Steps of each training: enough to see which cells begin to learn, and few enough for a minute on a small recipe."""
_POINTS: Final = 20
"""Points of a curve of the training loss."""
_BROKEN_OFF: Final = ("training.loss-not-finite", "training.too-many-skipped")
_SOURCE: Final = "Pascanu et al. 2013; Hochreiter and Schmidhuber 1997; Cho et al. 2014; Le et al. 2015"


@dataclass(frozen=True)
class CellRun:
    """A short training with one kind of cell."""

    cell: str
    parameters: int
    losses: tuple[tuple[int, float], ...]
    """Steps, and the training loss up to them in nats."""
    dev_loss: float | None
    """Best development loss in nats; None: training broke off, since losses were not finite."""
    curves: tuple[Curve, ...]
    """Gradient flow after training."""

    def best_curve(self, side: str) -> Curve | None:
        """The curve of a side that reaches furthest; None: it has none."""
        own = [curve for curve in self.curves if curve.side == side]
        return max(own, key=lambda curve: curve.at(len(curve.decay.means) - 1), default=None)


def compare_cells(
    subject: Subject,
    cells: Sequence[str] = CELLS,
    *,
    steps: int = STEPS,
    max_time: float | None = None,
    folder: Path | None = None,
) -> Finding:
    """Train the recipe of a model anew with each kind of cell, and compare losses and gradient flow.

    Args:
        subject: whose recipe and data are used.
        cells: names of cells; encoder and decoder get the same.
        steps: of each training.
        max_time: of each training, in seconds; None: no limit.
        folder: gets a run folder per cell; None: a temporary one, which is deleted.

    Raises:
        DataError: the training data of the recipe cannot be read.
        ConfigError: there is no such cell, or the recipe does not allow it.
    """
    recipe = subject.recipe.model_copy(update={"data": subject.loaded.own_data})
    recipes = {cell: _recipe(recipe, cell, steps, max_time) for cell in cells}
    with ExitStack() as stack:
        where = folder or Path(stack.enter_context(TemporaryDirectory()))
        shown = stack.enter_context(show_progress("comparing cells", total=len(cells), unit="trainings"))
        runs = []
        for cell, one in recipes.items():
            runs.append(_run(subject, one, cell, where / cell))
            shown.advance(1)
    return _finding(runs, steps)


def _recipe(recipe: Recipe, cell: str, steps: int, max_time: float | None) -> Recipe:
    """A short form of a recipe, with another cell."""
    settings: dict[str, Any] = {
        f"model.{side}.cell": cell for side in ("encoder", "decoder") if hasattr(recipe.model, side)
    }
    settings |= {
        "initial_model": None,
        "training.max_steps": steps,
        "training.max_epochs": None,
        "training.max_time": max_time,
        "training.ema_decay": 0.0,
        "training.log_every": max(1, steps // _POINTS),
        "training.validation": {"metric": "loss", "every_steps": steps},
        "training.tensorboard": False,
    }
    return parse_recipe(recipe.model_dump(mode="json"), f"the recipe with {cell}", settings)


def _run(subject: Subject, recipe: Recipe, cell: str, folder: Path) -> CellRun:
    """Train, and measure the result."""
    launch = LaunchOptions(devices=1, accelerator=subject.device.type, overwrite=True)
    try:
        with log.muted(), torch.random.fork_rng():
            fit(recipe, folder, launch)
    except TrainingError as error:  # losses that are not finite: a result, too
        if error.code not in _BROKEN_OFF:
            raise
        return CellRun(cell, 0, _losses(folder), None, ())
    trained = Subject.open(folder, device=str(subject.device), seed=subject.seed, sample=len(subject.examples))
    best = [entry["loss"] for entry in read_metrics(folder) if entry["kind"] == "validation" and "loss" in entry]
    return CellRun(
        cell,
        trained.model.parameter_count(),
        _losses(folder),
        min(best, default=None),
        tuple(gradient_curves(trained)),
    )


def _losses(folder: Path) -> tuple[tuple[int, float], ...]:
    return tuple(
        (entry["step"], entry["loss"]) for entry in read_metrics(folder) if entry["kind"] == "train" and "loss" in entry
    )


def _finding(runs: Sequence[CellRun], steps: int) -> Finding:
    ended = [run for run in runs if run.dev_loss is not None]
    ranked = sorted(ended, key=lambda run: run.dev_loss or 0.0)
    parts = [f"{run.cell} {run.dev_loss:.3f}" for run in ranked]
    parts += [f"{run.cell} broke off: losses were not finite" for run in runs if run.dev_loss is None]
    return Finding(
        measure="compare-cells",
        title="Best development loss of the cells",
        value=ranked[0].dev_loss if ranked else None,
        unit="nats per token or label",
        verdict=Verdict.UNJUDGED,
        sentence=f"After {steps:,} steps, the development losses in nats are: {', '.join(parts)}. "
        "One seed each: a small difference may be chance.",
        source=_SOURCE,
        drawings=(_losses_drawn(runs), *_gradients_drawn(runs)),
        details={"steps": steps, "cells": [_details(run) for run in runs]},
    )


def _losses_drawn(runs: Sequence[CellRun]) -> Lines:
    return Lines(
        title="Training loss of the cells",
        x_label="steps",
        y_label="nats per token or label",
        series=[
            Series(name=run.cell, x=[step for step, _ in run.losses], y=[loss for _, loss in run.losses])
            for run in runs
        ],
    )


def _gradients_drawn(runs: Sequence[CellRun]) -> list[Lines]:
    found = []
    for side in ("encoder", "decoder"):
        curves = [(run.cell, curve) for run in runs if (curve := run.best_curve(side)) is not None]
        if curves:
            named = [(f"{cell} (dL/d{curve.tensor})", curve) for cell, curve in curves]
            found.append(draw_curves(f"Gradients in the {side} by lag, by cell", named))
    return found


def _details(run: CellRun) -> JsonValue:
    flow: dict[str, JsonValue] = {}
    for side in ("encoder", "decoder"):
        curve = run.best_curve(side)
        if curve is not None:
            flow[side] = {"tensor": curve.tensor, **curve.decay.to_dict()}
    return {
        "cell": run.cell,
        "parameters": run.parameters,
        "dev_loss": run.dev_loss,
        "train": [{"step": step, "loss": loss} for step, loss in run.losses],
        "gradient_flow": flow,
    }
