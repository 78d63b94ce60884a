"""The interval of a ratio is that of the normal approximation, where this holds."""

import numpy as np
import pytest

from seq2seq.evaluation.resampling.ratio import ratio


def test_the_interval_of_a_mean_is_known() -> None:
    values = np.random.default_rng(1).normal(2.0, 3.0, size=400)
    found = ratio(values, np.ones(400), np.random.default_rng(2))
    error = values.std(ddof=1) / 20
    assert found.value == pytest.approx(values.mean())
    assert found.low == pytest.approx(values.mean() - 1.96 * error, abs=0.2 * error)
    assert found.high == pytest.approx(values.mean() + 1.96 * error, abs=0.2 * error)


def test_sentences_count_by_their_tokens() -> None:
    found = ratio(np.array([1.0, 9.0]), np.array([1, 3]), np.random.default_rng(1))
    assert found.value == 2.5
    assert (found.low, found.high) == (1.0, 3.0)  # one of them twice
    assert str(ratio(np.array([-1e-9]), np.array([1]), np.random.default_rng(1))) == "0.00 (0.00 to 0.00)"
