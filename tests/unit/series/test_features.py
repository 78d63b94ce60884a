"""Places in the calendar."""

import numpy as np
import pytest

from seq2seq.series.features import calendar_features, calendar_names
from seq2seq.series.frequency import parse_frequency


def test_the_place_in_each_cycle() -> None:
    times = np.array(["2024-01-01T00:00:00", "2024-12-31T23:59:59"], dtype="datetime64[us]")  # a Monday; a leap year
    seconds = parse_frequency("secondly")
    found = dict(zip(calendar_names(seconds), calendar_features(times, seconds).T.tolist(), strict=True))
    assert found["hour of day"] == [-0.5, 0.5]
    assert found["minute of hour"] == [-0.5, 0.5]
    assert found["second of minute"] == [-0.5, 0.5]
    assert found["day of week"] == pytest.approx([-0.5, 1 / 6 - 0.5])  # a Tuesday
    assert found["day of month"] == [-0.5, 0.5]
    assert found["day of year"] == [-0.5, 0.5]


def test_months_and_quarters() -> None:
    times = np.array(["2023-02-28", "2023-12-01"], dtype="datetime64[us]")
    assert calendar_features(times, parse_frequency("M"))[:, 0] == pytest.approx([1 / 11 - 0.5, 0.5])
    assert calendar_features(times, parse_frequency("Q"))[:, 0] == pytest.approx([-0.5, 0.5])
    assert calendar_features(times, parse_frequency("W"))[:, 1] == pytest.approx([8 / 52 - 0.5, 47 / 52 - 0.5])


def test_no_calendar() -> None:
    assert calendar_features(np.arange(3), None).shape == (3, 0)
    assert calendar_features(np.array(["2020"], dtype="datetime64[us]"), parse_frequency("Y")).shape == (1, 0)
