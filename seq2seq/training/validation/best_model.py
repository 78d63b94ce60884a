"""What a run keeps: the best model so far as a model folder, and the last state to go on from."""

import math
import time
from collections.abc import Mapping
from contextlib import nullcontext
from pathlib import Path
from typing import Final, cast

import torch
from pydantic import JsonValue
from torch import nn
from torch.optim import Optimizer

from seq2seq.config.recipe import AnyRecipe, Recipe
from seq2seq.data.preparing.prepare import Prepared
from seq2seq.model_folder.description import LONGEST, SKETCH, TrainingSummary, current_versions
from seq2seq.model_folder.writing.save import save_folder
from seq2seq.model_folder.writing.update import write_training
from seq2seq.models.build import Model
from seq2seq.models.decoder import DecoderState
from seq2seq.training.distributed import Runtime
from seq2seq.training.reporting.console import require_finite
from seq2seq.training.run_folder import folder as run_folder
from seq2seq.training.run_folder.checkpoint import Checkpoints, Environment
from seq2seq.training.run_folder.state import TrainingState
from seq2seq.training.step.ema import EMA
from seq2seq.training.step.out_of_memory import enough_memory
from seq2seq.training.validation.validation import (
    Check,
    NotFinite,
    Validation,
    Validator,
    has_decreased,
    improves,
    is_unchanged,
)

_LESS: Final = (
    "Lower training.validation.decode or decoding.batch_size, or training.batch.windows.streams where there are "
    "windows; then run the same command again: the last checkpoint is as it was."
)


class BestModelKeeper:
    """Judges a model by a development split, and writes it down where it is the best so far.

    Where there is a moving average, it is what is judged and kept as the model; a checkpoint holds both.
    """

    def __init__(
        self,
        recipe: Recipe,
        prepared: Prepared,
        output: Path,
        *,
        name: str | None,
        model: Model,
        optimizer: Optimizer,
        ema: EMA | None,
        validator: Validator,
        runtime: Runtime,
        longest_before: int | None = None,
    ) -> None:
        self.folder = output / run_folder.MODEL
        self.circumstances = Environment(
            versions=current_versions(), device=runtime.device.type, threads=torch.get_num_threads()
        )
        self.checkpoints = Checkpoints(
            output / run_folder.CHECKPOINTS, model, optimizer, ema, prepared.fingerprint, self.circumstances
        )
        self._recipe, self._prepared, self._name = recipe, prepared, name
        self._model, self._ema, self._runtime = model, ema, runtime
        self.metric = recipe.chosen_by
        self._patient = recipe.training.validation.patience is not None
        self._validator = validator
        self._longest = max(int(prepared.train.lengths[:, 0].max()), longest_before or 0)

    def validate_and_save(
        self, objective: nn.Module, state: TrainingState, *, epochs: float, check: Check
    ) -> tuple[Validation, str, bool]:
        """Validate, take the result down in ``state``, and keep the model if it is the best.

        Args:
            objective: the model with its loss, as it is trained.
            state: gets the best value and step, and the count of validations.
            epochs: passed so far, for the model's description.
            check: called now and then; what it raises gives the validation up, and leaves ``state`` as it is.

        Returns:
            What was found, what came of it in words, and whether it brought anything: a better value, or a lower loss
            where the metric stands still.

        Raises:
            TrainingError: the loss is no number, or memory does not suffice.
            ModelError: the model cannot be written.
        """
        with self._with_ema():
            objective.eval()
            try:
                with enough_memory(f"while validating, at step {state.step:,}", _LESS):
                    found = self._validator.validate(check)
                loss = found.figures["loss"]
            except NotFinite as error:
                loss = error.loss
            finally:
                objective.train()
            require_finite(loss, step=state.step, checkpoints=self.checkpoints.folder)
            value = self._runtime.mean(found.figures[self.metric])
            loss = self._runtime.mean(loss)
            learnt = self._has_learnt(state, found, value)
            if learnt and state.learnt:
                better = improves(self.metric, value, state.best)
                kept = improves(self.metric, value, state.best, loss=loss, best_loss=state.best_loss)
            else:  # a metric that is not better than chance says nothing, however high it is
                better = learnt
                kept = learnt or improves("loss", loss, state.best_loss)
            still = not learnt or is_unchanged(self.metric, value, state.best, state.last)
            # While a model learns what the metric does not show yet, there is something to wait for.
            learns = still and has_decreased(loss, state.low_loss)
            state.learnt = learnt
            if kept:
                state.best, state.best_loss, state.best_step = value, loss, state.step
                self._write_model(state, epochs, found.facts)
        state.validations += 1
        state.validated_step = state.step
        state.last = value
        if has_decreased(loss, state.low_loss):
            state.low_loss = loss
        state.stale = 0 if better else state.stale + (not learns)
        return found, self._verdict(state, better=better, kept=kept, learns=learns), better or learns

    def _has_learnt(self, state: TrainingState, found: Validation, value: float) -> bool:
        """Whether the metric is, or has been, better than chance, as far as anybody can tell."""
        if state.best is not None and state.learnt:
            return True
        return found.chance is None or self.metric == "loss" or value > self._runtime.mean(found.chance(self.metric))

    def _verdict(self, state: TrainingState, *, better: bool, kept: bool, learns: bool) -> str:
        """What came of a validation, in words."""
        if not state.learnt:
            what = f"{self.metric} no better than chance yet"
            return f"{what}, the lowest loss so far: kept in {self.folder}" if kept else what
        if better:
            return f"best so far, kept in {self.folder}"
        if kept:
            return f"{self.metric} as good as the best, the loss lower: kept in {self.folder}"
        waits = "; the loss falls, so that patience does not count this" if learns and self._patient else ""
        return f"best {self.metric} was {state.best:.4g}{waits}"

    def save(self, state: TrainingState, carried: DecoderState | None) -> float:
        """Write a checkpoint, unless the weights are of no use any more.

        Returns:
            Seconds that it took.

        Raises:
            TrainingError: a weight is NaN or infinite; the checkpoint before is kept.
        """
        start = time.monotonic()
        if not all(bool(parameter.isfinite().all()) for parameter in self._model.parameters()):
            require_finite(math.nan, step=state.step, checkpoints=self.checkpoints.folder)
        moved = None if carried is None else carried.to(torch.device("cpu"))
        states = [one for one in self._runtime.gather(moved) if one is not None]
        if self._runtime.is_main:
            self.checkpoints.save(state, states)
        return time.monotonic() - start

    def conclude(self, state: TrainingState, *, epochs: float, stopped: str) -> TrainingSummary:
        """Write into the model folder how training ended; a model that nobody has judged yet is kept all the same."""
        summary = self._summary(state, epochs, stopped)
        if self._runtime.is_main:
            if state.best is None:
                with self._with_ema():
                    self._write_model(state, epochs, {})
            write_training(self.folder, summary)
        return summary

    def _with_ema(self) -> "nullcontext[None]":
        return self._ema.swapped_in() if self._ema is not None else nullcontext()  # type: ignore[return-value]

    def _write_model(self, state: TrainingState, epochs: float, found: Mapping[str, JsonValue]) -> None:
        if not self._runtime.is_main:
            return
        data: dict[str, JsonValue] = {
            "fingerprint": self._prepared.fingerprint,
            "training_examples": len(self._prepared.train),
            "dev_examples": len(self._prepared.dev),
            LONGEST: self._longest,
            SKETCH: self._prepared.sketch.to_dict(),
        }
        save_folder(
            self.folder,
            model=self._model,
            tokenizers=self._prepared.tokenizers,
            recipe=cast(AnyRecipe, self._recipe),
            name=self._name,
            data=data,
            training=self._summary(state, epochs, stopped=""),
            measured=found,
        )

    def _summary(self, state: TrainingState, epochs: float, stopped: str) -> TrainingSummary:
        return TrainingSummary(
            steps=state.step,
            epochs=epochs,
            seconds=state.seconds,
            best_step=state.best_step or state.step,
            metric=self.metric,
            best=state.best,
            stopped=stopped,
        )
