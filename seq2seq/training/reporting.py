"""What a run says of itself on the way: to people (terminal and log) and to programs (metrics)."""

import math
from dataclasses import dataclass
from pathlib import Path

from torch import Tensor

from seq2seq import log
from seq2seq.errors import TrainingError
from seq2seq.training.metrics import MetricsLog
from seq2seq.training.progress import ProgressDisplay
from seq2seq.training.runtime import Runtime
from seq2seq.training.validate import Validation


@dataclass(frozen=True, slots=True)
class Step:
    """What is known of an optimiser step, still on the device."""

    nll: Tensor
    """Sum of its losses in nats, on this process."""
    norm: Tensor
    """Norm of the gradient before clipping."""
    rate: float
    """Learning rate."""
    units: int
    """Target tokens, or labels, of its batches, on this process."""
    examples: int
    """Rows of its batches, on this process."""


class Window:
    """Sums over the steps since the last report, left on the device until they are read."""

    def __init__(self) -> None:
        self._seconds = 0.0
        self._nll: Tensor | float = 0.0
        self._last: Step | None = None
        self._units = 0
        self._examples = 0

    def __bool__(self) -> bool:
        """Whether there is a step in it."""
        return self._last is not None

    def add(self, step: Step, *, seconds: float) -> None:
        """Add a step, and the time that it took (waiting for data included)."""
        self._seconds += seconds
        self._nll = self._nll + step.nll
        self._last = step
        self._units += step.units
        self._examples += step.examples

    def figures(self, runtime: Runtime) -> dict[str, float]:
        """Means over the window and all processes."""
        nats, units, examples = runtime.sum(float(self._nll), float(self._units), float(self._examples))
        seconds = max(self._seconds, 1e-9)
        return {
            "loss": nats / units,
            "learning_rate": self._last.rate if self._last else 0.0,
            "gradient_norm": float(self._last.norm) if self._last else 0.0,
            "units_per_second": units / seconds,
            "examples_per_second": examples / seconds,
        }


class Reporter:
    """Writes down the figures of steps and validations.

    Args:
        metrics: for programs; None in a process that does not lead.
        display: for people.
    """

    def __init__(self, metrics: MetricsLog | None, display: ProgressDisplay) -> None:
        self._metrics = metrics
        self._display = display

    def steps(
        self, step: int, figures: dict[str, float], *, epochs: float, seconds: float, done: float, unit: str
    ) -> None:
        """Report the steps of a window.

        Args:
            step: the last of them.
            figures: of :meth:`Window.figures`.
            epochs: passed so far.
            seconds: spent so far.
            done: how much of training is over, 0 to 1.
            unit: what the loss is a mean over, in the singular.
        """
        if self._metrics is not None:
            self._metrics.write("train", step, {"epoch": epochs, **figures, "seconds": seconds})
        text = (
            f"step {step:,}  epoch {epochs:.2f}  loss {figures['loss']:.3f} nats/{unit}  "
            f"{figures['units_per_second']:,.0f} {unit}s/s  rate {figures['learning_rate']:.2g}  "
            f"gradient {figures['gradient_norm']:.2f}"
        )
        self._display.update(done=done, text=text)

    def validation(self, step: int, found: Validation, *, epochs: float, seconds: float, verdict: str) -> None:
        """Report a validation; ``verdict`` says what came of it."""
        if self._metrics is not None:
            self._metrics.write("validation", step, {"epoch": epochs, **found.figures, "seconds": seconds})
        figures = "  ".join(filter(None, (f"validation loss {found.figures['loss']:.3f}", found.shown)))
        log.say(f"step {step:,}  epoch {epochs:.2f}  {figures}  ({verdict})")
        for detail in found.details:
            self._display.detail(detail)


def require_number(loss: float, *, step: int, kept: Path) -> None:
    """Stop when the loss is no number any more.

    Raises:
        TrainingError: with what to try, and where the last good state is.
    """
    if not math.isfinite(loss):
        advice = f"The last good state is in {kept}." if kept.exists() else "Nothing was kept: it came too early."
        raise TrainingError(
            f"The loss became {loss} at step {step:,}.\n"
            "  Try a lower training.optimizer.learning_rate, more training.schedule.warmup_steps, or a smaller "
            f"training.clip_norm. {advice}"
        )
