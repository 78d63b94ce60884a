"""The numbers that a forecaster reads of windows."""

import numpy as np
import pytest
from support.refused import refused

from seq2seq.series.inputs import window_inputs, window_texts
from seq2seq.series.series import Series, without_covariates
from seq2seq.series.windows import Window, last_window
from seq2seq.text.vocabulary.series import SeriesFormat

H = 2
PLAIN = SeriesFormat(frequency=None, season=1, horizon=H, context=4)
MONTHLY = SeriesFormat(
    frequency="monthly", season=12, horizon=H, context=4, calendar=("month of year",), covariates=("b",), mean=[3.0],
    deviation=[2.0],
)  # fmt: skip


def series(*values: float, dates: bool = False, known: int = 0) -> Series:
    """Of months from January 2020; with ``known`` steps beyond the end, two covariates that count steps."""
    numbers = np.array(values)[:, None]
    times = np.arange(len(values))
    if dates:
        times = (np.datetime64("2020-01", "M") + times).astype("datetime64[us]")
    covariates = without_covariates(len(values))
    names: tuple[str, ...] = ()
    if known:
        steps = np.arange(len(values) + known, dtype=np.float64)
        covariates, names = np.stack([steps + 50, steps], axis=1), ("a", "b")
    return Series("x", numbers, ("y",), times, covariates, names)


def test_values_are_relative_to_the_last_in_units_of_the_mean_increment() -> None:
    found = window_inputs([Window(series(100, 102, 98, 110, 116), 0, 3, H), Window(series(5, 6, 8, 0), 0, 2, H)], PLAIN)
    assert found.lengths.tolist() == [3, 2]
    assert (found.origin.tolist(), found.unit.tolist()) == ([[98], [5 + 1]], [[3], [1]])
    np.testing.assert_allclose(found.values[0, :, 0], [2 / 3, 4 / 3, 0, 4, 6], rtol=1e-6)
    np.testing.assert_array_equal(found.values[1, :, 0], [-1, 0, 2, -6, np.nan])  # the horizon at once, then padding
    restored = found.restore(np.array([[[4, 6]], [[2, -6]]])[..., None])
    np.testing.assert_allclose(restored[..., 0], [[[110, 116]], [[8, 0]]])


def test_every_channel_has_its_scale() -> None:
    steps = np.arange(5.0)
    one = Series("x", np.stack([steps, 100 - 10 * steps], axis=1), ("a", "b"), np.arange(5), without_covariates(5))
    found = window_inputs(
        [Window(one, 0, 3, H)], SeriesFormat(frequency=None, season=1, horizon=H, context=4, channels="ab")
    )
    assert (found.origin.tolist(), found.unit.tolist()) == ([[2, 80]], [[1, 10]])
    np.testing.assert_allclose(found.values[0], np.stack([steps - 2, 2 - steps], axis=1))
    np.testing.assert_allclose(found.restore(np.array([[[[1, -1]]]])), [[[[3, 70]]]])


def test_what_is_to_be_forecast_has_no_values() -> None:
    found = window_inputs([last_window(series(1, 3, 5), context=2, horizon=H)], PLAIN)
    np.testing.assert_array_equal(found.values[..., 0], [[-1, 0, np.nan, np.nan]])
    assert found.known.shape == (1, 4, 0)


@pytest.mark.parametrize(
    ("values", "origin", "unit"),
    [
        ((np.nan, 4, 6, np.nan), 6, 2),  # the last one that was observed
        ((np.nan, 4, np.nan), 4, 4),  # no increment: its size
        ((7, 7, 7), 7, 7),
        ((0, 0), 0, 1),
        ((-2, -2), -2, 2),
    ],
)
def test_the_scale_of_missing_and_constant_values(values: tuple[float, ...], origin: float, unit: float) -> None:
    found = window_inputs([last_window(series(*values), context=9, horizon=H)], PLAIN)
    assert (found.origin.tolist(), found.unit.tolist()) == ([[origin]], [[unit]])
    np.testing.assert_array_equal(np.isnan(found.values[0, : len(values), 0]), np.isnan(values))


def test_large_numbers_keep_their_increments_in_float32() -> None:
    found = window_inputs([last_window(series(1e12, 1e12 + 1, 1e12 + 3), context=9, horizon=H)], PLAIN)
    np.testing.assert_allclose(found.values[0, :3, 0], [-2, -4 / 3, 0], rtol=1e-6)


def test_calendar_and_covariates_stand_beside_their_steps_beyond_the_end_too() -> None:
    one = series(1, 2, 3, dates=True, known=H)
    found = window_inputs([last_window(one, context=2, horizon=H), Window(one, 0, 1, H)], MONTHLY)
    months = np.arange(5) / 11 - 0.5
    np.testing.assert_allclose(found.known[0, :, 0], months[1:], rtol=1e-6)
    np.testing.assert_allclose(found.known[0, :, 1], (np.arange(1, 5) - 3) / 2, rtol=1e-6)
    np.testing.assert_allclose(found.known[1], [[-0.5, -1.5], [months[1], -1], [months[2], -0.5], [0, 0]], rtol=1e-6)


def test_a_missing_covariate_is_the_mean() -> None:
    one = series(1, 2, 3, dates=True, known=H)
    one.known[1, 1] = np.nan
    assert window_inputs([last_window(one, context=3, horizon=H)], MONTHLY).known[0, 1, 1] == 0


def test_what_is_lacking_is_named() -> None:
    with refused("series.no-calendar", "'x'"):
        window_inputs([last_window(series(1, 2, 3, known=H), context=2, horizon=H)], MONTHLY)
    with refused("series.other-covariates", "'x'", "b"):
        window_inputs([last_window(series(1, 2, 3, dates=True), context=2, horizon=H)], MONTHLY)
    with refused("series.unknown-covariates", "'x'", "1 step"):
        window_inputs([last_window(series(1, 2, 3, dates=True, known=1), context=2, horizon=H)], MONTHLY)


def test_texts_of_training_are_read_as_the_same_numbers() -> None:
    one = series(100, np.nan, 98.123456789, 110, 116, 7, dates=True, known=H)
    windows = [Window(one, 0, 3, H), Window(one, 1, 4, H), Window(one, 0, 2, H)]
    found = window_inputs(windows, MONTHLY)
    for row, (context, target) in enumerate(window_texts(windows, MONTHLY)):
        steps = np.concatenate([MONTHLY.encode(context), MONTHLY.encode(target)])
        length = int(found.lengths[row]) + H
        np.testing.assert_allclose(steps[:, :1], found.values[row, :length], atol=1e-6)
        np.testing.assert_allclose(steps[:, 1:], found.known[row, :length], atol=1e-6)


def test_a_jump_over_missing_values_stays_finite() -> None:
    """It is in no increment, and so not in the unit."""
    found = window_inputs([last_window(series(2.5, 0, np.nan, 1e150), context=4, horizon=H)], PLAIN)
    assert found.unit.tolist() == [[2.5]]
    assert np.isfinite(found.values[0, [0, 1, 3]]).all()
