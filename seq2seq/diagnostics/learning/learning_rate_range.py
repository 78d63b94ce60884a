"""Learning-rate range test (Smith 2017, section 3.3): the loss while the rate grows, on a fresh model."""

from itertools import islice
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from seq2seq.config.recipe import Recipe
from seq2seq.diagnostics.finding import Finding, Verdict
from seq2seq.diagnostics.learning.trials import endless_batches, fresh_trainer, recipe_of, take_step
from seq2seq.diagnostics.subject import Subject
from seq2seq.report.drawings.lines import Lines, Series

STEPS: Final = 100
"""Steps of the test."""
RATES: Final = (1e-6, 1.0)
"""First and last rate."""
BELOW: Final = 10.0
"""The suggestion is this much below the rate of the lowest loss, at which a run would soon diverge: the rule of thumb
of fastai (Howard and Gugger 2020)."""
_BEGUN: Final = 0.1
"""Share of the whole fall of the loss at which learning has begun."""
_RISEN: Final = 0.25
"""Share of it that the loss has risen again when it diverges."""
_SMOOTHING: Final = 0.8
"""Decay of the moving average of losses."""


class Range(NamedTuple):
    """Rates between which a model learns."""

    begin: float
    """The loss begins to fall."""
    lowest: float
    """It is lowest."""
    diverges: float | None
    """It rises again; None: it does not, up to the last rate."""


def learning_rate_range(subject: Subject, *, steps: int = STEPS) -> Finding:
    """Test the learning rate of a subject's recipe on a fresh model; takes as long as so many training steps.

    Raises:
        DataError: the training data cannot be read.
    """
    return recipe_learning_rate_range(recipe_of(subject), device=subject.device.type, steps=steps)


def recipe_learning_rate_range(recipe: Recipe, *, device: str = "cpu", steps: int = STEPS) -> Finding:
    """The same of a recipe, before any training."""
    rates, losses = np.geomspace(*RATES, steps), np.full(steps, np.nan)
    with fresh_trainer(recipe, device) as trainer:
        for number, batch in enumerate(islice(endless_batches(trainer), steps)):
            losses[number] = take_step(trainer, batch, rate=float(rates[number]), number=number + 1)
            if np.isnan(losses[number]):
                break
    return judge_range(rates, losses, recipe.training.optimizer.learning_rate)


def find_range(rates: NDArray[np.float64], losses: NDArray[np.float64]) -> Range | None:
    """Where learning begins, is best, and ends; None: the loss does not fall.

    Args:
        rates: (N,) ascending.
        losses: (N,) nats at each rate, before the step; NaN from where a number was not finite.
    """
    known = int(np.argmax(np.isnan(losses))) if np.isnan(losses).any() else len(losses)
    if known < 3:
        return None
    smooth = _smoothed(losses[:known])
    lowest = int(np.argmin(smooth))
    fall = smooth[0] - smooth[lowest]
    if fall <= 0.01 * smooth[0]:
        return None
    begin = int(np.argmax(smooth < smooth[0] - _BEGUN * fall))
    after = smooth[lowest:] > smooth[lowest] + _RISEN * fall
    diverges = lowest + int(np.argmax(after)) if after.any() else known if known < len(losses) else None
    return Range(float(rates[begin]), float(rates[lowest]), None if diverges is None else float(rates[diverges]))


def judge_range(rates: NDArray[np.float64], losses: NDArray[np.float64], rate: float) -> Finding:
    """A verdict on the rate of a recipe."""
    found = find_range(rates, losses)
    known = ~np.isnan(losses)
    about: dict[str, Any] = {
        "measure": "learning-rate-range",
        "title": "Learning rate, beside the range in which a fresh model learns",
        "value": rate,
        "source": "Smith 2017, section 3.3",
        "drawings": (
            Lines(
                title="Loss while the learning rate grows",
                x_label="learning rate",
                y_label="nats per token or label",
                series=[
                    Series(name="loss of a batch", x=rates[known], y=losses[known]),
                    Series(name="moving average", x=rates[known], y=_smoothed(losses[known])),
                ],
                log_x=True,
            ),
        ),
        "details": {"rates": rates[known].tolist(), "losses": losses[known].tolist()},
    }
    if found is None:
        sentence = "The loss does not fall at any rate of the test: something else is wrong."
        return Finding(**about, verdict=Verdict.UNJUDGED, sentence=sentence)
    suggested = found.lowest / BELOW
    about["details"] |= {**found._asdict(), "suggested": suggested}
    said = (
        f"The loss falls from a rate of {found.begin:.1g} on, and is lowest at {found.lowest:.1g}"
        + (f"; it diverges at {found.diverges:.1g}" if found.diverges else "")
        + f". Suggested: about {suggested:.1g}; the recipe has {rate:g}"
    )
    remedy = f"Set training.optimizer.learning_rate to about {suggested:.1g}."
    if rate >= (found.diverges or np.inf) or rate > BELOW * found.lowest:
        return Finding(
            **about, verdict=Verdict.TROUBLE, trouble="learning-rate.too-high", sentence=f"{said}.", remedy=remedy
        )
    if rate < found.begin / BELOW:
        return Finding(
            **about, verdict=Verdict.TROUBLE, trouble="learning-rate.too-low", sentence=f"{said}.", remedy=remedy
        )
    return Finding(**about, verdict=Verdict.FINE, sentence=f"{said}.")


def _smoothed(losses: NDArray[np.float64]) -> NDArray[np.float64]:
    """Exponential moving average, corrected for its start (Kingma and Ba 2015, section 3)."""
    smooth, average = np.zeros(len(losses)), 0.0
    for number, loss in enumerate(losses, start=1):
        average = _SMOOTHING * average + (1 - _SMOOTHING) * loss
        smooth[number - 1] = average / (1 - _SMOOTHING**number)
    return smooth
