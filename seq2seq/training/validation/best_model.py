"""The best model so far, saved as a model folder; and checkpoints of the run."""

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
from seq2seq.model_folder.description import SKETCH, TrainingSummary
from seq2seq.model_folder.inference_config import LONGEST
from seq2seq.model_folder.versions import current_versions
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

_REMEDY: Final = (
    "Lower training.validation.decode or decoding.batch_size, or training.batch.windows.streams where there are "
    "windows; then run the same command again: the last checkpoint is intact."
)


class BestModelKeeper:
    """Evaluates a model on the development split, and saves it if it is the best so far.

    Where the development split has been learnt from, the latest model is saved, since its figures select nothing. Where
    there is a moving average of the weights, it is evaluated and saved as the model; a checkpoint has both.
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
            output / run_folder.CHECKPOINTS,
            model,
            optimizer,
            ema,
            prepared.fingerprint,
            self.circumstances,
            retained=recipe.training.keep_checkpoints,
        )
        self._recipe, self._prepared, self._name = recipe, prepared, name
        self._model, self._ema, self._runtime = model, ema, runtime
        self.metric = recipe.chosen_by
        self._selects = recipe.selects
        self._patient = recipe.training.validation.patience is not None
        self._validator = validator
        self._longest = max(int(prepared.train.lengths[:, 0].max()), longest_before or 0)

    def validate_and_save(
        self, objective: nn.Module, state: TrainingState, *, epochs: float, check: Check
    ) -> tuple[Validation, str, bool]:
        """Validate, record the result in ``state``, and save the model if it is the best.

        Args:
            objective: the model with its loss, as the runtime has wrapped it.
            state: records the best value and step, and the number of validations.
            epochs: completed so far, for the model's description.
            check: called now and then; an exception from it aborts the validation, and leaves ``state`` unchanged.

        Returns:
            The validation, a verdict in words, and whether there was any improvement: a better value, or a lower loss
            where the metric is unchanged.

        Raises:
            TrainingError: the loss is not finite, or memory does not suffice.
            ModelError: the model cannot be saved.
        """
        with self._with_ema():
            objective.eval()
            try:
                with enough_memory(f"while validating, at step {state.step:,}", _REMEDY):
                    validation = self._validator.validate(check)
                loss = validation.figures["loss"]
            except NotFinite as error:
                loss = error.loss
            finally:
                objective.train()
            require_finite(loss, step=state.step, checkpoints=self.checkpoints.folder)
            value = self._runtime.mean(validation.figures[self.metric])
            loss = self._runtime.mean(loss)
            learnt = self._has_learnt(state, validation, value)
            if not self._selects:  # the figures are of data that have been learnt from
                better = best = True
            elif learnt and state.learnt:
                better = improves(self.metric, value, state.best)
                best = improves(self.metric, value, state.best, loss=loss, best_loss=state.best_loss)
            else:  # a value that chance could reach says nothing, however high it is
                better = learnt
                best = learnt or improves("loss", loss, state.best_loss)
            unchanged = not learnt or is_unchanged(self.metric, value, state.best, state.last)
            # Patience waits for a model that learns what the metric does not show yet.
            learns = unchanged and has_decreased(loss, state.low_loss)
            state.learnt = learnt
            if best:
                state.best, state.best_loss, state.best_step = value, loss, state.step
                self._write_model(state, epochs, validation.facts)
        state.validations += 1
        state.validated_step = state.step
        state.last = value
        if has_decreased(loss, state.low_loss):
            state.low_loss = loss
        state.stale = 0 if better else state.stale + (not learns)
        return validation, self._verdict(state, better=better, best=best, learns=learns), better or learns

    def _has_learnt(self, state: TrainingState, validation: Validation, value: float) -> bool:
        """Whether the metric is, or has been, better than chance, as far as that is known."""
        if state.best is not None and state.learnt:
            return True
        if validation.chance is None or self.metric == "loss":
            return True
        return value > self._runtime.mean(validation.chance(self.metric))

    def _verdict(self, state: TrainingState, *, better: bool, best: bool, learns: bool) -> str:
        """The result of a validation in words."""
        if not self._selects:
            return f"saved to {self.folder}; the last model is kept"
        if not state.learnt:
            chance = f"{self.metric} not yet better than chance"
            return f"{chance}; lowest loss so far, saved to {self.folder}" if best else chance
        if better:
            return f"new best, saved to {self.folder}"
        if best:
            return f"{self.metric} equals the best, with a lower loss; saved to {self.folder}"
        uncounted = "; not counted by patience, as the loss falls" if learns and self._patient else ""
        return f"best {self.metric} was {state.best:.4g}{uncounted}"

    def save(self, state: TrainingState, carried: DecoderState | None) -> float:
        """Write a checkpoint.

        Returns:
            Seconds that it took.

        Raises:
            TrainingError: a weight is not finite; earlier checkpoints stay.
        """
        start = time.monotonic()
        if not all(bool(parameter.isfinite().all()) for parameter in self._model.parameters()):
            require_finite(math.nan, step=state.step, checkpoints=self.checkpoints.folder)
        own = None if carried is None else carried.to(torch.device("cpu"))
        states = [state for state in self._runtime.gather(own) if state is not None]
        if self._runtime.is_main:
            self.checkpoints.save(state, states)
        return time.monotonic() - start

    def conclude(self, state: TrainingState, *, epochs: float, stopped: str) -> TrainingSummary:
        """Record in the model folder how training ended; saves the model first if there has been no validation."""
        summary = self._summary(state, epochs, stopped)
        if self._runtime.is_main:
            if state.best is None:
                with self._with_ema():
                    self._write_model(state, epochs, {})
            write_training(self.folder, summary)
        return summary

    def _with_ema(self) -> "nullcontext[None]":
        return self._ema.swapped_in() if self._ema is not None else nullcontext()  # type: ignore[return-value]

    def _write_model(self, state: TrainingState, epochs: float, facts: Mapping[str, JsonValue]) -> None:
        if not self._runtime.is_main:
            return
        data: dict[str, JsonValue] = {
            "fingerprint": self._prepared.fingerprint,
            **self._training_data(),
            "dev_examples": len(self._prepared.dev),
            LONGEST: self._longest,
            SKETCH: state.seen or self._prepared.sketch.to_dict(),
        }
        save_folder(
            self.folder,
            model=self._model,
            tokenizers=self._prepared.tokenizers,
            recipe=cast(AnyRecipe, self._recipe),
            name=self._name,
            data=data,
            training=self._summary(state, epochs, stopped=""),
            measured=facts,
        )

    def _training_data(self) -> dict[str, JsonValue]:
        """How much is trained on; of a stream, only a sample has been counted."""
        count, shards = len(self._prepared.train), self._prepared.shards
        if shards is None:
            return {"training_examples": count}
        return {"shards": shards, "training_examples_in_the_sample": count}

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
