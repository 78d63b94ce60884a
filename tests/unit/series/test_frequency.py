"""How far apart steps are: names, inference, the times to come."""

import numpy as np
import pytest

from seq2seq.errors import ConfigError
from seq2seq.series.frequency import Frequency, Times, following, infer_frequency, parse_frequency


def times(*texts: str) -> Times:
    return np.array(texts, dtype="datetime64[us]")


@pytest.mark.parametrize(
    ("text", "unit", "count", "season"),
    [
        ("yearly", "year", 1, 1),
        ("Y", "year", 1, 1),
        ("quarterly", "quarter", 1, 4),
        ("QS-JAN", "quarter", 1, 4),
        ("monthly", "month", 1, 12),
        ("MS", "month", 1, 12),
        ("2 months", "month", 2, 6),
        ("5 months", "month", 5, 1),
        ("weekly", "week", 1, 52),
        ("W-SUN", "week", 1, 52),
        ("daily", "day", 1, 7),
        ("B", "business day", 1, 5),
        ("hourly", "hour", 1, 24),
        ("half_hourly", "minute", 30, 48),
        ("10_minutes", "minute", 10, 144),
        ("15min", "minute", 15, 96),
        ("4_seconds", "second", 4, 21_600),
    ],
)
def test_names_of_forecasting_tools(text: str, unit: str, count: int, season: int) -> None:
    """Seasons are those of the Monash archive."""
    found = parse_frequency(text)
    assert (found.unit, found.count, found.season) == (unit, count, season)
    assert parse_frequency(str(found)) == found


@pytest.mark.parametrize("text", ["ms", "m", "fortnightly", "", "0 days", "-3 days"])
def test_unknown_names_are_refused(text: str) -> None:
    """In pandas ``ms`` is a millisecond, and not the month that MS is."""
    with pytest.raises(ConfigError) as caught:
        parse_frequency(text)
    assert caught.value.where == "frequency"


@pytest.mark.parametrize(
    ("found", "name"),
    [
        (times("2020-01-01", "2021-01-01", "2022-01-01"), "yearly"),
        (times("2020-03-31", "2020-06-30", "2020-09-30"), "quarterly"),
        (times("2020-01-01", "2020-02-01", "2020-04-01", "2020-05-01"), "monthly"),
        (times("2019-11-30", "2019-12-31", "2020-01-31", "2020-02-29"), "monthly"),
        (times("2021-01-29", "2021-02-26", "2021-03-31", "2021-04-30", "2021-05-31"), "monthly"),
        (times("2020-01-06", "2020-01-13", "2020-01-20"), "weekly"),
        (times("2020-01-06", "2020-02-03", "2020-03-02"), "4 weeks"),
        (times("2020-01-03", "2020-01-04", "2020-01-05", "2020-01-06"), "daily"),
        (times("2020-01-02", "2020-01-03", "2020-01-06", "2020-01-07"), "business daily"),
        (times("2020-01-01T00", "2020-01-01T01", "2020-01-01T03", "2020-01-01T04"), "hourly"),
        (times("2020-01-01T00:00", "2020-01-01T00:15", "2020-01-01T00:30"), "15 minutes"),
    ],
)
def test_the_commonest_interval(found: Times, name: str) -> None:
    assert str(infer_frequency(found)) == name


def test_the_interval_of_several_series_is_that_of_most_steps() -> None:
    long, short = times("2020-01-01", "2020-01-02", "2020-01-03"), times("2021-05-01", "2021-05-08")
    assert infer_frequency(long, short) == Frequency("day")


@pytest.mark.parametrize("found", [times("2020"), np.arange(3), times("2020", "2020-01-01T00:00:00.5")])
def test_no_interval(found: Times) -> None:
    assert infer_frequency(found) is None


@pytest.mark.parametrize(
    ("before", "name", "after"),
    [
        (times("2020-01-31", "2020-02-29"), "monthly", times("2020-03-31", "2020-04-30")),
        (times("2020-01-30", "2020-02-29"), "monthly", times("2020-03-30", "2020-04-30")),
        (times("2020-01-01T06:00"), "monthly", times("2020-02-01T06:00", "2020-03-01T06:00")),
        (times("2020-02-29"), "yearly", times("2021-02-28", "2022-02-28")),
        (times("2020-10-01"), "quarterly", times("2021-01-01", "2021-04-01")),
        (times("2020-01-02", "2020-01-03"), "business daily", times("2020-01-06", "2020-01-07")),
        (times("2020-12-31T23:00"), "hourly", times("2021-01-01T00:00", "2021-01-01T01:00")),
        (times("2020-02-28"), "2 weeks", times("2020-03-13", "2020-03-27")),
    ],
)
def test_the_times_to_come(before: Times, name: str, after: Times) -> None:
    frequency = parse_frequency(name)
    found = following(before, frequency, 2)
    assert found.dtype == after.dtype
    assert found.tolist() == after.tolist()
    assert frequency.steps(np.concatenate([before[-1:], found])).tolist() == [0, 1, 2]


def test_whole_numbers_go_on_as_far_apart_as_they_are() -> None:
    assert following(np.array([10, 20, 30]), None, 2).tolist() == [40, 50]
    assert following(np.array([7]), None, 2).tolist() == [8, 9]


def test_times_between_steps() -> None:
    hourly = times("2020-01-01T00:00", "2020-01-01T01:00", "2020-01-01T02:30")
    assert Frequency("hour").steps(hourly).tolist() == [0, 1, -1]
    assert Frequency("month", 2).steps(times("2020-01-01", "2020-02-01", "2020-03-31")).tolist() == [0, -1, 1]
    assert Frequency("business day").steps(times("2020-01-03", "2020-01-04", "2020-01-06")).tolist() == [0, -1, 1]
