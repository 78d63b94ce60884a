"""Whether a classifier is right as often as its probabilities say, and the temperature that mends it.

Letters: N examples, C classes. Everything follows Guo et al. 2017, "On Calibration of Modern Neural Networks".

temperature    softmax(logits / T)                          section 4.2; the predicted class stays the same
ECE            mean |accuracy - confidence| over bins       eq. 3; 0 to 1
NLL            -log probability of the expected label       nats an example
"""

import math
from dataclasses import asdict, dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from seq2seq.errors import DataError

Floats = npt.NDArray[np.floating[Any]]
Integers = npt.NDArray[np.integer[Any]]

COLDEST: Final = 0.1
"""The temperature where the search ends if every example is classified right: the best would be 0."""
HOTTEST: Final = 10.0
"""The temperature where it ends if the logits are worse than none: the best would be infinite."""
HALVINGS: Final = 50
"""Of the interval on log T; they leave less of it than a float of its size resolves."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """A temperature, and what it does on a set of examples."""

    temperature: float
    ece_before: float
    """Expected calibration error (0 to 1) at temperature 1."""
    ece_after: float
    nll_before: float
    """Nats an example, at temperature 1."""
    nll_after: float
    examples: int

    def to_dict(self) -> dict[str, object]:
        """As JSON."""
        return asdict(self)

    def line(self) -> str:
        """For people."""
        error, nats = f"{self.ece_before:.3f}", f"{self.nll_before:.3f}"
        if self.temperature != 1:
            error, nats = f"{error} -> {self.ece_after:.3f}", f"{nats} -> {self.nll_after:.3f}"
        return (
            f"temperature {self.temperature:.2f}: calibration error {error}, NLL {nats} nats ({self.examples} examples)"
        )

    def remarks(self) -> list[str]:
        """What a person should know, a sentence: why the temperature does not help here, where it does not."""
        if round(self.ece_after, 3) <= round(self.ece_before, 3):
            return []
        return ["The temperature was fitted to the development split, and does not help on these examples."]


def calibrate(logits: Floats, labels: Integers) -> Calibration:
    """Fit the temperature, and measure before and after on the same examples.

    The temperature with the least NLL may leave a larger calibration error than 1 does, on a small split for example.
    It is 1 then: what is to make probabilities honest must not make them less so where it can be seen.

    Args:
        logits: (N, C), of a development set: the training set's are too good.
        labels: (N,) indices of the expected classes; examples whose label the model does not know are left out before.

    Raises:
        DataError: if there are no examples.
    """
    if not len(labels):
        raise DataError(
            "There is nothing to calibrate on: no example has a label that the model knows.", code="evaluation.empty"
        )
    fitted = measure_calibration(logits, labels, fit_temperature(logits, labels))
    return fitted if fitted.ece_after <= fitted.ece_before else measure_calibration(logits, labels, 1.0)


def measure_calibration(logits: Floats, labels: Integers, temperature: float) -> Calibration:
    """What a temperature changes, on examples that it may not have been fitted to.

    Args:
        logits: (N, C), N at least 1.
        labels: (N,) indices of the expected classes.
        temperature: what the logits are divided by.
    """

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
    """Mean negative log-likelihood of the labels, in nats an example.

    Args:
        logits: (N, C).
        labels: (N,) indices of the expected classes.
        temperature: what the logits are divided by.
    """
    chosen = np.take_along_axis(log_softmax(_float64(logits) / temperature), labels[:, None], axis=-1)
    return float(-chosen.mean())


def fit_temperature(logits: Floats, labels: Integers) -> float:
    """The temperature with the least NLL, from 0.1 to 10; 1 if none is better (Guo et al. 2017, section 4.2).

    The NLL is convex in 1 / T, so in log T its slope changes sign at most once: halving the interval finds the place.
    Where all labels are told apart the slope never changes sign, and the search ends at exactly 0.1.

    Args:
        logits: (N, C), N at least 1.
        labels: (N,) indices of the expected classes.
    """
    shifted = _shifted(logits)
    wanted = np.take_along_axis(shifted, labels[:, None], axis=-1).mean()

    def too_cold(temperature: float) -> bool:
        """Whether the NLL falls as the temperature rises: the mean logit under the model exceeds the labels'."""
        return bool((np.exp(log_softmax(shifted / temperature)) * shifted).sum(axis=-1).mean() > wanted)

    if not too_cold(COLDEST):
        found = COLDEST
    elif too_cold(HOTTEST):
        found = HOTTEST
    else:
        low, high = math.log(COLDEST), math.log(HOTTEST)
        for _ in range(HALVINGS):
            middle = (low + high) / 2
            low, high = (middle, high) if too_cold(math.exp(middle)) else (low, middle)
        found = math.exp((low + high) / 2)
    return min((1.0, found), key=lambda temperature: nll(shifted, labels, temperature))


def expected_calibration_error(probabilities: Floats, labels: Integers, *, bins: int = 15) -> float:
    """Mean distance (0 to 1) of confidence and accuracy, over bins of like confidence (Guo et al. 2017, eq. 3).

    Args:
        probabilities: (N, C), N at least 1.
        labels: (N,) indices of the expected classes.
        bins: M equal intervals of confidence, ((m - 1) / M, m / M].
    """
    confidence = _float64(probabilities).max(axis=-1)
    correct = probabilities.argmax(axis=-1) == labels
    places = np.digitize(confidence, np.linspace(0, 1, bins + 1)[1:-1], right=True)
    # |B| / N * |accuracy - confidence|: the |B| is that of both means.
    return float(np.abs(np.bincount(places, weights=correct - confidence)).sum() / len(labels))


def _float64(values: Floats) -> npt.NDArray[np.float64]:
    return np.asarray(values, dtype=np.float64)


def _shifted(logits: Floats) -> npt.NDArray[np.float64]:
    """The logits, less the greatest of their row: the same probabilities."""
    values = _float64(logits)
    greatest: npt.NDArray[np.float64] = values.max(axis=-1, keepdims=True)
    return values - greatest
