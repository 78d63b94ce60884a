"""Archives of arrays."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from seq2seq.errors import DataError
from seq2seq.series.reading.read import read_series

VALUES = np.arange(12.0).reshape(2, 3, 2)


def save(folder: Path, **arrays: Any) -> Path:
    np.savez(folder / "a.npz", **arrays)
    return folder / "a.npz"


def test_padded_sequences_with_their_lengths(tmp_path: Path) -> None:
    path = save(tmp_path, values=VALUES, lengths=[2, 3], labels=["up", "down"], ids=["a", "b"], channels=["x", "y"])
    found = read_series(path)
    assert [(one.id, one.label, len(one)) for one in found.series] == [("a", "up", 2), ("b", "down", 3)]
    assert found.series[0].values.tolist() == [[0, 1], [2, 3]]
    assert found.channels == ("x", "y")


def test_one_channel_and_whole_numbers_as_labels(tmp_path: Path) -> None:
    """As scikit-learn has its data: X, and y."""
    found = read_series(save(tmp_path, X=np.array([[1, 2], [3, 4]]), y=np.array([7, 0])))
    assert (found.series[1].values.tolist(), found.labels, found.channels) == ([[3], [4]], ("0", "7"), ("0",))


@pytest.mark.parametrize(
    ("arrays", "code"),
    [
        ({"data": VALUES}, "series.shape"),
        ({"values": VALUES[0, 0]}, "series.shape"),
        ({"values": np.array([["a", "b"]])}, "series.shape"),
        ({"values": VALUES, "labels": ["up"]}, "series.shape"),
        ({"values": VALUES, "labels": [0.5, 1.5]}, "series.shape"),
        ({"values": VALUES, "lengths": [2, 4]}, "series.shape"),
        ({"values": VALUES, "lengths": [0, 3]}, "series.shape"),
        ({"values": VALUES, "ids": ["a", "a"]}, "series.shape"),
        ({"values": VALUES, "channels": ["x"]}, "series.shape"),
        ({"values": np.where(VALUES == 3, np.inf, VALUES)}, "series.shape"),
        ({"values": np.where(VALUES == 3, 2e150, VALUES)}, "series.shape"),
        ({"values": VALUES * np.nan}, "series.shape"),
        ({"values": np.array([[{}]], dtype=object)}, "series.unreadable"),
    ],
)
def test_archives_that_cannot_be_read(tmp_path: Path, arrays: dict[str, Any], code: str) -> None:
    path = save(tmp_path, **arrays)
    with pytest.raises(DataError) as caught:
        read_series(path)
    assert caught.value.code == code
    assert str(caught.value).startswith(f"{path}: ")


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"text"])
def test_what_is_no_archive(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.npz"
    path.write_bytes(content)
    with pytest.raises(DataError) as caught:
        read_series(path)
    assert caught.value.code == "series.unreadable"
