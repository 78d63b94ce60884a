"""The training loop, from top to bottom."""

import signal
import time
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import torch

from seq2seq import log
from seq2seq.config.duration import format_duration
from seq2seq.data.batching.stream import StreamLoader
from seq2seq.model_folder.description import TrainingSummary
from seq2seq.report.curves import FILE as CURVES
from seq2seq.report.curves import draw_curves
from seq2seq.training.estimate.memory import RequiredMemory, report_required_memory
from seq2seq.training.estimate.outlook import Outlook
from seq2seq.training.estimate.pace import Pace
from seq2seq.training.interrupt import Interrupt, Interrupted
from seq2seq.training.precision import computes_bf16
from seq2seq.training.reporting.console import IntervalTotals, Reporter
from seq2seq.training.reporting.metrics import MetricsLog, read_metrics
from seq2seq.training.reporting.monitor import RunMonitor
from seq2seq.training.reporting.progress import TrainingProgress
from seq2seq.training.trainer import Trainer
from seq2seq.training.validation.validation import never_interrupt
from seq2seq.wording import plural


@dataclass(frozen=True, slots=True)
class RunResult:
    """The outcome of a run."""

    model: Path
    """The folder of the best model."""
    summary: TrainingSummary
    """Steps, time and the best value of the metric."""
    interrupted: signal.Signals | None
    """The signal that stopped the run (Ctrl-C, SIGTERM); None: it ended by itself."""
    is_main: bool = True
    """Whether this is the process that writes files and talks to people."""


class _Agreement(NamedTuple):
    """A decision between two steps, the same on every process."""

    stopped: str | None
    """Why training ends now; None: it does not."""
    validate: bool = False
    """Whether a validation within the epoch is due."""
    save: bool = False
    """Whether the last checkpoint is too old."""


class TrainingLoop:
    """Trains until a limit is reached, validation no longer improves, or a signal arrives."""

    def __init__(self, trainer: Trainer, interrupt: Interrupt) -> None:
        self.trainer, self.config, self.runtime, self.state = trainer, trainer.config, trainer.runtime, trainer.state
        self._interrupt = interrupt
        self._interrupted: signal.Signals | None = None
        self._saved_at = time.monotonic()
        bfloat16 = computes_bf16(trainer.runtime.device)
        lengths, parameters = trainer.loader.split.lengths, trainer.model.parameter_count()
        self._pace = Pace(Outlook(trainer.config, lengths, parameters, bfloat16))

    def run(self) -> RunResult:
        """Train, and leave the best model, checkpoints, metrics and learning curves in the run folder."""
        self._introduce()
        with self._open_metrics() as metrics, TrainingProgress().shown(quiet=not self.runtime.is_main) as display:
            self._reporter, self._display = Reporter(metrics, display, self._monitor()), display
            self._reporter.baseline(self.trainer.baseline)
            stopped = self._on_start()
            while stopped is None:
                for batches in self.trainer.remaining_steps():
                    self.trainer.learn(batches)
                    stopped = self._on_step_end()
                    if stopped is not None:
                        break
                else:
                    stopped = self._on_epoch_end()
            stopped = self._on_end(stopped)
        return self._conclude(stopped)

    def _on_start(self) -> str | None:
        self._saved_at = time.monotonic()
        self.trainer.stopwatch.start()
        self._show_progress()
        if self.state.due:
            self._validate()
        return self._agree().stopped

    def _on_step_end(self) -> str | None:
        """Report, validate and save what is due; returns why training ends, if it does."""
        config, step = self.config, self.state.step
        self._pace.look_ahead(self.state, self.trainer.epochs)
        self._show_progress()
        if step % config.log_every == 0:
            self._report()
        validates = config.validation.every_steps is not None and step % config.validation.every_steps == 0
        if validates:
            self._validate()
        agreed = self._agree()
        if agreed.stopped is not None or validates:
            return agreed.stopped
        if agreed.validate:
            self._validate(within_epoch=True)
            return self._agree().stopped
        if agreed.save or (config.checkpoint_every_steps is not None and step % config.checkpoint_every_steps == 0):
            self._save()
        return None

    def _on_epoch_end(self) -> str | None:
        state, streams = self.state, isinstance(self.trainer.loader, StreamLoader)
        if streams and self.trainer.updater.deferred:
            self.trainer.flush()  # as long as its rows can be named: the next epoch has others
        state.epoch, state.batch = state.epoch + 1, 0
        if not self.config.validation.every_steps and state.validated_step != state.step:
            self._validate()
        elif streams:
            self._save()  # a bad row in the next shards ends the run
        return self._agree().stopped

    def _on_end(self, stopped: str) -> str:
        """Report and validate the last steps, unless the run is to be resumed, and save; returns why it ended."""
        self.trainer.flush()
        if self._interrupted is None:
            if self.trainer.totals:
                self._report()
            if self.state.validated_step != self.state.step:
                self._validate()
            stopped = self._agree().stopped or stopped  # a signal may have interrupted that validation
        self._save()
        return stopped

    def _conclude(self, stopped: str) -> RunResult:
        trainer, state = self.trainer, self.state
        summary = trainer.best_model.conclude(state, epochs=trainer.epochs, stopped=stopped)
        if self._interrupted is None:
            self._pace.look_back(state, trainer.epochs)
        if self.runtime.is_main:
            draw_curves(read_metrics(trainer.output), trainer.output / CURVES, chosen_by=trainer.best_model.metric)
        length = f"{plural(state.step, 'step')}, {trainer.epochs:.2f} epochs, {format_duration(state.seconds)}"
        log.say(f"{stopped} after {length}")
        self.runtime.barrier()  # the model is complete before any process reads it
        interrupted = self._interrupted or self._interrupt.received()  # at the last moment: scoring can wait
        return RunResult(trainer.best_model.folder, summary, interrupted=interrupted, is_main=self.runtime.is_main)

    def _open_metrics(self) -> "AbstractContextManager[MetricsLog | None]":
        if not self.runtime.is_main:
            return nullcontext()
        state = self.state
        return MetricsLog(
            self.trainer.output,
            tensorboard=self.config.tensorboard,
            step=state.step,
            reported=state.step - bool(self.trainer.totals),
            validated=state.validated_step,
        )

    def _monitor(self) -> RunMonitor:
        entries = read_metrics(self.trainer.output) if self.runtime.is_main else []
        return RunMonitor(self.config, self.trainer.best_model.metric, entries)

    def _show_progress(self) -> None:
        self._display.move_to(step=self.state.step, done=self.trainer.progress, seconds=self.state.seconds)

    def _report(self) -> None:
        """Report the steps since the last report."""
        trainer = self.trainer
        trainer.flush()
        self._reporter.steps(
            self.state.step,
            trainer.totals.figures(self.runtime),
            epochs=trainer.epochs,
            seconds=self.state.seconds,
            unit=trainer.task.objective.unit,
            measure=trainer.task.objective.measure,
        )
        trainer.totals = IntervalTotals()

    def _validate(self, *, within_epoch: bool = False) -> None:
        """Evaluate the model, save it if it is the best, and write a checkpoint.

        A validation ``within_epoch``, because epochs are long, does not count for the learning rate. A signal
        interrupts a validation, unless other processes would wait for this one; it is then due when the run resumes.
        """
        trainer, state = self.trainer, self.state
        trainer.flush()
        start = state.seconds
        state.due = True
        check = self._interrupt.check if self.runtime.world_size == 1 else never_interrupt
        try:
            with self._display.during("validating"):
                found, verdict, improved = trainer.best_model.validate_and_save(
                    trainer.updater.gradients.wrapped, state, epochs=trainer.epochs, check=check
                )
        except Interrupted:
            return
        state.due = False
        if not within_epoch:
            trainer.schedule.observe(improved=improved)
        state.plateau_reduction, state.plateau_bad = trainer.schedule.reduction, trainer.schedule.bad
        trainer.stopwatch.take()  # belongs to no step
        self._pace.validated(state, start)
        self._reporter.validation(state.step, found, epochs=trainer.epochs, seconds=state.seconds, verdict=verdict)
        self._save()  # last: a run that is killed before it validates this step again

    def _save(self) -> None:
        trainer, state = self.trainer, self.state
        trainer.flush()
        state.epoch_batches = trainer.loader.len_epoch(state.epoch) if state.batch else 0  # a new one may not be needed
        state.window = self.runtime.gather(trainer.totals.state)
        seconds = trainer.best_model.save(state, trainer.updater.gradients.carried)
        self._reporter.checkpoint(state.step, seconds)
        self._saved_at = time.monotonic()

    def _agree(self) -> _Agreement:
        """Decide together with all processes what comes next.

        Everything that they must agree on is one vector: each exchange is a wait for the slowest.
        """
        state = self.state
        overdue = time.monotonic() - self._saved_at >= self.config.checkpoint_every
        due = self._pace.is_validation_due(state, self.trainer.epochs)
        signals, overdues, dues, seconds = self.runtime.sum(
            self._interrupt.received() is not None, overdue, due, state.seconds
        )
        if signals:
            self._interrupted = next(one for one in self.runtime.gather(self._interrupt.signal) if one is not None)
            return _Agreement(f"interrupted by {self._interrupted.name}")
        state.seconds = seconds / self.runtime.world_size  # one clock, one learning rate
        limit = self.trainer.limits.reached(steps=state.step, epochs=state.epoch, seconds=state.seconds)
        patience = self.config.validation.patience
        if limit is None and patience is not None and state.stale >= patience:
            limit = f"{self.trainer.best_model.metric} has not improved for {plural(patience, 'validation')}"
        return _Agreement(limit, validate=dues > 0, save=overdues > 0)

    def _introduce(self) -> None:
        """Describe the run to people: model, machine, data and memory."""
        trainer, split = self.trainer, self.trainer.loader.split
        new = trainer.new_examples
        replayed = len(split) - new
        examples = plural(new, "training example") + (f" and {replayed:,} to replay from" if replayed else "")
        if isinstance(trainer.loader, StreamLoader):
            examples = f"a sample of {plural(new, 'training example')}"
        log.say(
            f"{trainer.model.parameter_count() / 1e6:.2f} M parameters on {self.runtime.device} "
            f"in {self.runtime.precision} (processes: {self.runtime.world_size}, threads: {torch.get_num_threads()}); "
            f"{examples}, about {plural(trainer.loader.len_epoch(self.state.epoch), 'batch')} per epoch; "
            f"seed {self.config.seed}"
        )
        parameters = sum(parameter.numel() for parameter in trainer.model.parameters())
        report_required_memory(RequiredMemory.of(parameters, self.config), self.runtime.device)
