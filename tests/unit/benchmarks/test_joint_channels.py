"""Drawn channels lead each other as the script says."""

from pathlib import Path

import numpy as np

from benchmarks.joint_channels import CHANNELS, LATER, STEPS, basin, draw


def test_a_river_follows_the_rain_after_two_days() -> None:
    rows = np.concatenate([np.diff(basin(np.random.default_rng(seed)), axis=0) for seed in range(3)])
    rain, river = rows[:, 0] + rows[:, 1], rows[:, 2]
    by_lag = [np.corrcoef(rain[: len(rain) - lag], river[lag:])[0, 1] for lag in range(6)]
    assert int(np.argmax(by_lag)) == 2
    assert np.corrcoef(rows[:, 0], rows[:, 1])[0, 1] > 0.5


def test_the_later_series_begin_as_those_that_are_learnt_from(tmp_path: Path) -> None:
    file, later = tmp_path / "a.csv", tmp_path / "b.csv"
    draw(file, later, basins=2, seed=1)
    first, whole = (path.read_text().splitlines() for path in (file, later))
    assert first[0] == whole[0] == ",".join(("unique_id", "ds", *CHANNELS))
    assert first[1 : STEPS + 1] == whole[1 : STEPS + 1]
    assert len(whole) == 2 * (STEPS + LATER) + 1
