"""What is measured of how cost grows, what is expected of it, and how far the one is from the other.

A curve varies one thing. Expected is a form such as a + b x, whose numbers are fitted: the form is the claim, and the
distance of the points from it is the test.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import chain, combinations

import numpy as np
from numpy.typing import NDArray

SENTENCES_AT_ONCE = 64
"""Sentences that are decoded at a time: the default of `decoding.batch_size`."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Form:
    """How a cost is expected to grow."""

    text: str
    """With the letters a, b for numbers that are fitted."""
    grows: Callable[[Floats], Floats] | None
    """What b multiplies (``None``: a constant)."""


CONSTANT = Form("a", None)
LINEAR = Form("a + b x", lambda x: x)
SQUARE = Form("a + b x²", lambda x: x**2)
INVERSE = Form("a + b / x", lambda x: 1 / x)
SHARED = Form("a + b / min(x, 64)", lambda x: 1 / np.minimum(x, SENTENCES_AT_ONCE))
FILLED = Form("a + b min(x, 64)", lambda x: np.minimum(x, SENTENCES_AT_ONCE))


@dataclass(frozen=True, slots=True)
class Series:
    """One line of a picture."""

    name: str
    seconds: Form
    """Expected of the seconds a token."""
    memory: Form
    """Expected of the peak resident memory."""


@dataclass(frozen=True, slots=True)
class Curve:
    """One picture."""

    name: str
    title: str
    axis: str
    """What varies, with its unit."""
    token: str
    """What is meant by a token: what the time is divided by."""
    points: tuple[int, ...]
    series: tuple[Series, ...]
    logarithmic: bool = False
    """Whether the time's axis is: where series lie far apart."""


_BOTH = "source or target token"
CURVES = (
    Curve(
        "length",
        "A training step and the length of sentences",
        "tokens of a sentence, each side (2,048 a batch)",
        _BOTH,
        (4, 8, 16, 32, 64, 128),
        (Series("training", LINEAR, LINEAR),),
    ),
    Curve(
        "batch",
        "A training step and the size of its batch",
        "tokens of a batch, source and target",
        _BOTH,
        (256, 512, 1024, 2048, 4096, 8192),
        (Series("training", INVERSE, LINEAR),),
    ),
    Curve(
        "vocabulary",
        "A training step and the vocabulary",
        "pieces of the vocabulary",
        _BOTH,
        (1000, 2000, 4000, 8000, 16_000, 32_000),
        (Series("training", LINEAR, LINEAR),),
    ),
    Curve(
        "hidden",
        "A training step and the hidden size",
        "units of the decoder (the encoder has half, each direction)",
        _BOTH,
        (64, 128, 256, 512, 1024),
        (Series("training", SQUARE, SQUARE),),
    ),
    Curve(
        "data",
        "Preparing, batching and training, and the size of the data",
        "pairs of sentences in the training split",
        _BOTH,
        (2000, 8000, 32_000, 128_000),
        (
            Series("preparation", INVERSE, LINEAR),
            Series("drawing and collating an epoch", CONSTANT, LINEAR),
            Series("training", CONSTANT, CONSTANT),
        ),
        logarithmic=True,
    ),
    Curve(
        "source",
        "Decoding and the length of sentences",
        "tokens of a source, and of its output (16 sentences)",
        "output token",
        (8, 16, 32, 64, 128),
        (Series("attention", LINEAR, LINEAR), Series("fixed context", CONSTANT, LINEAR)),
    ),
    Curve(
        "sentences",
        "Decoding and the number of sentences",
        "sentences of 16 tokens (at most 64 at a time)",
        "output token",
        (1, 4, 16, 64, 256),
        (Series("attention", SHARED, FILLED),),
    ),
)


@dataclass(frozen=True, slots=True)
class Quartiles:
    """Of one point, over the rounds."""

    low: float
    """First quartile."""
    middle: float
    """Median."""
    high: float
    """Third quartile."""


def quartiles(values: Sequence[float]) -> Quartiles:
    """Median and quartiles, between neighbours in a straight line."""
    low, middle, high = np.quantile(values, [0.25, 0.5, 0.75])
    return Quartiles(float(low), float(middle), float(high))


@dataclass(frozen=True, slots=True)
class Fit:
    """A form with its numbers."""

    form: Form
    a: float
    b: float
    """0 for a constant."""
    farthest: float
    """Largest distance of a point from the form, as a share of what the form says there."""
    where: float
    """The x of that point."""

    def at(self, x: Sequence[float] | Floats) -> Floats:
        """What the form says."""
        grown = _features(self.form, np.asarray(x, dtype=np.float64))
        return grown @ np.array([self.a, self.b])[: grown.shape[1]]


def fit(form: Form, x: Sequence[float], y: Sequence[float]) -> Fit:
    """Find the numbers of a form, none below zero, that make the sum of squared relative errors the least.

    Args:
        form: what is expected.
        x: (N,) what was varied.
        y: (N,) what was measured, above zero.
    """
    xs, ys = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
    terms = _features(form, xs) / ys[:, None]
    columns = range(terms.shape[1])
    best, least = np.zeros(2), np.inf
    # Without signs, the least squares lie where some of the numbers are zero and the others free: try all such sets.
    for chosen in map(list, chain.from_iterable(combinations(columns, size) for size in range(1, len(columns) + 1))):
        found = np.linalg.lstsq(terms[:, chosen], np.ones(len(ys)), rcond=None)[0]
        error = float(((terms[:, chosen] @ found - 1) ** 2).sum())
        if (found >= 0).all() and error < least:
            best, least = np.zeros(2), error
            best[chosen] = found
    expected = _features(form, xs) @ best[: len(columns)]
    distance = np.abs(ys / expected - 1)
    return Fit(form, *map(float, best), farthest=float(distance.max()), where=float(xs[distance.argmax()]))


def _features(form: Form, x: Floats) -> Floats:
    """(N, 1) or (N, 2): what a multiplies, and b."""
    ones = np.ones_like(x)
    return ones[:, None] if form.grows is None else np.stack([ones, form.grows(x)], axis=1)
