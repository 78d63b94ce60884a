"""Tables as other programs write them: which columns have the series, the times and the values."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from seq2seq import extras
from seq2seq.errors import DataError
from seq2seq.series.frequency import Frequency
from seq2seq.series.reading.columns import SeriesColumns
from seq2seq.series.reading.read import read_series

Write = Callable[[str, str | bytes], Path]


def code_of(path: Path) -> str | None:
    with pytest.raises(DataError) as caught:
        read_series(path)
    return caught.value.code


@pytest.mark.parametrize("name", ["", "Unnamed: 0"])
def test_an_index_is_no_covariate(write: Write, name: str) -> None:
    found = read_series(
        write("a.csv", f"{name},unique_id,ds,y\n0,a,2020-01-01,5\n1,a,2020-01-02,6\n2,b,2020-01-01,7\n")
    )
    assert (found.covariates, found.channels, len(found.remarks)) == ((), ("y",), 1)


def test_an_index_of_dates_has_the_times(write: Write) -> None:
    found = read_series(write("a.csv", ",sold\n2020-01-01,5\n2020-02-01,6\n"))
    assert (found.channels, found.frequency, found.remarks) == (("sold",), Frequency("month"), ())


def test_delimiters_at_the_end_of_rows_are_no_columns(write: Write) -> None:
    found = read_series(write("a.csv", "unique_id,ds,y,,\na,2020-01-01,5,,\na,2020-01-02,6,,\n"))
    assert (found.covariates, found.remarks) == ((), ())


def test_columns_without_a_value_are_no_covariates(write: Write) -> None:
    found = read_series(write("a.csv", "unique_id,ds,y,note\na,2020-01-01,5,\na,2020-01-02,6,NA\n"))
    assert (found.covariates, len(found.remarks)) == ((), 1)


@pytest.mark.parametrize(
    ("rows", "times"),
    [
        ("land,year,gdp\nDE,1990,5\nFR,1990,6\nDE,1991,7\nFR,1991,8\n", [1990, 1991]),
        ("shop,date,sold\na,20200101,5\nb,20200101,6\na,20200102,7\nb,20200102,8\n", ["2020-01-01", "2020-01-02"]),
    ],
)
def test_times_as_numbers_stand_in_any_column(write: Write, rows: str, times: list[int] | list[str]) -> None:
    found = read_series(write("a.csv", rows))
    assert [one.values[:, 0].tolist() for one in found.series] == [[5, 7], [6, 8]]
    assert found.series[0].times.tolist() == np.array(times, None if isinstance(times[0], int) else "M8[us]").tolist()


@pytest.mark.parametrize("name", ["date", "day"])
def test_dates_that_may_be_two_are_refused_whatever_their_column_is_called(write: Write, name: str) -> None:
    assert code_of(write("a.csv", f"shop,{name},sold\na,13/01/2020,5\nb,13/01/2020,6\n")) == "series.time"


def test_rows_without_a_series_are_refused(write: Write) -> None:
    """As where a spreadsheet names a series in its first row alone."""
    path = write("a.csv", "unique_id,ds,y\na,2020-01-01,5\n,2020-01-02,6\n,2020-01-03,7\n")
    with pytest.raises(DataError) as caught:
        read_series(path)
    assert (caught.value.code, f"{path}:3: " in str(caught.value)) == ("series.id", True)


def test_a_first_date_may_be_missing(write: Write) -> None:
    assert code_of(write("a.csv", "day,sold\n,5\n2020-01-02,6\n")) == "series.time"


@pytest.mark.parametrize(
    "rows", ["2020-01-01 00:00,1\n2020-01-01 00:01,2\n2920-01-01,3\n", "0,1\n1,2\n100000000000,3\n"]
)
def test_a_time_that_is_very_far_from_the_others_is_refused(write: Write, rows: str) -> None:
    path = write("a.csv", f"time,x\n{rows}")
    with pytest.raises(DataError) as caught:
        read_series(path)
    assert (caught.value.code, f"{path}:4: " in str(caught.value)) == ("series.far", True)


@pytest.mark.skipif(not extras.installed("pyarrow"), reason="needs pyarrow")
def test_parquet_of_pandas(tmp_path: Path) -> None:
    pyarrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    path = tmp_path / "a.parquet"
    days = np.array(["2020-01-01", "2020-01-02"], "M8[us]")
    table = {"unique_id": ["a", "a"], "ds": days, "y": [1, 2], "note": [None, None], "updated": days[::-1]}
    parquet.write_table(pyarrow.table(table | {"__index_level_0__": [7, 9]}), path)
    found = read_series(path)
    assert (found.channels, found.covariates, len(found.remarks)) == (("y",), (), 3)
    parquet.write_table(pyarrow.table(table | {"tags": [[1], [2]]}), path)
    assert code_of(path) == "series.column-type"
    assert read_series(path, columns=SeriesColumns(ignored=("tags",))).channels == ("y",)


@pytest.mark.skipif(not extras.installed("pyarrow"), reason="needs pyarrow")
def test_a_clock_that_was_put_back_in_parquet(tmp_path: Path) -> None:
    """As in a text with offsets: two hours have the same name in Berlin, and none in UTC."""
    pyarrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    path = tmp_path / "a.parquet"
    hours = np.datetime64("2021-10-30T22:00", "us") + np.arange(5) * np.timedelta64(1, "h")
    zone = pyarrow.array(hours, pyarrow.timestamp("us", tz="Europe/Berlin"))
    parquet.write_table(pyarrow.table({"ds": zone, "y": np.arange(5.0)}), path)
    found = read_series(path)
    assert (found.series[0].times == hours).all()
    assert len(found.remarks) == 1
