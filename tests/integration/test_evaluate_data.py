"""``seq2seq evaluate`` on data in every form: tables, folders, splits, aligned files, bundled data."""

import json
from pathlib import Path

import pytest
from support import tiny
from support.commands import failure, run

from seq2seq.config.data import ColumnsConfig, DataConfig, SplitsConfig
from seq2seq.errors import DataError
from seq2seq.model_folder.writing.save import save_folder


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny.save(tmp_path_factory.mktemp("attention") / "model")


def named(file: Path) -> list[str]:
    return [str(file), "--source-column", "en", "--target-column", "de"]


def test_the_recipes_own_splits_groups_apart(tmp_path: Path) -> None:
    rows = [f"{s}\t{t}\t{'ab'[i % 2]}\n" for i, (s, t) in enumerate(zip(tiny.SOURCES, tiny.TARGETS, strict=True))]
    (tmp_path / "test.tsv").write_text("".join(rows), encoding="utf-8")
    (tmp_path / "dev.tsv").write_text("".join(rows[:3]), encoding="utf-8")
    path = trained_on(tmp_path, DataConfig(path=str(tmp_path), columns=ColumnsConfig(group=2)))
    found = json.loads(run("evaluate", path, "--json").stdout)
    assert found["sentences"] == 8
    assert {name: group["sentences"] for name, group in found["groups"].items()} == {"a": 4, "b": 4}
    assert json.loads(run("evaluate", path, "--split", "dev", "--json").stdout)["sentences"] == 3


def test_files_of_different_lengths(model: Path, aligned: tuple[Path, Path], tmp_path: Path) -> None:
    short = tmp_path / "short.txt"
    short.write_text("der Hund\n", encoding="utf-8")
    for arguments in ([model, aligned[0]], ["--hypotheses", aligned[1]]):
        error = failure("evaluate", *arguments, "--references", short)
        assert isinstance(error, DataError)
        assert {"8", "1"} <= set(str(error).split())


def test_a_table_with_a_broken_row(model: Path, tmp_path: Path) -> None:
    file = tmp_path / "broken.tsv"
    file.write_text("the dog\tder Hund\nthe cat\n", encoding="utf-8")
    assert str(failure("evaluate", model, file)).startswith(f"{file}:2: ")
    done = run("evaluate", model, file, "--skip-bad", "--json")
    assert (json.loads(done.stdout)["sentences"], json.loads(done.stdout)["skipped"]) == (1, 1)
    assert done.stderr.startswith("warning: 1 ")
    assert str(file) in done.stderr


def test_a_broken_row_of_the_recipes_own_data(tmp_path: Path) -> None:
    (tmp_path / "test.tsv").write_text("the dog\tder Hund\nthe cat\n", encoding="utf-8")
    path = trained_on(tmp_path, DataConfig(path=str(tmp_path)))
    assert "test.tsv:2: " in str(failure("evaluate", path))
    assert json.loads(run("evaluate", path, "--skip-bad", "--json").stdout)["skipped"] == 1


def trained_on(folder: Path, data: DataConfig) -> Path:
    """A model whose recipe names these data."""
    recipe = tiny.recipe().model_copy(update={"data": data})
    save_folder(folder / "model", model=tiny.model(recipe), tokenizers=tiny.tokenizers(), recipe=recipe)
    return folder / "model"


NAMED = ColumnsConfig(source="en", target="de", group="kind")


def test_a_file_without_header_for_a_recipe_with_names(tmp_path: Path) -> None:
    path = trained_on(tmp_path, DataConfig(path="nowhere", columns=NAMED))
    file = tmp_path / "headless.tsv"
    file.write_text("the dog\tder Hund\tx\nthe cat\tdie Katze\tx\n", encoding="utf-8")
    found = json.loads(run("evaluate", path, file, "--source-column", "0", "--target-column", "1", "--json").stdout)
    assert found["sentences"] == 2
    assert "groups" not in found
    advice = str(failure("evaluate", path, file))
    assert "--source-column 0 --target-column 1" in advice
    assert "--set" not in advice


def test_a_file_with_header_for_a_recipe_with_numbers(tmp_path: Path, pairs: Path) -> None:
    path = trained_on(tmp_path, DataConfig(path="nowhere", columns=ColumnsConfig(group=2)))
    found = json.loads(run("evaluate", path, *named(pairs), "--json").stdout)
    assert found["sentences"] == 8
    assert "groups" not in found


def test_columns_named_by_the_recipe(tmp_path: Path, pairs: Path) -> None:
    path = trained_on(tmp_path, DataConfig(path="nowhere", columns=NAMED))
    found = json.loads(run("evaluate", path, pairs, "--json").stdout)
    assert set(found["groups"]) == {"plain", "question"}


def test_a_whole_data_set_and_its_splits(tmp_path: Path) -> None:
    rows = [f"{source}\t{target}\n" for source, target in zip(tiny.SOURCES, tiny.TARGETS, strict=True)]
    folder = tmp_path / "corpus"
    folder.mkdir()
    (folder / "train.tsv").write_text("never\tread\n", encoding="utf-8")
    (folder / "valid.tsv").write_text("".join(rows[:3]), encoding="utf-8")
    (folder / "2016.tsv").write_text("".join(rows), encoding="utf-8")
    path = trained_on(tmp_path, DataConfig(path="nowhere", splits=SplitsConfig(test=("2016",))))
    found = json.loads(run("evaluate", path, folder, "--json").stdout)
    assert (found["sentences"], found["data"]) == (8, str(folder / "2016.tsv"))
    assert json.loads(run("evaluate", path, folder, "--split", "dev", "--json").stdout)["sentences"] == 3


def test_a_folder_of_shards(model: Path, tmp_path: Path) -> None:
    for source, target in zip(tiny.SOURCES, tiny.TARGETS, strict=True):
        (tmp_path / f"{source}.tsv").write_text(f"{source}\t{target}\n", encoding="utf-8")
    found = json.loads(run("evaluate", model, tmp_path, "--json").stdout)
    assert (found["sentences"], found["skipped"]) == (8, 0)


def test_a_recipe_that_swaps(tmp_path: Path, pairs: Path) -> None:
    path = trained_on(tmp_path, DataConfig(path="nowhere", columns=NAMED, swap=True))
    kept = tmp_path / "kept.txt"
    run("evaluate", path, pairs, "--output", kept)
    german = "".join(f"{line}\n" for line in tiny.TARGETS)
    assert kept.read_text(encoding="utf-8") == run("translate", path, text=german).stdout
    run("evaluate", path, *named(pairs), "--output", kept)  # columns that are named are meant as they stand
    english = "".join(f"{line}\n" for line in tiny.SOURCES)
    assert kept.read_text(encoding="utf-8") == run("translate", path, text=english).stdout


def test_bundled_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "phrasebook").mkdir()
    (tmp_path / "phrasebook/test.tsv").write_text(
        "en\tde\tkind\nthe dog\tder Hund\tnew\nthe cat\tdie Katze\tseen\n", encoding="utf-8"
    )
    monkeypatch.setattr("seq2seq.data.reading.find_files.data_folder", lambda: tmp_path)
    path = trained_on(tmp_path, DataConfig(path="nowhere", columns=NAMED))
    found = json.loads(run("evaluate", path, "bundled://phrasebook", "--json").stdout)
    assert set(found["groups"]) == {"new", "seen"}
