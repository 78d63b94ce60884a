"""Sequences of vectors from `.ts` and NPZ files and from tables with one row per step."""

import json
from pathlib import Path

import numpy as np
import pyarrow.csv
import pyarrow.parquet as parquet
import pytest
from support.refused import refused

from seq2seq.config.data import ColumnsConfig, DataConfig, VectorsConfig
from seq2seq.config.sides import SideKind, Sides
from seq2seq.data.reading.examples import Examples
from seq2seq.data.reading.infer_columns import infer_columns
from seq2seq.data.reading.sequences.unlabelled import read_unlabelled
from seq2seq.data.reading.sources import read_pairs
from seq2seq.text.vectors import read_vectors

SIDES = Sides(SideKind.VECTORS, SideKind.LABEL)
AS_TARGETS = Sides(SideKind.TAGS, SideKind.VECTORS)
TARGETS = (("up", [[1, 5], [2, 5], [3, 7]]), ("down", [[4.25, 8]]))
STEPS = ([[1, 5], [2, np.nan], [3, 7]], [[4, 8]])
LABELS = ["up", "down"]
TS = "@univariate false\n@dimensions 2\n@equalLength false\n@classLabel true up down\n@data\n1,2,3:5,?,7:up\n4:8:down\n"
LONG = "who,t,x,y,what\nb,0,4,8,down\na,2,3,7,up\na,0,1,5,up\na,1,2,,up\n"
BY_STEP = VectorsConfig(channels=("x", "y"), series="who", time="t")


def config(vectors: VectorsConfig | None = None, *, target: str = "label") -> DataConfig:
    return DataConfig(columns=ColumnsConfig(source="source", target=target), vectors=vectors or VectorsConfig())


def read(file: Path, of: DataConfig) -> Examples:
    return read_pairs(str(file), of, sides=SIDES)


def by_label(found: Examples) -> dict[str, list[list[float]]]:
    return {label: read_vectors(text).tolist() for text, label in zip(found.sources, found.targets, strict=True)}


def require_same(found: dict[str, list[list[float]]]) -> None:
    assert sorted(found) == sorted(LABELS)
    for label, steps in zip(LABELS, STEPS, strict=True):
        np.testing.assert_array_equal(found[label], steps)


def test_ts_files(tmp_path: Path) -> None:
    (tmp_path / "train.ts").write_text(TS)
    require_same(by_label(read(tmp_path / "train.ts", config())))
    require_same(by_label(read(tmp_path / "train.ts", DataConfig(vectors=VectorsConfig()))))


def test_npz_files(tmp_path: Path) -> None:
    values = np.full((2, 3, 2), np.nan)
    values[0], values[1, :1] = STEPS
    np.savez(tmp_path / "train.npz", values=values, lengths=[3, 1], labels=LABELS)
    require_same(by_label(read(tmp_path / "train.npz", config())))


def test_tables_with_one_row_per_step(tmp_path: Path) -> None:
    (tmp_path / "train.csv").write_text(LONG)
    parquet.write_table(pyarrow.csv.read_csv(tmp_path / "train.csv"), tmp_path / "train.parquet")
    for name in ("train.csv", "train.parquet"):
        require_same(by_label(read(tmp_path / name, config(BY_STEP, target="what"))))
    with refused("series.no-column", "z"):
        read(tmp_path / "train.csv", config(BY_STEP.model_copy(update={"channels": ("z",)}), target="what"))


def test_columns_that_are_not_read_need_no_names(tmp_path: Path) -> None:
    (tmp_path / "train.csv").write_text(LONG)
    require_same(
        by_label(read(tmp_path / "train.csv", DataConfig(columns=ColumnsConfig(target="what"), vectors=BY_STEP)))
    )


def test_other_tables_with_one_row_per_step_have_the_columns_of_the_first(tmp_path: Path) -> None:
    (tmp_path / "new.csv").write_text(LONG)
    usual = ColumnsConfig(target="what")
    found = infer_columns([str(tmp_path / "new.csv")], SIDES, usual, steps=True)
    assert (found.train, found.columns) == (str(tmp_path / "new.csv"), usual)
    named = infer_columns([str(tmp_path / "new.csv")], SIDES, usual, given={"target": "kind"}, steps=True)
    assert named.columns.target == "kind"


def written_as_targets(folder: Path) -> dict[str, DataConfig]:
    """The sequences of targets in files of every kind, and how each is read."""
    named = ColumnsConfig(source="tags", target="vectors")
    steps = DataConfig(columns=ColumnsConfig(source="what"), vectors=BY_STEP)
    rows = [f"{tags}\t{json.dumps(steps)}\n" for tags, steps in TARGETS]
    (folder / "a.tsv").write_text("tags\tvectors\n" + "".join(rows))
    values = np.zeros((2, 3, 2))
    values[0], values[1, :1] = (steps for _, steps in TARGETS)
    np.savez(folder / "a.npz", values=values, lengths=[3, 1], labels=[tags for tags, _ in TARGETS])
    lines = [
        f"{name},{place},{step[0]},{step[1]},{tags}\n"
        for name, (tags, steps) in zip("ab", TARGETS, strict=True)
        for place, step in enumerate(steps)
    ]
    (folder / "a.csv").write_text("who,t,x,y,what\n" + "".join(lines))
    parquet.write_table(pyarrow.csv.read_csv(folder / "a.csv"), folder / "a.parquet")
    (folder / "a.ts").write_text("@classLabel true\n@data\n1,2,3:5,5,7:up\n4.25:8:down\n")
    return {
        "a.tsv": DataConfig(columns=named), "a.npz": DataConfig(), "a.csv": steps, "a.parquet": steps,
        "a.ts": DataConfig(),
    }  # fmt: skip


def test_targets_are_read_from_files_of_all_kinds_alike(tmp_path: Path) -> None:
    for name, of in written_as_targets(tmp_path).items():
        found = read_pairs(str(tmp_path / name), of, sides=AS_TARGETS)
        assert list(found.sources) == [tags for tags, _ in TARGETS], name
        for text, (_, steps) in zip(found.targets, TARGETS, strict=True):
            np.testing.assert_array_equal(read_vectors(text), steps)


def test_targets_from_nothing_need_no_tags(tmp_path: Path) -> None:
    np.savez(tmp_path / "a.npz", values=np.ones((2, 3, 2)))
    alone = ColumnsConfig(source=None, target="vectors")
    found = read_pairs(str(tmp_path / "a.npz"), DataConfig(columns=alone), sides=AS_TARGETS)
    assert (list(found.sources), len(found.targets)) == (["", ""], 2)
    with refused("data.no-labels", "a.npz", "data.columns.source"):
        read_pairs(str(tmp_path / "a.npz"), DataConfig(), sides=AS_TARGETS)
    (tmp_path / "a.csv").write_text("who,t,x,y\na,0,1,2\na,1.0,3,4\nb,0,5,6\nb,16,7,8\nb,31,7,8\n")
    by_step = DataConfig(columns=ColumnsConfig(source=None), vectors=BY_STEP)
    found = read_pairs(str(tmp_path / "a.csv"), by_step, sides=AS_TARGETS)
    assert [len(read_vectors(text)) for text in found.targets] == [2, 3]


def test_a_number_missing_from_a_target_is_named_by_line_and_step(tmp_path: Path) -> None:
    files = written_as_targets(tmp_path)
    (tmp_path / "a.csv").write_text("who,t,x,y,what\nb,0,4,8,down\na,0,1,5,up\na,1,2,,up\n")
    (tmp_path / "a.ts").write_text("@classLabel true\n@data\n1,2,3:5,?,7:up\n4:8:down\n")
    for name, line in (("a.csv", 3), ("a.ts", 3)):
        with refused("data.bad-rows", f"{name}:{line}:", "step 2"):
            read_pairs(str(tmp_path / name), files[name], sides=AS_TARGETS)


def test_a_folder_of_ts_files_is_a_data_set_of_vectors_alone(tmp_path: Path) -> None:
    (tmp_path / "test.ts").write_text(TS)
    assert len(read_pairs(str(tmp_path), config(), sides=SIDES).sources) == 2
    with refused("data.no-data-file"):
        read_pairs(str(tmp_path), DataConfig(), sides=Sides(SideKind.TEXT, SideKind.LABEL))


def test_sequences_without_labels_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a.ts").write_text("@univariate true\n@classLabel false\n@data\n1,2,3\n")
    with refused("data.no-labels", "a.ts"):
        read(tmp_path / "a.ts", config())
    np.savez(tmp_path / "a.npz", values=np.ones((2, 3)), labels=["up", ""])
    with refused("data.bad-rows", "a.npz:2"):
        read(tmp_path / "a.npz", config())


def test_what_a_model_is_asked_about_needs_no_labels(tmp_path: Path) -> None:
    files = {
        "a.ts": TS,
        "b.ts": TS.replace("true up down", "false").replace(":up", "").replace(":down", ""),
        "c.jsonl": '{"source": [[1, 5], [2, null], [3, 7]]}\n{"source": [[4, 8]]}\n',
        "d.csv": 'other,source\n7,"[[1, 5], [2, null], [3, 7]]"\n8,"[[4, 8]]"\n',
        "e.tsv": "source\tlabel\n[[1, 5], [2, null], [3, 7]]\tup\n[[4, 8]]\tdown\n",
    }
    for name, content in files.items():
        (tmp_path / name).write_text(content)
        found = read_unlabelled(tmp_path / name, config())
        assert found is not None, name
        for text, steps in zip(found, STEPS, strict=True):
            np.testing.assert_array_equal(read_vectors(text), steps)
    (tmp_path / "f.csv").write_text("who,t,x,y\nb,0,4,8\na,0,1,5\na,2,3,7\na,1,2,\n")
    found = read_unlabelled(tmp_path / "f.csv", config(BY_STEP, target="what"))
    assert found is not None
    assert sorted(len(read_vectors(text)) for text in found) == [1, 3]
    (tmp_path / "g.csv").write_text("who,t,x,y\na,0,1,5\na,16,3,7\na,31,2,\n")  # as with labels: rows are steps
    found = read_unlabelled(tmp_path / "g.csv", config(BY_STEP, target="what"))
    assert found is not None
    assert [len(read_vectors(text)) for text in found] == [3]


@pytest.mark.parametrize("name", ["lines.txt", "lines.jsonl", "lines"])
def test_lines_of_lists_are_no_table(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("[[1, 2]]\n[[3, 4]]\n")
    assert read_unlabelled(tmp_path / name, config()) is None


def test_a_bad_row_is_never_passed_over_where_answers_stand_beside_rows(tmp_path: Path) -> None:
    (tmp_path / "a.tsv").write_text("source\n[[1, 2]]\nhello\n")
    with refused("data.bad-rows", "a.tsv:3") as caught:
        read_unlabelled(tmp_path / "a.tsv", config().model_copy(update={"skip_bad": True}))
    assert "--skip-bad" not in str(caught.value)  # which the commands that answer do not have


def test_json_without_named_columns_is_read_by_its_usual_or_only_key(tmp_path: Path) -> None:
    by_position = DataConfig(vectors=VectorsConfig(), columns=ColumnsConfig(source=0, target=1))
    for number, other in enumerate(('"target": "one"', '"id": 7', "")):
        key = "source" if other else "steps"
        line = f'{{{other}{"," * bool(other)} "{key}": [[1, 2], [3, null]]}}\n'
        (tmp_path / f"{number}.jsonl").write_text(line)
        found = read_unlabelled(tmp_path / f"{number}.jsonl", by_position)
        assert found is not None
        np.testing.assert_array_equal(read_vectors(found[0]), [[1, 2], [3, np.nan]])
    (tmp_path / "a.jsonl").write_text('{"x": [[1, 2]], "y": [[3, 4]]}\n')
    with refused("data.keys-not-positions", "a.jsonl", "'x', 'y'"):
        read_unlabelled(tmp_path / "a.jsonl", by_position)
