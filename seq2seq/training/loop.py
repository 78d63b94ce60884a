"""The training loop, from top to bottom.

An epoch is a list of batches, a function of (seed, epoch); a step learns from ``accumulate`` of them on every process;
its random draws are a function of (seed, step, process). So a position in training is a few integers
(:class:`~seq2seq.training.state.TrainingState`), and a run that was stopped goes on as if it had not been.
"""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import torch
from pydantic import JsonValue

from seq2seq import log
from seq2seq.config.duration import format_duration
from seq2seq.config.recipe import Recipe
from seq2seq.data.batch import Batch
from seq2seq.data.loader import Loader
from seq2seq.data.prepare import Prepared, prepare
from seq2seq.data.sampler import TokenBudgetSampler
from seq2seq.errors import TrainingError
from seq2seq.inference.description import TrainingSummary
from seq2seq.inference.folder import save_folder
from seq2seq.models.build import build_model
from seq2seq.training import run
from seq2seq.training.average import MovingAverage
from seq2seq.training.checkpoint import Checkpoint
from seq2seq.training.curves import draw_curves
from seq2seq.training.interrupt import Interrupt, catch_interrupts
from seq2seq.training.metrics import MetricsLog
from seq2seq.training.objective import Objective
from seq2seq.training.optimizer import build_optimizer
from seq2seq.training.progress import Report, report
from seq2seq.training.runtime import Runtime, seed_step
from seq2seq.training.schedule import Limits, Schedule
from seq2seq.training.state import TrainingState
from seq2seq.training.validate import Validation, Validator, improves


@dataclass(frozen=True, slots=True)
class Result:
    """What training leaves."""

    model: Path
    """The folder of the best model."""
    summary: TrainingSummary
    """How it came to be."""
    interrupted: bool
    """Whether it was stopped from outside (Ctrl-C, SIGTERM), and can be resumed."""


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
    runtime = Runtime(accelerator=accelerator, devices=devices, precision=recipe.training.precision, threads=threads)
    if runtime.leads:
        run.open_run(output, recipe, resume=resume, overwrite=overwrite)
    runtime.barrier()
    with log.to_file(output / run.LOG), catch_interrupts() as interrupt:
        if runtime.leads:
            prepare(recipe.data, recipe.tokenizer, seed=recipe.training.seed)
        runtime.barrier()  # the others find it in the cache
        prepared = prepare(recipe.data, recipe.tokenizer, seed=recipe.training.seed)
        trainer = Trainer(recipe, prepared, output, runtime, name=name)
        if resume:
            trainer.resume()
        return trainer.train(interrupt)


class Trainer:
    """A run in memory: built from a recipe, moved on by :meth:`train`."""

    def __init__(
        self, recipe: Recipe, prepared: Prepared, output: Path, runtime: Runtime, *, name: str | None = None
    ) -> None:
        self.recipe, self.prepared, self.output, self.runtime, self.name = recipe, prepared, output, runtime, name
        config = recipe.training
        tokenizers = prepared.tokenizers
        torch.manual_seed(config.seed)
        self.model = build_model(recipe.model, tokenizers.source.size, tokenizers.target.size)
        optimizer = build_optimizer(self.model.parameters(), config.optimizer)
        self.objective, self.optimizer = runtime.set_up(
            Objective(self.model, smoothing=config.label_smoothing), optimizer
        )
        self.average = MovingAverage(self.model, config.average) if config.average else None
        self.schedule = Schedule(config.schedule)
        self.limits = Limits.of(config)
        sampler = TokenBudgetSampler(
            prepared.train.lengths,
            config.batch,
            seed=config.seed,
            rank=runtime.rank,
            ranks=runtime.ranks,
            where=prepared.train.where,
        )
        self.loader = Loader(
            prepared.train,
            sampler,
            tokenizers,
            recipe.tokenizer.sampling,
            seed=config.seed,
            pin=runtime.device.type == "cuda",
        )
        needs_text = config.validation.metric != "loss"
        self.validator = Validator(
            prepared.dev,
            tokenizers,
            decode=config.validation.decode or (len(prepared.dev) if needs_text else 0),
            decoding=recipe.decoding,
            runtime=runtime,
        )
        self.checkpoint = Checkpoint(
            output / run.CHECKPOINT, self.model, optimizer, self.average, prepared.fingerprint
        )
        self.state = TrainingState()
        self._last_tick = time.monotonic()

    def resume(self) -> None:
        """Take up the run where its checkpoint left it."""
        self.state = self.checkpoint.load()
        self.schedule.reduction, self.schedule.bad = self.state.plateau_reduction, self.state.plateau_bad
        log.say(f"resumed at step {self.state.step:,}, epoch {self.state.epoch + 1}")

    def train(self, interrupt: Interrupt) -> Result:
        """Train until a limit is reached, nothing improves any more, or somebody interrupts."""
        self._introduce()
        config, state = self.recipe.training, self.state
        self._last_tick = saved = time.monotonic()
        stopped: str | None = self._reached()
        with (
            MetricsLog(self.output, tensorboard=config.tensorboard, step=state.step) as metrics,
            report(quiet=not self.runtime.leads) as shown,
        ):
            window = _Window()
            while stopped is None:
                for batches in self._steps_of_epoch():
                    window.add(self._learn(batches), batches)
                    self._tick()
                    if state.step % config.log_every == 0:
                        self._log(window, metrics, shown)
                        window = _Window()
                    if self._validation_due():
                        self._validate(metrics, shown)
                        saved = time.monotonic()
                    elif time.monotonic() - saved >= config.checkpoint_every:
                        self._save()
                        saved = time.monotonic()
                    stopped = self._reached() or self._interrupted(interrupt)
                    if stopped:
                        break
                else:
                    state.epoch, state.batch = state.epoch + 1, 0
                    if config.validation.every_steps is None:
                        self._validate(metrics, shown)
                        saved = time.monotonic()
                    stopped = self._reached() or self._interrupted(interrupt)
            if interrupt.signal is None and self._validated_at != state.step:
                self._validate(metrics, shown)
            self._save()
        return self._finish(stopped, interrupted=interrupt.signal is not None)

    # -- one step ------------------------------------------------------------------------------------------------

    def _steps_of_epoch(self) -> Iterator[Sequence[Batch]]:
        """What is left of the epoch, as the micro-batches of one step after the other."""
        batches = self.loader.batches(self.state.epoch, self.state.batch)
        while step := list(islice(batches, self.recipe.training.batch.accumulate)):
            yield step

    def _learn(self, batches: Sequence[Batch]) -> "_Step":
        """Take one optimiser step: the mean loss over all target tokens of all its batches, on all processes."""
        config, state, runtime = self.recipe.training, self.state, self.runtime
        seed_step(config.seed, state.step, runtime.rank)
        rate = config.optimizer.learning_rate * self.schedule.share(state.step, self._progress())
        for group in self.optimizer.param_groups:
            group["lr"] = rate
        (tokens,) = runtime.sum(sum(batch.target_tokens for batch in batches))
        nll = torch.zeros((), device=runtime.device)
        for number, batch in enumerate(batches, start=1):
            moved = batch.to(runtime.device)
            with runtime.hold_gradients(self.objective, hold=number < len(batches)):
                losses = self.objective(moved.source, moved.source_lengths, moved.target)
                # DDP averages over processes; the sum of their losses is wanted.
                runtime.backward(losses.smoothed * (runtime.ranks / tokens))
            nll += losses.nll
        norm = runtime.clip(self.objective, self.optimizer, config.clip_norm)
        self.optimizer.step()
        self.optimizer.zero_grad()
        if self.average is not None:
            self.average.update()
            state.averaged = self.average.steps
        state.step += 1
        state.batch += len(batches)
        state.target_tokens += int(tokens)
        return _Step(nll, norm, rate)

    # -- between steps -------------------------------------------------------------------------------------------

    def _log(self, window: "_Window", metrics: MetricsLog, shown: Report) -> None:
        """Report the mean of the steps since the last report."""
        nats, tokens, pairs = self.runtime.sum(*window.totals())
        loss, seconds = nats / tokens, window.seconds()
        if not loss < float("inf"):  # NaN too
            raise TrainingError(
                f"The loss became {loss} at step {self.state.step:,}.\n"
                "  Try a lower training.optimizer.learning_rate, more training.schedule.warmup_steps, or a smaller "
                f"training.clip_norm. The last good state is in {self.output / run.CHECKPOINT}."
            )
        if not self.runtime.leads:
            return
        figures = {
            "epoch": self._epochs(),
            "loss": loss,
            "learning_rate": window.rate,
            "gradient_norm": float(window.norm),
            "target_tokens_per_second": tokens / seconds,
            "pairs_per_second": pairs / seconds,
            "seconds": self.state.seconds,
        }
        metrics.write("train", self.state.step, figures)
        done = self._progress()
        text = (
            f"step {self.state.step:,}  epoch {self._epochs():.2f}  loss {loss:.3f} nats/token  "
            f"{tokens / seconds:,.0f} tokens/s  rate {window.rate:.2g}  gradient {float(window.norm):.2f}"
        )
        shown.update(done=done, text=text)
        shown.line(f"{text}  {shown.left(done)}")

    def _validation_due(self) -> bool:
        every = self.recipe.training.validation.every_steps
        return every is not None and self.state.step % every == 0

    def _validate(self, metrics: MetricsLog, shown: Report) -> None:
        """Judge the weights that would be kept (the average, if there is one); keep them if they are the best."""
        state, metric = self.state, self.recipe.training.validation.metric
        if self.average is not None:
            with self.average.applied():
                found, improved = self._judge()
        else:
            found, improved = self._judge()
        state.validations += 1
        state.stale = 0 if improved else state.stale + 1
        self.schedule.observe(improved=improved)
        state.plateau_reduction, state.plateau_bad = self.schedule.reduction, self.schedule.bad
        self._validated_at = state.step
        self._tick()
        self._save()
        if not self.runtime.leads:
            return
        figures = {"epoch": self._epochs(), "loss": found.loss, "bleu": found.bleu, "exact_match": found.exact_match}
        metrics.write("validation", state.step, {**figures, "seconds": state.seconds})
        decoded = "" if found.bleu is None else f"  BLEU {found.bleu:.1f}  exact {found.exact_match:.1%}"
        best = f"best so far, kept in {self.output / run.MODEL}" if improved else f"best {metric} was {state.best:.4g}"
        log.say(f"step {state.step:,}  epoch {self._epochs():.2f}  validation loss {found.loss:.3f}{decoded}  ({best})")
        for source, hypothesis, reference in found.samples:
            shown.line(f"    source      {source}\n    hypothesis  {hypothesis}\n    reference   {reference}")

    def _judge(self) -> tuple[Validation, bool]:
        state, metric = self.state, self.recipe.training.validation.metric
        found = self.validator.validate(self.objective, self.model)
        improved = improves(metric, found.value(metric), state.best)
        if improved:
            state.best, state.best_step = found.value(metric), state.step
            self._keep_model()
        return found, improved

    def _keep_model(self, stopped: str = "") -> None:
        """Write the model folder from the weights that the model has now."""
        if self.runtime.leads:
            save_folder(
                self.output / run.MODEL,
                model=self.model,
                tokenizers=self.prepared.tokenizers,
                recipe=self.recipe,
                name=self.name,
                data=self._data_facts(),
                training=self._summary(stopped),
            )

    def _save(self) -> None:
        if self.runtime.leads:
            self.checkpoint.save(self.state)

    # -- the end -------------------------------------------------------------------------------------------------

    def _reached(self) -> str | None:
        """Why training ends now, if it does."""
        limit = self.limits.reached(
            steps=self.state.step, epochs=self.state.epoch, seconds=self.runtime.sum(self.state.seconds)[0] / self.runtime.ranks
        )
        patience = self.recipe.training.validation.patience
        if limit is None and patience is not None and self.state.stale >= patience:
            return f"no better {self.recipe.training.validation.metric} in {patience} validations"
        return limit

    def _interrupted(self, interrupt: Interrupt) -> str | None:
        """Stop all processes if one is asked to."""
        if self.runtime.any(interrupt.signal is not None):
            return f"interrupted by {interrupt.signal.name if interrupt.signal else 'another process'}"
        return None

    def _finish(self, stopped: str | None, *, interrupted: bool) -> Result:
        if self.state.validations == 0:  # interrupted before anything was judged: what was learnt is kept all the same
            if self.average is not None:
                with self.average.applied():
                    self._keep_model(stopped or "")
            else:
                self._keep_model(stopped or "")
        if self.runtime.leads:
            draw_curves(self.output)
            log.say(
                f"{stopped} after {self.state.step:,} steps, {self._epochs():.2f} epochs, "
                f"{format_duration(self.state.seconds)}"
            )
        return Result(self.output / run.MODEL, self._summary(stopped or ""), interrupted)

    # -- figures -------------------------------------------------------------------------------------------------

    _validated_at = -1

    def _tick(self) -> None:
        """Move the run's clock on by the time since the last call, whatever the wall clock does."""
        now = time.monotonic()
        self.state.seconds += now - self._last_tick
        self._last_tick = now

    def _epochs(self) -> float:
        return self.state.epoch + self.state.batch / max(1, self.loader.len_epoch(self.state.epoch))

    def _progress(self) -> float:
        return self.limits.progress(steps=self.state.step, epochs=self._epochs(), seconds=self.state.seconds)

    def _summary(self, stopped: str) -> TrainingSummary:
        return TrainingSummary(
            steps=self.state.step,
            epochs=self._epochs(),
            seconds=self.state.seconds,
            best_step=self.state.best_step or self.state.step,
            metric=self.recipe.training.validation.metric,
            best=self.state.best,
            stopped=stopped,
        )

    def _data_facts(self) -> dict[str, JsonValue]:
        return {
            "fingerprint": self.prepared.fingerprint,
            "training_pairs": len(self.prepared.train),
            "dev_pairs": len(self.prepared.dev),
        }

    def _introduce(self) -> None:
        if not self.runtime.leads:
            return
        parameters, config = self.model.parameter_count(), self.recipe.training
        log.say(
            f"{parameters / 1e6:.2f} M parameters on {self.runtime.device} "
            f"({self.runtime.ranks} process{'es' if self.runtime.ranks > 1 else ''}, {torch.get_num_threads()} threads); "
            f"{len(self.prepared.train):,} training pairs, about {self.loader.len_epoch(self.state.epoch):,} batches an "
            f"epoch; seed {config.seed}"
        )


@dataclass(frozen=True, slots=True)
class _Step:
    """What is known of a step, still on the device."""

    nll: torch.Tensor
    norm: torch.Tensor
    rate: float


class _Window:
    """Sums over the steps since the last report, left on the device until they are read."""

    def __init__(self) -> None:
        self.started = time.monotonic()
        self.nll: torch.Tensor | float = 0.0
        self.norm: torch.Tensor | float = 0.0
        self.rate = 0.0
        self.tokens = 0
        self.pairs = 0

    def add(self, step: _Step, batches: Sequence[Batch]) -> None:
        """Add a step."""
        self.nll = self.nll + step.nll
        self.norm, self.rate = step.norm, step.rate
        self.tokens += sum(batch.target_tokens for batch in batches)
        self.pairs += sum(len(batch) for batch in batches)

    def totals(self) -> tuple[float, float, float]:
        """Nats, target tokens and pairs of this process."""
        return float(self.nll), float(self.tokens), float(self.pairs)

    def seconds(self) -> float:
        """Since the window was opened."""
        return time.monotonic() - self.started
