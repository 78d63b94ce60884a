"""A forecaster that is trained further on other series."""

import json
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file
from support import tasks, tiny
from support.commands import failure, run
from support.forecasting import monthly_csv
from support.refused import refused

import seq2seq
from seq2seq.config.data import DataConfig
from seq2seq.config.forecast import ForecastConfig
from seq2seq.config.overrides import Overrides
from seq2seq.data.reading.sequences.windows import find_windows, own_forecasts
from seq2seq.data.tables.problems import BadRows
from seq2seq.inference.forecasting.forecaster import SeriesForecaster
from seq2seq.model_folder.layout import WEIGHTS
from seq2seq.model_folder.read import describe
from seq2seq.model_folder.writing.update import write_measured
from seq2seq.scoring.compare import render_model_comparisons
from seq2seq.scoring.evaluation_data import score_data
from seq2seq.series.forecasting import as_learnt
from seq2seq.series.inputs import window_texts
from seq2seq.series.reading.read import read_series
from seq2seq.text.vocabulary.series import FILE as SERIES
from seq2seq.text.vocabulary.series import SeriesFormat
from seq2seq.training.finetune.finetune import FinetuneOptions, recipe_for
from seq2seq.training.finetune.series import compare_forecasters, old_series


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("finetune")
    file = monthly_csv(folder / "old.csv", {"a": 70, "b": 64})
    monthly_csv(folder / "new.csv", {"c": 60, "d": 66, "e": 58})
    data = DataConfig(
        train=str(file), forecast=ForecastConfig(horizon=6, context=24), cache=str(folder / "cache"), workers=1
    )
    base = tiny.save_forecaster(folder / "base", data)
    write_measured(base, {"intervals": {"factors": FACTORS, "forecasts": 9}})
    return base


FACTORS = [1.0, 1.1, 1.2, 1.3, 1.4, 1.5]


def quick(base: Path, output: Path, *more: str) -> list[str | Path]:
    steps = ("--set", "training.max_epochs=null", "--set", "training.max_steps=4")
    return ["finetune", base, base.parent / "new.csv", "--output", output, "--accelerator", "cpu", *steps, *more]


def test_a_forecaster_that_hardly_learns_stays_the_first_one(base: Path, tmp_path: Path) -> None:
    rate = ("--set", "training.optimizer.learning_rate=1e-12", "--retain-test", "own", "--json")
    content = json.loads(run(*quick(base, tmp_path / "run", *rate)).stdout)
    assert list(content) == ["new test", "old"]
    assert (content["new test"]["examples"], content["old"]["examples"]) == (3, 2)
    for figures in content.values():
        for metric in ("mase", "wql"):
            assert figures[metric]["system"] == pytest.approx(figures[metric]["baseline"], rel=1e-4)
    assert json.loads((tmp_path / "run" / "comparison.json").read_text("utf-8")) == content
    before, after = (load_file(folder / WEIGHTS) for folder in (base, tmp_path / "run" / "model"))
    assert before.keys() == after.keys()
    for name, weights in before.items():
        np.testing.assert_allclose(after[name], weights, atol=1e-6, err_msg=name)
    assert (tmp_path / "run" / "model" / SERIES).read_bytes() == (base / SERIES).read_bytes()
    intervals = describe(tmp_path / "run").intervals
    assert intervals is not None
    assert list(intervals.factors) == FACTORS
    evaluated = json.loads(run("evaluate", tmp_path / "run", "--json", "--device", "cpu").stdout)
    assert evaluated["mase"] == pytest.approx(content["new test"]["mase"]["system"], rel=1e-4)


def test_it_learns_and_says_what_changed(base: Path, tmp_path: Path) -> None:
    done = run(*quick(base, tmp_path / "run", "--freeze", "encoder", "--set", "training.optimizer.learning_rate=0.01"))
    assert "MASE" in done.stderr
    assert "wQL" in done.stderr
    before, after = (load_file(folder / WEIGHTS) for folder in (base, tmp_path / "run" / "model"))
    changed = {name.partition(".")[0] for name in before if not np.array_equal(before[name], after[name])}
    assert changed >= {"decoder", "head"}
    assert "encoder" not in changed
    assert "Fine-tuned from" in (tmp_path / "run" / "model" / "README.md").read_text("utf-8")
    assert len(seq2seq.SeriesForecaster.load(tmp_path / "run").forecast(read_series(base.parent / "new.csv"))) == 3


def test_series_that_end_in_zeros_leave_wql_in_the_comparison(base: Path, tmp_path: Path) -> None:
    """Of what is sold now and then; the quantile loss of all series is divided by the size of all their values."""
    rows = (base.parent / "new.csv").read_text("utf-8").splitlines()
    of_c = [place for place, row in enumerate(rows) if row.startswith("c,")][-6:]
    for place in of_c:
        rows[place] = f"{rows[place].rpartition(',')[0]},0"
    (tmp_path / "zeros.csv").write_text("\n".join(rows), "utf-8")
    pipeline = SeriesForecaster.open(base)
    found = compare_forecasters(pipeline, pipeline, "old", old_series(str(base), str(tmp_path / "zeros.csv")))
    scored = score_data(*pipeline, str(tmp_path / "zeros.csv"), None, {}, skip_bad=False).report.to_dict()
    assert {one.metric: one.system for one in found.comparisons} == {
        "mase": pytest.approx(scored["mase"]), "wql": pytest.approx(scored["wql"]),
    }  # fmt: skip


@pytest.mark.parametrize(("value", "metrics", "notes"), [(5, ["wql"], 1), (0, [], 2)])
def test_metrics_that_constant_series_lack_are_named(
    base: Path, tmp_path: Path, value: int, metrics: list[str], notes: int
) -> None:
    lines = (base.parent / "new.csv").read_text("utf-8").splitlines()
    rows = [lines[0], *(f"{line.rpartition(',')[0]},{value}" for line in lines[1:])]
    (tmp_path / "constant.csv").write_text("\n".join(rows), "utf-8")
    pipeline = SeriesForecaster.open(base)
    found = compare_forecasters(pipeline, pipeline, "new", old_series(str(base), str(tmp_path / "constant.csv")))
    assert ([one.metric for one in found.comparisons], len(found.remarks())) == (metrics, notes)
    shown = [type(part).__name__ for part in render_model_comparisons([found]).renderables]
    assert (shown.count("Table"), shown.count("WrappedLine")) == (bool(metrics), notes)


def test_channels_that_are_forecast_together(tmp_path: Path) -> None:
    """Their correlations are measured anew; channels in another order would be taken for each other."""
    walks = np.random.default_rng(1).normal(size=(60, 2)).cumsum(axis=0).tolist()
    months = [f"{2020 + step // 12}-{step % 12 + 1:02}-01" for step in range(60)]
    for first, other in (("a", "b"), ("b", "a")):
        rows = [f"{month},{one:.3f},{two:.3f}" for month, (one, two) in zip(months, walks, strict=True)]
        (tmp_path / f"{first}.csv").write_text("\n".join([f"ds,{first},{other}", *rows]), "utf-8")
    forecast = ForecastConfig(horizon=6, context=24, channels="joint")
    data = DataConfig(train=str(tmp_path / "a.csv"), forecast=forecast, cache=str(tmp_path / "cache"), workers=1)
    base = tiny.save_forecaster(tmp_path / "base", data, channels=("a", "b"))
    steps = ("--accelerator", "cpu", "--set", "training.max_epochs=null", "--set", "training.max_steps=2")
    run("finetune", base, tmp_path / "a.csv", "--output", tmp_path / "run", *steps)
    found = describe(tmp_path / "run").channels
    assert found is not None
    assert np.shape(found.correlations) == (2, 2)
    error = failure("finetune", base, tmp_path / "b.csv", "--output", tmp_path / "other", *steps)
    assert (error.code, "channels: 'b', 'a'" in str(error)) == ("series.other-format", True)


def test_series_of_another_kind_are_refused(base: Path, tmp_path: Path) -> None:
    days = np.arange("2024-01-01", "2024-04-01", dtype="datetime64[D]")
    rows = "".join(f"a,{day},{number}\n" for number, day in enumerate(days))
    (tmp_path / "daily.csv").write_text(f"unique_id,ds,y\n{rows}", "utf-8")
    error = failure("finetune", base, tmp_path / "daily.csv", "--output", tmp_path / "run")
    assert error.code == "series.other-format"
    assert "frequency: daily" in str(error)
    with refused("finetune.of-series", "--replay", "--to"):
        recipe_for(str(base), ["new.csv"], FinetuneOptions(replay="own", to="de"))
    with refused("evaluation.series"):
        recipe_for(str(base), ["new.csv", "other.csv"], FinetuneOptions())
    with refused("config.invalid", "extend_vocabulary"):
        changes: Overrides = {"initial_model.extend_vocabulary": 5}
        recipe_for(str(base), [str(base.parent / "new.csv")], FinetuneOptions(overrides=changes))


def test_covariates_are_scaled_as_in_the_first_training(tmp_path: Path) -> None:
    """By the mean and deviation of what was learnt from then; their columns may come in another order."""
    recipe = tasks.forecasting(tmp_path)
    own = own_forecasts(recipe.data)
    form = SeriesFormat(frequency="monthly", season=12, horizon=4, context=14, calendar=own.format.calendar,
                        covariates=("holiday",), mean=(5.0,), deviation=(0.5,))  # fmt: skip
    train = find_windows(recipe.data, form)["train"]
    assert train is not None
    (_, rows), *_ = train.rows(BadRows())
    assert (rows.sources[0], rows.targets[0]) == next(window_texts(own.train[:1], form))
    assert rows.sources[0] != next(window_texts(own.train[:1], own.format))[0]
    other = SeriesFormat(frequency="monthly", season=12, horizon=4, context=14, calendar=own.format.calendar,
                         covariates=("holiday", "price"), mean=(0, 0), deviation=(1, 1))  # fmt: skip
    with refused("series.other-format", "price"):
        as_learnt(own, other, "series.csv")
