"""The training loop, from top to bottom.

An epoch is a list of batches, a function of (seed, epoch); a step learns from ``accumulate`` of them on every process;
its random draws are a function of (seed, step, process). So a position in training is a few integers
(:class:`~seq2seq.training.run_folder.state.TrainingState`), and a run that was stopped goes on as if it had not been.
"""

import signal
import time
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import torch

from seq2seq import log
from seq2seq.config.duration import format_duration
from seq2seq.config.recipe import Recipe
from seq2seq.data.batching.batch import Batch
from seq2seq.data.batching.loader import Loader
from seq2seq.data.batching.sampler import Replay, TokenBudgetSampler
from seq2seq.data.batching.windows import WindowLoader
from seq2seq.data.preparing.prepare import Prepared
from seq2seq.model_folder.description import TrainingSummary
from seq2seq.models.build import build_model
from seq2seq.report.curves import FILE as CURVES
from seq2seq.report.curves import draw_curves
from seq2seq.training.distributed import Runtime, computes_bf16
from seq2seq.training.estimate.memory import RequiredMemory, report_required_memory
from seq2seq.training.estimate.pace import Pace
from seq2seq.training.finetune.initial_model import InitialModel
from seq2seq.training.interrupt import Interrupt, Interrupted
from seq2seq.training.reporting.console import IntervalTotals, Reporter, too_many_skipped
from seq2seq.training.reporting.metrics import MetricsLog, read_metrics
from seq2seq.training.reporting.progress import show_progress
from seq2seq.training.run_folder.state import TrainingState
from seq2seq.training.step.ema import EMA
from seq2seq.training.step.optimizer import build_optimizer
from seq2seq.training.step.schedule import Limits, Schedule
from seq2seq.training.step.updater import build_updater
from seq2seq.training.tasks import setup_for
from seq2seq.training.validation.best_model import BestModelKeeper
from seq2seq.training.validation.validation import never_interrupt


@dataclass(frozen=True, slots=True)
class TrainingResult:
    """What training leaves."""

    model: Path
    """The folder of the best model."""
    summary: TrainingSummary
    """How it came to be."""
    interrupted: signal.Signals | None
    """What stopped it from outside (Ctrl-C, SIGTERM), if anything did; it can be resumed."""
    is_main: bool = True
    """Whether this process speaks and writes for all that have trained."""


class Trainer:
    """A run in memory: built from a recipe, moved on by :meth:`train`."""

    def __init__(
        self,
        recipe: Recipe,
        prepared: Prepared,
        output: Path,
        runtime: Runtime,
        *,
        name: str | None = None,
        start: InitialModel | None = None,
    ) -> None:
        config, tokenizers = recipe.training, prepared.tokenizers
        self.config, self.output, self.runtime = config, output, runtime
        self._new = prepared.new
        self._metric = recipe.chosen_by
        torch.manual_seed(config.seed)
        self.model = build_model(recipe.model, tokenizers.source.size, tokenizers.target.size)
        constraints = start.load_into(self.model, tokenizers) if start else None
        optimizer = build_optimizer(self.model.parameters(), config.optimizer)
        if start is not None:
            start.load_optimizer_state(self.model, optimizer, tokenizers)
        self.task = setup_for(recipe)(recipe, self.model, prepared, runtime)
        objective, wrapped = runtime.set_up(self.task.objective, optimizer)
        ema = EMA(self.model, config.ema_decay) if config.ema_decay else None
        self.updater = build_updater(
            self.task.objective,
            objective,
            wrapped,
            runtime,
            config,
            where=prepared.train.where,
            constraints=constraints,
            ema=ema,
        )
        self.schedule = Schedule(config.schedule)
        self.limits = Limits.of(config)
        self.loader = _loader(recipe, prepared, runtime)
        self.pace = Pace(
            recipe,
            prepared.train.lengths,
            parameters=self.model.parameter_count(),
            bfloat16=runtime.device.type == "cpu" and computes_bf16(),
        )
        self.best_model = BestModelKeeper(
            recipe,
            prepared,
            output,
            name=name,
            model=self.model,
            optimizer=optimizer,
            ema=ema,
            validator=self.task.validator,
            runtime=runtime,
            start=start,
        )
        self.state = TrainingState(ranks=runtime.world_size)
        self._clock = time.monotonic()
        self._saved_at = self._clock
        self._overdue = self._validation_due = False
        self.window = IntervalTotals()
        self._unreported = 0.0
        self._interrupted: signal.Signals | None = None

    def resume(self) -> None:
        """Take up the run where its last checkpoint left it."""
        saved, carried = self.best_model.checkpoints.load()
        self.state = state = saved.state
        self.schedule.reduction, self.schedule.bad = state.plateau_reduction, state.plateau_bad
        if state.ranks == self.runtime.world_size:
            self.window = IntervalTotals.of(state.window[self.runtime.rank])
            if carried:
                self.updater.gradients.carried = carried[self.runtime.rank].to(self.runtime.device)
        else:
            self._share_anew()
        for line in saved.circumstances.differences(self.best_model.circumstances):
            log.warn(f"since the run was stopped: {line}; what follows is not the same to the last bit.")
        log.say(f"resumed at step {state.step:,}, epoch {state.epoch + 1}")

    def _share_anew(self) -> None:
        """Go on with another number of processes: at the same share of the epoch."""
        state, ranks = self.state, self.runtime.world_size
        log.warn(
            f"the run goes on with {ranks} process(es) instead of {state.ranks}: a step learns from {ranks} batch(es) "
            "at a time now, and some examples of this epoch may come twice, or not at all. What follows is another "
            "run than it would have been."
        )
        if state.epoch_batches:
            state.batch = round(state.batch / state.epoch_batches * self.loader.len_epoch(state.epoch))
        state.ranks = ranks

    def train(self, interrupt: Interrupt) -> TrainingResult:
        """Train until a limit is reached, nothing improves any more, or somebody interrupts."""
        config, state = self.config, self.state
        self._introduce()
        self._clock = self._saved_at = time.monotonic()
        with (
            self._open_metrics() as metrics,
            show_progress(quiet=not self.runtime.is_main) as display,
        ):
            reporter = Reporter(metrics, display)
            reporter.moved(state.step, done=self._progress(), seconds=state.seconds)
            if state.due:
                self._validate(reporter, interrupt)
            stopped = self._why_stop(interrupt)
            while stopped is None:
                for batches in self._steps_of_epoch():
                    self.learn(batches)
                    self.pace.look_ahead(state, self._epochs())
                    reporter.moved(state.step, done=self._progress(), seconds=state.seconds)
                    if state.step % config.log_every == 0:
                        self._report(reporter)
                    validates = config.validation.every_steps and state.step % config.validation.every_steps == 0
                    if validates:
                        self._validate(reporter, interrupt)
                    stopped = self._why_stop(interrupt)
                    if stopped:
                        break
                    if not validates and self._validation_due:
                        self._validate(reporter, interrupt, within=True)
                        stopped = self._why_stop(interrupt)
                        if stopped:
                            break
                    elif not validates and self._save_is_due():
                        self._save(reporter)
                else:
                    state.epoch, state.batch = state.epoch + 1, 0
                    if not config.validation.every_steps and state.validated_step != state.step:
                        self._validate(reporter, interrupt)
                    stopped = self._why_stop(interrupt)
            self._settle()
            if self._interrupted is None:  # else all of this is still to come
                if self.window:
                    self._report(reporter)
                if state.validated_step != state.step:
                    self._validate(reporter, interrupt)
                stopped = self._why_stop(interrupt) or stopped  # that validation may have been given up
            self._save(reporter)
        summary = self.best_model.conclude(state, epochs=self._epochs(), stopped=stopped)
        if self._interrupted is None:
            self.pace.look_back(state, self._epochs())
        if self.runtime.is_main:
            draw_curves(read_metrics(self.output), self.output / CURVES, chosen_by=self._metric)
        log.say(f"{stopped} after {state.step:,} steps, {self._epochs():.2f} epochs, {format_duration(state.seconds)}")
        self.runtime.barrier()  # whoever reads the model next finds it whole
        caught = self._interrupted or interrupt.received()  # or it came in the last moment: scores can wait
        return TrainingResult(self.best_model.folder, summary, interrupted=caught, is_main=self.runtime.is_main)

    def _open_metrics(self) -> "AbstractContextManager[MetricsLog | None]":
        if not self.runtime.is_main:
            return nullcontext()
        state = self.state
        return MetricsLog(
            self.output,
            tensorboard=self.config.tensorboard,
            step=state.step,
            reported=state.step - bool(self.window),
            validated=state.validated_step,
        )

    def _steps_of_epoch(self) -> Iterator[Sequence[Batch]]:
        """What is left of the epoch, as the micro-batches of one step after the other."""
        batches = self.loader.batches(self.state.epoch, self.state.batch)
        while step := list(islice(batches, self.config.batch.accumulate)):
            yield step

    def learn(self, batches: Sequence[Batch]) -> None:
        """Take one optimiser step, and move on; on a GPU, what became of it is counted later, of many at once.

        Raises:
            TrainingError: too many steps in a row were skipped, or memory does not suffice.
        """
        config, state = self.config, self.state
        rate = config.optimizer.learning_rate * self.schedule.share(state.step, self._progress())
        self.updater.enqueue(batches, rate=rate, number=state.step + 1)
        state.step += 1
        state.batch += len(batches)
        if self.updater.deferred:
            self._unreported += self._tick()
        else:
            self._settle()

    def _settle(self) -> None:
        """Count the steps that are not counted yet: the only place where training waits for a GPU.

        Raises:
            TrainingError: too many steps in a row were skipped.
        """
        state = self.state
        steps = self.updater.flush()
        if not steps:
            return
        seconds, self._unreported = self._unreported + self._tick(), 0.0
        if self.updater.ema is not None:
            state.averaged = self.updater.ema.steps
        for step in steps:
            state.units += step.units_of_all
            state.skipped += step.skipped
            state.skipped_in_row = state.skipped_in_row + 1 if step.skipped else 0
            if state.skipped_in_row >= self.config.max_skipped:
                raise too_many_skipped(state.step, state.skipped_in_row, kept=self.best_model.checkpoints.folder)
            self.window.add(step, seconds=seconds / len(steps))

    def _report(self, reporter: Reporter) -> None:
        """Say how the last steps went."""
        self._settle()
        reporter.steps(
            self.state.step,
            self.window.figures(self.runtime),
            epochs=self._epochs(),
            seconds=self.state.seconds,
            unit=self.task.objective.unit,
        )
        self.window = IntervalTotals()

    def _wants_validation(self) -> bool:
        """Whether time asks this process for a validation within an epoch."""
        if self.config.max_time is None or self.config.validation.every_steps is not None:
            return False
        return self.pace.is_validation_due(self.state, self._epochs())

    def _validate(self, reporter: Reporter, interrupt: Interrupt, *, within: bool = False) -> None:
        """Judge the model, keep it if it is the best, and write a checkpoint.

        One ``within`` an epoch, for want of time, does not count for the learning rate.

        Somebody who wants training to stop does not wait for it (but where others would wait for this process): it is
        then due when the run goes on.
        """
        self._settle()
        state, begun = self.state, self.state.seconds
        state.due = True
        check = interrupt.check if self.runtime.world_size == 1 else never_interrupt
        try:
            with reporter.validating():
                found, verdict, improved = self.best_model.validate_and_save(
                    self.updater.gradients.wrapped, state, epochs=self._epochs(), check=check
                )
        except Interrupted:
            return
        state.due = False
        if not within:
            self.schedule.observe(improved=improved)
        state.plateau_reduction, state.plateau_bad = self.schedule.reduction, self.schedule.bad
        self._tick()
        self.pace.validated(state, begun)
        reporter.validation(state.step, found, epochs=self._epochs(), seconds=state.seconds, verdict=verdict)
        self._save(reporter)  # last: a run that is killed before validates this step anew

    def _save_is_due(self) -> bool:
        """Whether a checkpoint is to be written now: the same answer on every process."""
        steps = self.config.checkpoint_every_steps
        return self._overdue or (steps is not None and self.state.step % steps == 0)

    def _save(self, reporter: Reporter) -> None:
        self._settle()
        state = self.state
        state.epoch_batches = self.loader.len_epoch(state.epoch)
        state.window = self.runtime.gather(self.window.sums())
        reporter.checkpoint(state.step, self.best_model.save(state, self.updater.gradients.carried))
        self._saved_at = time.monotonic()

    def _why_stop(self, interrupt: Interrupt) -> str | None:
        """Why training ends now, if it does: the same answer on every process.

        All that the processes must agree on between two steps is one vector: each exchange is a wait for the slowest.
        """
        overdue = time.monotonic() - self._saved_at >= self.config.checkpoint_every
        signals, overdues, dues, seconds = self.runtime.sum(
            interrupt.received() is not None, overdue, self._wants_validation(), self.state.seconds
        )
        if signals:
            self._interrupted = next(one for one in self.runtime.gather(interrupt.signal) if one is not None)
            return f"interrupted by {self._interrupted.name}"
        self._overdue, self._validation_due = overdues > 0, dues > 0
        self.state.seconds = seconds / self.runtime.world_size  # one clock, one learning rate
        limit = self.limits.reached(steps=self.state.step, epochs=self.state.epoch, seconds=self.state.seconds)
        patience = self.config.validation.patience
        if limit is None and patience is not None and self.state.stale >= patience:
            return f"no better {self._metric} in {patience} validations"
        return limit

    def _tick(self) -> float:
        """Move the run's clock on by the seconds since the last call, which are returned."""
        now = time.monotonic()
        passed = now - self._clock
        self.state.seconds += passed
        self._clock = now
        return passed

    def _epochs(self) -> float:
        if not self.state.batch:
            return float(self.state.epoch)
        return self.state.epoch + self.state.batch / max(1, self.loader.len_epoch(self.state.epoch))

    def _progress(self) -> float:
        return self.limits.progress(steps=self.state.step, epochs=self._epochs(), seconds=self.state.seconds)

    def _introduce(self) -> None:
        """Say what is about to be trained."""
        replayed = len(self.loader.split) - self._new
        examples = f"{self._new:,} training examples" + (f" and {replayed:,} to replay from" if replayed else "")
        log.say(
            f"{self.model.parameter_count() / 1e6:.2f} M parameters on {self.runtime.device} "
            f"(processes: {self.runtime.world_size}, threads: {torch.get_num_threads()}); "
            f"{examples}, about {self.loader.len_epoch(self.state.epoch):,} batches an epoch; seed {self.config.seed}"
        )
        parameters = sum(parameter.numel() for parameter in self.model.parameters())
        report_required_memory(RequiredMemory.of(parameters, self.config), self.runtime.device)


def _loader(recipe: Recipe, prepared: Prepared, runtime: Runtime) -> Loader | WindowLoader:
    """The training data: examples of like length together, or a text that goes on."""
    batch, seed = recipe.training.batch, recipe.training.seed
    pin = runtime.device.type == "cuda"
    if batch.windows is not None:
        return WindowLoader(
            prepared.train, batch.windows, seed=seed, rank=runtime.rank, ranks=runtime.world_size, pin=pin
        )
    sampler = TokenBudgetSampler(
        prepared.train.lengths,
        batch,
        seed=seed,
        rank=runtime.rank,
        ranks=runtime.world_size,
        where=prepared.train.where,
        replay=Replay(prepared.new, recipe.data.replay.share) if recipe.data.replay is not None else None,
    )
    return Loader(prepared.train, sampler, prepared.tokenizers, recipe.tokenizer.sampling, seed=seed, pin=pin)
