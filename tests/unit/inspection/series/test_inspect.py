"""The inspection of a file of series: what is found, in which lines, and what training would do."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from seq2seq.config.forecast import ForecastConfig
from seq2seq.errors import DataError
from seq2seq.inspection.series.inspect import SeriesInspection, inspect_series
from seq2seq.inspection.series.report import lines

Lines = dict[str, list[int]]
BEGIN = date(2024, 1, 1)


def inspect(path: Path, *, horizon: int | None = None, shown: int = 5, **settings: Any) -> SeriesInspection:
    return inspect_series(path, ForecastConfig(horizon=1, **settings), horizon=horizon, shown=shown)


def places(found: SeriesInspection) -> Lines:
    """The lines of the examples of every finding."""
    return {one.check.name: [example.line for example in one.examples] for one in found.findings}


def long_table(path: Path, **series: list[str]) -> Path:
    """A series per name, by day, whose fields are given."""
    rows = [
        f"{name},{BEGIN + timedelta(days=day)},{value}\n"
        for name, values in series.items()
        for day, value in enumerate(values)
    ]
    path.write_text(f"unique_id,ds,y\n{''.join(rows)}", encoding="utf-8")
    return path


def daily(steps: int = 60, seed: int = 0) -> list[str]:
    days = np.arange(steps)
    values = 50 + 10 * np.sin(2 * np.pi * days / 7) + np.random.default_rng(seed).normal(0, 1, steps)
    return [f"{value:.1f}" for value in values]


def test_nothing_is_found_in_clean_series(tmp_path: Path) -> None:
    found = inspect(long_table(tmp_path / "a.csv", x=daily(), y=daily(seed=1)))
    assert found.findings == []
    content = found.to_dict()
    assert content["series"] | {"from": "", "notes": []} == {
        "from": "", "count": 2, "channels": ["y"], "covariates": {"known": [], "past": []},
        "steps": {"least": 60, "median": 60.0, "most": 60}, "frequency": "daily", "season": 7, "first": "2024-01-01",
        "last": "2024-02-29", "notes": [],
    }  # fmt: skip
    training = content["training"]
    assert (training["horizon"], training["context"], training["season"], training["hold_out"]) == (12, 36, 7, "test")
    assert training["windows"]["test"] == 2
    scores = training["baselines"]
    assert list(scores) == ["naive", "seasonal_naive", "drift"]
    assert scores["seasonal_naive"]["mase"] < 2 < scores["naive"]["mase"]
    assert "Nothing found." in lines(found)
    assert repr(found) == f"SeriesInspection(path={found.path!r})"


def test_problems_of_rows_are_found_at_once_and_the_rest_is_checked(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    rows = [f"a,{BEGIN + timedelta(days=day)},{value}" for day, value in enumerate(daily(40))]
    rows[3] = rows[2]  # twice, and a day is missing
    rows[5] = "a,2024-01-06,many"
    rows[8] = "a,yesterday,1"
    rows[10] = "a,3924-01-01,1"
    rows[12] = ",2024-01-13,1"
    rows[14] = "a,2024-01-15"
    rows[16] = "a,2024-01-17,inf"
    rows[18] = "a,2024-01-19,-999"
    rows += ["b,2024-01-01,", "b,2024-01-02,"]
    path.write_text("unique_id,ds,y\n" + "".join(f"{row}\n" for row in rows), encoding="utf-8")
    found = inspect(path, horizon=5)
    assert places(found) == {
        "duplicate-time": [5],
        "not-a-number": [7],
        "not-a-time": [10],
        "far-time": [12],
        "no-name": [14],
        "fields": [16],
        "infinity": [18],
        "no-value": [42],
        "missing-code": [20],
        "gap": [5 - 1, 9, 11, 13, 15],
    }
    assert {str(one.severity) for one in found.findings[:8]} == {"error"}
    assert [one.id for one in found.found.series] == ["a"]


def test_counts_are_of_all_rows_of_the_file(tmp_path: Path) -> None:
    path = long_table(tmp_path / "a.csv", x=daily())
    head, *rows = path.read_text().splitlines()
    path.write_text("\n".join([head, *rows, *rows, "x,2024-01-01"]), encoding="utf-8")
    duplicates, fields = sorted(inspect(path).findings, key=lambda one: one.check.name)
    assert (duplicates.rows, duplicates.of) == (60, 121)
    assert (fields.rows, fields.of) == (1, 121)


def test_values_that_cannot_be_read_are_not_missing(tmp_path: Path) -> None:
    path = long_table(tmp_path / "a.csv", x=["1", *[f"{day}e300" for day in range(1, 60)]])
    assert [one.check.name for one in inspect(path).findings] == ["too-large", "unlearnable"]


def test_times_between_steps(tmp_path: Path) -> None:
    path = long_table(tmp_path / "a.csv", x=daily())
    path.write_text(path.read_text().replace("2024-01-10,", "2024-01-10T12:00,"), encoding="utf-8")
    assert places(inspect(path)) == {"irregular-time": [11]}


def test_values_of_channels_and_series(tmp_path: Path) -> None:
    odd = daily()
    odd[20], odd[30], odd[31] = "900", "", ""
    units = [f"{float(value) * (1_000 if 10 <= day < 20 else 1):g}" for day, value in enumerate(daily(seed=2))]
    stuck = ["7"] * 59 + ["8"]
    sparse = [value if day % 3 == 0 else "" for day, value in enumerate(daily(seed=3))]
    path = long_table(
        tmp_path / "a.csv", odd=odd, units=units, same=["4"] * 60, stuck=stuck, sparse=sparse, short=daily(9)
    )
    found = inspect(path, shown=2)
    assert places(found) == {
        "too-short": [302],
        "unit": [72, 82],
        "constant": [122],
        "mostly-missing": [242],
        "nearly-constant": [182],
        "outlier": [22],
        "missing-value": [32, 243],
    }
    assert {one.check.name: one.rows for one in found.findings}["missing-value"] == 2 + 40
    assert "constant: series 'same'" not in "\n".join(lines(found))
    (constant,) = [one for one in found.findings if one.check.name == "constant"]
    assert "'same'" in constant.examples[0].what


def test_a_column_that_is_the_same_everywhere_and_channels_of_a_wide_table(tmp_path: Path) -> None:
    path = tmp_path / "plant.csv"
    rows = zip(daily(), daily(seed=1), strict=True)
    text = "".join(f"{BEGIN + timedelta(days=day)};{heat};9999;{load};1\n" for day, (heat, load) in enumerate(rows))
    path.write_text(f"date;heat;power;load;open\n{text}".replace(".", ","), encoding="utf-8")
    found = inspect(path, value=("heat", "power", "load"), known_covariates=("open",))
    assert found.found.channels != ()
    assert places(found) == {"constant": [2], "constant-covariate": [1]}
    assert found.to_dict()["series"]["covariates"] == {"known": ["open"], "past": []}
    assert any("decimal commas" in remark for remark in found.remarks)
    joint = inspect(path, value=("heat", "power", "load"), known_covariates=("open",), channels="joint")
    assert places(joint) == places(found)
    assert joint.to_dict()["series"]["channels"] == ["heat", "power", "load"]


def test_series_that_are_too_short_for_the_horizon(tmp_path: Path) -> None:
    found = inspect(long_table(tmp_path / "a.csv", x=daily(20), y=daily(15)), horizon=12)
    assert places(found) == {"unlearnable": [1]}
    assert found.to_dict()["training"] is None
    assert found.findings[0].severity == "error"


def test_files_of_one_line_per_series(tmp_path: Path) -> None:
    path = tmp_path / "a.tsf"
    values = ["1:" + ",".join(daily()), "2:" + ",".join([*daily()[:30], "-9999", *daily()[31:]]), "2:1,2", "3:?,?"]
    head = "@relation a\n@attribute series_name string\n@frequency daily\n@horizon 7\n@data\n"
    path.write_text(head + "".join(f"{line}\n" for line in values), encoding="utf-8")
    found = inspect(path)
    assert places(found) == {"no-value": [9], "no-name": [8], "missing-code": [7]}
    assert found.to_dict()["training"]["horizon"] == 7


def test_only_rows_that_are_wrong(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("unique_id,ds,y\na,never,1\na,soon,2\n", encoding="utf-8")
    with pytest.raises(DataError) as caught:
        inspect(path)
    assert caught.value.code == "series.time"


def test_examples_are_limited_and_counted(tmp_path: Path) -> None:
    path = long_table(tmp_path / "a.csv", x=[*daily(), *["-999"] * 7, *daily()])
    for shown in (0, 1, 3):
        (one,) = inspect(path, shown=shown).findings
        assert (one.rows, len(one.examples)) == (7, shown)
