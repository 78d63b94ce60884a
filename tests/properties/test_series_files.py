"""What is written in a format of series comes back as it was."""

import csv
import io
import string
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from seq2seq.series.frequency import following, parse_frequency
from seq2seq.series.reading.numbers import LARGEST
from seq2seq.series.reading.read import read_series
from seq2seq.series.series import SeriesSet

NUMBERS = st.floats(-LARGEST, LARGEST)
VALUES = NUMBERS | st.none()
# A name that begins with a single quote looks like a field in single quotes, which some programs write.
NAMES = (
    st.text(string.ascii_letters + string.digits + " ,;\"'äß漢", min_size=1, max_size=8)
    .map(lambda name: name.strip(" '"))
    .filter(bool)
)
FREQUENCIES = st.sampled_from(["yearly", "quarterly", "monthly", "weekly", "daily", "hourly", "15 minutes"])


@dataclass(frozen=True)
class Written:
    """A series: missing values are None; the first and the last are there."""

    name: str
    values: list[float | None]


@st.composite
def corpora(draw: st.DrawFn) -> list[Written]:
    names = draw(st.lists(NAMES, min_size=1, max_size=4, unique=True))
    return [Written(name, [draw(NUMBERS), *draw(st.lists(VALUES, max_size=5)), draw(NUMBERS)]) for name in names]


def read(name: str, text: str) -> SeriesSet:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_text(text, encoding="utf-8", newline="")
        return read_series(path)


def numbers(values: list[float | None]) -> list[float]:
    return [np.nan if value is None else value for value in values]


@given(corpora(), FREQUENCIES, st.data())
def test_long_tables_in_any_order(corpus: list[Written], name: str, data: st.DataObject) -> None:
    """Rows with missing values may as well be left out."""
    frequency = parse_frequency(name)
    start = np.array(["2019-12-31T06:00"], dtype="datetime64[us]")
    rows = []
    longest = max(len(one.values) for one in corpus)
    for one in corpus:
        times = np.concatenate([start, following(start, frequency, longest)]).astype("datetime64[m]").astype(str)
        texts = ["" if value is None else repr(value) for value in one.values]
        rows += [(one.name, time, text) for time, text in zip(times, texts, strict=False)]
    order = data.draw(st.permutations(rows))
    file = io.StringIO()
    csv.writer(file).writerows([("unique_id", "ds", "y"), *order])
    found = read("a.csv", file.getvalue())
    by_name = {one.id: one for one in found.series}
    assert set(by_name) == {one.name for one in corpus}
    for one in corpus:
        np.testing.assert_array_equal(by_name[one.name].values[:, 0], numbers(one.values))
    if longest > 2:
        assert found.frequency == frequency


@given(corpora())
def test_monash_files(corpus: list[Written]) -> None:
    lines = [",".join("?" if value is None else repr(value) for value in one.values) for one in corpus]
    found = read("a.tsf", "\n".join(["@frequency daily", "@data", *lines]))
    for one, other in zip(corpus, found.series, strict=True):
        np.testing.assert_array_equal(other.values[:, 0], numbers(one.values))


@given(corpora(), st.integers(1, 3))
def test_labelled_files(corpus: list[Written], channels: int) -> None:
    lines = []
    for one in corpus:
        values = ",".join("?" if value is None else repr(value) for value in one.values)
        lines.append(":".join([*[values] * channels, f"class-{len(one.values)}"]))
    head = ["@classLabel true", f"@dimensions {channels}", "@data"]
    found = read("a.ts", "\n".join([head[0] + "".join(f" class-{n}" for n in range(9)), *head[1:], *lines]))
    for one, other in zip(corpus, found.series, strict=True):
        assert other.label == f"class-{len(one.values)}"
        for channel in range(channels):
            np.testing.assert_array_equal(other.values[:, channel], numbers(one.values))


@given(corpora())
def test_arrays(corpus: list[Written]) -> None:
    longest = max(len(one.values) for one in corpus)
    values = np.stack([np.pad(numbers(one.values), (0, longest - len(one.values))) for one in corpus])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.npz"
        np.savez(path, values=values, lengths=[len(one.values) for one in corpus], ids=[one.name for one in corpus])
        found = read_series(path)
    for one, other in zip(corpus, found.series, strict=True):
        assert other.id == one.name
        np.testing.assert_array_equal(other.values[:, 0], numbers(one.values))
