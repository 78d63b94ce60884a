import gzip
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as parquet
import pytest
from support.refused import refused

from seq2seq.config.data import AlignedFiles, ColumnsConfig, DataConfig, SplitsConfig
from seq2seq.data.reading import find_files, hub_data, raw_split
from seq2seq.data.reading.examples import Examples
from seq2seq.data.reading.sources import find_splits, read_pairs, read_split
from seq2seq.data.tables.problems import BadRows
from seq2seq.errors import ConfigError, DataError

Write = Callable[[str, str | bytes], Path]
NAMES = ColumnsConfig(source="en", target="de")


def pairs(read: Examples | None) -> list[tuple[str, str]]:
    assert read is not None
    return list(zip(read.sources, read.targets, strict=True))


EXPECTED = [("one", "eins"), ("two", "zwei")]


def test_every_format_gives_the_same_rows(write: Write, tmp_path: Path) -> None:
    write("tsv/train.tsv", "en\tde\none\teins\ntwo\tzwei\n")
    write("csv/train.csv", "en,de\none,eins\ntwo,zwei\n")
    write("jsonl/train.jsonl", '{"en": "one", "de": "eins"}\n{"en": "two", "de": "zwei"}\n')
    write("aligned/train.en", "one\ntwo\n")
    write("aligned/train.de", "eins\nzwei\n")
    write("shards/train/a.tsv", "en\tde\none\teins\n")
    write("shards/train/b.csv", "en,de\ntwo,zwei\n")
    (tmp_path / "parquet").mkdir()
    parquet.write_table(pa.table({"en": ["one", "two"], "de": ["eins", "zwei"]}), tmp_path / "parquet/train.parquet")
    wheres = {}
    for name in ("tsv", "csv", "jsonl", "aligned", "shards", "parquet"):
        config = DataConfig(path=str(tmp_path / name), columns=NAMES)
        assert pairs(read_split(config, "train")) == EXPECTED
        train = find_splits(config)["train"]
        assert train is not None
        raw = train.read(tmp_path / f"{name}.arrow")
        assert list(zip(raw.dataset["source"], raw.dataset["target"], strict=True)) == EXPECTED
        assert raw.dataset["line"][:] == ([2, 2] if name == "shards" else [2, 3] if name in ("tsv", "csv") else [1, 2])
        assert raw.dataset["group"][:] == [None, None]
        wheres[name] = raw.where(1)
    assert wheres["tsv"] == f"{tmp_path}/tsv/train.tsv:3"
    assert wheres["aligned"] == f"{tmp_path}/aligned/train.en:2"
    assert wheres["shards"] == f"{tmp_path}/shards/train/b.csv:2"


def test_swapping_exchanges_the_sides(write: Write, tmp_path: Path) -> None:
    write("train.tsv", "one\teins\tx\n")
    columns = ColumnsConfig(group=2)
    swapped = DataConfig(path=str(tmp_path), columns=columns, swap=True)
    train = find_splits(swapped)["train"]
    assert train is not None
    raw = train.read(tmp_path / "rows.arrow")
    assert raw.dataset[0] == {"source": "eins", "target": "one", "line": 1, "file": 0, "group": "x"}
    read = read_split(swapped, "train")
    assert pairs(read) == [("eins", "one")]
    assert read is not None
    assert read.groups == ["x"]
    files = AlignedFiles(source=str(write("a.en", "one\n")), target=str(write("a.de", "eins\n")))
    assert pairs(read_split(DataConfig(train=files, swap=True), "train")) == [("eins", "one")]
    assert pairs(read_split(DataConfig(train=files), "train")) == [("one", "eins")]
    write("f/dev.en", "one\n")
    write("f/dev.de", "eins\n")
    assert pairs(read_split(DataConfig(path=str(tmp_path / "f"), columns=NAMES, swap=True), "dev")) == [("eins", "one")]


def test_messages_name_the_settings_as_they_were_given(write: Write) -> None:
    swapped = {"columns": ColumnsConfig(source="other", target="de"), "swap": True}
    path = write("train.tsv", "en\tde\none\teins\n")
    with refused("data.no-column", "--set data.columns.source=NAME"):
        read_split(DataConfig(train=str(path), **swapped), "train")
    parquet.write_table(pa.table({"en": ["one"], "de": ["eins"]}), path.with_suffix(".parquet"))
    with refused("data.no-column", "'other'", "--set data.columns.source=NAME"):
        read_split(DataConfig(train=str(path.with_suffix(".parquet")), **swapped), "train")
    path = write("bad.tsv", "one\n")
    with refused("data.bad-rows", "2 columns (source, target)"):
        read_split(DataConfig(train=str(path), swap=True), "train")


def test_a_location_of_its_own_takes_the_place_of_the_one_in_the_folder(write: Write, tmp_path: Path) -> None:
    write("train.tsv", "folder\tx\n")
    other = write("other.tsv", "one\teins\ntwo\tzwei\n")
    assert pairs(read_split(DataConfig(path=str(tmp_path), train=str(other)), "train")) == EXPECTED


def test_bundled_data_and_relative_paths(write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write("book/train.tsv", "one\teins\ntwo\tzwei\n")
    monkeypatch.setattr(find_files, "data_folder", lambda: tmp_path)
    assert pairs(read_split(DataConfig(path="bundled://book"), "train")) == EXPECTED
    monkeypatch.chdir(tmp_path)
    assert pairs(read_split(DataConfig(path="book"), "train")) == EXPECTED
    with refused("data.no-such-file", "boko:", "'book'"):
        read_split(DataConfig(path="boko"), "train")


def test_a_split_that_is_not_given(write: Write, tmp_path: Path) -> None:
    train = write("train.tsv", "one\teins\n")
    assert read_split(DataConfig(path=str(tmp_path)), "dev") is None
    assert read_split(DataConfig(train=str(train)), "test") is None
    with pytest.raises(ConfigError) as caught:
        read_split(DataConfig(test=str(train)), "train")
    assert caught.value.code == "config.no-data"


def test_a_split_that_is_given_but_missing(write: Write, tmp_path: Path) -> None:
    write("train.tsv", "one\teins\n")
    with pytest.raises(DataError) as caught:
        read_split(DataConfig(path=str(tmp_path), splits=SplitsConfig(test=("final", "end"))), "test")
    text = str(caught.value)
    assert caught.value.code == "data.no-such-split"
    assert "final.tsv (.csv, .jsonl, .parquet)" in text
    assert "There is: train.tsv" in text
    assert "--set data.splits.test=[NAME]" in text
    with refused("data.no-such-file", "dev.tsv"):
        read_split(DataConfig(path=str(tmp_path), dev=str(tmp_path / "dev.tsv")), "dev")


def test_aligned_files_without_names_get_a_hint(write: Write, tmp_path: Path) -> None:
    write("train.en", "one\n")
    with refused("data.no-such-split", "--set data.columns.source=en --set data.columns.target=de"):
        read_split(DataConfig(path=str(tmp_path)), "train")


def test_a_file_where_a_folder_should_be(write: Write) -> None:
    path = write("train.tsv", "one\teins\n")
    with refused("data.folder-of-splits", "--set data.train="):
        read_split(DataConfig(path=str(path)), "train")


def test_names_and_positions_do_not_mix(write: Write) -> None:
    path = write("train.tsv", "one\teins\n")
    with refused("data.mixed-columns", "data.columns"):
        read_split(DataConfig(train=str(path), columns=ColumnsConfig(source="en", target=1)), "train")


@pytest.mark.parametrize(
    ("name", "content"), [("a.tsv", ""), ("a.tsv", "en\tde\n"), ("a.csv", "en,de\n"), ("a.jsonl", ""), ("a.csv", "")]
)
def test_a_file_without_rows(write: Write, name: str, content: str) -> None:
    path = write(name, content)
    with pytest.raises(DataError) as caught:
        read_pairs(path, DataConfig(columns=NAMES))
    assert caught.value.code == "data.empty-file"


def test_an_empty_shard_is_named(write: Write, tmp_path: Path) -> None:
    write("train/a.tsv", "one\teins\n")
    write("train/b.tsv", "")
    source = find_splits(DataConfig(train=str(tmp_path / "train")), ("train",))["train"]
    assert source is not None
    bad = BadRows()
    assert [rows.sources for _, rows in source.rows(bad)] == [["one"]]
    assert bad.notes() == [
        f"{tmp_path / 'train' / 'b.tsv'}: there are no rows in it: it is empty, or holds a header only"
    ]
    write("train/a.tsv", "")
    with refused("data.empty-file", "a.tsv:"):
        read_pairs(tmp_path / "train")


def test_bad_rows_of_all_shards_are_reported_together(write: Write, tmp_path: Path) -> None:
    write("train/a.tsv", "one\teins\nx\n")
    write("train/b.tsv", "y\ntwo\tzwei\n")
    with pytest.raises(DataError) as error:
        read_pairs(tmp_path / "train")
    assert f"{tmp_path}/train/a.tsv:2: expected 2 columns" in str(error.value)
    assert f"{tmp_path}/train/b.tsv:1: expected 2 columns" in str(error.value)
    read = read_pairs(tmp_path / "train", DataConfig(skip_bad=True))
    assert pairs(read) == EXPECTED
    assert read.skipped == 2
    train = find_splits(DataConfig(path=str(tmp_path), skip_bad=True))["train"]
    assert train is not None
    assert train.read(tmp_path / "rows.arrow").where(1) == f"{tmp_path}/train/b.tsv:2"


def test_nothing_but_bad_rows(write: Write) -> None:
    path = write("a.tsv", "x\ny\n")
    with refused("data.no-usable-rows", "a.tsv:1: "):
        read_pairs(path, DataConfig(skip_bad=True))


def test_pairs_of_a_whole_data_set_are_its_test_split(write: Write, tmp_path: Path) -> None:
    write("train.tsv", "train\tx\n")
    write("test.tsv", "one\teins\ntwo\tzwei\n")
    assert pairs(read_pairs(tmp_path)) == EXPECTED
    assert pairs(read_pairs(tmp_path / "test.tsv")) == EXPECTED
    files = AlignedFiles(source=str(write("x.en", "one\ntwo\n")), target=str(write("x.de", "eins\nzwei\n")))
    assert pairs(read_pairs(files)) == EXPECTED


def test_the_split_of_a_whole_data_set_is_chosen(write: Write, tmp_path: Path) -> None:
    write("train.tsv", "train\tx\n")
    write("valid.tsv", "dev\tx\n")
    write("2016.tsv", "one\teins\ntwo\tzwei\n")
    assert pairs(read_pairs(tmp_path, DataConfig(splits=SplitsConfig(test=("2016",))))) == EXPECTED
    assert pairs(read_pairs(tmp_path, split="dev")) == [("dev", "x")]
    with pytest.raises(DataError) as caught:
        read_pairs(tmp_path)
    assert caught.value.code == "data.no-such-split"
    with refused("data.no-such-split", "2017.tsv"):
        read_pairs(tmp_path, DataConfig(splits=SplitsConfig(test=("2017",))))


def test_the_fingerprint_is_of_the_content(write: Write, tmp_path: Path) -> None:
    path = write("train.tsv", "one\teins\n")
    config = DataConfig(path=str(tmp_path))

    def fingerprint() -> list[str]:
        source = find_splits(config)["train"]
        assert source is not None
        return source.fingerprint()

    before = fingerprint()
    path.touch()
    assert fingerprint() == before
    path.write_text("one\tEins\n")
    assert fingerprint() != before


class TestHub:
    """The hub itself is out of reach of a test; a local folder takes the same way from ``load_dataset`` on."""

    @pytest.fixture
    def loaded(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
        folder = tmp_path / "repository"
        folder.mkdir()
        for split, rows in (("train", 3), ("validation", 2)):
            columns = {"en": [f"{split} {n}" for n in range(rows)], "de": [f"{split} {n}!" for n in range(rows)]}
            parquet.write_table(pa.table(columns), folder / f"{split}-00000-of-00001.parquet")
        loads: list[str] = []

        def load_hub(path: str) -> object:
            loads.append(path)
            return hub_data.load(str(folder), None, None, called=path)

        monkeypatch.setattr(hub_data, "load_hub", load_hub)
        return loads

    def test_splits(self, loaded: list[str], tmp_path: Path) -> None:
        config = DataConfig(path="hf://user/name", columns=NAMES)
        found = find_splits(config)
        assert loaded == ["hf://user/name"]  # once for all splits
        assert found["test"] is None
        dev = found["dev"]
        assert dev is not None
        assert dev.fingerprint() == find_splits(config)["dev"].fingerprint()  # type: ignore[union-attr]
        assert pairs(read_split(config, "dev")) == [
            ("validation 0", "validation 0!"),
            ("validation 1", "validation 1!"),
        ]
        assert dev.read(tmp_path / "rows.arrow").where(1) == "hf://user/name[validation]:2"

    def test_a_split_it_lacks(self, loaded: list[str]) -> None:
        splits = SplitsConfig(test=("final",))
        with pytest.raises(DataError) as error:
            read_split(DataConfig(path="hf://user/name", columns=NAMES, splits=splits), "test")
        assert "no split called 'final'. It has: train, validation." in str(error.value)
        with pytest.raises(DataError) as caught:
            read_pairs("hf://user/name", DataConfig(columns=NAMES))
        assert caught.value.code == "data.no-such-split"
        assert loaded

    def test_columns_that_are_not_set(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        rows = [{"id": str(n), "translation": {"en": f"text {n}", "fr": f"texte {n}"}} for n in range(3)]
        parquet.write_table(pa.Table.from_pylist(rows), tmp_path / "train.parquet")
        monkeypatch.setattr(hub_data, "load_hub", lambda path: hub_data.load(str(tmp_path), None, None, called=path))
        found = read_split(DataConfig(path="hf://user/name"), "train")
        assert pairs(found) == [(f"text {n}", f"texte {n}") for n in range(3)]

    @pytest.mark.usefixtures("loaded")
    def test_a_column_it_lacks(self) -> None:
        columns = ColumnsConfig(source="other", target="de")
        with refused("data.no-column", "'other'", "'en', 'de'"):
            read_split(DataConfig(path="hf://user/name", columns=columns), "train")


@pytest.mark.parametrize("name", ["a.jsonl", "a.json", "a.parquet"])
def test_formats_with_names_have_no_first_column(tmp_path: Path, name: str) -> None:
    """Unless others are set, the columns with the default names are read."""
    rows = [{"id": str(n), "de": f"Text {n}", "en": f"text {n}"} for n in range(3)]
    path = tmp_path / name
    if name.endswith(".parquet"):
        parquet.write_table(pa.Table.from_pylist(rows), path)
    else:
        path.write_text(json.dumps(rows) if name.endswith(".json") else "".join(json.dumps(row) + "\n" for row in rows))
    assert pairs(read_pairs(path))[0] == ("Text 0", "text 0")
    assert pairs(read_pairs(path, DataConfig(columns=ColumnsConfig(source="en", target="id"))))[0] == ("text 0", "0")
    path.write_bytes(b"PAR1 and nothing else")
    assert find_splits(DataConfig(train=str(path)), ("train",))["train"] is not None  # what is wrong is said later


def test_a_recipe_that_was_written_out_in_full_finds_the_same_splits(write: Write, tmp_path: Path) -> None:
    """Every setting is spelt out in a run's recipe: that must not turn a default into a demand."""
    write("train.tsv", "one\teins\n")
    spelt_out = DataConfig(path=str(tmp_path), splits=SplitsConfig(dev=SplitsConfig().dev, test=("test",)))
    assert find_splits(spelt_out)["test"] is None
    with pytest.raises(DataError) as caught:
        find_splits(DataConfig(path=str(tmp_path), splits=SplitsConfig(test=("final",))))
    assert caught.value.code == "data.no-such-split"


def test_progress_is_counted_in_bytes(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of files that are read from beginning to end; their rows are not known before."""
    seen: list[float] = []

    class Bar:
        done = 0.0

        def advance(self, count: float = 1) -> None:
            assert count >= 0
            self.done += count
            seen.append(self.done)

    @contextmanager
    def show(_: str, *, total: float | None = None, unit: str = "items") -> Iterator[Bar]:
        totals.append((total, unit))
        yield Bar()

    totals: list[tuple[float | None, str]] = []
    monkeypatch.setattr(raw_split, "show_progress", show)
    line = "one\teins\n" * 300_000
    files = [write("all/a.tsv", line), write("all/b.tsv.gz", gzip.compress(line.encode()))]
    size = sum(path.stat().st_size for path in files) / 1e6
    source = find_splits(DataConfig(train=str(files[0].parent)), ("train",))["train"]
    assert source is not None
    assert sum(len(rows.lines) for _, rows in source.rows(BadRows())) == 600_000
    assert totals == [(pytest.approx(size), "MB")]
    assert seen[-1] == pytest.approx(size)
    assert len({round(done, 3) for done in seen}) > 3
