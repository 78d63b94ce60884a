"""Windows and the split by time: what a model is shown never reaches into what it has to forecast."""

import numpy as np
import pytest
from support.refused import refused

from seq2seq.errors import DataError
from seq2seq.series.frequency import Frequency
from seq2seq.series.series import Series, SeriesSet
from seq2seq.series.windows import last_window, split_by_time, windows


def series(steps: int, *, name: str = "a", future: int = 0, missing: slice = slice(0)) -> Series:
    """Values are the numbers of their steps."""
    values = np.arange(steps, dtype=np.float64)[:, None]
    values[missing] = np.nan
    known = np.arange(steps + future, dtype=np.float64)[:, None] * 100
    times = np.datetime64("2020-01-01", "us") + np.arange(steps) * np.timedelta64(1, "D")
    return Series(name, values, ("y",), times, known, ("price",))


def test_windows_slide_back_from_the_end() -> None:
    found = windows(series(10), context=3, horizon=2, stride=3, shortest=2)
    assert [(window.begin, window.end) for window in found] == [(0, 2), (2, 5), (5, 8)]
    assert found[-1].context[:, 0].tolist() == [5, 6, 7]
    assert found[-1].target[:, 0].tolist() == [8, 9]
    assert found[0].context[:, 0].tolist() == [0, 1]


@pytest.mark.parametrize("horizon", [1, 3])
@pytest.mark.parametrize("stride", [1, 2, 5])
def test_no_window_sees_its_target(horizon: int, stride: int) -> None:
    for window in windows(series(20), context=4, horizon=horizon, stride=stride):
        assert np.nanmax(window.history) == np.nanmax(window.context) == window.end - 1
        assert window.target[:, 0].tolist() == list(range(window.end, window.end + horizon))
        assert window.known_context[:, 0].tolist() == [100 * step for step in range(window.begin, window.end)]
        assert window.known_target[:, 0].tolist() == [100 * step for step in range(window.end, window.end + horizon)]


def test_windows_without_a_value_are_left_out() -> None:
    found = windows(series(12, missing=slice(4, 9)), context=2, horizon=2)
    assert [window.end for window in found] == [1, 2, 3, 10]


def test_too_short_a_series_has_no_window() -> None:
    assert windows(series(4), context=3, horizon=4) == []


def test_the_last_window_goes_beyond_the_end() -> None:
    window = last_window(series(5, future=2), context=3, horizon=2)
    assert window.context[:, 0].tolist() == [2, 3, 4]
    assert len(window.target) == 0
    assert window.known_target[:, 0].tolist() == [500, 600]
    farther = last_window(series(5, future=2), context=3, horizon=3).known_target
    assert np.nan_to_num(farther[:, 0], nan=-1).tolist() == [500, 600, -1]
    assert window.times_target(Frequency("day")).astype("datetime64[D]").astype(str).tolist() == [
        "2020-01-06",
        "2020-01-07",
    ]


def test_split_by_time() -> None:
    found = SeriesSet((series(12, name="long"), series(7, name="short"), series(4, name="stub")), Frequency("day"))
    split = split_by_time(found, horizon=3, context=5)
    (train,) = split.train
    (dev,) = split.dev
    assert train.values[:, 0].tolist() == [0, 1, 2, 3, 4, 5]
    assert dev.context[:, 0].tolist() == [1, 2, 3, 4, 5]
    assert dev.target[:, 0].tolist() == [6, 7, 8]
    assert len(dev.series) == 9
    assert [window.series.id for window in split.test] == ["long", "short"]
    assert split.test[0].history[:, 0].tolist() == list(range(9))
    assert split.test[0].target[:, 0].tolist() == [9, 10, 11]
    assert len(split.remarks) == 2
    assert "'stub'" in split.remarks[0]
    assert "'short'" in split.remarks[1]


def test_dev_may_have_several_horizons() -> None:
    split = split_by_time(SeriesSet((series(14), series(10, name="short"))), horizon=3, context=5, dev_horizons=2)
    (train,) = split.train
    assert len(train) == 5
    assert [(window.begin, window.end, len(window.series)) for window in split.dev] == [(0, 5, 11), (3, 8, 11)]
    assert [window.end for window in split.test] == [11, 7]


def test_no_series_is_long_enough() -> None:
    with pytest.raises(DataError) as caught:
        split_by_time(SeriesSet((series(7),)), horizon=6, context=5)
    assert caught.value.code == "series.too-short"
    assert "data.forecast.horizon" in str(caught.value)
    with refused("series.too-short") as alone:
        split_by_time(SeriesSet((series(2),)), horizon=1, context=5)
    assert "data.forecast" not in str(alone.value)


def test_what_follows_the_split_does_not_reach_what_is_before_it() -> None:
    """Other values in the test leave everything that is learnt from, or that dev judges, as it was."""
    one, other = series(12), series(12)
    other.values[9:] = 1e9
    for before, after in zip(
        *(split_by_time(SeriesSet((own,)), horizon=3, context=5).train for own in (one, other)), strict=True
    ):
        assert before.values.tolist() == after.values.tolist()
    dev, changed = (split_by_time(SeriesSet((own,)), horizon=3, context=5).dev[0] for own in (one, other))
    assert dev.series.values.tolist() == changed.series.values.tolist()
