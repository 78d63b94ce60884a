"""Mean recall, its chance and its error, by hand and by simulation."""

import numpy as np
import pytest

from seq2seq.diagnostics.classification.chance import chance_of, mean_recall, standard_error, wilson


def test_mean_recall_by_hand() -> None:
    expected = np.array([0, 0, 0, 0, 1, 1, 3])
    assert mean_recall(np.array([0, 0, 0, 1, 1, 0, 3]), expected) == pytest.approx((3 / 4 + 1 / 2 + 1) / 3)
    assert mean_recall(np.zeros(7, int), expected) == pytest.approx(1 / 3)


def test_chance() -> None:
    generator = np.random.default_rng(1)
    expected = generator.integers(3, size=200)
    assert chance_of(expected, expected, generator) == 1 / 1000
    assert chance_of(np.zeros(200, int), expected, generator) == 1.0
    found = [chance_of(generator.integers(3, size=60), expected[:60], generator) for _ in range(20)]
    assert 0.3 < np.mean(found) < 0.7
    assert np.mean(np.array(found) < 0.1) < 0.3


def test_standard_error_is_that_of_samples() -> None:
    generator = np.random.default_rng(1)
    expected = np.repeat([0, 1], [300, 100])
    rights = [
        np.where(generator.random(400) < np.where(expected, 0.6, 0.9), expected, 1 - expected) for _ in range(400)
    ]
    spread = np.std([mean_recall(right, expected) for right in rights])
    assert standard_error(rights[0], expected) == pytest.approx(spread, rel=0.15)


def test_wilson_by_hand() -> None:
    """Interval of 8 in 10 (Newcombe 1998, table I: 81 of 263 gives 0.2553 to 0.3662)."""
    low, high = wilson(np.array([81.0]), np.array([263.0]))
    assert (low[0], high[0]) == (pytest.approx(0.2553, abs=1e-4), pytest.approx(0.3662, abs=1e-4))
