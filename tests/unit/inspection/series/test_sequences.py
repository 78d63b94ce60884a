"""The inspection of sequences of vectors with labels: what files of them are taken for, and what is found."""

from pathlib import Path

import numpy as np
import pytest

import seq2seq
from seq2seq.config.data import ColumnsConfig, DataConfig, VectorsConfig
from seq2seq.config.sides import SideKind, Sides
from seq2seq.inspection.engine.inspect import inspect
from seq2seq.inspection.engine.result import Inspection
from seq2seq.text.vectors import write_vectors


def gestures() -> list[np.ndarray]:
    """Thirty sequences of two channels, three of which are faulty."""
    rng = np.random.default_rng(0)
    found = [rng.normal(10, 2, (20 + row % 5, 2)).round(2) for row in range(30)]
    found[3][7, 1] = -999
    found[8][4:, 0] = np.nan
    found[9][2, 0] = np.nan
    found[12] = found[11]
    return found


def lines(found: Inspection) -> dict[str, list[int]]:
    return {one.check.name: [example.line for example in one.examples] for one in found.findings}


EXPECTED = {"vector-code": [4], "vector-missing": [9], "duplicate": [13]}


def test_files_of_sequences_are_recognised(tmp_path: Path) -> None:
    rows = [
        ":".join(",".join("?" if np.isnan(one) else f"{one:g}" for one in channel) for channel in sequence.T)
        for sequence in gestures()
    ]
    head = "@dimensions 2\n@equalLength false\n@classLabel true up down\n@data\n"
    text = head + "".join(f"{row}:{'down' if 10 < number < 20 else 'up'}\n" for number, row in enumerate(rows))
    (tmp_path / "train.ts").write_text(text, encoding="utf-8")
    found = seq2seq.inspect(tmp_path / "train.ts")
    assert isinstance(found, Inspection)
    assert lines(found) == {name: [line + 4 for line in own] for name, own in EXPECTED.items()}
    content = found.to_dict()["splits"]["train"]
    assert (content["rows"], content["labels"]) == (30, {"up": 21, "down": 9})
    assert content["words"]["source"] == sum(map(len, gestures()))
    lengths = np.array(list(map(len, gestures())))
    padded = np.full((30, lengths.max(), 2), np.nan)
    for row, sequence in enumerate(gestures()):
        padded[row, : len(sequence)] = sequence
    labels = np.array(["down" if 10 < row < 20 else "up" for row in range(30)])
    np.savez(tmp_path / "train.npz", values=padded, lengths=lengths, labels=labels)
    assert lines(seq2seq.inspect(tmp_path / "train.npz")) == EXPECTED


@pytest.mark.parametrize("target", [SideKind.LABEL, SideKind.TEXT])
def test_json_lists_in_tables(tmp_path: Path, target: SideKind) -> None:
    words = ["up", "down", "left", "right"] if target is SideKind.TEXT else ["up", "down"]
    rows = [f"{write_vectors(one)}\t{words[row // 15]} {row if target is SideKind.TEXT and row != 12 else ''}\n"
            for row, one in enumerate(gestures())]  # fmt: skip
    (tmp_path / "a.tsv").write_text("".join(rows), encoding="utf-8")
    config = DataConfig(
        train=str(tmp_path / "a.tsv"), vectors=VectorsConfig(), columns=ColumnsConfig(source=0, target=1)
    )
    found = lines(inspect(config, Sides(SideKind.VECTORS, target), tmp_path, shown=5))
    assert {name: found[name] for name in ("vector-code", "vector-missing")} == {
        "vector-code": [4],
        "vector-missing": [9],
    }


def test_a_channel_that_is_missing_nearly_everywhere_is_a_property_of_the_data(tmp_path: Path) -> None:
    sequences = [np.array([[1.0, np.nan], [2.0, np.nan], [row, 3.0]]) for row in range(20)]
    (tmp_path / "a.tsv").write_text("".join(f"{write_vectors(one)}\tup\n" for one in sequences), encoding="utf-8")
    config = DataConfig(
        train=str(tmp_path / "a.tsv"), vectors=VectorsConfig(), columns=ColumnsConfig(source=0, target=1)
    )
    found = inspect(config, Sides(SideKind.VECTORS, SideKind.LABEL), tmp_path, shown=5).findings
    (missing,) = [one for one in found if one.check.name == "vector-missing"]
    assert (missing.rows, missing.typical, str(missing.severity)) == (20, True, "note")
