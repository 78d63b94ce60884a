"""The protocol of every replication: seeds, effects, intervals and verdicts.

A replication trains the same arms with every seed of :data:`SEEDS`. The seed decides data, initial weights and the
order of the batches; the arms of a seed share their data, so that their differences are paired. Sizes, steps and
learning rates were chosen with :data:`EXPLORED` alone. A prediction turns the scores of a seed into one number, the
effect, which is positive if the claim is right.

The rule, fixed before the seeds of :data:`SEEDS` were run: a prediction **holds** if

- its effect is positive for every seed,
- the 95 % interval of its mean (Student's t over the seeds) lies above 0, and
- its mean is at least the smallest effect that would matter, which the prediction names.

Otherwise it **does not hold here**.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

SEEDS: Final = (11, 12, 13)
"""The seeds that are judged."""
EXPLORED: Final = (1, 2)
"""The seeds with which sizes, steps and learning rates were chosen."""

_T_QUANTILES: Final = (12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262)
"""97.5 % quantiles of Student's t with 1, 2, ... degrees of freedom."""

Scores = Mapping[str, Mapping[str, float]]
"""What one seed has measured: a score per arm and condition, ``scores["lstm"]["41-60"]``."""


class Verdict(StrEnum):
    """Whether a prediction was replicated."""

    HOLDS = "holds"
    FAILS = "does not hold here"
    UNJUDGED = "not judged"
    """One seed, or the quick form: there is no spread, or too little training."""


@dataclass(frozen=True)
class Prediction:
    """What a claim says about the scores of every seed."""

    statement: str
    unit: str
    smallest: float
    """The smallest mean effect that would matter, in ``unit``."""
    effect: Callable[[Scores], float]


@dataclass(frozen=True)
class Replication:
    """A claim, and the experiment that tests it."""

    name: str
    title: str
    claim: str
    source: str
    setting: str
    """Task, models and training, for the page."""
    axis: str
    """What the conditions are, such as "source length (tokens)"."""
    places: Mapping[str, float]
    """The conditions of the picture, and where they stand on its axis."""
    metric: str
    """What the scores are, with their unit."""
    chance: float | None
    """The score of guessing."""
    predictions: tuple[Prediction, ...]
    measure: Callable[[int, Path, bool], Scores]
    """Train and score all arms: the seed, an empty folder, and whether this is the quick form."""
    log_axis: bool = False


@dataclass(frozen=True)
class Effect:
    """The effects of all seeds on one prediction."""

    values: tuple[float, ...]
    mean: float
    low: float
    high: float
    """The ends of the 95 % interval of the mean; NaN with one seed."""
    verdict: Verdict


def judge(prediction: Prediction, scores: Sequence[Scores], *, quick: bool = False) -> Effect:
    """Apply the rule to the scores of all seeds."""
    values = tuple(prediction.effect(one) for one in scores)
    mean, half = mean_and_half_interval(values)
    if quick or len(values) < 2:
        verdict = Verdict.UNJUDGED
    else:
        holds = min(values) > 0 and mean - half > 0 and mean >= prediction.smallest
        verdict = Verdict.HOLDS if holds else Verdict.FAILS
    return Effect(values, mean, mean - half, mean + half, verdict)


def mean_and_half_interval(values: Sequence[float]) -> tuple[float, float]:
    """Mean, and half the width of its 95 % interval: t s / sqrt(n), with s the sample's standard deviation."""
    count = len(values)
    mean = math.fsum(values) / count
    if count < 2:
        return mean, math.nan
    variance = math.fsum((value - mean) ** 2 for value in values) / (count - 1)
    return mean, _T_QUANTILES[count - 2] * math.sqrt(variance / count)
