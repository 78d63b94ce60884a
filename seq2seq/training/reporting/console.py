"""Reports of a run: to people (terminal and log) and to programs (metrics)."""

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import torch

from seq2seq import log
from seq2seq.errors import TrainingError
from seq2seq.training.distributed import Runtime
from seq2seq.training.reporting.metrics import MetricsLog
from seq2seq.training.reporting.progress import TrainingProgress
from seq2seq.training.run_folder.checkpoint import find
from seq2seq.training.run_folder.state import IntervalState
from seq2seq.training.step.updater import Step
from seq2seq.training.validation.validation import Validation
from seq2seq.wording import plural

_ADVICE: Final = (
    "Try a lower training.optimizer.learning_rate, more training.schedule.warmup_steps, or a smaller training.clip_norm"
)


class IntervalTotals:
    """Sums over the steps since the last report, on the device until they are read."""

    def __init__(self) -> None:
        self._seconds = 0.0
        self._nll = torch.zeros(())
        self._steps = self._units = self._examples = 0
        self._rate, self._norm = 0.0, torch.zeros(())

    @classmethod
    def from_state(cls, state: IntervalState) -> "IntervalTotals":
        """The totals that a checkpoint saved."""
        totals = cls()
        totals._steps, totals._units, totals._examples = state.steps, state.units, state.examples
        totals._nll, totals._rate = torch.tensor(state.nats, dtype=torch.float32), state.rate
        totals._norm = torch.tensor(math.nan if state.norm is None else state.norm)
        return totals

    def to_state(self) -> IntervalState:
        """The totals for a checkpoint, so that a resumed run reports the same."""
        norm = float(self._norm)
        return IntervalState(
            steps=self._steps,
            nats=float(self._nll),
            units=self._units,
            examples=self._examples,
            rate=self._rate,
            norm=norm if math.isfinite(norm) else None,
        )

    def __bool__(self) -> bool:
        """Whether they include any step."""
        return self._steps > 0

    def add(self, step: Step, *, seconds: float) -> None:
        """Add a step and its duration (waiting for data included)."""
        self._seconds += seconds
        self._steps += 1
        self._rate, self._norm = step.rate, step.norm
        self._examples += step.examples
        if not step.skipped:
            self._nll = self._nll.to(step.nll.device) + step.nll
            self._units += step.units

    def figures(self, runtime: Runtime) -> dict[str, float]:
        """Means over these steps and all processes."""
        nats, units, examples = runtime.sum(float(self._nll), float(self._units), float(self._examples))
        seconds = max(self._seconds, 1e-9)
        return {
            "loss": nats / units if units else math.nan,
            "learning_rate": self._rate,
            "gradient_norm": float(self._norm),
            "units_per_second": units / seconds,
            "examples_per_second": examples / seconds,
        }


@dataclass(frozen=True, slots=True)
class Reporter:
    """Reports the figures of steps and validations."""

    metrics: MetricsLog | None
    """For programs; None in all but the main process."""
    display: TrainingProgress
    """For people."""

    def steps(self, step: int, figures: dict[str, float], *, epochs: float, seconds: float, unit: str) -> None:
        """Report the steps since the last report; ``unit`` is what the loss is a mean over, in the singular."""
        if self.metrics is not None:
            self.metrics.write("train", step, {"epoch": epochs, **figures, "seconds": seconds})
        facts = [
            (4, f"epoch {epochs:.2f}"),
            (2, f"loss {figures['loss']:.3f} nats/{unit}"),
            (3, f"{figures['units_per_second']:,.0f} {unit}s/s"),
            (5, f"rate {figures['learning_rate']:.2g}"),
            (7, f"gradient {figures['gradient_norm']:.2f}"),
        ]
        self.display.report("  ".join([f"step {step:,}", *(text for _, text in facts)]), facts)

    def checkpoint(self, step: int, seconds: float) -> None:
        """Record how long training paused for a checkpoint."""
        if self.metrics is not None:
            self.metrics.write("checkpoint", step, {"pause": seconds})

    def validation(self, step: int, validation: Validation, *, epochs: float, seconds: float, verdict: str) -> None:
        """Report a validation, with a ``verdict`` in words."""
        if self.metrics is not None:
            self.metrics.write("validation", step, {"epoch": epochs, **validation.figures, "seconds": seconds})
        figures = "  ".join(filter(None, (f"validation loss {validation.figures['loss']:.3f}", validation.shown)))
        log.say(f"step {step:,}  epoch {epochs:.2f}  {figures}  ({verdict})")
        for detail in validation.details:
            self.display.write(detail)


def require_finite(loss: float, *, step: int, checkpoints: Path) -> None:
    """Stop when the loss is not finite any more.

    Raises:
        TrainingError: with advice, and the last good checkpoint.
    """
    if not math.isfinite(loss):
        message = f"The loss became {loss} at step {step:,}.\n  {_ADVICE}. {_last_good(checkpoints)}"
        raise TrainingError(message, code="training.loss-not-finite")


def too_many_skipped(step: int, count: int, *, checkpoints: Path) -> TrainingError:
    """The error for many skipped steps in a row, usually because the loss is not finite."""
    return TrainingError(
        f"Skipped {plural(count, 'step')} in a row, up to step {step:,}: the loss or the gradient is not finite, "
        "or memory does not suffice; see the warnings above.\n"
        f"  {_ADVICE}; check the examples that the warnings name. {_last_good(checkpoints)}",
        code="training.too-many-skipped",
    )


def _last_good(checkpoints: Path) -> str:
    saved = find(checkpoints)
    return f"The last good state is in {saved[0]}." if saved else "No checkpoint had been saved yet."
