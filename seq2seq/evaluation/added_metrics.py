"""Metrics of translations that an installed package, or the running program, adds."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np
import numpy.typing as npt

from seq2seq.errors import PluginError
from seq2seq.evaluation.resampling.sufficient_statistics import SufficientStatistics
from seq2seq.registry import METRICS

Figures = float | Sequence[float]
"""A score, or N figures of which it is the mean."""
WithoutSources = Callable[[Sequence[str], Sequence[Sequence[str]]], Figures]
WithSources = Callable[[Sequence[str], Sequence[Sequence[str]], Sequence[str]], Figures]


@dataclass(frozen=True, slots=True)
class Metric:
    """A score of outputs against their references, and their sources if it needs them."""

    compute: WithoutSources | WithSources
    """The score of N outputs, given one or more sets of N references; a blank reference of several sets is none. If
    :attr:`needs_sources`, the N sources are the third argument. A sequence of N figures, one per sentence, is also
    accepted: the score is their mean, and gets a confidence interval and significance tests."""
    title: str
    """Its name in tables."""
    higher_is_better: bool = True
    """Whether the best model is that with the highest score, or that with the lowest."""
    scale: float = 1.0
    """Difference between a useless and a perfect score, such as 100 for percentages."""
    needs_sources: bool = False
    """Whether it compares outputs with their sources, too, as COMET does."""


def added_metric(name: str) -> Metric:
    """The metric of a name in :data:`seq2seq.registry.METRICS`.

    Raises:
        PluginError: it cannot be loaded, or is something else.
    """
    return METRICS.load(name, Metric)


def added_statistics(
    name: str, hypotheses: Sequence[str], references: Sequence[Sequence[str]], sources: Sequence[str] | None
) -> SufficientStatistics | None:
    """An added metric's figures of N outputs: N rows if it gives one per sentence, else one.

    None: it needs sources, which are not known.

    Raises:
        PluginError: its function fails, a figure is not finite, or their number is another.
    """
    metric = added_metric(name)
    if metric.needs_sources and sources is None:
        return None
    try:
        if metric.needs_sources:
            found = cast(WithSources, metric.compute)(hypotheses, references, cast(Sequence[str], sources))
        else:
            found = cast(WithoutSources, metric.compute)(hypotheses, references)
        figures = np.asarray(found, dtype=np.float64)
    except Exception as error:
        place = METRICS.package(name)
        where = f" of the package {' '.join(place)}" if place else ""
        message = f"the metric '{name}'{where} fails: {type(error).__name__}: {error}"
        raise PluginError(message, code="plugin.failed") from error
    if figures.ndim > 1 or (figures.ndim == 1 and len(figures) != len(hypotheses)):
        raise PluginError(
            f"the metric '{name}' gives figures of shape {figures.shape} for {len(hypotheses):,} outputs.\n"
            "  It has to give one score, or one figure per output.",
            code="plugin.wrong-shape",
        )
    if not np.isfinite(figures).all():
        raise PluginError(f"the metric '{name}' is not finite: {figures.mean()}.", code="plugin.not-finite")
    rows = figures.reshape(-1, 1)
    return SufficientStatistics(np.hstack([rows, np.ones_like(rows)]), _mean)


def _mean(sums: npt.NDArray[np.float64]) -> float:
    """Of (2,) a sum of figures, and their number."""
    return float(sums[0] / sums[1])


def metric_signature(name: str) -> str:
    """Name of an added metric, with the package that has it and its version."""
    return " ".join((name, *(METRICS.package(name) or ())))


def higher_is_better(name: str) -> bool:
    """Whether a higher figure is better: of every metric of this package except the loss and errors of forecasts."""
    if name in METRICS.added():
        return added_metric(name).higher_is_better
    return name not in ("loss", "mase", "wql")


def scale_of(name: str) -> float:
    """Difference between a useless and a perfect figure of a metric."""
    return added_metric(name).scale if name in METRICS.added() else 100.0 if name in ("bleu", "chrf") else 1.0
