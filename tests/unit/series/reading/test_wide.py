"""Columns of numbers as one sequence."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from seq2seq.errors import DataError
from seq2seq.series.frequency import Frequency
from seq2seq.series.reading.columns import TIME_NAMES, SeriesColumns
from seq2seq.series.reading.read import read_series
from seq2seq.series.reading.recognise import holds_series

Write = Callable[[str, str | bytes], Path]


def test_every_column_is_a_channel(write: Write) -> None:
    found = read_series(write("walk.csv", "x,y,z\n1,2,3\n4,,6\n"))
    (one,) = found.series
    assert (one.id, one.channels, one.times.tolist()) == ("walk", ("x", "y", "z"), [0, 1])
    assert np.nan_to_num(one.values, nan=-1).tolist() == [[1, 2, 3], [4, -1, 6]]
    assert found.frequency is None


def test_without_a_header_channels_have_numbers(write: Write) -> None:
    found = read_series(write("a.csv", "1,2\n3,4\n"))
    (one,) = found.series
    assert (one.channels, one.values.tolist(), len(found.remarks)) == (("0", "1"), [[1, 2], [3, 4]], 1)


@pytest.mark.parametrize("header", ["ds,x", "Date,x", "Quarter,x", "timestamp,x"])
def test_a_column_of_times(write: Write, header: str) -> None:
    found = read_series(write("a.csv", f"{header}\n2020-01-01,1\n2020-04-01,2\n2020-10-01,4\n2021-01-01,5\n"))
    (one,) = found.series
    assert (one.channels, found.frequency, found.season) == (("x",), Frequency("quarter"), 4)
    assert np.nan_to_num(one.values[:, 0], nan=-1).tolist() == [1, 2, -1, 4, 5]


def test_the_index_that_pandas_writes_is_no_channel(write: Write) -> None:
    found = read_series(write("a.csv", ",day,x\n0,2020-01-01,1\n1,2020-01-02,2\n"))
    assert (found.channels, found.frequency) == (("x",), Frequency("day"))


def test_times_as_whole_numbers(write: Write) -> None:
    (one,) = read_series(write("a.csv", "time,x\n20,2\n10,1\n")).series
    assert (one.times.tolist(), one.values[:, 0].tolist()) == ([10, 20], [1, 2])


@pytest.mark.parametrize("name", sorted(TIME_NAMES))
def test_numbers_in_a_first_column_called_as_times_are(write: Write, name: str) -> None:
    """What is recognised as series is read with these times."""
    path = write("a.csv", f"{name},x\n1821,1\n1822,2\n")
    (one,) = read_series(path).series
    assert holds_series(path)
    assert (one.channels, one.times.tolist()) == (("x",), [1821, 1822])
    assert read_series(path, frequency=Frequency("year")).frequency == Frequency("year")


def test_covariates_are_named(write: Write) -> None:
    path = write("a.csv", "x,price\n1,5\n2,6\n,7\n")
    (one,) = read_series(path, columns=SeriesColumns(covariates=("price",))).series
    assert (one.channels, len(one), one.future, one.known[:, 0].tolist()) == (("x",), 2, 1, [5, 6, 7])


def test_a_layout_that_is_told(write: Write) -> None:
    path = write("a.csv", "unique_id,ds,y\n1,0,5\n1,1,6\n")
    assert read_series(path, layout="wide").channels == ("unique_id", "y")
    with pytest.raises(DataError) as caught:
        read_series(write("b.csv", "x,y\n1,0\n"), layout="long")
    assert caught.value.code == "series.no-column"


def test_text_is_refused(write: Write) -> None:
    path = write("a.csv", "x,mood\n1,good\n2,3\n")
    with pytest.raises(DataError) as caught:
        read_series(path)
    assert (caught.value.code, f"{path}:2: mood" in str(caught.value)) == ("series.number", True)


def test_columns_of_text_alone_are_left_out(write: Write) -> None:
    found = read_series(write("a.csv", "x,mood\n1,good\n2,\n"))
    assert (found.channels, any("'mood'" in remark for remark in found.remarks)) == (("x",), True)


def test_values_that_are_named_leave_covariates(write: Write) -> None:
    path = write("a.csv", "date,x,price,heat\n2020-01-01,1,5,7\n2020-01-02,2,6,8\n2020-01-03,,7,\n")
    found = read_series(path, columns=SeriesColumns(values=("x",)))
    assert (found.channels, found.covariates, found.series[0].future) == (("x",), ("price", "heat"), 1)
    some = read_series(path, columns=SeriesColumns(values=("x",), past=("heat",), ignored=("price",)))
    assert some.covariates == ("heat",)
    both = read_series(path, columns=SeriesColumns(past=("heat",), ignored=("price", "rain")))
    assert (both.channels, both.covariates, any("rain" in one for one in both.remarks)) == (("x",), ("heat",), True)


def test_series_are_told_apart_by_texts_beside_times_that_repeat(write: Write) -> None:
    rows = "".join(f"{shop},2020-01-0{day},{day}\n" for day in (1, 2) for shop in ("north", "south"))
    found = read_series(write("a.csv", f"shop,day,sold\n{rows}"))
    assert [(one.id, one.channels) for one in found.series] == [("north", ("sold",)), ("south", ("sold",))]
    assert sum("'shop'" in remark or "'sold'" in remark for remark in found.remarks) == 2
    with pytest.raises(DataError) as caught:  # which come once
        read_series(write("b.csv", "day,note,sold\n2020-01,x,1\n2020-01,y,2\n2020-02,z,3\n"))
    assert caught.value.code == "series.duplicate"


def test_a_delimiter_that_is_told(write: Write) -> None:
    (one,) = read_series(write("a.csv", "wert\n1,5\n2,5\n"), delimiter=";").series
    assert one.values[:, 0].tolist() == [1.5, 2.5]


def test_settings_of_tables_are_said_to_do_nothing_for_other_files(write: Write) -> None:
    path = write("a.ts", "@classLabel false\n@data\n1,2\n")
    assert (len(read_series(path).remarks), len(read_series(path, decimal=",").remarks)) == (0, 1)


def test_only_one_column(write: Write) -> None:
    (one,) = read_series(write("a.csv", "2020\n2021\n")).series
    assert one.values.tolist() == [[2020], [2021]]
