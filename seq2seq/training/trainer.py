"""What is trained: model, data, optimiser and schedule, and their position in the run.

An epoch is a list of batches, a function of (seed, epoch); a step learns from ``accumulate`` of them on every process;
its random numbers are a function of (seed, step, process). So a position in training is a few integers
(:class:`~seq2seq.training.run_folder.state.TrainingState`), and a resumed run equals one that was never stopped.
"""

from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

import torch

from seq2seq import log
from seq2seq.config.data import DataConfig
from seq2seq.config.recipe import Recipe
from seq2seq.data.batching.batch import Batch
from seq2seq.data.batching.loader import Loader
from seq2seq.data.batching.mixture import Mixture
from seq2seq.data.batching.sampler import TokenBudgetSampler
from seq2seq.data.batching.stream import StreamLoader
from seq2seq.data.batching.terms import TermAnnotator
from seq2seq.data.batching.windows import WindowLoader
from seq2seq.data.preparing.prepare import Prepared
from seq2seq.data.preparing.split import Split
from seq2seq.data.preparing.stream import ShardStream
from seq2seq.models.build import build_model
from seq2seq.text.protection import Protection
from seq2seq.text.vocabulary.labels import LabelVocabulary
from seq2seq.training.distributed import Runtime
from seq2seq.training.finetune.initial_model import InitialModel
from seq2seq.training.reporting.baseline import Baseline, unigram_baseline
from seq2seq.training.reporting.console import IntervalTotals, too_many_skipped
from seq2seq.training.run_folder.state import TrainingState
from seq2seq.training.step.ema import EMA
from seq2seq.training.step.optimizer import build_optimizer
from seq2seq.training.step.schedule import Limits, Schedule
from seq2seq.training.step.updater import build_updater
from seq2seq.training.stopwatch import Stopwatch
from seq2seq.training.tasks import set_up
from seq2seq.training.validation.best_model import BestModelKeeper
from seq2seq.training.validation.validation import dev_loader
from seq2seq.wording import plural


class Trainer:
    """A run in memory, built from a recipe; :meth:`learn` takes a step. It starts from a model, or random weights."""

    def __init__(
        self,
        recipe: Recipe,
        prepared: Prepared,
        output: Path,
        runtime: Runtime,
        *,
        name: str | None = None,
        initial_model: InitialModel | None = None,
        stream: ShardStream | None = None,
    ) -> None:
        config, tokenizers = recipe.training, prepared.tokenizers
        self.config, self.output, self.runtime = config, output, runtime
        self._prepared, self._stream = prepared, stream
        self.new_examples = prepared.new
        torch.manual_seed(config.seed)
        self.model = build_model(
            recipe.model,
            tokenizers.source.size,
            tokenizers.target.size,
            source=recipe.sides.source,
            season=tokenizers.season,
            channels=tokenizers.channels,
        )
        constraints = initial_model.load_into(self.model, tokenizers) if initial_model else None
        optimizer = build_optimizer(self.model.parameters(), config.optimizer)
        if initial_model is not None:
            initial_model.load_optimizer_state(self.model, optimizer, tokenizers)
        self.task = set_up(recipe, self.model, prepared, runtime)
        self.loader = _loader(recipe, prepared, runtime, stream)
        wrapped, wrapped_optimizer = runtime.set_up(self.task.objective, optimizer)
        ema = EMA(self.model, config.ema_decay) if config.ema_decay else None
        self.updater = build_updater(
            self.task.objective,
            wrapped,
            wrapped_optimizer,
            runtime,
            config,
            where=self.loader.where if isinstance(self.loader, StreamLoader) else prepared.train.where,
            constraints=constraints,
            ema=ema,
        )
        self.schedule, self.limits = Schedule(config.schedule), Limits.of(config)
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
            longest_before=initial_model.loaded.description.longest if initial_model else None,
        )
        self.state = TrainingState(ranks=runtime.world_size)
        self.stopwatch = Stopwatch(self.state)
        self.totals = IntervalTotals()

    @property
    def epochs(self) -> float:
        """Epochs so far, the current one in part."""
        if not self.state.batch:
            return float(self.state.epoch)
        return self.state.epoch + self.state.batch / max(1, self.loader.len_epoch(self.state.epoch))

    @property
    def progress(self) -> float:
        """Share of training that is over, from 0 to 1."""
        return self.limits.progress(steps=self.state.step, epochs=self.epochs, seconds=self.state.seconds)

    def baseline(self) -> Baseline | None:
        """Losses that need no network, to compare the model's with; None: of increments, which have no frequencies."""
        unit = self.task.objective.unit
        return None if unit == "step" else unigram_baseline(self._prepared, labels=unit == "label")

    def dev_loader(self) -> Loader | WindowLoader:
        """The development split, as validation reads it."""
        return dev_loader(self._prepared, self.config.batch)

    def resume(self) -> None:
        """Restore everything from the run's last checkpoint."""
        saved, carried = self.best_model.checkpoints.load()
        self.state = state = saved.state
        self.stopwatch = Stopwatch(state)
        self.schedule.reduction, self.schedule.bad = state.plateau_reduction, state.plateau_bad
        if state.ranks == self.runtime.world_size:
            self.totals = IntervalTotals(state.window[self.runtime.rank])
            if carried:
                self.updater.gradients.carried = carried[self.runtime.rank].to(self.runtime.device)
        else:
            self._redistribute()
        for line in saved.circumstances.differences(self.best_model.circumstances):
            message = f"since the run was stopped: {line}; the result will differ in the last digits."
            log.warn(message, code="run.environment-changed")
        log.say(f"resumed at step {state.step:,}, epoch {state.epoch + 1}")

    def _redistribute(self) -> None:
        """Share the rest of the epoch among another number of processes."""
        state, world_size = self.state, self.runtime.world_size
        log.warn(
            f"resuming with {plural(world_size, 'process')} instead of {state.ranks}: each step now learns from "
            f"{plural(world_size, 'batch')}, and examples of this epoch may be repeated or skipped. "
            "The result will differ from that of an uninterrupted run.",
            code="run.other-process-count",
        )
        if state.epoch_batches:
            state.batch = round(state.batch / state.epoch_batches * self.loader.len_epoch(state.epoch))
        state.ranks = world_size

    def remaining_steps(self) -> Iterator[Sequence[Batch]]:
        """The rest of the epoch, as the micro-batches of one step after the other."""
        batches = self.loader.batches(self.state.epoch, self.state.batch)
        if self._stream is not None:  # the model will have seen what the epoch has, too
            self.state.add_seen(self._prepared.sketch | self._stream.sketch)
        while step := list(islice(batches, self.config.batch.accumulate)):
            yield step

    def learn(self, batches: Sequence[Batch]) -> None:
        """Take one optimiser step; on a GPU, its outcome is counted later, together with others.

        Raises:
            TrainingError: too many steps in a row were skipped, or memory does not suffice.
        """
        config, state = self.config, self.state
        rate = config.optimizer.learning_rate * self.schedule.share(state.step, self.progress)
        state.step += 1
        self.updater.enqueue(batches, rate=rate, number=state.step, measured=state.step % config.log_every == 0)
        state.batch += len(batches)
        if self.updater.deferred:
            self.stopwatch.lap()
        else:
            self.flush()

    def flush(self) -> None:
        """Count the steps that are not counted yet: the only place where training waits for a GPU.

        Raises:
            TrainingError: too many steps in a row were skipped.
        """
        state = self.state
        steps = self.updater.flush()
        if not steps:
            return
        seconds = self.stopwatch.take()
        if self.updater.ema is not None:
            state.averaged = self.updater.ema.steps
        for step in steps:
            state.units += step.units_of_all
            state.skipped += step.skipped
            state.skipped_in_row = state.skipped_in_row + 1 if step.skipped else 0
            if state.skipped_in_row >= self.config.max_skipped:
                raise too_many_skipped(state.step, state.skipped_in_row, checkpoints=self.best_model.checkpoints.folder)
            self.totals.add(step, seconds=seconds / len(steps))


def _loader(
    recipe: Recipe, prepared: Prepared, runtime: Runtime, stream: ShardStream | None
) -> Loader | StreamLoader | WindowLoader:
    """The training data: batches of examples of similar length, or windows of a running text."""
    batch, seed = recipe.training.batch, recipe.training.seed
    rank, ranks, pin = runtime.rank, runtime.world_size, runtime.device.type == "cuda"
    mixture = _mixture(recipe.data, prepared)
    names = prepared.tokenizers.target

    def loader(split: Split) -> Loader | WindowLoader:
        if batch.windows is not None:
            return WindowLoader(split, batch.windows, seed=seed, rank=rank, ranks=ranks, pin=pin)
        sampler = TokenBudgetSampler(
            split.lengths, batch, seed=seed, rank=rank, ranks=ranks, where=split.where, mixture=mixture
        )
        return Loader(
            split,
            sampler,
            prepared.tokenizers,
            recipe.tokenizer.sampling,
            recipe.data.casing,
            seed=seed,
            protection=Protection.from_config(recipe.data, recipe.tokenizer),
            terms=TermAnnotator.from_config(recipe.data),
            soft_labels=names if recipe.data.soft_labels and isinstance(names, LabelVocabulary) else None,
            pin=pin,
        )

    if stream is None:
        return loader(prepared.train)
    return StreamLoader(prepared.train, stream.open, loader, stream.whole)


def _mixture(data: DataConfig, prepared: Prepared) -> Mixture | None:
    """How the sources of training are mixed; None: every example is in every epoch."""
    shares = tuple(source.share for source in data.sources) or (None,)
    if data.replay is not None:
        return Mixture(prepared.firsts, shares, data.temperature, data.replay.share)
    if data.temperature == 1 and not any(shares):
        return None
    return Mixture(prepared.firsts, shares, data.temperature)
