"""Axes: ticks at 1, 2, 5, and pixels in proportion."""

import math

import numpy as np
import pytest

from seq2seq.report.drawings.scales import Scale, nice_step, plain, scale


def labels(axis: Scale) -> list[str]:
    return [label for _, label in axis.ticks]


@pytest.mark.parametrize(
    ("span", "most", "step"),
    [(10, 6, 2), (1, 5, 0.2), (1, 4, 0.5), (6, 6, 1), (7, 6, 2), (0.003, 6, 0.0005), (99, 6, 20), (1e200, 4, 5e199)],
)
def test_steps(span: float, most: int, step: float) -> None:
    assert nice_step(span, most) == pytest.approx(step)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([0.3, 9.6], ["0", "2", "4", "6", "8", "10"]),
        ([-0.12, 0.1], ["−0.15", "−0.10", "−0.05", "0.00", "0.05", "0.10"]),
        ([0, 20_000], ["0", "5k", "10k", "15k", "20k"]),
        ([0, 2_500_000], ["0", "0.5M", "1.0M", "1.5M", "2.0M", "2.5M"]),
        ([5, 5], ["4.4", "4.6", "4.8", "5.0", "5.2", "5.4", "5.6"]),
        ([0, 3e-6], ["0", "5 × 10⁻⁷", "1 × 10⁻⁶", "1.5 × 10⁻⁶", "2 × 10⁻⁶", "2.5 × 10⁻⁶", "3 × 10⁻⁶"]),
        ([1.00001, 1.00002], ["1.000010", "1.000012", "1.000014", "1.000016", "1.000018", "1.000020"]),
        ([], ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]),
    ],
)
def test_ticks(values: list[float], expected: list[str]) -> None:
    assert labels(scale(values)) == expected


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([1, 1000], ["1", "10", "100", "1,000"]),
        ([0.00002, 30_000], ["10⁻⁵", "0.001", "0.1", "10", "1,000", "10⁵"]),
        ([3, 40], ["2", "5", "10", "20", "50"]),
        ([7, 7], ["5", "10"]),
        ([0, -1], ["1", "2", "5", "10"]),
    ],
)
def test_logarithmic_ticks(values: list[float], expected: list[str]) -> None:
    assert labels(scale(values, log=True)) == expected


def test_zero_is_on_the_axis() -> None:
    assert [scale([7, 9], zero=True).low, scale([-9, -7], zero=True).high] == [0, 0]


def test_values_just_beyond_zero_need_no_tick_there() -> None:
    above, below = scale([-0.2, 34], zero=True), scale([-34, 0.2], zero=True)
    assert (above.low, labels(above)[0]) == (-0.2, "0")
    assert (below.high, labels(below)[-1]) == (0.2, "0")
    assert scale([-8, 34], zero=True).low == -10


def test_pixels_are_in_proportion_and_end_at_the_ends() -> None:
    axis = scale([0, 10]).between(100, 0)
    assert axis.at([0, 2.5, 10, 12, math.inf]).tolist()[:4] == [100, 75, 0, 0]
    assert np.isnan(axis.at([math.nan, math.inf])).all()


def test_pixels_of_a_logarithmic_axis() -> None:
    axis = scale([1, 1000], log=True).between(0, 300)
    assert axis.at([1, 10, 1000]).tolist() == pytest.approx([0, 100, 300])
    assert np.isnan(axis.at([0, -1])).all()


def test_a_plain_axis_ends_at_its_values() -> None:
    axis = plain(0.13, 0.87)
    assert (axis.low, axis.high) == (0.13, 0.87)
    assert [value for value, _ in axis.ticks] == pytest.approx([0.2, 0.4, 0.6, 0.8])
