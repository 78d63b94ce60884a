"""Reports of a run: to people (terminal and log) and to programs (metrics)."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from seq2seq import log
from seq2seq.errors import TrainingError
from seq2seq.training.distributed import Runtime
from seq2seq.training.reporting.baseline import Baseline
from seq2seq.training.reporting.metrics import MetricsLog
from seq2seq.training.reporting.monitor import RunMonitor
from seq2seq.training.reporting.progress import TrainingProgress
from seq2seq.training.run_folder.checkpoint import find
from seq2seq.training.run_folder.state import IntervalState
from seq2seq.training.step.update_ratio import ALL
from seq2seq.training.step.updater import Step
from seq2seq.training.validation.validation import Validation
from seq2seq.wording import plural

_ADVICE: Final = (
    "Try a lower training.optimizer.learning_rate, more training.schedule.warmup_steps, or a smaller training.clip_norm"
)


class IntervalTotals:
    """Sums over the steps since the last report.

    Args:
        state: the sums that a checkpoint saved, so that a resumed run reports the same.
    """

    def __init__(self, state: IntervalState | None = None) -> None:
        self.state = IntervalState() if state is None else state.model_copy()
        self._seconds = 0.0
        self._update_ratios: Mapping[str, float] = {}  # of the last step before a report: no checkpoint in between

    def __bool__(self) -> bool:
        """Whether they include any step."""
        return self.state.steps > 0

    def add(self, step: Step, *, seconds: float) -> None:
        """Add a step and its duration (waiting for data included)."""
        state = self.state
        self._seconds += seconds
        state.steps += 1
        state.rate, state.norm = step.rate, step.norm if math.isfinite(step.norm) else None
        state.examples += step.examples
        self._update_ratios = step.update_ratios or {}
        if step.skipped:
            state.skipped += 1
            return
        if step.number == 1 and step.units:
            state.initial_loss = step.nll / step.units
        state.nats += step.nll
        state.units += step.units
        state.norms += 1
        state.norm_sum += step.norm
        state.norm_max = max(state.norm_max, step.norm)
        if step.clipped is not None:
            state.clipped = (state.clipped or 0) + step.clipped

    def figures(self, runtime: Runtime) -> dict[str, float | None]:
        """Means over these steps and all processes; None: unknown."""
        state = self.state
        nats, units, examples = runtime.sum(state.nats, state.units, state.examples)
        seconds = max(self._seconds, 1e-9)
        return {
            "loss": nats / units if units else None,
            "initial_loss": state.initial_loss,
            "learning_rate": state.rate,
            "gradient_norm": state.norm,
            "gradient_norm_mean": state.norm_sum / state.norms if state.norms else None,
            "gradient_norm_max": state.norm_max if state.norms else None,
            "clipped": None if state.clipped is None else state.clipped / state.norms,
            "skipped": state.skipped,
            **{
                "update_ratio" if part == ALL else f"update_ratio_{part}": ratio
                for part, ratio in self._update_ratios.items()
            },
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
    monitor: RunMonitor
    """Warns of what goes wrong."""

    def baseline(self, compute: Callable[[], Baseline | None]) -> None:
        """Record the losses to compare with, if there are any, once per run."""
        if self.metrics is not None and not self.monitor.has_baseline and (found := compute()) is not None:
            self.monitor.observe(self.metrics.write("baseline", 0, found._asdict()))

    def steps(
        self,
        step: int,
        figures: Mapping[str, float | None],
        *,
        epochs: float,
        seconds: float,
        unit: str,
        measure: str = "nats",
    ) -> None:
        """Report the steps since the last report; the loss is a mean over each ``unit``, counted in ``measure``."""
        if self.metrics is not None:
            entry = self.metrics.write("train", step, {"epoch": epochs, **figures, "seconds": seconds})
        shown = {name: math.nan if value is None else value for name, value in figures.items()}
        facts = [
            (4, f"epoch {epochs:.2f}"),
            (2, f"loss {shown['loss']:.3f} {measure}/{unit}"),
            (3, f"{shown['units_per_second']:,.0f} {unit}s/s"),
            (5, f"rate {shown['learning_rate']:.2g}"),
            (7, f"gradient {shown['gradient_norm']:.2f}"),
        ]
        self.display.report("  ".join([f"step {step:,}", *(text for _, text in facts)]), facts)
        if self.metrics is not None:
            self.monitor.observe(entry)

    def checkpoint(self, step: int, seconds: float) -> None:
        """Record how long training paused for a checkpoint."""
        if self.metrics is not None:
            self.metrics.write("checkpoint", step, {"pause": seconds})

    def validation(self, step: int, validation: Validation, *, epochs: float, seconds: float, verdict: str) -> None:
        """Report a validation, with a ``verdict`` in words."""
        if self.metrics is not None:
            entry = self.metrics.write("validation", step, {"epoch": epochs, **validation.figures, "seconds": seconds})
        figures = "  ".join(filter(None, (f"validation loss {validation.figures['loss']:.3f}", validation.shown)))
        log.say(f"step {step:,}  epoch {epochs:.2f}  {figures}  ({verdict})")
        for detail in validation.details:
            self.display.write(detail)
        if self.metrics is not None:
            self.monitor.observe(entry)


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
