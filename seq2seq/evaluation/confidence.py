"""Confidence: the probability that a translation is good, from what the search knows of it.

Letters: N translations, F features.

good           chrF of at least 50 against the reference
features       log-probability per token, and the lengths of both sides (logarithms): of what a model without further
               cost knows, the first tells most of the quality (Fomicheva et al. 2020, "Unsupervised Quality Estimation
               for Neural Machine Translation", section 3.1)
probability    1 / (1 + exp(-(b + w f)))                     logistic regression, as Platt 1999
AUROC          the share of pairs of a good and a bad translation in which the good one has the higher confidence
gap            |promised - measured| share of good translations among those at or above a threshold, the largest

A development set is cut into halves, and each is checked with what the other fits. What does not hold there is not
used; what does is fitted again to the whole set.
"""

import math
import operator
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.floating[Any]]
Booleans = npt.NDArray[np.bool_]

GOOD: Final = 50.0
"""Least chrF of a good translation."""
LEAST_AUROC: Final = 0.7
LARGEST_GAP: Final = 0.05
"""What a confidence must reach on translations that it was not fitted to."""
JUDGED: Final = 200
"""Least number of translations at or above a threshold for its share to be judged: even of 200, the standard error of
the share is up to 3.5 points."""
_FEWEST: Final = 20
"""Least number of good and of bad translations in either half."""
_THRESHOLDS: Final = tuple(step / 10 for step in range(10))
_PENALTY: Final = 1.0
"""Strength of the L2 penalty on the weights of standardised features."""
_ITERATIONS: Final = 50


@dataclass(frozen=True, slots=True)
class Threshold:
    """The translations whose confidence is at or above a threshold."""

    at: float
    translations: int
    promised: float
    """Share (0 to 1) of good ones by their confidence."""
    measured: float
    """Share (0 to 1) of good ones by their references."""


@dataclass(frozen=True, slots=True)
class ConfidenceCheck:
    """A confidence, compared with references."""

    translations: int
    good: float
    """Share (0 to 1) of good translations."""
    auroc: float | None
    """None: all are good, or all are bad."""
    thresholds: tuple[Threshold, ...]
    """Thresholds with enough translations."""

    @property
    def gap(self) -> float:
        """The largest distance (0 to 1) of promised and measured shares."""
        return max((abs(at.promised - at.measured) for at in self.thresholds), default=0.0)

    def failure(self) -> str | None:
        """Why the confidence must not be used; None: it holds."""
        if self.auroc is None or self.auroc < LEAST_AUROC:
            return f"it does not separate good translations from bad ones (AUROC {self.auroc or 0.5:.2f})"
        if self.gap > LARGEST_GAP:
            return f"its shares of good translations are wrong by up to {self.gap * 100:.1f} points"
        return None

    def line(self) -> str:
        """One line for people."""
        separated = "" if self.auroc is None else f"AUROC {self.auroc:.2f}, "
        return (
            f"{self.good:.0%} of {self.translations:,} translations are good (chrF {GOOD:.0f}); {separated}"
            f"shares of good ones as promised within {self.gap * 100:.1f} points"
        )

    def to_dict(self) -> dict[str, float | int | None]:
        """As JSON."""
        return {"translations": self.translations, "good": self.good, "auroc": self.auroc, "gap": self.gap}


@dataclass(frozen=True, slots=True)
class Confidence:
    """A fitted confidence.

    Args:
        bias: b.
        weights: w, one for each of :func:`features`.
    """

    bias: float
    weights: tuple[float, float, float]

    def of(self, features: Sequence[float]) -> float:
        """The probability that a translation with F features is good."""
        logit = self.bias + sum(map(operator.mul, self.weights, features))
        return 1 / (1 + math.exp(min(max(-logit, -500.0), 500.0)))


def features(log_prob: float, length: int, source_length: int) -> tuple[float, float, float]:
    """The F features of a translation; arrays would take longer for one than all the rest of its confidence.

    Args:
        log_prob: in nats, EOS included.
        length: in tokens, without EOS.
        source_length: likewise.
    """
    return log_prob / (length + 1), math.log(length + 1), math.log(source_length + 1)


def is_good(hypotheses: Sequence[str], references: Sequence[str]) -> Booleans:
    """(N,) whether each translation is good."""
    from seq2seq.evaluation.translation import metric  # the scores of corpora: not needed to use a confidence

    scorer = metric("chrf")
    pairs = zip(hypotheses, references, strict=True)
    scores = [scorer.sentence_score(hypothesis, [reference]).score for hypothesis, reference in pairs]
    return np.asarray(scores, dtype=np.float64) >= GOOD


def fit_confidence(features: Floats, good: Booleans) -> tuple[Confidence, ConfidenceCheck] | str:
    """Fit a confidence, and check it on translations to which it is not fitted.

    Args:
        features: (N, F) of translations of a development set, in any order that does not depend on their quality.
        good: (N,) whether each is good.

    Returns:
        The confidence and its check; or why there is none.
    """
    halves = slice(0, None, 2), slice(1, None, 2)
    for half in halves:
        if min(good[half].sum(), (~good[half]).sum()) < _FEWEST:
            return (
                f"{good.sum():,} good and {(~good).sum():,} bad translations (chrF {GOOD:.0f}) of the development set "
                "are too few of one kind"
            )
    checked = np.empty(len(good))
    for fitting, checking in (halves, halves[::-1]):
        fitted = _logistic_regression(features[fitting], good[fitting])
        checked[checking] = [fitted.of(row) for row in features[checking].tolist()]
    check = check_confidence(checked, good)
    return check.failure() or (_logistic_regression(features, good), check)


def check_confidence(confidences: Floats, good: Booleans) -> ConfidenceCheck:
    """Compare confidences (N,) with the quality (N,) of the translations."""
    thresholds = []
    for at in _THRESHOLDS:
        above = confidences >= at
        if above.sum() >= min(JUDGED, len(good)):
            promised, measured = float(confidences[above].mean()), float(good[above].mean())
            thresholds.append(Threshold(at, int(above.sum()), promised, measured))
    return ConfidenceCheck(len(good), float(good.mean()), auroc(confidences, good), tuple(thresholds))


def auroc(confidences: Floats, good: Booleans) -> float | None:
    """Area under the receiver operating characteristic; equal confidences count half. None: one kind only."""
    positive, negative = int(good.sum()), int((~good).sum())
    if not positive or not negative:
        return None
    _, places, counts = np.unique(confidences, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[places]
    return float((ranks[good].sum() - positive * (positive + 1) / 2) / (positive * negative))


def _logistic_regression(features: Floats, good: Booleans) -> Confidence:
    """The weights with the least penalised loss, by Newton's method: the loss is convex."""
    mean, deviation = features.mean(axis=0), features.std(axis=0)
    deviation = np.where(deviation > 0, deviation, 1.0)
    inputs = np.column_stack([np.ones(len(good)), (features - mean) / deviation])
    penalty = np.diag([0.0, *[_PENALTY] * features.shape[1]])
    weights = np.zeros(inputs.shape[1])
    for _ in range(_ITERATIONS):
        chances = 1 / (1 + np.exp(-inputs @ weights))
        gradient = inputs.T @ (good - chances) - penalty @ weights
        step = np.linalg.solve((inputs * (chances * (1 - chances))[:, None]).T @ inputs + penalty, gradient)
        weights += step
        if np.abs(step).max() < 1e-9:
            break
    plain = weights[1:] / deviation
    return Confidence(float(weights[0] - plain @ mean), (float(plain[0]), float(plain[1]), float(plain[2])))
