"""Metrics of translations that an installed package, or the running program, adds."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from seq2seq.registry import METRICS


@dataclass(frozen=True, slots=True)
class Metric:
    """A score of outputs against their references."""

    compute: Callable[[Sequence[str], Sequence[Sequence[str]]], float]
    """The score of N outputs, given one or more sets of N references; a blank reference of several sets is none."""
    title: str
    """Its name in tables."""
    higher_is_better: bool = True
    """Whether the best model is that with the highest score, or that with the lowest."""
    scale: float = 1.0
    """Difference between a useless and a perfect score, such as 100 for percentages."""


def added_metric(name: str) -> Metric:
    """The metric of a name in :data:`seq2seq.registry.METRICS`.

    Raises:
        PluginError: it cannot be loaded, or is something else.
    """
    return METRICS.load(name, Metric)


def higher_is_better(name: str) -> bool:
    """Whether a higher figure is better: of every metric of this package except the loss."""
    return added_metric(name).higher_is_better if name in METRICS.added() else name != "loss"


def scale_of(name: str) -> float:
    """Difference between a useless and a perfect figure of a metric."""
    return added_metric(name).scale if name in METRICS.added() else 100.0 if name in ("bleu", "chrf") else 1.0
