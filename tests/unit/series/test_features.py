"""Places in the calendar, and earlier values."""

import numpy as np
import pytest

from seq2seq.series.features import calendar_features, calendar_names, default_lags, lagged
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


def test_lags() -> None:
    values = np.array([[1.0, 10.0], [2.0, 20.0], [3.0, 30.0]])
    found = lagged(values, [1, 2, 9])
    assert np.nan_to_num(found, nan=-1).tolist() == [
        [-1, -1, -1, -1, -1, -1],
        [1, 10, -1, -1, -1, -1],
        [2, 20, 1, 10, -1, -1],
    ]


def test_a_lag_of_no_step_would_tell_the_value() -> None:
    with pytest.raises(ValueError, match="at least 1"):
        lagged(np.zeros((3, 1)), [0])


def test_lags_around_the_season() -> None:
    assert default_lags(parse_frequency("monthly")) == (1, 2, 3, 11, 12, 13, 23, 24, 25, 35, 36, 37)
    assert default_lags(parse_frequency("yearly")) == default_lags(None) == (1, 2, 3)
