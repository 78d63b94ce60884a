"""Length penalties, and the bound that they promise to the beam search."""

import numpy as np
import pytest

from seq2seq.search.penalties import LengthPenalty


def test_none_leaves_log_probabilities_alone() -> None:
    assert LengthPenalty("none", 1.0).score(-3.0, 7) == -3.0


def test_average_is_the_mean_per_token_at_alpha_1() -> None:
    assert LengthPenalty("average", 1.0).score(-6.0, 4) == -1.5


def test_wu_is_equation_14() -> None:
    assert LengthPenalty("wu", 0.6).score(-6.0, 7) == pytest.approx(-6.0 / (12 / 6) ** 0.6)


def test_wu_leaves_one_token_alone() -> None:
    assert LengthPenalty("wu", 0.6).score(-6.0, 1) == -6.0


def test_nothing_at_all_keeps_its_log_probability() -> None:
    assert LengthPenalty("average", 1.0).score(0.0, 0) == 0.0


@pytest.mark.parametrize("kind", ["none", "average", "wu"])
@pytest.mark.parametrize("alpha", [0.0, 0.6, 1.0, 2.0])
def test_no_divisor_falls_with_the_length(kind: str, alpha: float) -> None:
    divisors = LengthPenalty(kind, alpha).divisor(np.arange(1, 50))
    assert (np.diff(divisors) >= 0).all()
