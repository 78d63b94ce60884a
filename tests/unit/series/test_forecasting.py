"""What a forecaster learns from, and is judged by: split by time."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from support import tasks
from support.refused import refused

from seq2seq.config.forecast import ForecastConfig
from seq2seq.series.forecasting import ForecastData, forecast_data, read_to_forecast, usual_horizon
from seq2seq.series.inputs import window_inputs
from seq2seq.series.windows import Window, last_window
from seq2seq.text.vocabulary.series import SeriesFormat

STEPS, HORIZON = 60, 4


def data(folder: Path, **settings: Any) -> ForecastData:
    config = ForecastConfig(**{"horizon": HORIZON, "context": 14, **settings})
    return forecast_data(read_to_forecast(tasks.series(folder, steps=STEPS), config), config, "series.csv")


def ends(windows: tuple[Window, ...]) -> set[int]:
    return {window.end + window.horizon for window in windows}


@pytest.mark.parametrize(
    ("hold_out", "learnt", "dev", "test"),
    [
        ("dev", STEPS - 2 * HORIZON, STEPS - HORIZON, {STEPS}),
        ("test", STEPS - HORIZON, STEPS - HORIZON, {STEPS}),
        ("none", STEPS, STEPS, set()),
    ],
)
def test_what_is_held_out_is_the_end(tmp_path: Path, hold_out: str, learnt: int, dev: int, test: set[int]) -> None:
    found = data(tmp_path, hold_out=hold_out)
    assert max(ends(found.train)) == learnt
    assert (ends(found.dev), ends(found.test)) == ({dev}, test)
    # No part of a window's series lies beyond what is learnt from, so that nothing can be read of it.
    assert {len(window.series) for window in found.train} == {learnt}
    assert len(found.dev) == 4
    assert bool(found.dev_remarks) is (hold_out != "dev")


def test_every_step_is_an_origin_from_a_season_on(tmp_path: Path) -> None:
    found = data(tmp_path, hold_out="none")
    first = [window for window in found.train if window.series.id == "s0"]
    assert [window.end for window in first] == list(range(13, STEPS - HORIZON + 1))
    assert {window.end - window.begin for window in first} == {13, 14}
    sparse = [window.end for window in data(tmp_path, hold_out="none", stride=10).train[:5]]
    assert sparse == [16, 26, 36, 46, 56]


def test_a_series_without_values_before_its_end_is_not_judged(tmp_path: Path) -> None:
    """There is nothing to go on from; what comes before the gap is learnt from."""
    config = ForecastConfig(horizon=HORIZON, context=14)
    series = read_to_forecast(tasks.series(tmp_path, steps=STEPS), config)
    series.series[2].values[30:-1] = np.nan
    found = forecast_data(series, config, "series.csv")
    assert {window.series.id for window in found.train} == {"s0", "s1", "s2", "s3"}
    for part in (found.dev, found.test):
        assert {window.series.id for window in part} == {"s0", "s1", "s3"}
    assert len([remark for remark in found.remarks if "s2" in remark and "context" in remark]) == 2


def test_the_format_is_found_in_the_file_unless_it_is_told(tmp_path: Path) -> None:
    found = data(tmp_path, context=None).format
    assert (found.frequency, found.season, found.horizon, found.context) == ("monthly", 12, HORIZON, 24)
    assert (found.calendar, found.covariates) == (("month of year",), ("holiday",))
    told = data(tmp_path, context=None, season=1).format
    assert (told.season, told.context) == (1, 3 * HORIZON)
    with refused("config.invalid", "often"):
        data(tmp_path, frequency="often")


def test_covariates_are_scaled_by_what_is_learnt_from(tmp_path: Path) -> None:
    found = data(tmp_path)
    learnt = np.concatenate([one.known[: len(one)] for one in {w.series.id: w.series for w in found.train}.values()])
    np.testing.assert_allclose(found.format.mean, learnt.mean(axis=0))
    np.testing.assert_allclose(found.format.deviation, learnt.std(axis=0))


def test_every_channel_is_a_series(tmp_path: Path) -> None:
    path = tmp_path / "wide.csv"
    path.write_text("heat,power\n" + "".join(f"{step},{step * 2}\n" for step in range(30)))
    config = ForecastConfig(horizon=2)
    found = read_to_forecast(path, config)
    assert [(one.id, one.values.shape) for one in found.series] == [("wide/heat", (30, 1)), ("wide/power", (30, 1))]
    assert found.series[1].values[3, 0] == 6
    assert forecast_data(found, config, "wide.csv").format.size == 1


def test_covariates_of_the_past_are_not_read_of_the_horizon(tmp_path: Path) -> None:
    """Named, or found: no step to come has them, while others are known of it."""
    rows = "".join(f"a,{step},{step},{step % 3},{step % 5}\n" for step in range(40))
    path = tmp_path / "weather.csv"
    path.write_text(f"unique_id,ds,y,price,rain\n{rows}a,40,,1,\na,41,,2,\n")
    config = ForecastConfig(horizon=2, context=5, hold_out="none")
    found = read_to_forecast(path, config)
    shown = forecast_data(found, config, "weather.csv")
    assert (shown.format.covariates, shown.format.past) == (("price", "rain"), ("rain",))
    assert len([remark for remark in shown.remarks if "rain" in remark]) == 1
    inputs = window_inputs([shown.train[-1], last_window(found.series[0], context=5, horizon=2)], shown.format)
    rain = inputs.known[:, :, 1] * shown.format.deviation[1] + shown.format.mean[1]
    np.testing.assert_allclose(rain[0, :5], [33 % 5, 34 % 5, 35 % 5, 36 % 5, 37 % 5], atol=1e-5)
    assert (inputs.known[:, 5:, 1] == 0).all()
    assert (inputs.known[:, 5:, 0] != 0).all()
    told = config.model_copy(update={"past_covariates": ("price",), "ignore": ("rain",)})
    form = forecast_data(read_to_forecast(path, told), told, "weather.csv").format
    assert (form.covariates, form.past, form.size) == (("price",), ("price",), 2)
    assert SeriesFormat(**json.loads(form.to_bytes())).past == ("price",)


def test_covariates_that_no_step_to_come_shows_are_said_to_be_taken_for_known(tmp_path: Path) -> None:
    config = ForecastConfig(horizon=HORIZON)
    found = read_to_forecast(tasks.series(tmp_path, steps=STEPS), config)
    assert sum("holiday" in remark for remark in forecast_data(found, config, "series.csv").remarks) == 1
    told = config.model_copy(update={"known_covariates": ("holiday",)})
    assert not any("holiday" in remark for remark in forecast_data(found, told, "series.csv").remarks)


def test_a_german_table(tmp_path: Path) -> None:
    path = tmp_path / "umsatz.csv"
    path.write_text("Filiale;Datum;Umsatz\n" + "".join(f"Köln;{day}.3.2020;1.0{day:02},5\n" for day in range(1, 29)))
    (one,) = read_to_forecast(path, ForecastConfig(horizon=2, series="Filiale")).series
    assert (one.id, str(one.times[0])[:10], one.values[:2, 0].tolist()) == ("Köln", "2020-03-01", [1001.5, 1002.5])
    told = ForecastConfig(horizon=2, decimal="comma", delimiter="semicolon", series="Filiale")
    assert read_to_forecast(path, told).series[0].values.tolist() == one.values.tolist()


def test_the_usual_names_of_older_recipes_need_not_be_there(tmp_path: Path) -> None:
    path = tmp_path / "wide.csv"
    path.write_text("heat,power\n" + "".join(f"{step},{step * 2}\n" for step in range(30)))
    config = ForecastConfig(horizon=2, series="unique_id", time="ds", value="y")
    assert len(read_to_forecast(path, config).series) == 2
    with refused("series.no-column", "unique_ids", "heat", "power"):
        read_to_forecast(path, ForecastConfig(horizon=2, series="unique_ids"))


def test_joint_channels_stay_together_and_one_channel_is_as_ever(tmp_path: Path) -> None:
    path = tmp_path / "wide.csv"
    path.write_text("heat,power\n" + "".join(f"{step},{'' if step < 9 else step * 2}\n" for step in range(30)))
    config = ForecastConfig(horizon=2, context=5, channels="joint", hold_out="none")
    found = read_to_forecast(path, config)
    (one,) = found.series
    assert (one.id, one.channels, one.channel_ids) == ("wide", ("heat", "power"), ("wide/heat", "wide/power"))
    joint = forecast_data(found, config, "wide.csv")
    assert (joint.format.channels, joint.format.width, joint.format.size) == (("heat", "power"), 2, 2)
    assert joint.train[0].end == 10  # a value of each channel before it
    assert SeriesFormat(**json.loads(joint.format.to_bytes())).channels == ("heat", "power")
    alone = [data(tmp_path, channels=channels).format for channels in ("joint", "separate")]
    assert alone[0].to_bytes() == alone[1].to_bytes()


def test_columns_by_other_names(tmp_path: Path) -> None:
    path = tmp_path / "named.csv"
    path.write_text("shop,day,sold\n" + "".join(f"a,2020-01-{day:02},{day}\n" for day in range(1, 29)))
    config = ForecastConfig(horizon=2, series="shop", time="day", value="sold")
    (one,) = read_to_forecast(path, config).series
    assert (one.id, one.channels, len(one)) == ("a", ("sold",), 28)


@pytest.mark.parametrize(("hold_out", "least"), [("dev", 25), ("test", 21), ("none", 17)])
def test_too_short_series_are_refused_with_what_they_would_need(tmp_path: Path, hold_out: Any, least: int) -> None:
    """A season and one more to begin with, and a horizon for each part."""
    config = ForecastConfig(horizon=HORIZON, hold_out=hold_out)

    def split(steps: int) -> ForecastData:
        return forecast_data(read_to_forecast(tasks.series(tmp_path, steps=steps), config), config, "series.csv")

    assert len(split(least).train) >= 1
    with refused("series.too-short", "series.csv", f"{least} steps", f"{least - 1}"):
        split(least - 1)


@pytest.mark.parametrize("channels", ["separate", "joint"])
def test_long_series_without_values_at_their_end_are_not_called_short(tmp_path: Path, channels: Any) -> None:
    """Of channels that are forecast together, one without them is enough."""
    rows = [
        f"{day},{'' if channels == 'separate' and day > 20 else day},{'' if day > 20 else day}" for day in range(60)
    ]
    path = tmp_path / "series.csv"
    path.write_text("\n".join(["time,a,b", *rows]), "utf-8")
    config = ForecastConfig(horizon=HORIZON, context=8, channels=channels)
    with refused("series.no-value", "series.csv", "8 steps", "horizon of 4"):
        forecast_data(read_to_forecast(path, config), config, "series.csv")


@pytest.mark.parametrize(
    ("settings", "steps", "named"),
    [
        ({"horizon": 2, "hold_out": "dev"}, 14, {"horizon", "hold_out", "season"}),
        ({"horizon": 2, "hold_out": "none", "season": 1}, 5, {"horizon"}),
        ({"horizon": 1, "hold_out": "none"}, 13, {"season"}),
        ({"horizon": 1, "hold_out": "test", "season": 1}, 4, {"hold_out"}),
        ({"horizon": 1, "hold_out": "none", "season": 1}, 3, set()),
    ],
)
def test_remedies_for_short_series_change_something(
    tmp_path: Path, settings: dict[str, Any], steps: int, named: set[str]
) -> None:
    config = ForecastConfig(**settings)
    found = read_to_forecast(tasks.series(tmp_path, steps=steps), config)
    with refused("series.too-short", "onger series", *(f"data.forecast.{name}=" for name in named)) as caught:
        forecast_data(found, config, "series.csv")
    others = {"horizon", "hold_out", "season"} - named
    assert not [name for name in others if f"data.forecast.{name}=" in str(caught.value)]


@pytest.mark.parametrize(
    ("interval", "steps", "horizon"),
    [("M", 200, 18), ("Y", 60, 6), ("D", 365, 14), ("h", 500, 48), ("M", 40, 8), ("M", 4, 1), ("10m", 2000, 288)],
)
def test_a_horizon_follows_from_the_frequency_and_the_length(
    tmp_path: Path, interval: str, steps: int, horizon: int
) -> None:
    unit, count = interval[-1], int(interval[:-1] or 1)
    times = np.datetime64("2000-01-01", unit) + np.arange(steps) * np.timedelta64(count, unit)
    file = tmp_path / "series.csv"
    dates = [f"{time}-01" if unit == "Y" else time for time in times.astype(str).tolist()]
    file.write_text("date,value\n" + "".join(f"{date},{n}\n" for n, date in enumerate(dates)))
    assert usual_horizon(read_to_forecast(file, ForecastConfig(horizon=1))) == horizon


def test_a_horizon_is_as_long_as_covariates_are_known(tmp_path: Path) -> None:
    file = tmp_path / "series.csv"
    rows = [f"a,2020-{month:02}-01,{month},{month % 2}" for month in range(1, 10)]
    rows += [f"a,2020-{month},,1" for month in (10, 11)]
    file.write_text("unique_id,ds,y,promotion\n" + "\n".join(rows) + "\n")
    assert usual_horizon(read_to_forecast(file, ForecastConfig(horizon=1))) == 2
