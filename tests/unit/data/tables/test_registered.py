"""Files of a format that is registered: read by columns, refused with their name."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from seq2seq.config.data import ColumnsConfig, DataConfig
from seq2seq.data.reading.sources import read_split
from seq2seq.data.tables.registered import find_reader
from seq2seq.errors import DataError, PluginError
from seq2seq.formats.bilingual.reader import Languages, LeftOut, Pair, PairReader, TableReader
from seq2seq.registry import FORMATS


def read_arrows(path: Path) -> Iterator[dict[str, Any]]:
    for line in path.read_text(encoding="utf-8").splitlines():
        source, target = line.split(" => ")
        yield {"de": source, "en": target, "number": 1}


@pytest.fixture(autouse=True)
def arrows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(FORMATS._registered, "arrows", read_arrows)


def config(path: Path, **columns: str) -> DataConfig:
    return DataConfig(train=str(path), columns=ColumnsConfig(**columns))  # type: ignore[arg-type]


def test_columns_are_chosen_by_name(tmp_path: Path) -> None:
    (tmp_path / "train.arrows").write_text("Hund => dog\nKatze => cat\n", "utf-8")
    examples = read_split(config(tmp_path / "train.arrows", source="en", target="de"), "train")
    assert examples is not None
    assert (examples.sources, examples.targets) == (["dog", "cat"], ["Hund", "Katze"])


def test_a_folder_of_shards_holds_them_too(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / f"{name}.arrows").write_text(f"{name} => {name.upper()}\n", "utf-8")
    examples = read_split(config(tmp_path, source="de", target="en"), "train")
    assert examples is not None
    assert list(examples.targets) == ["A", "B"]


def test_a_value_that_is_no_text_is_reported_with_its_row(tmp_path: Path) -> None:
    (tmp_path / "train.arrows").write_text("Hund => dog\n", "utf-8")
    with pytest.raises(DataError) as caught:
        read_split(config(tmp_path / "train.arrows", source="de", target="number"), "train")
    assert "train.arrows:1" in str(caught.value)


def test_a_file_that_the_reader_refuses_is_named(tmp_path: Path) -> None:
    (tmp_path / "train.arrows").write_text("no arrow\n", "utf-8")
    with pytest.raises(DataError) as caught:
        read_split(config(tmp_path / "train.arrows", source="de", target="en"), "train")
    assert caught.value.code == "data.unreadable"
    assert "train.arrows" in str(caught.value)


class Blocks(PairReader):
    """Blocks of lines `language: text`, between blank lines."""

    def languages(self, path: Path) -> Languages:
        tags = dict.fromkeys(tag for _, block in self._blocks(path) for tag in block)
        return Languages(tuple(tags), next(iter(tags), None))

    def read(self, path: Path, source: str, target: str, left_out: LeftOut) -> Iterator[Pair]:
        for line, block in self._blocks(path):
            if source in block and target in block:
                yield line, block[source], block[target]
            else:
                left_out.add("blocks in one language", path, line)

    def _blocks(self, path: Path) -> Iterator[tuple[int, dict[str, str]]]:
        line = 1
        for block in path.read_text(encoding="utf-8").split("\n\n"):
            yield line, dict(text.split(": ", 1) for text in block.splitlines())
            line += block.count("\n") + 2


class Cells(TableReader):
    """Two tables, the second with a header."""

    def tables(self, path: Path) -> Sequence[str]:
        return [f"{path.stem} notes", f"{path.stem} pairs"]

    def read(self, path: Path, table: str) -> Iterator[tuple[int, list[str]]]:  # noqa: ARG002 - the base class has it
        if "notes" in table:
            yield 1, ["Notes"]
        else:
            yield from ((1, ["id", "English", "German"]), (2, ["1", "lid", "Deckel"]), (4, ["2", "cat", "Katze", "!"]))


def test_a_reader_of_files_that_name_their_languages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(FORMATS._registered, "blocks", Blocks())
    (tmp_path / "a.blocks").write_text("de: Deckel\nen: lid\n\nen: cat\n\nen: a\x00\nde: b\n", "utf-8")
    with pytest.raises(DataError, match=r"a\.blocks:6: ") as caught:
        read_split(DataConfig(train=str(tmp_path / "a.blocks")), "train")
    assert caught.value.code == "data.bad-rows"
    examples = read_split(DataConfig(train=str(tmp_path / "a.blocks"), languages=("en", "de"), skip_bad=True), "train")
    assert examples is not None
    assert (examples.sources, examples.targets, examples.skipped) == (["lid"], ["Deckel"], 1)


def test_a_reader_of_tables(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(FORMATS._registered, "cells", Cells())
    (tmp_path / "a.cells").write_text("", "utf-8")
    examples = read_split(config(tmp_path / "a.cells", source="German", target="English"), "train")
    assert examples is not None
    assert (examples.sources, examples.targets) == (["Deckel", "Katze"], ["lid", "cat"])
    with pytest.raises(DataError, match="'id', 'English', 'German'") as caught:
        read_split(config(tmp_path / "a.cells", source="de", target="fr"), "train")
    assert caught.value.code == "data.no-column"


def test_what_is_no_reader_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(FORMATS._registered, "nothing", "no reader")
    with pytest.raises(PluginError) as caught:
        find_reader(".nothing")
    assert caught.value.code == "plugin.wrong-type"


@pytest.mark.parametrize("ending", [".tmx", ".xlf", ".mqxliff", ".po", ".xlsx"])
def test_the_readers_of_this_package_are_registered_alike(ending: str) -> None:
    assert isinstance(find_reader(ending), PairReader | TableReader)
