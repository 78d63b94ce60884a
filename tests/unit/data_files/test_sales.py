"""The bundled sales: what README.md says of them holds."""

import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from seq2seq import resources
from seq2seq.evaluation.forecasting.table import baseline_scores
from seq2seq.series.reading.read import read_series
from seq2seq.series.series import SeriesSet
from seq2seq.series.windows import split_by_time

FOLDER = resources.data_folder() / "sales"


@pytest.fixture(scope="module")
def sales() -> SeriesSet:
    return read_series(FOLDER / "train.csv")


def test_the_file_is_what_the_generator_writes() -> None:
    done = subprocess.run([sys.executable, str(FOLDER / "generate.py"), "--check"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_check_notices_a_changed_file(tmp_path: Path) -> None:
    script = tmp_path / "generate.py"
    shutil.copy(FOLDER / "generate.py", script)
    subprocess.run([sys.executable, str(script), "--seed", "2"], check=True)
    done = subprocess.run([sys.executable, str(script), "--check"], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (1, "train.csv: differs from what the generator writes\n")


def test_sizes(sales: SeriesSet) -> None:
    assert (len(sales.series), str(sales.frequency), sales.covariates) == (48, "monthly", ("promotion",))
    assert sum(map(len, sales.series)) == 5213
    assert (min(map(len, sales.series)), max(map(len, sales.series))) == (78, 144)
    assert {one.future for one in sales.series} == {12}
    assert {str(one.times[-1].astype("datetime64[D]")) for one in sales.series} == {"2025-12-01"}
    assert len((FOLDER / "train.csv").read_text(encoding="utf-8").splitlines()) == 5766 + 1


def test_missing_values_are_within_a_series(sales: SeriesSet) -> None:
    assert sum(int(np.isnan(one.values).sum()) for one in sales.series) == 91 + 23
    assert all(np.isfinite(one.values[[0, -1]]).all() for one in sales.series)
    assert np.nanmin([np.nanmin(one.values) for one in sales.series]) == 14
    assert np.nanmax([np.nanmax(one.values) for one in sales.series]) == 276_042


def test_promotions_are_known_and_sell(sales: SeriesSet) -> None:
    known = np.concatenate([one.known[np.isfinite(one.known)] for one in sales.series])
    assert set(known) == {0, 1}
    assert 0.10 < known.mean() < 0.14
    more = []
    for one in sales.series:
        values, promoted = np.log(one.values[:, 0]), one.known[: len(one), 0]
        grown = values - np.convolve(
            np.pad(np.nan_to_num(values, nan=np.nanmean(values)), 6, "edge"), np.ones(13) / 13, "valid"
        )
        more.append(np.nanmean(grown[promoted == 1]) - np.nanmean(grown[promoted == 0]))
    assert 0.2 < np.exp(np.mean(more)) - 1 < 0.5


def test_baselines(sales: SeriesSet) -> None:
    windows = split_by_time(sales, horizon=12, context=24).test
    found = baseline_scores(windows, sales.season, ("naive", "seasonal_naive", "drift", "ses"))
    mase = {name: round(result.scores.mase, 3) for name, result in found.items()}
    assert mase == {"naive": 2.014, "seasonal_naive": 0.965, "drift": 2.073, "ses": 1.58}
    assert found["ses"].scores.wql == pytest.approx(0.1372, abs=5e-5)
