"""The course of a run in figures, from its metrics: losses, updates, gradients, clipping."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from seq2seq.config.recipe import Recipe
from seq2seq.evaluation.added_metrics import higher_is_better
from seq2seq.training.reporting.monitor import Clipping, clipping

RISEN: Final = 0.25
"""Rise of the development loss since its lowest, as a share of it, from which a run ended too late: between
validations, noise is some per cent."""
RISEN_NATS: Final = 0.1
"""The same in nats: less is a tenth of the perplexity."""
_LAST: Final = 0.2
_LITTLE: Final = 0.05
"""Share of its first value by which a loss must have fallen, for a rise to be more than noise."""
_NEAR: Final = 0.03
"""Share of the best value of a metric by which a later one may miss it and be as good."""
_WINDOW: Final = 0.1
"""Share of a run over which losses are averaged."""


@dataclass(frozen=True, kw_only=True)
class Course:
    """A run in a few figures."""

    steps: int
    reports: int
    epochs: float | None
    """Passes over the data; None: not reported."""
    peak_update: float | None
    """The largest update of all reports, over the weights; None: not measured."""
    path: float | None
    """All updates added up, over the weights."""
    skipped: float
    """Share of the steps that were skipped."""
    fall: float | None
    """How much of the training loss the last fifth of the run took away; of few reports, the last of them. None: there
    are fewer than two."""
    regained: float
    """Rise of the training loss since its lowest, over its fall until then; 0 where it had hardly fallen."""
    largest_norm: float
    """Largest mean norm of the gradient in a report; 0: not measured."""
    lowest: float | None
    """Lowest development loss; None: there are fewer than two."""
    rise: float
    """Rise of the development loss since then, in nats; 0 where the training loss did not fall or the metric that
    chooses the model was still near its best."""
    validated: float | None
    """Development loss of the best model."""
    clipping: Clipping | None
    """After warm-up."""
    initial_loss: float | None
    """Training loss of the first step, in nats."""
    final_loss: float | None
    """That of the last steps."""

    @property
    def late(self) -> bool:
        """Whether the run went on when the model no longer became better on other data."""
        return self.lowest is not None and self.rise >= max(RISEN_NATS, RISEN * self.lowest)

    @classmethod
    def of(cls, entries: Sequence[Mapping[str, Any]], recipe: Recipe) -> "Course | None":
        """The course of a run by its metrics; None: there are none."""
        train = [entry for entry in entries if entry["kind"] == "train"]
        if not train:
            return None
        steps = np.array([entry["step"] for entry in train], dtype=float)
        lengths = np.diff(steps, prepend=0.0)
        lowest, rise = _rise(entries, train, recipe.chosen_by)
        ratios = [entry["update_ratio"] for entry in train if "update_ratio" in entry]
        return cls(
            steps=int(steps[-1]),
            reports=len(train),
            epochs=train[-1].get("epoch"),
            peak_update=max(ratios, default=None),
            path=float(np.mean(ratios) * steps[-1]) if ratios else None,
            skipped=sum(entry.get("skipped", 0) for entry in train) / steps[-1],
            fall=_fall(train, lengths),
            regained=_regained(train),
            largest_norm=max(one.get("gradient_norm_mean", 0.0) for one in train),
            lowest=lowest,
            rise=rise,
            validated=_validated(entries, recipe.chosen_by),
            clipping=clipping(train, recipe.training),
            initial_loss=next((entry["initial_loss"] for entry in train if "initial_loss" in entry), None),
            final_loss=next((entry["loss"] for entry in reversed(train) if "loss" in entry), None),
        )


def _rise(
    entries: Sequence[Mapping[str, Any]], train: Sequence[Mapping[str, Any]], metric: str
) -> tuple[float | None, float]:
    """:attr:`Course.lowest` and :attr:`Course.rise`."""
    validations = [entry for entry in entries if entry["kind"] == "validation"]
    if len(validations) < 2:
        return None, 0.0
    lowest, last = min(validations, key=lambda entry: entry["loss"]), validations[-1]
    before = [entry["loss"] for entry in train if "loss" in entry and entry["step"] <= lowest["step"]]
    sign = 1 if higher_is_better(metric) else -1
    scores = [sign * entry[metric] for entry in validations if metric in entry]
    best = max(scores, default=0.0)
    improving = len(scores) > 1 and best - scores[-1] <= _NEAR * abs(best)
    sound = improving or (bool(before) and train[-1].get("loss", 0.0) >= before[-1])
    return lowest["loss"], 0.0 if sound else last["loss"] - lowest["loss"]


def _validated(entries: Sequence[Mapping[str, Any]], metric: str) -> float | None:
    """Of the validation that is best by the metric, then by the loss."""
    validations = [entry for entry in entries if entry["kind"] == "validation" and metric in entry]
    sign = -1 if higher_is_better(metric) else 1
    best = min(validations, key=lambda entry: (sign * entry[metric], entry["loss"]), default=None)
    return None if best is None else float(best["loss"])


def _regained(train: Sequence[Mapping[str, Any]]) -> float:
    """(loss at the end - lowest) / (first loss - lowest), over windows of a tenth of the run."""
    known = [(entry["step"], entry["loss"]) for entry in train if "loss" in entry]
    if len(known) < 2:
        return 0.0
    steps, losses = np.array(known).T
    windows = np.ceil(steps / (_WINDOW * steps[-1])).astype(int)
    lengths = np.diff(steps, prepend=0.0)
    means = [np.average(losses[windows == one], weights=lengths[windows == one]) for one in np.unique(windows)]
    fallen = max(train[0].get("initial_loss", 0.0), losses[0]) - min(means)
    return float((means[-1] - min(means)) / fallen) if fallen > _LITTLE * losses[0] else 0.0


def _fall(train: Sequence[Mapping[str, Any]], lengths: np.ndarray) -> float | None:
    """(loss before the last fifth - loss at the end) / the former, over windows of a tenth of the run."""
    losses = np.array([entry.get("loss", np.nan) for entry in train])
    known = ~np.isnan(losses)
    if known.sum() < 2:
        return None
    losses, ends = losses[known], np.cumsum(lengths)[known]
    if len(losses) < 10:
        return float((losses[-2] - losses[-1]) / max(losses[-2], 1e-9))
    share = ends / ends[-1]
    before = losses[(share > 1 - 1.5 * _LAST) & (share <= 1 - _LAST)]
    after = losses[share > 1 - _WINDOW]
    if not len(before) or not len(after):
        return None
    return float((before.mean() - after.mean()) / max(before.mean(), 1e-9))
