"""Files of a format that is registered: read by columns, refused with their name."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from seq2seq.config.data import ColumnsConfig, DataConfig
from seq2seq.data.reading.sources import read_split
from seq2seq.errors import DataError
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
