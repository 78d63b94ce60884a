"""Calibration of a classifier's probabilities, by temperature scaling.

Letters: N examples, C classes. Everything follows Guo et al. 2017, "On Calibration of Modern Neural Networks".

temperature    softmax(logits / T)                          section 4.2; the predicted class is unchanged
ECE            mean |accuracy - confidence| over bins       eq. 3; 0 to 1
NLL            -log probability of the expected label       nats per example
"""

import math
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from seq2seq.errors import DataError
from seq2seq.wording import plural

Floats = npt.NDArray[np.floating[Any]]
Integers = npt.NDArray[np.integer[Any]]

COLDEST: Final = 0.1
"""Least temperature: the optimum is 0 if every example is classified correctly."""
HOTTEST: Final = 10.0
"""Greatest temperature: the optimum is infinite if the logits are worse than none."""
HALVINGS: Final = 50
"""Number of bisections of the interval of log T, beyond the resolution of a float."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """A temperature, and its effect on a set of examples."""

    temperature: float | None
    """Divisor of the logits; None: each model of an ensemble has its own, and both sets of figures are after it."""
    ece_before: float
    """Expected calibration error (0 to 1) at temperature 1."""
    ece_after: float
    """Expected calibration error (0 to 1) at ``temperature``."""
    nll_before: float
    """Nats per example, at temperature 1."""
    nll_after: float
    """Nats per example, at ``temperature``."""
    examples: int

    def line(self) -> str:
        """One line for people."""
        error, nats = f"{self.ece_before:.3f}", f"{self.nll_before:.3f}"
        how = "calibrated by each model" if self.temperature is None else f"temperature {self.temperature:.2f}"
        if self.temperature not in (None, 1):
            error, nats = f"{error} -> {self.ece_after:.3f}", f"{nats} -> {self.nll_after:.3f}"
        examples = plural(self.examples, "example")
        return f"{how}: calibration error {error}, NLL {nats} nats ({examples})"

    def remarks(self) -> list[str]:
        """A sentence for people if the temperature does not help on these examples; else none."""
        if round(self.ece_after, 3) <= round(self.ece_before, 3):
            return []
        return ["The temperature was fitted to the development split, and does not help on these examples."]


def calibrate(logits: Floats, labels: Integers) -> Calibration:
    """Fit the temperature, and measure before and after on the same examples.

    The temperature with the least NLL may leave a larger calibration error than 1 does, on a small split for example.
    Then it is 1: calibration must not increase the measured error.

    Args:
        logits: (N, C), of a development set: logits of the training set are overconfident.
        labels: (N,) indices of the expected classes; without examples whose label the model does not know.

    Raises:
        DataError: there are no examples.
    """
    if not len(labels):
        message = "There is nothing to calibrate on: no example has a label that the model knows."
        raise DataError(message, code="evaluation.empty")
    fitted = measure_calibration(logits, labels, fit_temperature(logits, labels))
    return fitted if fitted.ece_after <= fitted.ece_before else measure_calibration(logits, labels, 1.0)


def measure_calibration(logits: Floats, labels: Integers, temperature: float) -> Calibration:
    """The effect of a temperature on logits (N, C) of labels (N,), to which it need not have been fitted."""

    def error(at: float) -> float:
        return expected_calibration_error(np.exp(log_softmax(_float64(logits) / at)), labels)

    return Calibration(
        temperature,
        ece_before=error(1.0),
        ece_after=error(temperature),
        nll_before=nll(logits, labels),
        nll_after=nll(logits, labels, temperature),
        examples=len(labels),
    )


def log_softmax(logits: Floats) -> npt.NDArray[np.float64]:
    """Log-probabilities (..., C) of logits (..., C), in float64 and without overflow."""
    shifted = _shifted(logits)
    total: npt.NDArray[np.float64] = np.exp(shifted).sum(axis=-1, keepdims=True)
    return shifted - np.log(total)


def nll(logits: Floats, labels: Integers, temperature: float = 1.0) -> float:
    """Mean negative log-likelihood of labels (N,) by logits (N, C) / temperature, in nats per example."""
    chosen = np.take_along_axis(log_softmax(_float64(logits) / temperature), labels[:, None], axis=-1)
    return float(-chosen.mean())


def fit_temperature(logits: Floats, labels: Integers) -> float:
    """The temperature with the least NLL, from 0.1 to 10; 1 if none is better (Guo et al. 2017, section 4.2).

    The NLL is convex in 1 / T, so in log T its slope changes sign at most once: bisection finds the place.
    If all labels are separated, the slope never changes sign, and the search ends at exactly 0.1. Logits are (N, C),
    labels (N,).
    """
    shifted = _shifted(logits)
    target = np.take_along_axis(shifted, labels[:, None], axis=-1).mean()

    def too_cold(temperature: float) -> bool:
        """Whether the NLL falls as the temperature rises: the mean logit under the model exceeds the labels'."""
        return bool((np.exp(log_softmax(shifted / temperature)) * shifted).sum(axis=-1).mean() > target)

    if not too_cold(COLDEST):
        best = COLDEST
    elif too_cold(HOTTEST):
        best = HOTTEST
    else:
        low, high = math.log(COLDEST), math.log(HOTTEST)
        for _ in range(HALVINGS):
            middle = (low + high) / 2
            low, high = (middle, high) if too_cold(math.exp(middle)) else (low, middle)
        best = math.exp((low + high) / 2)
    return min((1.0, best), key=lambda temperature: nll(shifted, labels, temperature))


def expected_calibration_error(probabilities: Floats, labels: Integers, *, bins: int = 15) -> float:
    """Mean distance (0 to 1) of confidence and accuracy, over bins of similar confidence (Guo et al. 2017, eq. 3).

    Args:
        probabilities: (N, C), N at least 1.
        labels: (N,) indices of the expected classes.
        bins: M equal intervals of confidence, ((m - 1) / M, m / M].
    """
    return calibration_error(_float64(probabilities).max(axis=-1), probabilities.argmax(axis=-1) == labels, bins=bins)


def calibration_error(confidence: Floats, correct: npt.NDArray[np.bool_], *, bins: int) -> float:
    """:func:`expected_calibration_error` of predictions (N,) by their confidence (0 to 1)."""
    places = np.digitize(confidence, np.linspace(0, 1, bins + 1)[1:-1], right=True)
    # |B| / N * |accuracy - confidence|: the |B| is that of both means.
    return float(np.abs(np.bincount(places, weights=correct - confidence)).sum() / len(correct))


def _float64(values: Floats) -> npt.NDArray[np.float64]:
    return np.asarray(values, dtype=np.float64)


def _shifted(logits: Floats) -> npt.NDArray[np.float64]:
    """The logits minus the greatest of their row: equal probabilities."""
    values = _float64(logits)
    greatest: npt.NDArray[np.float64] = values.max(axis=-1, keepdims=True)
    return values - greatest
