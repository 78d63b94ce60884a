from pathlib import Path

import numpy as np
import pytest

from seq2seq.storage.mapped import map_array, write_array


def test_what_is_written_in_parts_is_read_as_one(tmp_path: Path) -> None:
    path = tmp_path / "numbers"
    write_array(path, (np.arange(start, start + 4, dtype=np.int32) for start in (0, 4, 8)))
    assert map_array(path, np.int32).tolist() == list(range(12))
    table = map_array(path, np.int32, 2)
    assert table.tolist() == [[number, number + 1] for number in range(0, 12, 2)]
    with pytest.raises(ValueError, match="read-only"):
        table[0, 0] = 5


def test_what_is_assigned_is_written(tmp_path: Path) -> None:
    path = tmp_path / "flags"
    write_array(path, [np.ones(3, np.bool_)])
    map_array(path, np.bool_, writable=True)[1] = False
    assert map_array(path, np.bool_).tolist() == [True, False, True]


def test_nothing_is_an_empty_array(tmp_path: Path) -> None:
    path = tmp_path / "nothing"
    write_array(path, [])
    assert map_array(path, np.int64, writable=True).tolist() == []
    assert map_array(path, np.int32, 2).shape == (0, 2)
