"""McNemar's exact test by the binomial distribution, counted out."""

from fractions import Fraction
from math import comb

import pytest

from seq2seq.evaluation.resampling.mcnemar import exact_p_value


@pytest.mark.parametrize(
    ("one", "other", "expected"), [(0, 0, 1.0), (3, 3, 1.0), (0, 5, 2 / 32), (6, 1, 16 / 128), (4, 7, 1124 / 2048)]
)
def test_few_examples_are_counted_by_hand(one: int, other: int, expected: float) -> None:
    assert exact_p_value(one, other) == exact_p_value(other, one) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize(("one", "other"), [(480, 560), (0, 1000), (3000, 3100)])
def test_many_examples_are_as_exact(one: int, other: int) -> None:
    total = one + other
    tail = Fraction(2 * sum(comb(total, k) for k in range(one + 1)), 2**total)
    assert exact_p_value(one, other) == pytest.approx(float(tail), rel=1e-9)
