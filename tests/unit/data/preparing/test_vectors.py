"""Sequences of vectors from files to batches."""

import json
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as parquet
import pytest
from support import curves
from support.refused import refused

from seq2seq.config.data import ColumnsConfig, DataConfig, VectorsConfig
from seq2seq.config.sides import SideKind, Sides
from seq2seq.config.tokenizer import TokenizerConfig
from seq2seq.data.preparing.prepare import Prepared, prepare
from seq2seq.data.reading.sources import read_pairs
from seq2seq.text.vectors import read_vectors
from seq2seq.text.vocabulary.channels import Channels

SIDES = Sides(SideKind.VECTORS, SideKind.LABEL)
NAMES = ColumnsConfig(source="source", target="label")


def config(folder: Path, **more: object) -> DataConfig:
    settings = {"path": str(folder), "columns": NAMES, "vectors": VectorsConfig(), "cache": str(folder / "cache")}
    return DataConfig(**{**settings, **more})  # type: ignore[arg-type]


def prepared(folder: Path, **more: object) -> Prepared:
    return prepare(config(folder, **more), TokenizerConfig(), seed=1, sides=SIDES)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    curves.recipe(tmp_path)
    return tmp_path


def test_prepared_steps_are_scaled_by_the_training_split_alone(folder: Path) -> None:
    found = prepared(folder)
    rows = [json.dumps(steps) for steps, _ in curves.sequences(120)]
    channels = found.tokenizers.source
    assert isinstance(channels, Channels)
    assert channels.fingerprint == Channels.collect(rows, scaling="standard").fingerprint
    for split, written in ((found.train, curves.sequences(120)), (found.dev, curves.sequences(30, seed=1))):
        assert split.lengths[:, 0].tolist() == [len(steps) for steps, _ in written]
        for row in (0, 7, len(split) - 1):
            np.testing.assert_array_equal(split.source_ids(row), channels.encode(written[row][0]))
    assert found.report.channels == 2
    assert found.train.where(3).endswith("train.jsonl:4")


def test_settings_of_vectors_decide_what_is_prepared(folder: Path) -> None:
    plain = prepared(folder, vectors=VectorsConfig(scaling="none"))
    assert plain.fingerprint != prepared(folder).fingerprint
    np.testing.assert_allclose(plain.train.source_ids(0)[0, 0], curves.sequences(1)[0][0][0][0], rtol=1e-6)


def test_text_cells_json_lists_and_parquet_lists_are_the_same(tmp_path: Path) -> None:
    rows = curves.sequences(6)
    (tmp_path / "a.tsv").write_text("source\tlabel\n" + "".join(f"{json.dumps(s)}\t{label}\n" for s, label in rows))
    (tmp_path / "b.csv").write_text("source,label\n" + "".join(f'"{json.dumps(s)}",{label}\n' for s, label in rows))
    curves.write(tmp_path / "c.jsonl", rows)
    table = pa.table({"source": [steps for steps, _ in rows], "label": [label for _, label in rows]})
    parquet.write_table(table, tmp_path / "d.parquet")
    for name in ("a.tsv", "b.csv", "c.jsonl", "d.parquet"):
        found = read_pairs(str(tmp_path / name), config(tmp_path), sides=SIDES)
        assert found.targets == [label for _, label in rows], name
        for text, (steps, _) in zip(found.sources, rows, strict=True):
            np.testing.assert_array_equal(read_vectors(text), read_vectors(steps))


@pytest.mark.parametrize("cell", ["", "hello", "[]", "[[1, 2], [3]]", "[[1, 2, 3]]", '[["1", 2]]'])
def test_a_bad_cell_is_named_by_its_line_or_left_out(tmp_path: Path, cell: str) -> None:
    file = tmp_path / "rows.tsv"
    file.write_text(f"source\tlabel\n[[1, 2]]\ta\n{cell}\tb\n[[3, 4]]\tb\n")
    with refused("data.bad-rows", "rows.tsv:3"):
        read_pairs(str(file), config(tmp_path), sides=SIDES)
    found = read_pairs(str(file), config(tmp_path, skip_bad=True), sides=SIDES)
    assert (found.sources, found.targets, found.skipped) == (["[[1, 2]]", "[[3, 4]]"], ["a", "b"], 1)


def test_splits_have_the_same_channels(folder: Path) -> None:
    curves.write(folder / "test.jsonl", [([[1.0]], "rise")])
    with refused("data.other-channels", "test.jsonl", "1", "2"):
        prepared(folder)


def test_long_sequences_and_duplicates_are_left_out(folder: Path) -> None:
    rows = curves.sequences(120)
    curves.write(folder / "train.jsonl", [*rows, rows[0], ([[1.0, 2.0]] * 300, "rise")])
    train = prepared(folder).report.train
    assert (train.kept, train.rows) == (120, 122)
    assert sorted(train.removed.values())[-2:] == [1, 1]
