from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from seq2seq.data.preparing.split import SCHEMA, Split
from seq2seq.special import EOS

IDS = [[5, 6, 7], [8], [], [9, 10], [11, 12, 13, 14]]


@pytest.fixture
def split(tmp_path: Path) -> Split:
    """Five rows over two files and three record batches, one of them a slice."""
    rows = pa.RecordBatch.from_arrays(
        [
            pa.array([f"source {n}" for n in range(5)]),
            pa.array([f"target {n}" for n in range(5)]),
            pa.array([1, 2, 4, 1, 2], pa.int32()),
            pa.array([0, 0, 0, 1, 1], pa.int32()),
            pa.array(IDS, pa.list_(pa.int32())),
            pa.array([ids[::-1] for ids in IDS], pa.list_(pa.int32())),
        ],
        schema=SCHEMA,
    )
    for name, slices in (("a", [rows.slice(0, 0), rows.slice(0, 2), rows.slice(2, 1)]), ("b", [rows.slice(3)])):
        with pa.OSFile(str(tmp_path / name), "wb") as sink, pa.ipc.new_stream(sink, SCHEMA) as writer:
            for batch in slices:
                writer.write_batch(batch)
    return Split([tmp_path / "a", tmp_path / "b"], ["one.tsv", "two.tsv"])


def test_rows_over_batches_and_files(split: Split) -> None:
    assert len(split) == 5
    assert [split.source_ids(row).tolist() for row in range(5)] == IDS
    assert [split.target_ids(row).tolist() for row in range(5)] == [ids[::-1] for ids in IDS]
    assert split.texts(3) == ("source 3", "target 3")
    assert list(split.pairs()) == [(f"source {n}", f"target {n}") for n in range(5)]
    assert [split.where(row) for row in range(5)] == ["one.tsv:1", "one.tsv:2", "one.tsv:4", "two.tsv:1", "two.tsv:2"]


def test_lengths_count_the_end(split: Split) -> None:
    assert split.lengths.tolist() == [[len(ids) + 1] * 2 for ids in IDS]
    assert split.lengths.dtype == np.int32


def test_lengths_are_mapped_where_there_is_a_file_of_them(split: Split, tmp_path: Path) -> None:
    split.write_lengths(tmp_path / "lengths")
    first, second = [tmp_path / "a"], Split([tmp_path / "b"], ["two.tsv"])
    mapped = Split(first, ["one.tsv"], second, lengths=tmp_path / "lengths")
    assert mapped.lengths.tolist() == split.lengths.tolist()
    assert mapped.lengths.dtype == np.int32
    assert not mapped.lengths.flags.writeable  # the file, not a copy
    assert Split(first, ["one.tsv"], lengths=tmp_path / "lengths").lengths.tolist() == split.lengths[:3].tolist()
    assert Split([], [], lengths=tmp_path / "lengths").lengths.shape == (0, 2)


def test_targets_are_joined_by_their_ends(split: Split) -> None:
    assert split.joined_targets().tolist() == [token for ids in IDS for token in [*ids[::-1], EOS]]
    assert Split([], []).joined_targets().tolist() == []


def test_the_first_rows_of_files(split: Split) -> None:
    assert split.first_rows([0, 1, 2]) == [0, 3, 5]


def test_ids_are_views_of_the_file(split: Split) -> None:
    ids = split.source_ids(0)
    assert ids.dtype == np.int32
    assert ids.base is not None
    assert not ids.flags.writeable


@pytest.mark.parametrize("row", [-1, 5])
def test_rows_that_do_not_exist(split: Split, row: int) -> None:
    with pytest.raises(IndexError, match=f"row {row} of 5"):
        split.source_ids(row)
