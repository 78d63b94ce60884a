"""The format of the Monash archive."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from seq2seq.errors import DataError
from seq2seq.series.frequency import Frequency
from seq2seq.series.reading.read import read_series

Write = Callable[[str, str | bytes], Path]
HEAD = """# About rivers
@relation rivers
@attribute series_name string
@attribute start_timestamp date
@attribute region string
@frequency monthly
@horizon 6
@missing true
@equallength false
@data
"""
PLAIN = "@attribute series_name string\n@frequency weekly\n@data\n"


def test_dates_attributes_and_missing_values(write: Write) -> None:
    found = read_series(write("a.tsf", f"{HEAD}T1:1979-11-01 00-00-00:north:1,?,2.5\nT2:1980-01-01 00-00-00:south:7\n"))
    one, other = found.series
    assert (one.id, dict(one.attributes)) == ("T1", {"region": "north", "start_timestamp": "1979-11-01 00-00-00"})
    assert np.nan_to_num(one.values[:, 0], nan=-1).tolist() == [1, -1, 2.5]
    assert one.times.astype("datetime64[D]").astype(str).tolist() == ["1979-11-01", "1979-12-01", "1980-01-01"]
    assert other.values.tolist() == [[7]]
    assert (found.frequency, found.season, found.horizon) == (Frequency("month"), 12, 6)


def test_without_dates_the_season_is_known_all_the_same(write: Write) -> None:
    found = read_series(write("a.tsf", f"{PLAIN}T1:1,2\n"))
    assert (found.frequency, found.season, found.horizon) == (None, 52, None)
    assert found.series[0].times.tolist() == [0, 1]


def test_a_frequency_that_is_told(write: Write) -> None:
    path = write("a.tsf", "@attribute start date\n@data\n2020-01-01 00-00-00:1,2\n")
    with pytest.raises(DataError) as caught:
        read_series(path)
    assert caught.value.code == "series.no-frequency"
    assert read_series(path, frequency=Frequency("year")).season == 1


@pytest.mark.parametrize(
    ("content", "code", "line"),
    [
        ("1,2,3\n", "series.no-data", 1),
        ("@frequency daily\n", "series.no-data", 1),
        (f"{PLAIN}T1:1,x\n", "series.number", 4),
        (f"{PLAIN}T1:1,inf\n", "series.finite", 4),
        (f"{PLAIN}T1:1,2\n1,2\n", "series.shape", 5),
        (f"{PLAIN}T1:a:1,2\n", "series.shape", 4),
        (f"{PLAIN}T1:?,?\n", "series.empty", 4),
        (f"{PLAIN}T1:1\n\n# again\nT1:2\n", "series.id", 7),
        (f"{HEAD}T1:1979:north:1\n", "series.time", 11),
        ("@attribute a text\n@data\n", "series.attribute", 1),
        ("@frequency fortnightly\n@data\n1\n", "series.frequency", 1),
        ("@horizon soon\n@data\n1\n", "series.horizon", 1),
    ],
)
def test_what_is_refused_and_where(write: Write, content: str, code: str, line: int) -> None:
    path = write("a.tsf", content)
    with pytest.raises(DataError) as caught:
        read_series(path)
    assert caught.value.code == code
    assert f"{path}:{line}: " in str(caught.value)


def test_no_series(write: Write) -> None:
    with pytest.raises(DataError) as caught:
        read_series(write("a.tsf", PLAIN))
    assert caught.value.code == "series.no-rows"
