"""Series from numbers that a program has."""

import datetime
from typing import Any

import numpy as np
import pytest
from support.refused import refused

from seq2seq.series.given import given_series
from seq2seq.series.series import Series
from seq2seq.text.vocabulary.series import SeriesFormat

NAN = float("nan")
NUMBERED = SeriesFormat(frequency=None, season=1, horizon=2, context=4)


def monthly(frequency: str = "monthly", *, context: int = 6, promotion: bool = False) -> SeriesFormat:
    names = {"covariates": ("promotion", "price"), "mean": (0.0, 1.0), "deviation": (1.0, 2.0)} if promotion else {}
    return SeriesFormat(frequency=frequency, season=12, horizon=2, context=context, **names)  # type: ignore[arg-type]


def months(one: Series) -> list[str]:
    return [str(time) for time in one.times.astype("datetime64[M]")]


def test_the_first_time_counts_on_in_the_models_frequency() -> None:
    for start in ("2025-11", "2025-11-01", datetime.date(2025, 11, 1), np.datetime64("2025-11-01", "ns")):
        one = given_series("a", [1, None, 3], monthly(), start=start)
        assert months(one) == ["2025-11", "2025-12", "2026-01"]
        np.testing.assert_array_equal(one.values[:, 0], [1, NAN, 3])
        assert (one.id, one.channels, one.future) == ("a", ("value",), 0)
    ends = given_series("a", np.arange(3), monthly(), start="2025-11-30")
    assert [str(time) for time in ends.times.astype("datetime64[D]")] == ["2025-11-30", "2025-12-31", "2026-01-31"]


def test_a_model_of_joint_channels_reads_no_single_list() -> None:
    form = SeriesFormat(frequency=None, season=1, horizon=2, context=4, channels=("heat", "power"))
    with refused("series.other-channels", "values:", "'heat'"):
        given_series("a", [1, 2, 3], form)


def test_steps_that_are_left_out_are_missing() -> None:
    times = np.array(["2025-11-01", "2025-12-01", "2026-03-01"], "datetime64[us]")
    one = given_series("a", np.array([1.0, 2.0, 5.0]), monthly(), times=times, frequency="MS")
    assert months(one) == ["2025-11", "2025-12", "2026-01", "2026-02", "2026-03"]
    np.testing.assert_array_equal(one.values[:, 0], [1, 2, NAN, NAN, 5])


def test_steps_are_numbered_where_those_of_training_were() -> None:
    assert given_series("a", [1, 2, 3], NUMBERED).times.tolist() == [0, 1, 2]
    assert given_series("a", [1, 2, 3], NUMBERED, start=7).times.tolist() == [7, 8, 9]
    assert given_series("a", [1, 2, 3], NUMBERED, times=[0, 10, 30]).times.tolist() == [0, 10, 20, 30]


def test_only_the_context_is_kept_however_far_apart_times_are() -> None:
    one = given_series("a", range(30), monthly(context=4), start="2020-01")
    assert one.values[:, 0].tolist() == [26, 27, 28, 29]
    assert months(one)[0] == "2022-03"
    far = given_series("a", [1, 2, 3], monthly("secondly"), times=["0001-01-01", "9999-12-30", "9999-12-30T00:00:02"],
                       frequency="secondly")  # fmt: skip
    np.testing.assert_array_equal(far.values[:, 0], [2, NAN, 3])


def test_covariates_go_on_after_the_values() -> None:
    known = {"price": [1, 2, 3, 4], "promotion": [0, None, 1, 1]}
    one = given_series("a", [5, 6], monthly(promotion=True), times=["2025-01", "2025-03"], covariates=known,
                       frequency="monthly")  # fmt: skip
    assert (one.covariates, one.future) == (("price", "promotion"), 2)
    np.testing.assert_array_equal(one.known, [[1, 0], [NAN, NAN], [2, NAN], [3, 1], [4, 1]])


def test_covariates_of_the_past_may_end_with_the_values() -> None:
    names = ("weather", "price")
    form = SeriesFormat(frequency=None, season=1, horizon=2, context=4, covariates=names, mean=(0, 0),
                        deviation=(1, 1), past=("weather",))  # fmt: skip
    one = given_series("a", [5, 6], form, covariates={"price": [1, 2, 3, 4], "weather": [7, 8]})
    np.testing.assert_array_equal(one.known, [[1, 7], [2, 8], [3, NAN], [4, NAN]])
    with refused("series.given", "covariates.price: 3 numbers"):
        given_series("a", [5, 6], form, covariates={"price": [1, 2, 3], "weather": [7, 8, 9, 9]})


@pytest.mark.parametrize(
    ("form", "given", "field"),
    [
        (monthly(), {}, "start: missing"),
        (monthly(), {"start": "yesterday"}, "start: 'yesterday'"),
        (monthly(), {"start": 3}, "start: numbers"),
        (NUMBERED, {"start": "2025-01-01"}, "start: dates"),
        (monthly(), {"start": "2025-01", "times": ["2025-01", "2025-02"]}, "times: "),
        (monthly(), {"times": ["2025-01"]}, "times: 1 time for 2 values"),
        (monthly(), {"times": ["2025-01", "2025-13"]}, "times[1]: '2025-13'"),
        (monthly(), {"times": ["2025-02", "2025-01"]}, "times[1]: 2025-01-01"),
        (monthly(), {"times": ["2025-01-01", "2025-01-02"]}, "times: they are daily"),
        (monthly(), {"times": ["2025-01-01", "2025-01-02"], "frequency": "monthly"}, "times: 2025-01-02 falls between"),
        (monthly("business daily"), {"start": "2026-11-29"}, "start: 2026-11-29 falls between"),
        (monthly(), {"start": "2025-01", "frequency": "daily"}, "frequency: daily"),
        (monthly(), {"start": "2025-01", "frequency": "often"}, "frequency: 'often'"),
        (NUMBERED, {"frequency": "daily"}, "frequency: daily"),
        (NUMBERED, {"values": []}, "values: "),
        (NUMBERED, {"values": [[1], [2]]}, "values: "),
        (NUMBERED, {"values": ["a", 2]}, "values: "),
        (NUMBERED, {"values": ["1", "2"]}, "values: "),
        (NUMBERED, {"values": [1, "2", None]}, "values: "),
        (NUMBERED, {"values": np.array(["1", "2"])}, "values: "),
        (NUMBERED, {"times": 5}, "times: "),
        (NUMBERED, {"times": "12"}, "times: "),
        (NUMBERED, {"values": [1, float("inf")]}, "values[1]: "),
        (NUMBERED, {"values": [1e200, 1]}, "values[0]: "),
        (NUMBERED, {"covariates": {"price": [1, 2]}}, "covariates: "),
        (monthly(promotion=True), {"start": "2025-01", "covariates": {"price": [1]}}, "covariates.price: 1 number"),
        (
            monthly(promotion=True),
            {"start": "2025-01", "covariates": {"price": [1, 2], "promotion": [1, 2, 3]}},
            "covariates.price: 2 numbers",
        ),
    ],
)
def test_what_is_wrong_is_named(form: SeriesFormat, given: dict[str, Any], field: str) -> None:
    with refused("series.given", field) as caught:
        given_series("a", given.pop("values", [1, 2]), form, **given)
    assert str(caught.value).startswith(field)
