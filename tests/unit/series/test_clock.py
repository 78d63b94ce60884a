"""The clock by which times with offsets from UTC are read: that of the model's training."""

import datetime
from pathlib import Path

import numpy as np
import pytest
from support.refused import refused

from seq2seq.config.data import DataConfig
from seq2seq.config.forecast import ForecastConfig
from seq2seq.data.reading.sequences.windows import own_forecasts
from seq2seq.errors import ModelError
from seq2seq.inference.forecasting.requirements import require_frequency
from seq2seq.series.given import given_series
from seq2seq.series.reading.read import read_series
from seq2seq.series.series import SeriesSet
from seq2seq.text.vocabulary.series import Clock, SeriesFormat

PUT_BACK = datetime.datetime(2020, 10, 25, 1, tzinfo=datetime.UTC)
"""When the clocks of Berlin change from two hours before UTC to one."""


def berlin(start: datetime.datetime, hours: int) -> list[str]:
    """Times of Berlin in the autumn of 2020."""
    times = [start + datetime.timedelta(hours=step) for step in range(hours)]
    return [
        time.astimezone(datetime.timezone(datetime.timedelta(hours=2 if time < PUT_BACK else 1))).isoformat()
        for time in times
    ]


def file(folder: Path, times: list[str]) -> Path:
    rows = "".join(f"a,{time},{place * place % 7}\n" for place, time in enumerate(times))
    (folder / "a.csv").write_text(f"unique_id,ds,y\n{rows}")
    return folder / "a.csv"


def first(found: SeriesSet) -> str:
    return str(found.series[0].times[0].astype("datetime64[h]"))


def form_of(clock: Clock) -> SeriesFormat:
    return SeriesFormat(frequency="hourly", season=24, horizon=2, context=4, clock=clock)


def test_later_files_are_read_by_the_clock_of_training(tmp_path: Path) -> None:
    settings = ForecastConfig(horizon=4, context=24, season=24)
    data = DataConfig(train=str(file(tmp_path, berlin(PUT_BACK - datetime.timedelta(days=4), 190))), forecast=settings)
    form = own_forecasts(data).format
    assert SeriesFormat.load(saved(form, tmp_path)).clock == form.clock == "utc"
    later = berlin(datetime.datetime(2020, 11, 2, tzinfo=datetime.UTC), 100)
    file(tmp_path, later)
    window = own_forecasts(data, form).train[0]
    assert str(window.series.times[0].astype("datetime64[h]")) == "2020-11-02T00"
    assert own_forecasts(data).format.clock == "local"
    assert str(given_series("a", [1, 2], form, start=later[0]).times[0])[:13] == "2020-11-02T00"
    assert str(given_series("a", [1, 2], form, times=later[:2]).times[0])[:13] == "2020-11-02T00"
    assert str(given_series("a", [1, 2], form_of("local"), start=later[0]).times[0])[:13] == "2020-11-02T01"


def saved(form: SeriesFormat, folder: Path) -> Path:
    form.save(folder / "series.json")
    return folder / "series.json"


def test_local_times_stay_so_when_the_clock_is_put_back(tmp_path: Path) -> None:
    times = berlin(PUT_BACK - datetime.timedelta(hours=2), 4)
    found = read_series(file(tmp_path, times), clock="local")
    assert (found.clock, len(found.remarks), str(found.series[0].times[-1])[:13]) == ("local", 1, "2020-10-25T03")
    assert (np.diff(found.series[0].times) == np.timedelta64(1, "h")).all()
    given = given_series("a", [1, 2, 3, 4], form_of("local"), times=times)
    np.testing.assert_array_equal(given.times, found.series[0].times)
    unclear = read_series(file(tmp_path, times))
    assert (unclear.clock, first(unclear)) == ("utc", "2020-10-24T23")


@pytest.mark.parametrize(
    ("interval", "offset", "wanted", "clock", "remarks"),
    [
        (1, "Z", None, "utc", 0),
        (24, "Z", None, "local", 0),
        (1, "+01:00", None, "local", 1),
        (1, "", None, None, 0),
        (1, "", "utc", None, 1),
        (1, "", "local", None, 0),
        (1, "Z", "utc", "utc", 0),
        (1, "Z", "local", "local", 1),
        (1, "+01:00", "utc", "utc", 1),
    ],
)
def test_what_offsets_say_of_the_clock(
    tmp_path: Path, interval: int, offset: str, wanted: Clock | None, clock: Clock | None, remarks: int
) -> None:
    times = [f"2020-01-{1 + step * interval // 24:02}T{step * interval % 24:02}:00{offset}" for step in range(3)]
    found = read_series(file(tmp_path, times), clock=wanted)
    assert (found.clock, len(found.remarks)) == (clock, remarks)
    assert first(found) == ("2019-12-31T23" if (offset, wanted) == ("+01:00", "utc") else "2020-01-01T00")


def test_series_of_another_clock_are_refused(tmp_path: Path) -> None:
    found = read_series(file(tmp_path, berlin(PUT_BACK, 4)))
    require_frequency(found, form_of("local"))
    with refused("series.other-clock", "clock='utc'"):
        require_frequency(found, form_of("utc"))
    require_frequency(read_series(file(tmp_path, ["2020-01-01 00:00", "2020-01-01 01:00"])), form_of("utc"))


def test_an_unknown_clock_is_damage(tmp_path: Path) -> None:
    path = saved(form_of("utc"), tmp_path)
    path.write_text(path.read_text().replace('"utc"', '"sun"'))
    with pytest.raises(ModelError):
        SeriesFormat.load(path)


def test_the_clock_is_shown_where_it_is_that_of_no_place() -> None:
    assert ["UTC" in str(form_of(clock)) for clock in ("utc", "local")] == [True, False]
