"""What a user names, and how it is read."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from seq2seq.config.data import AlignedFiles, ColumnsConfig
from seq2seq.config.sides import TEXTS, SideKind, Sides
from seq2seq.data.layout import layout
from seq2seq.errors import DataError

LABELLED = Sides(SideKind.TEXT, SideKind.LABEL)
TAGGED = Sides(SideKind.TAGS, SideKind.TEXT)
EN_DE = ColumnsConfig(source="en", target="de", group="group")


def write(path: Path, *lines: str) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return str(path)


@pytest.mark.parametrize(
    ("lines", "columns", "found"),
    [
        (["Hello.\tHallo."], None, (0, 1)),
        (["Hello.\tHallo."], EN_DE, (0, 1)),
        (["source\ttarget", "Hello.\tHallo."], None, ("source", "target")),
        (["tgt\tid\tsrc", "Hallo.\t1\tHello."], None, ("src", "tgt")),
        (["de\ten\tgroup", "Hallo.\tHello.\ta"], EN_DE, ("en", "de")),
        (["en\tde\tgroup", "Hello.\tHallo.\ta"], None, ("en", "de")),
        (["a\tb\tc"], ColumnsConfig(source=2, target=0), (2, 0)),
        ([], None, (0, 1)),
    ],
)
def test_columns_of_a_table(
    tmp_path: Path, lines: list[str], columns: ColumnsConfig | None, found: tuple[str | int, str | int]
) -> None:
    path = write(tmp_path / "pairs.tsv", *lines)
    config = layout([path], TEXTS, columns)
    assert config.train == path
    assert (config.columns.source, config.columns.target) == found
    assert config.columns.group == ("group" if columns == EN_DE and "group" in lines[0] else None)


def test_commas_and_json(tmp_path: Path) -> None:
    csv = write(tmp_path / "pairs.csv", "text,label", '"A, b",good')
    assert layout([csv], LABELLED).columns == ColumnsConfig(source="text", target="label")
    jsonl = write(tmp_path / "pairs.jsonl", "not json", '{"x": "Hallo.", "y": "Hello."}')
    assert layout([jsonl], TEXTS, ColumnsConfig(source="y", target="x")).columns.source == "y"
    with pytest.raises(DataError, match=r"pairs\.jsonl: which of its columns .* It has: 'x', 'y'.\n  Say so: --source"):
        layout([jsonl])
    jsonl = write(tmp_path / "pairs.jsonl", '{"de": "Hallo.", "en": "Hello."}')
    assert layout([jsonl]).columns == ColumnsConfig(source="de", target="en")


def test_parquet(tmp_path: Path) -> None:
    path = tmp_path / "pairs.parquet"
    pq.write_table(pa.table({"src": ["a"], "tgt": ["b"]}), path)
    assert layout([str(path)]).columns == ColumnsConfig(source="src", target="tgt")
    path.write_bytes(b"PAR1 not")
    with pytest.raises(DataError, match=r"pairs\.parquet: not a Parquet file"):
        layout([str(path)])


def test_the_label_is_told_by_how_few_there_are(tmp_path: Path) -> None:
    behind = write(tmp_path / "behind.tsv", "a fine film\t1", "a dull film\t0", "a long film\t0")
    assert layout([behind], LABELLED).columns == ColumnsConfig(source=0, target=1)
    before = write(tmp_path / "before.tsv", "1\ta fine film", "0\ta dull film", "0\ta long film")
    assert layout([before], LABELLED).columns == ColumnsConfig(source=1, target=0)


def test_texts_with_tags_or_without(tmp_path: Path) -> None:
    tunes = write(tmp_path / "tunes.tsv", "M:6/8 K:G\tGBd gdB|")
    assert layout([tunes], TAGGED).columns == ColumnsConfig(source=0, target=1)
    alone = write(tmp_path / "alone.tsv", "GBd gdB|")
    assert layout([alone], TAGGED).columns == ColumnsConfig(source=None, target=0)
    novel = write(tmp_path / "novel.txt", "It was a fine day.")
    assert layout([novel], TAGGED).columns == ColumnsConfig(source=None, target=1)
    usual = ColumnsConfig(source=None, target=0)
    assert layout([novel], TAGGED, usual).columns == usual
    with pytest.raises(DataError, match=r"novel.txt: a table \(.tsv, .csv, .jsonl, .parquet\) has both sides"):
        layout([novel])


def test_two_aligned_files() -> None:
    found = layout(["texts.en", "texts.de"])
    assert found.train == AlignedFiles(source="texts.en", target="texts.de")


def test_a_folder_with_splits(tmp_path: Path) -> None:
    write(tmp_path / "train.tsv", "en\tde", "Hello.\tHallo.")
    write(tmp_path / "dev.tsv", "Hello.\tHallo.")
    found = layout([str(tmp_path)], TEXTS, EN_DE)
    assert (found.path, found.train) == (str(tmp_path), None)
    assert (found.columns.source, found.columns.target) == ("en", "de")


def test_a_folder_of_shards(tmp_path: Path) -> None:
    write(tmp_path / "part-1.tsv", "Hello.\tHallo.")
    found = layout([str(tmp_path)])
    assert (found.path, found.train) == (None, str(tmp_path))


def test_aligned_files_in_a_folder(tmp_path: Path) -> None:
    write(tmp_path / "train.en", "Hello.")
    write(tmp_path / "train.de", "Hallo.")
    found = layout([str(tmp_path)], TEXTS, EN_DE)
    assert found.path == str(tmp_path)
    assert found.columns == EN_DE
    with pytest.raises(DataError, match=r"which of the aligned files .de and .en are the sources\?"):
        layout([str(tmp_path)])


def test_a_data_set_of_the_hub() -> None:
    found = layout(["hf://user/name"], TEXTS, EN_DE)
    assert (found.path, found.columns) == ("hf://user/name", EN_DE)


def test_nothing_there(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no such file or folder"):
        layout([str(tmp_path / "nothing.tsv")])
