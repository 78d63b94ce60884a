"""Files of all kinds, by their endings."""

import gzip
from pathlib import Path

import pytest

from seq2seq.errors import DataError
from seq2seq.series.reading.read import read_series


def test_compressed_text(tmp_path: Path) -> None:
    path = tmp_path / "walk.csv.gz"
    path.write_bytes(gzip.compress(b"x,y\n1,2\n"))
    assert read_series(path).series[0].id == "walk"


def test_tabs(tmp_path: Path) -> None:
    path = tmp_path / "a.tsv"
    path.write_text("unique_id\tds\ty\na\t0\t1\n")
    found = read_series(path)
    assert (found.series[0].values.tolist(), found.remarks) == ([[1]], ())


@pytest.mark.parametrize(
    ("name", "code"), [("a.csv", "data.no-such-file"), ("b.xlsx", "series.ending"), ("c.csv", "series.ending")]
)
def test_what_is_no_file_of_series(tmp_path: Path, name: str, code: str) -> None:
    (tmp_path / "b.xlsx").touch()
    (tmp_path / "c.csv").mkdir()
    with pytest.raises(DataError) as caught:
        read_series(tmp_path / name)
    assert caught.value.code == code


def test_damaged(tmp_path: Path) -> None:
    path = tmp_path / "a.csv.gz"
    path.write_bytes(gzip.compress(b"x,y\n1,2\n" * 99)[:20])
    with pytest.raises(DataError) as caught:
        read_series(path)
    assert caught.value.code == "series.unreadable"
