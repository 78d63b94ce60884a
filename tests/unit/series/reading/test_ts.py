"""Labelled sequences in the format of aeon and sktime."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from seq2seq.errors import DataError
from seq2seq.series.reading.read import read_series

Write = Callable[[str, str | bytes], Path]
HEAD = """%# Gestures
@problemName gestures
@timeStamps false
@univariate false
@dimensions 2
@equalLength false
@classLabel true wave circle
@data
"""
EQUAL = "@univariate true\n@equalLength true\n@seriesLength 3\n@classLabel true a\n@data\n"


def test_channels_of_unequal_sequences(write: Write) -> None:
    found = read_series(write("a.ts", f"{HEAD}1,2,?:4,5,6:wave\n7:8:circle\n"))
    one, other = found.series
    assert np.nan_to_num(one.values, nan=-1).tolist() == [[1, 4], [2, 5], [-1, 6]]
    assert (one.label, other.label, found.labels, found.channels) == ("wave", "circle", ("circle", "wave"), ("0", "1"))
    assert other.values.tolist() == [[7, 8]]


def test_without_labels(write: Write) -> None:
    found = read_series(write("a.ts", "@classLabel false\n@data\n1,2:3,4\n"))
    assert (found.series[0].label, found.channels) == (None, ("0", "1"))


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_byte_order_marks_and_names_in_any_case(write: Write, mark: bytes) -> None:
    found = read_series(write("a.ts", mark + b"@CLASSLABEL TRUE a b\r\n@DATA\r\n1,2:a\r\n"))
    assert found.series[0].label == "a"


@pytest.mark.parametrize(
    ("content", "code", "line"),
    [
        ("1,2:a\n", "series.no-data", 1),
        (f"{HEAD}1,2:3:wave\n", "series.shape", 9),
        (f"{HEAD}1,2:wave\n", "series.shape", 9),
        (f"{HEAD}1,2:3,4:5,6:wave\n", "series.shape", 9),
        (f"{HEAD}1,2:3,4:jump\n", "series.shape", 9),
        (f"{HEAD}1,2:3,4:\n", "series.shape", 9),
        (f"{HEAD}1,2:3,x:wave\n", "series.number", 9),
        (f"{HEAD}1,2:3,inf:wave\n", "series.finite", 9),
        (f"{HEAD}?,?:?,?:wave\n", "series.empty", 9),
        (f"{EQUAL}1,2:a\n", "series.shape", 6),
        ("@classLabel true a\n@data\na\n", "series.shape", 3),
        ("@data\n1:2\n1:2:3\n", "series.shape", 3),
        ("@timestamps true\n@data\n(0,1),(1,2):a\n", "series.timestamps", 1),
        ("@targetLabel true\n@data\n1,2:0.5\n", "series.targetlabel", 1),
        ("@dimensions two\n@data\n1,2\n", "series.declaration", 1),
    ],
)
def test_what_is_refused_and_where(write: Write, content: str, code: str, line: int) -> None:
    path = write("a.ts", content)
    with pytest.raises(DataError) as caught:
        read_series(path)
    assert caught.value.code == code
    assert f"{path}:{line}: " in str(caught.value)


def test_no_sequence(write: Write) -> None:
    with pytest.raises(DataError) as caught:
        read_series(write("a.ts", HEAD))
    assert caught.value.code == "series.no-rows"


def test_other_encodings(write: Write) -> None:
    with pytest.raises(DataError) as caught:
        read_series(write("a.ts", b"@data\n\xff\xfe\xfd,1\n" + b" " * 80))
    assert caught.value.code == "series.unreadable"
