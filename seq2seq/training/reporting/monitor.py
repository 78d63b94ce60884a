"""Warnings of a run that goes wrong, each at most once per run, read off the lines of its metrics."""

from collections.abc import Iterator, Mapping, Sequence
from statistics import median
from typing import Any, Final, NamedTuple

from seq2seq import log
from seq2seq.config.training import TrainingConfig
from seq2seq.evaluation.added_metrics import higher_is_better
from seq2seq.wording import plural

Entry = Mapping[str, Any]
"""A line of ``metrics.jsonl``."""

CLIPPED_SHARE: Final = 0.8
"""Share of the steps whose gradient is cut: clipping is meant for outliers (Pascanu et al. 2013, section 3.2), and a
run's first hundred steps may need it often; beyond that, a limit that nearly every step exceeds sets the step size."""
CLIPPED_FACTOR: Final = 2.0
"""How much larger than the limit the mean gradient is: a cut by less hardly changes a step, and Adam divides by the
size of past gradients anyway."""
TOO_LARGE: Final = 0.1
"""Norm of an update over that of the weights, a hundred times the rule of thumb: within ten steps of one direction, or
a hundred of random ones, such updates replace the weights."""
TOO_SMALL: Final = 1e-5
"""A hundredth of the rule of thumb: a thousand such updates change the weights by 1 % at most."""
RISEN: Final = 0.05
"""By how much the development loss must have risen above its lowest, as a share of it and in nats: noise does not."""
_STRETCH: Final = 500
"""Steps over which clipping is judged."""
_REPORTS: Final = 10
"""Reports over which the size of updates is judged."""
_UNIGRAM_STEPS: Final = 1_000
"""Steps after warm-up by which a model has learnt the frequencies of its targets, and something more."""
_RISES: Final = 3
"""Validations in a row whose loss is above the lowest."""


class Clipping(NamedTuple):
    """What clipping does in a run, after warm-up."""

    steps: int
    share: float
    """Of these steps, those whose gradient was cut."""
    norm: float
    """Mean norm of the gradient before clipping."""


def clipping(train: Sequence[Entry], training: TrainingConfig, *, last: int | None = None) -> Clipping | None:
    """How often the gradient was cut after warm-up, or in the ``last`` steps of it; None: not enough is known.

    Args:
        train: lines of kind ``train``, in order.
        training: the settings of the run.
        last: steps; None: all.
    """
    steps, cut, norms = 0, 0.0, 0.0
    for number in range(len(train) - 1, -1, -1):
        entry, start = train[number], train[number - 1]["step"] if number else 0
        if start < training.schedule.warmup_steps or (last is not None and steps >= last):
            break
        if "clipped" in entry and "gradient_norm_mean" in entry:
            length = entry["step"] - start
            steps, cut = steps + length, cut + entry["clipped"] * length
            norms += entry["gradient_norm_mean"] * length
    return Clipping(steps, cut / steps, norms / steps) if steps and steps >= (last or 0) else None


class RunMonitor:
    """Warns of each thing that goes wrong in a run, once.

    Args:
        training: the settings of the run.
        metric: the metric that selects its best model.
        entries: the lines of its metrics so far: what they show has been warned of before the run was resumed.
    """

    def __init__(self, training: TrainingConfig, metric: str, entries: Sequence[Entry]) -> None:
        self._training, self._metric = training, metric
        self._train: list[Entry] = []
        self._validations: list[Entry] = []
        self._unigram: float | None = None
        self._largest_update = 0.0
        self._warned: set[str] = set()
        for entry in entries:
            self._new_faults(entry)

    @property
    def has_baseline(self) -> bool:
        """Whether the losses to compare with have been recorded."""
        return self._unigram is not None

    def observe(self, entry: Entry) -> None:
        """Take a new line of the metrics into account, and warn of what it shows."""
        for code, message in self._new_faults(entry):
            log.warn(message, code=code)

    def _new_faults(self, entry: Entry) -> list[tuple[str, str]]:
        found: Iterator[tuple[str, str]] = iter(())
        match entry["kind"]:
            case "baseline":
                self._unigram = entry.get("unigram_loss")
            case "train":
                self._train.append(entry)
                self._largest_update = max(self._largest_update, entry.get("update_ratio", 0.0))
                found = self._of_steps()
            case "validation":
                self._validations.append(entry)
                found = self._of_validations(entry)
        new = [(code, message) for code, message in found if code not in self._warned]
        self._warned.update(code for code, _ in new)
        return new

    def _of_steps(self) -> Iterator[tuple[str, str]]:
        limit = self._training.clip_norm
        cuts = clipping(self._train, self._training, last=_STRETCH) if limit is not None else None
        if limit and cuts and cuts.share >= CLIPPED_SHARE and cuts.norm >= CLIPPED_FACTOR * limit:
            yield (
                "training.clipping",
                f"clipping cuts {cuts.share:.0%} of the steps: the gradient's mean norm is {cuts.norm:.3g}, "
                f"training.clip_norm {limit:g}. Lower training.optimizer.learning_rate; if the loss falls steadily, "
                "raise training.clip_norm.",
            )
        warmup = self._training.schedule.warmup_steps
        ratios = [
            entry["update_ratio"]
            for entry in self._train[-_REPORTS:]
            if "update_ratio" in entry and entry["step"] > warmup
        ]
        if len(ratios) < _REPORTS:
            return
        if median(ratios) >= TOO_LARGE:
            yield (
                "training.updates-too-large",
                f"a step changes the weights by {median(ratios):.0%} of their size (healthy: about 0.1 to 1 %). "
                "Lower training.optimizer.learning_rate.",
            )
        if self._largest_update < TOO_SMALL:
            yield (
                "training.updates-too-small",
                f"a step changes the weights by {self._largest_update:.1g} of their size at most (healthy: about 0.001 "
                "to 0.01). Raise training.optimizer.learning_rate.",
            )

    def _of_validations(self, last: Entry) -> Iterator[tuple[str, str]]:
        validations, unigram = self._validations, self._unigram
        settled = last["step"] >= self._training.schedule.warmup_steps + _UNIGRAM_STEPS
        if settled and unigram is not None and last["loss"] >= unigram:
            yield (
                "training.nothing-learnt",
                f"after {plural(last['step'], 'step')} the development loss ({last['loss']:.3f}) is no better than "
                f"that of the targets' frequencies alone ({unigram:.3f}). Lower training.optimizer.learning_rate, and "
                "check that sources and targets belong together (seq2seq inspect).",
            )
        lowest = min(range(len(validations)), key=lambda index: validations[index]["loss"])
        if self._over_fits(lowest):
            best = validations[lowest]
            yield (
                "training.over-fitting",
                f"the development loss rises, from {best['loss']:.3f} at step {best['step']:,} to {last['loss']:.3f}, "
                "while the training loss falls: the model learns its training data by heart. More data or more "
                "dropout help; training.validation.patience ends such runs. The best model is saved.",
            )

    def _over_fits(self, lowest: int) -> bool:
        """Whether the loss has risen for some validations, the training loss falls, and the metric does not improve."""
        best, since = self._validations[lowest], self._validations[lowest + 1 :]
        if len(since) < _RISES or since[-1]["loss"] - best["loss"] < max(RISEN, RISEN * best["loss"]):
            return False
        sign = 1 if higher_is_better(self._metric) else -1
        scores = [sign * entry[self._metric] for entry in self._validations if self._metric in entry]
        if scores and max(scores[-_RISES:]) >= max(scores):
            return False
        losses = [(entry["step"], entry["loss"]) for entry in self._train if "loss" in entry]
        before = [loss for step, loss in losses if step <= best["step"]]
        return bool(before) and losses[-1][1] < before[-1]
