"""The training loop, from top to bottom.

An epoch is a list of batches, a function of (seed, epoch); a step learns from ``accumulate`` of them on every process;
its random draws are a function of (seed, step, process). So a position in training is a few integers
(:class:`~seq2seq.training.state.TrainingState`), and a run that was stopped goes on as if it had not been.
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
from seq2seq.data.batch import Batch
from seq2seq.data.loader import Loader
from seq2seq.data.prepare import Prepared, prepare
from seq2seq.data.sampler import Replay, TokenBudgetSampler
from seq2seq.data.windows import WindowLoader
from seq2seq.errors import CheckpointError
from seq2seq.inference.description import TrainingSummary
from seq2seq.models.build import build_model
from seq2seq.models.decoder import DecoderState
from seq2seq.training import run
from seq2seq.training.average import MovingAverage
from seq2seq.training.curves import draw_curves
from seq2seq.training.interrupt import Interrupt, catch_interrupts
from seq2seq.training.keeper import Keeper
from seq2seq.training.metrics import MetricsLog, require_tensorboard
from seq2seq.training.optimizer import build_optimizer
from seq2seq.training.progress import show_progress
from seq2seq.training.reporting import Reporter, Step, Window, require_number
from seq2seq.training.runtime import Runtime, seed_step
from seq2seq.training.schedule import Limits, Schedule
from seq2seq.training.start import Start
from seq2seq.training.state import TrainingState
from seq2seq.training.tasks import set_up_of


@dataclass(frozen=True, slots=True)
class Result:
    """What training leaves."""

    model: Path
    """The folder of the best model."""
    summary: TrainingSummary
    """How it came to be."""
    interrupted: signal.Signals | None
    """What stopped it from outside (Ctrl-C, SIGTERM), if anything did; it can be resumed."""


def fit(
    recipe: Recipe,
    output: Path,
    *,
    name: str | None = None,
    devices: str | int = "auto",
    accelerator: str = "auto",
    threads: int | None = None,
    resume: bool = False,
    overwrite: bool = False,
) -> Result:
    """Train the model that a recipe describes.

    Args:
        recipe: what to train on what, and how.
        output: the run folder (:mod:`seq2seq.training.run`).
        name: what the model is called in its folder; as a rule the recipe's name.
        devices: how many processes or GPUs, or `auto`.
        accelerator: `auto`, `cpu`, `cuda` or `mps`.
        threads: of each process on a CPU (``None``: one a core).
        resume: go on with the run in ``output``.
        overwrite: replace the run in ``output``.

    Raises:
        ConfigError: a setting or an option is wrong.
        DataError: the corpus is wrong.
        CheckpointError: the run in ``output`` cannot be resumed.
        TrainingError: training has failed.
    """
    if recipe.training.tensorboard:
        require_tensorboard()
    runtime = Runtime(accelerator=accelerator, devices=devices, precision=recipe.training.precision, threads=threads)
    with log.muted(mute=not runtime.leads):
        run.check_run(output, recipe, resume=resume, overwrite=overwrite)
        start = Start.open(recipe, output, resume=resume)
        with runtime.leader_first():  # the others find in the cache what it prepared
            prepared = prepare(
                recipe.data,
                recipe.tokenizer,
                seed=recipe.training.seed,
                sides=recipe.sides,
                tokenizers=start.loaded.tokenizers if start else None,
                growth=start.growth if start else None,
                whole=recipe.training.batch.windows is not None,
            )
        trainer = Trainer(recipe, prepared, output, runtime, name=name, start=start)
        if resume:
            trainer.resume()
        if runtime.leads:
            run.open_run(output, recipe, resume=resume)
            if start is not None:
                start.keep(output)
        runtime.barrier()
        with log.to_file(output / run.LOG) if runtime.leads else nullcontext(), catch_interrupts() as interrupt:
            for line in prepared.report.lines():
                log.write_to_files(line)
            return trainer.train(interrupt)


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
        start: Start | None = None,
    ) -> None:
        config, tokenizers = recipe.training, prepared.tokenizers
        self.config, self.output, self.runtime = config, output, runtime
        torch.manual_seed(config.seed)
        self.model = build_model(recipe.model, tokenizers.source.size, tokenizers.target.size)
        self.hold = start.into(self.model, tokenizers) if start else None
        optimizer = build_optimizer(self.model.parameters(), config.optimizer)
        if start is not None:
            start.lend_moments(self.model, optimizer, tokenizers)
        self.task = set_up_of(recipe)(recipe, self.model, prepared, runtime)
        self.objective, self.optimizer = runtime.set_up(self.task.objective, optimizer)
        self.average = MovingAverage(self.model, config.average) if config.average else None
        self.goes_on = config.batch.windows is not None and config.batch.windows.carry
        self.schedule = Schedule(config.schedule)
        self.limits = Limits.of(config)
        self.loader = _loader(recipe, prepared, runtime)
        self.keeper = Keeper(
            recipe,
            prepared,
            output,
            name=name,
            model=self.model,
            optimizer=optimizer,
            average=self.average,
            validator=self.task.validator,
            runtime=runtime,
        )
        self.state = TrainingState(ranks=runtime.ranks)
        self.carried: DecoderState | None = None
        self._clock = time.monotonic()
        self._saved_at = self._clock
        self._interrupted = False

    def resume(self) -> None:
        """Take up the run where its checkpoint left it."""
        self.state, carried = self.keeper.checkpoint.load()
        if carried is not None and self.runtime.ranks > 1:
            raise CheckpointError(
                f"{self.output}: a text that is read in windows by several processes cannot be resumed yet: the "
                "checkpoint holds the state of one.\n  Train it with one process, or begin anew."
            )
        self.carried = None if carried is None else carried.to(self.runtime.device)
        if self.state.ranks != self.runtime.ranks:
            raise CheckpointError(
                f"{self.output}: the run was started with {self.state.ranks} processes, not {self.runtime.ranks}: its "
                "position in the data would mean another.\n  Resume it with as many."
            )
        self.schedule.reduction, self.schedule.bad = self.state.plateau_reduction, self.state.plateau_bad
        log.say(f"resumed at step {self.state.step:,}, epoch {self.state.epoch + 1}")

    def train(self, interrupt: Interrupt) -> Result:
        """Train until a limit is reached, nothing improves any more, or somebody interrupts."""
        config, state = self.config, self.state
        self._introduce()
        self._clock = self._saved_at = time.monotonic()
        with (
            self._open_metrics() as metrics,
            show_progress(quiet=not self.runtime.leads) as display,
        ):
            reporter = Reporter(metrics, display)
            window = Window()
            stopped = self._why_stop(interrupt)
            while stopped is None:
                for batches in self._steps_of_epoch():
                    window.add(self._learn(batches), seconds=self._tick())
                    if state.step % config.log_every == 0:
                        self._report(window, reporter)
                        window = Window()
                    if config.validation.every_steps and state.step % config.validation.every_steps == 0:
                        self._validate(reporter)
                    elif time.monotonic() - self._saved_at >= config.checkpoint_every:
                        self._save()
                    stopped = self._why_stop(interrupt)
                    if stopped:
                        break
                else:
                    state.epoch, state.batch = state.epoch + 1, 0
                    if not config.validation.every_steps and state.validated_step != state.step:
                        self._validate(reporter)
                    stopped = self._why_stop(interrupt)
            if window:
                self._report(window, reporter)
            if not self._interrupted and state.validated_step != state.step:
                self._validate(reporter)
            self._save()
        summary = self.keeper.conclude(state, epochs=self._epochs(), stopped=stopped)
        if self.runtime.leads:
            draw_curves(self.output)
        log.say(f"{stopped} after {state.step:,} steps, {self._epochs():.2f} epochs, {format_duration(state.seconds)}")
        self.runtime.barrier()  # whoever reads the model next finds it whole
        return Result(self.keeper.folder, summary, interrupted=interrupt.signal)

    def _open_metrics(self) -> "AbstractContextManager[MetricsLog | None]":
        if not self.runtime.leads:
            return nullcontext()
        return MetricsLog(self.output, tensorboard=self.config.tensorboard, step=self.state.step)

    def _steps_of_epoch(self) -> Iterator[Sequence[Batch]]:
        """What is left of the epoch, as the micro-batches of one step after the other."""
        batches = self.loader.batches(self.state.epoch, self.state.batch)
        while step := list(islice(batches, self.config.batch.accumulate)):
            yield step

    def _learn(self, batches: Sequence[Batch]) -> Step:
        """Take one optimiser step: the mean loss over all tokens (or labels) of its batches, on all processes."""
        config, state, runtime = self.config, self.state, self.runtime
        seed_step(config.seed, state.step, runtime.rank)
        rate = config.optimizer.learning_rate * self.schedule.share(state.step, self._progress())
        for group in self.optimizer.param_groups:
            group["lr"] = rate
        own = sum(map(self.task.objective.units, batches))
        (units,) = runtime.sum(own)
        nll = torch.zeros((), device=runtime.device)
        for number, batch in enumerate(batches, start=1):
            moved = batch.to(runtime.device)
            with runtime.hold_gradients(self.objective, hold=number < len(batches)):
                carried = None if batch.first else self.carried
                losses = self.objective(moved.source, moved.source_lengths, moved.target, carried)
                # DDP averages over processes; the sum of their losses is wanted.
                runtime.backward(losses.smoothed * (runtime.ranks / units))
            nll += losses.nll
            if self.goes_on:  # the gradient ends where the window begins
                self.carried = losses.state.detach()
        if self.hold is not None:
            self.hold.pull()
        norm = runtime.clip(self.objective, self.optimizer, config.clip_norm)
        self.optimizer.step()
        if self.hold is not None:
            self.hold.restore()
        self.optimizer.zero_grad()
        if self.average is not None:
            self.average.update()
            state.averaged = self.average.steps
        state.step += 1
        state.batch += len(batches)
        state.units += int(units)
        return Step(nll, norm, rate, units=own, examples=sum(map(len, batches)))

    def _report(self, window: Window, reporter: Reporter) -> None:
        """Say how the last steps went."""
        figures = window.figures(self.runtime)
        require_number(figures["loss"], step=self.state.step, kept=self.keeper.checkpoint.folder)
        reporter.steps(
            self.state.step,
            figures,
            epochs=self._epochs(),
            seconds=self.state.seconds,
            done=self._progress(),
            unit=self.task.objective.unit,
        )

    def _validate(self, reporter: Reporter) -> None:
        """Judge the model, keep it if it is the best, and write a checkpoint."""
        state = self.state
        found, verdict = self.keeper.judge(self.objective, state, epochs=self._epochs())
        self.schedule.observe(improved=state.stale == 0)
        state.plateau_reduction, state.plateau_bad = self.schedule.reduction, self.schedule.bad
        self._tick()
        reporter.validation(state.step, found, epochs=self._epochs(), seconds=state.seconds, verdict=verdict)
        self._save()  # last: a run that is killed before validates this step anew

    def _save(self) -> None:
        self.keeper.save(self.state, self.carried)
        self._saved_at = time.monotonic()

    def _why_stop(self, interrupt: Interrupt) -> str | None:
        """Why training ends now, if it does: the same answer on every process."""
        self._interrupted = self.runtime.any(interrupt.signal is not None)
        if self._interrupted:
            return f"interrupted by {interrupt.signal.name if interrupt.signal else 'another process'}"
        self.state.seconds = self.runtime.mean(self.state.seconds)  # one clock, one learning rate
        limit = self.limits.reached(steps=self.state.step, epochs=self.state.epoch, seconds=self.state.seconds)
        patience = self.config.validation.patience
        if limit is None and patience is not None and self.state.stale >= patience:
            return f"no better {self.config.validation.metric} in {patience} validations"
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
        log.say(
            f"{self.model.parameter_count() / 1e6:.2f} M parameters on {self.runtime.device} "
            f"(processes: {self.runtime.ranks}, threads: {torch.get_num_threads()}); "
            f"{len(self.loader.split):,} training examples, about {self.loader.len_epoch(self.state.epoch):,} batches "
            f"an epoch; seed {self.config.seed}"
        )


def _loader(recipe: Recipe, prepared: Prepared, runtime: Runtime) -> Loader | WindowLoader:
    """The training data: examples of like length together, or a text that goes on."""
    batch, seed = recipe.training.batch, recipe.training.seed
    pin = runtime.device.type == "cuda"
    if batch.windows is not None:
        return WindowLoader(prepared.train, batch.windows, seed=seed, rank=runtime.rank, ranks=runtime.ranks, pin=pin)
    sampler = TokenBudgetSampler(
        prepared.train.lengths,
        batch,
        seed=seed,
        rank=runtime.rank,
        ranks=runtime.ranks,
        where=prepared.train.where,
        replay=Replay(prepared.new, recipe.data.replay.share) if recipe.data.replay is not None else None,
    )
    return Loader(prepared.train, sampler, prepared.tokenizers, recipe.tokenizer.sampling, seed=seed, pin=pin)
