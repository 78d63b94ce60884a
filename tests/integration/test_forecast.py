"""``seq2seq forecast``, ``evaluate`` and ``export`` of a model that continues series; what other commands say of it."""

import csv
import json
from pathlib import Path

import numpy as np
import pytest
from support import tiny
from support.commands import failure, run
from support.forecasting import monthly_csv

import seq2seq
from seq2seq.config.data import DataConfig
from seq2seq.config.forecast import ForecastConfig
from seq2seq.evaluation.forecasting.report import ForecastReport
from seq2seq.extras import INSTALL_FORECAST
from seq2seq.scoring import forecasting
from seq2seq.scoring.splits import save_test_score
from seq2seq.series.baselines.forecast import LEVELS
from seq2seq.series.reading.read import read_series


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A forecaster, and its data beside it, the last horizon of which is held out."""
    folder = tmp_path_factory.mktemp("forecast")
    file = monthly_csv(folder / "series.csv", {"a, b": 40, "c": 30})
    data = DataConfig(train=str(file), forecast=ForecastConfig(horizon=6, context=24))
    return tiny.save_forecaster(folder / "model", data)


@pytest.fixture(scope="module")
def file(model: Path) -> Path:
    return model.parent / "series.csv"


def test_csv_goes_on_where_the_file_ends(model: Path, file: Path) -> None:
    rows = list(csv.DictReader(run("forecast", model, file).stdout.splitlines()))
    assert list(rows[0]) == ["unique_id", "ds", "mean", *(f"q{level:g}" for level in LEVELS)]
    assert [(row["unique_id"], row["ds"]) for row in rows[4:8]] == [
        ("a, b", "2023-09-01"), ("a, b", "2023-10-01"), ("c", "2022-07-01"), ("c", "2022-08-01"),
    ]  # fmt: skip
    assert all(float(row["q0.1"]) <= float(row["q0.5"]) <= float(row["q0.9"]) for row in rows)


def test_a_forecast_can_be_read_as_series(model: Path, file: Path, tmp_path: Path) -> None:
    """Long tables go in and come out: with another name of its mean, a forecast is a file of series."""
    output = tmp_path / "forecast.csv"
    run("forecast", model, file, "--output", output)
    output.write_text(output.read_text("utf-8").replace("mean", "y", 1), "utf-8")
    found = read_series(output)
    assert [one.id for one in found.series] == ["a, b", "c"]
    assert str(found.frequency) == "monthly"


def test_json_levels_horizon_and_standard_input(model: Path, file: Path) -> None:
    asked = ("--json", "--horizon", "2", "--level", "90", "--level", "50")
    lines = run("forecast", model, "-", *asked, text=file.read_text("utf-8")).stdout.splitlines()
    one = json.loads(lines[1])
    assert len(lines) == 2
    assert (one["unique_id"], one["ds"]) == ("c", ["2022-07-01", "2022-08-01"])
    assert list(one["quantiles"]) == ["0.05", "0.25", "0.5", "0.75", "0.95"]
    assert {len(column) for column in [one["mean"], *one["quantiles"].values()]} == {2}


def test_without_a_file_the_models_own_data_are_continued(model: Path, file: Path) -> None:
    assert run("forecast", model).stdout == run("forecast", model, file).stdout


def test_a_seed_decides(model: Path, file: Path) -> None:
    first, again, other = (run("forecast", model, file, "--seed", seed).stdout for seed in ("1", "1", "2"))
    assert first == again
    assert first != other


def test_a_picture(model: Path, file: Path, tmp_path: Path) -> None:
    picture = tmp_path / "forecast.png"
    done = run("forecast", model, file, "--level", "80", "--picture", picture)
    assert done.stdout.splitlines()[0] == "unique_id,ds,mean,q0.1,q0.5,q0.9"
    assert picture.read_bytes().startswith(b"\x89PNG")
    many = monthly_csv(tmp_path / "many.csv", {f"series {number}": 10 for number in range(13)})
    assert "12 of 13" in run("forecast", model, many, "--picture", picture).stderr


def test_scores_are_beside_those_of_baselines(model: Path, file: Path) -> None:
    pytest.importorskip("statsmodels")
    own, other = (json.loads(run("evaluate", model, *data, "--json").stdout) for data in ((), (file,)))
    assert own["mase"] == other["mase"]
    assert {"naive", "seasonal_naive", "drift", "ses", "ets"} == set(own["baselines"])
    assert own["not_better_than"] == [name for name, one in own["baselines"].items() if one["mase"] <= own["mase"]]
    assert (own["series"], own["horizon"], own["paths"]) == (2, 6, 200)
    shown = run("evaluate", model).stdout
    assert all(name in shown for name in ("MASE", "sMAPE", "wQL", "model", "seasonal naive", "drift", "ETS"))


def test_ets_is_left_out_without_its_package(model: Path, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forecasting, "installed", lambda module: module != "statsmodels")
    assert set(json.loads(run("evaluate", model, file, "--json").stdout)["baselines"]) == {
        "naive", "seasonal_naive", "drift", "ses",
    }  # fmt: skip
    assert INSTALL_FORECAST in run("evaluate", model, file).stdout


def test_the_score_after_training_of_many_series_is_without_ets(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forecasting, "FEW", 1)
    data = DataConfig(train=str(file), forecast=ForecastConfig(horizon=6, context=24))
    model = tiny.save_forecaster(tmp_path / "model", data)
    scored = save_test_score(model)
    assert scored is not None
    assert isinstance(scored.report, ForecastReport)
    assert "ets" not in scored.report.baselines
    shown = run("info", model).stdout
    assert all(name in shown for name in ("MASE", "sMAPE", "wQL"))


def test_other_files_of_series_are_scored(model: Path, tmp_path: Path) -> None:
    values = ",".join(str(number % 7) for number in range(40))
    head = "@attribute series_name string\n@attribute start_timestamp date\n@frequency monthly\n@data\n"
    file = tmp_path / "series.tsf"
    file.write_text(f"{head}one:2020-01-01 00-00-00:{values}\n", "utf-8")
    assert json.loads(run("evaluate", model, file, "--json").stdout)["series"] == 1


def test_python_has_the_same_scores(model: Path, file: Path) -> None:
    scored = seq2seq.evaluate(model, file)
    assert isinstance(scored.report, ForecastReport)
    assert scored.to_dict()["mase"] == json.loads(run("evaluate", model, file, "--json").stdout)["mase"]


def test_the_score_is_that_of_the_forecast_of_what_was_held_out(model: Path, file: Path, tmp_path: Path) -> None:
    """MASE by hand, from what the command writes for series without their last horizon."""
    found = read_series(file)
    kept, errors = ["unique_id,ds,y"], []
    for one in found.series:
        part = one.until(len(one) - 6)
        kept += [f'"{one.id}",{time},{value}' for time, value in zip(part.times, part.values[:, 0], strict=True)]
    before = tmp_path / "before.csv"
    before.write_text("\n".join(kept) + "\n", "utf-8")
    forecasts = [json.loads(line) for line in run("forecast", model, before, "--json").stdout.splitlines()]
    for one, forecast in zip(found.series, forecasts, strict=True):
        values = one.values[:, 0]
        scale = np.abs(values[12:-6] - values[:-18]).mean()
        errors.append(np.abs(values[-6:] - forecast["quantiles"]["0.5"]).mean() / scale)
    scores = json.loads(run("evaluate", model, file, "--json").stdout)
    assert scores["mase"] == pytest.approx(np.mean(errors), rel=1e-4)


def test_forecasts_from_several_origins(model: Path, file: Path, tmp_path: Path) -> None:
    later = tmp_path / "later.csv"
    later.write_bytes(file.read_bytes())
    scores = json.loads(run("evaluate", model, later, "--origins", "4", "--json").stdout)
    assert (scores["series"], scores["origins"], "ets" in scores["baselines"]) == (8, 4, False)
    assert "4 origins" in run("evaluate", model, later, "--origins", "4").stdout
    for own in ((), (file,)):  # its file is its own data whether it is named or not
        assert failure("evaluate", model, *own, "--origins", "2").code == "evaluation.learnt-from"
    settings = ForecastConfig(horizon=6, context=24, hold_out="dev")
    other = tiny.save_forecaster(tmp_path / "model", DataConfig(train=str(file), forecast=settings))
    assert json.loads(run("evaluate", other, "--origins", "7", "--json").stdout)["series"] == 14
    assert failure("evaluate", other, "--origins", "8").code == "evaluation.learnt-from"
    assert failure("evaluate", other, "--origins", "2", "--split", "dev").code == "evaluation.learnt-from"


def test_channels_that_are_forecast_together(tmp_path: Path) -> None:
    """Every channel has its name, its scores and its place in a picture."""
    rows = [f"{2020 + step // 12}-{step % 12 + 1:02}-01,{step},{step * step % 17}" for step in range(40)]
    file = tmp_path / "plant.csv"
    file.write_text("\n".join(["ds,heat,power", *rows]) + "\n", "utf-8")
    settings = ForecastConfig(horizon=6, context=24, channels="joint")
    data = DataConfig(train=str(file), forecast=settings)
    model = tiny.save_forecaster(tmp_path / "model", data, channels=("heat", "power"))
    done = run("forecast", model, "--picture", tmp_path / "plant.png")
    written = list(csv.DictReader(done.stdout.splitlines()))
    assert [row["unique_id"] for row in written[::6]] == ["plant/heat", "plant/power"]
    assert written[0]["ds"] == "2023-05-01"
    assert (tmp_path / "plant.png").stat().st_size > 1000
    scores = json.loads(run("evaluate", model, "--json").stdout)
    assert (scores["series"], scores["baselines"]["naive"]["series"]) == (2, 2)
    (tmp_path / "other.csv").write_text(file.read_text("utf-8").replace("power", "steam"), "utf-8")
    for command in ("forecast", "evaluate"):
        assert failure(command, model, tmp_path / "other.csv").code == "series.other-channels"


def test_what_was_learnt_from_is_not_scored(file: Path, tmp_path: Path) -> None:
    settings = ForecastConfig(horizon=6, context=24, hold_out="none")
    model = tiny.save_forecaster(tmp_path / "model", DataConfig(train=str(file), forecast=settings))
    assert failure("evaluate", model).code == "data.no-such-split"
    assert failure("evaluate", model, "--split", "dev").code == "data.no-such-split"
    assert "mase" in json.loads(run("evaluate", model, file, "--json").stdout)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("unique_id,ds,y\na,2020-01-01,1\n", "forecast.series"),
        ("unique_id,ds,y\na,1,1\na,2,2\n", "series.no-calendar"),
        ("unique_id,ds,y\na,2020-01-01,x\n", "series.number"),
        ("unique_id,ds,y\na,2020-01-01,1\na,2020-04-01,2\na,2020-07-01,2\n", "series.other-frequency"),
        ("", "series.no-rows"),
    ],
)
def test_series_that_do_not_fit_are_refused(model: Path, tmp_path: Path, content: str, code: str) -> None:
    file = tmp_path / "series.csv"
    file.write_text(content, "utf-8")
    for command in ("forecast", "evaluate"):
        error = failure(command, model, file)
        assert error.exit_code == 1
        assert error.code == code or (command == "evaluate" and error.code == "series.too-short")


def test_a_level_that_few_paths_cannot_tell_is_refused(model: Path, file: Path) -> None:
    refused = run("forecast", model, file, "--level", "99.5", code=2).stderr
    assert "--level" in refused
    assert "--paths 400" in refused
    assert run("forecast", model, file, "--level", "99").stdout
    assert "--paths 20" in run("forecast", model, file, "--paths", "19", "--level", "90", code=2).stderr
    assert run("forecast", model, file, "--paths", "20", "--level", "90").stdout


COMMANDS = (
    ("translate", "{model}", "{text}"),
    ("classify", "{model}", "{text}"),
    ("generate", "{model}"),
    ("diagnose", "{model}", "--what-if", "a", "--force", "1=b"),
    ("distill", "{model}", "{text}", "--output", "{new}"),
    ("bench", "decode", "{model}"),
    ("export", "{model}", "--single", "{new}.onnx"),
    ("export", "{model}", "--web", "{new}"),
)


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_commands_of_other_tasks_refuse_it(model: Path, tmp_path: Path, command: tuple[str, ...]) -> None:
    text, new = tmp_path / "text.txt", tmp_path / "new"
    text.write_text("the dog\n", "utf-8")
    error = failure(*(part.format(model=model, text=text, new=new) for part in command))
    assert error.exit_code == 1
    assert error.code in {"model.other-task", "serve.other-task"}
    assert f"seq2seq forecast {model}" in str(error) or "seq2seq train" in str(error)
    assert list(tmp_path.iterdir()) == [text]


@pytest.mark.parametrize(
    "arguments",
    [
        ("export", "{model}", "--int8"), ("export", "{model}", "--shortlist"),
        ("evaluate", "{model}", "{model}", "{file}"), ("forecast", "{model}", "--engine", "onnx-int8"),
    ],
    ids=" ".join,
)  # fmt: skip
def test_options_of_other_tasks_are_refused(model: Path, file: Path, arguments: tuple[str, ...]) -> None:
    assert failure(*(part.format(model=model, file=file) for part in arguments)).exit_code == 2


@pytest.mark.parametrize("option", ["--tokenize=none", "-lc", "--details", "--beam=2", "--skip-bad"])
def test_options_of_evaluate_that_would_do_nothing_are_refused(model: Path, file: Path, option: str) -> None:
    assert option.partition("=")[0] in run("evaluate", model, file, option, code=2).stderr


def test_it_is_averaged_described_and_pushed(model: Path, tmp_path: Path) -> None:
    average = tmp_path / "average"
    run("average", model, model, "--output", average)
    assert run("forecast", average).stdout == run("forecast", model).stdout
    assert "seq2seq forecast" in run("push", model, "me/series", "--dry-run").stdout
    assert json.loads(run("info", model, "--json").stdout)["recipe"]["task"] == "forecasting"


def test_a_diagnosis_has_figures_of_forecasts(model: Path, file: Path) -> None:
    content = json.loads(run("diagnose", model, file, "--json", "--device", "cpu").stdout)
    assert [section["name"] for section in content["sections"]] == ["forecasting", "network", "learning"]
    assert content["examples"] == 2
    assert failure("diagnose", model, "--compare-cells", "gru").code == "diagnose.of-numbers"
    assert failure("diagnose", model, "--skip-bad").code == "evaluation.series"
    assert seq2seq.diagnose(model, file, device="cpu").to_dict() == content
