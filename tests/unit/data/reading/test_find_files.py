import socket
from collections.abc import Callable
from pathlib import Path

import pytest
from support.refused import refused

from seq2seq.config.data import AlignedFiles, ColumnsConfig
from seq2seq.data.reading.find_files import Pair, Table, locate, resolve, search, shards
from seq2seq.errors import DataError
from seq2seq.resources import data_folder

Write = Callable[[str, str | bytes], Path]
NAMES = ColumnsConfig(source="en", target="de")
POSITIONS = ColumnsConfig()


def table(path: Path) -> Table:
    return Table(path, f".{path.name.split('.')[1]}")


def test_paths_of_locations(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert resolve("bundled://toy/copy") == data_folder() / "toy" / "copy"
    assert resolve("data/x.tsv") == Path("data/x.tsv")
    assert resolve("/x.tsv") == Path("/x.tsv")
    assert resolve("~/x.tsv") == tmp_path / "x.tsv"


@pytest.mark.parametrize("name", ["a.tsv", "a.csv", "a.jsonl", "a.parquet", "a.tsv.gz", "a.jsonl.gz"])
def test_tables_by_their_endings(write: Write, name: str) -> None:
    path = write(name, "x")
    (piece,) = locate(str(path), POSITIONS)
    assert piece == table(path)


def test_other_endings_are_not_guessed(write: Write) -> None:
    path = write("a.txt", "x")
    with refused("data.unknown-kind", "a.txt:", "(.tsv,"):
        locate(str(path), POSITIONS)


def test_a_missing_file_suggests_its_neighbour(write: Write, tmp_path: Path) -> None:
    write("train.tsv", "x")
    with refused("data.no-such-file", f"{tmp_path}/trian.tsv: ", "'train.tsv'?"):
        locate(str(tmp_path / "trian.tsv"), POSITIONS)
    with refused("data.no-such-file", "zzz: ", " train.tsv"):
        locate(str(tmp_path / "zzz"), POSITIONS)
    with refused("data.no-such-file", "train.tsv/x: ", "/train.tsv is a file"):
        locate(str(tmp_path / "train.tsv" / "x"), POSITIONS)


def test_a_missing_folder_is_named_where_it_breaks_off(tmp_path: Path) -> None:
    (tmp_path / "corpora").mkdir()
    with refused("data.no-such-file", "/corpus:", "'corpora'"):
        locate(str(tmp_path / "corpus" / "de" / "train.tsv"), POSITIONS)
    with pytest.raises(DataError) as caught:
        locate(str(tmp_path / "corpora" / "train.tsv"), POSITIONS)
    assert caught.value.code == "data.no-such-file"


def test_a_missing_side(write: Write, tmp_path: Path) -> None:
    path = write("train.en", "x")
    with refused("data.no-such-file", "train.de:"):
        locate(AlignedFiles(source=str(path), target=str(tmp_path / "train.de")), POSITIONS)


@pytest.mark.parametrize("name", ["train.tsv", "train.csv.gz", "train.jsonl", "train.parquet"])
def test_a_split_is_found_by_its_name(write: Write, tmp_path: Path, name: str) -> None:
    write("test.tsv", "x")
    path = write(name, "x")
    assert search(tmp_path, ("train",), POSITIONS) == ("train", [table(path)])


def test_the_first_name_that_exists_is_taken(write: Write, tmp_path: Path) -> None:
    valid, val = write("valid.tsv", "x"), write("val.tsv", "x")
    assert search(tmp_path, ("dev", "valid", "val"), POSITIONS) == ("valid", [table(valid)])
    assert search(tmp_path, ("val", "valid"), POSITIONS) == ("val", [table(val)])
    assert search(tmp_path, ("dev",), POSITIONS) is None


@pytest.mark.parametrize("ending", ["", ".gz"])
def test_aligned_files_by_the_names_of_the_columns(write: Write, tmp_path: Path, ending: str) -> None:
    pair = Pair(write(f"train.en{ending}", "x"), write(f"train.de{ending}", "x"))
    assert search(tmp_path, ("train",), NAMES) == ("train", [pair])
    assert search(tmp_path, ("train",), POSITIONS) is None


def test_one_of_two_aligned_files(write: Write, tmp_path: Path) -> None:
    write("train.de", "x")
    with refused("data.other-side-missing", "train.en:", "train.de"):
        search(tmp_path, ("train",), NAMES)


def test_a_folder_of_shards_in_order(write: Write, tmp_path: Path) -> None:
    paths = [write(f"train/{name}", "x") for name in ("b.tsv", "a.tsv", "c.jsonl.gz", ".hidden.tsv", "README.md")]
    assert search(tmp_path, ("train",), POSITIONS) == ("train", [table(paths[1]), table(paths[0]), table(paths[2])])
    assert locate(str(tmp_path / "train"), POSITIONS) == [table(paths[1]), table(paths[0]), table(paths[2])]


def test_shards_of_aligned_files(write: Write, tmp_path: Path) -> None:
    paths = [write(f"train/{name}", "x") for name in ("2.en", "2.de", "1.en.gz", "1.de")]
    assert shards(tmp_path / "train", NAMES) == [Pair(paths[2], paths[3]), Pair(paths[0], paths[1])]


def test_numbered_files_as_the_hub_names_them(write: Write, tmp_path: Path) -> None:
    paths = [write(f"train-0000{n}-of-00002.parquet", "x") for n in (1, 0)]
    write("trainer.parquet", "x")
    assert search(tmp_path, ("train",), POSITIONS) == ("train", [table(paths[1]), table(paths[0])])


def test_two_data_sets_of_one_name(write: Write, tmp_path: Path) -> None:
    write("train.tsv", "x")
    write("train.csv", "x")
    with refused("data.ambiguous-files", "'train'", "/train.csv ", "/train.tsv"):
        search(tmp_path, ("train",), POSITIONS)


def test_a_folder_without_shards(write: Write, tmp_path: Path) -> None:
    write("train/notes.txt", "x")
    with refused("data.no-data-file", "notes.txt"):
        shards(tmp_path / "train", POSITIONS)


def test_a_whole_data_set_is_no_folder_of_shards(write: Write, tmp_path: Path) -> None:
    for name in ("train.tsv", "test.tsv"):
        write(name, "x")
    with pytest.raises(DataError) as error:
        locate(str(tmp_path), POSITIONS)
    assert error.value.code == "data.not-shards"
    assert f"--set data.path={tmp_path}" in str(error.value)


def test_a_whole_data_set_of_the_hub_is_no_folder_of_shards_either(write: Write, tmp_path: Path) -> None:
    for name in ("train", "test", "validation"):
        write(f"{name}-00000-of-00001.parquet", "x")
    with refused("data.not-shards", "(test, train, validation)"):
        locate(str(tmp_path), POSITIONS)
    for name in ("test", "validation"):
        (tmp_path / f"{name}-00000-of-00001.parquet").unlink()
    assert locate(str(tmp_path), POSITIONS) == [table(tmp_path / "train-00000-of-00001.parquet")]


def test_what_has_no_end_is_no_file(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "socket"))
        for place in ("/dev/zero", str(tmp_path / "socket")):
            with pytest.raises(DataError) as caught:
                locate(AlignedFiles(source=place, target=place), ColumnsConfig())
            assert caught.value.code == "data.not-a-file"
    (tmp_path / "train.tsv").symlink_to("/dev/zero")
    (tmp_path / "train-00000-of-00001.tsv").symlink_to("/dev/zero")
    assert search(tmp_path, ("train",), ColumnsConfig()) is None
