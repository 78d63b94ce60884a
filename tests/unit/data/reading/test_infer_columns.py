"""What a user names, and how it is read."""

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from support.refused import refused

from seq2seq.config.data import AlignedFiles, ColumnsConfig, DataConfig
from seq2seq.config.sides import TEXTS, SideKind, Sides
from seq2seq.data.reading.infer_columns import infer_columns
from seq2seq.data.reading.sources import find_splits, read_split
from seq2seq.data.tables.problems import BadRows
from seq2seq.errors import DataError, advising_options
from seq2seq.text.vocabulary.soft_labels import likeliest, read_soft_label

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
    config = infer_columns([path], TEXTS, columns)
    assert config.train == path
    assert (config.columns.source, config.columns.target) == found
    assert config.columns.group == ("group" if columns == EN_DE and "group" in lines[0] else None)


def test_commas_and_json(tmp_path: Path) -> None:
    csv = write(tmp_path / "pairs.csv", "text,label", '"A, b",good')
    assert infer_columns([csv], LABELLED).columns == ColumnsConfig(source="text", target="label")
    jsonl = write(tmp_path / "pairs.jsonl", "not json", '{"x": "Hallo.", "y": "Hello."}')
    assert infer_columns([jsonl], TEXTS, ColumnsConfig(source="y", target="x")).columns.source == "y"
    with refused("data.ambiguous-columns", "'x', 'y'.", "--source-column"):
        infer_columns([jsonl])
    jsonl = write(tmp_path / "pairs.jsonl", '{"de": "Hallo.", "en": "Hello."}')
    assert infer_columns([jsonl]).columns == ColumnsConfig(source="de", target="en")


def test_parquet(tmp_path: Path) -> None:
    path = tmp_path / "pairs.parquet"
    pq.write_table(pa.table({"src": ["a"], "tgt": ["b"]}), path)
    assert infer_columns([str(path)]).columns == ColumnsConfig(source="src", target="tgt")
    path.write_bytes(b"PAR1 not")
    with refused("data.unreadable", "pairs.parquet:"):
        infer_columns([str(path)])


def test_the_label_is_the_column_of_few_values(tmp_path: Path) -> None:
    behind = write(tmp_path / "behind.tsv", "a fine film\t1", "a dull film\t0", "a long film\t0")
    assert infer_columns([behind], LABELLED).columns == ColumnsConfig(source=0, target=1)
    before = write(tmp_path / "before.tsv", "1\ta fine film", "0\ta dull film", "0\ta long film")
    assert infer_columns([before], LABELLED).columns == ColumnsConfig(source=1, target=0)


def test_texts_with_tags_or_without(tmp_path: Path) -> None:
    tunes = write(tmp_path / "tunes.tsv", "M:6/8 K:G\tGBd gdB|")
    assert infer_columns([tunes], TAGGED).columns == ColumnsConfig(source=0, target=1)
    alone = write(tmp_path / "alone.tsv", "GBd gdB|")
    assert infer_columns([alone], TAGGED).columns == ColumnsConfig(source=None, target=0)
    novel = write(tmp_path / "novel.txt", "It was a fine day.")
    assert infer_columns([novel], TAGGED).columns == ColumnsConfig(source=None, target=1)
    usual = ColumnsConfig(source=None, target=0)
    assert infer_columns([novel], TAGGED, usual).columns == usual
    with refused("data.unknown-kind", "novel.txt: ", " (.tsv, "):
        infer_columns([novel])


def test_two_aligned_files() -> None:
    found = infer_columns(["texts.en", "texts.de"])
    assert found.train == AlignedFiles(source="texts.en", target="texts.de")


def test_a_folder_with_splits(tmp_path: Path) -> None:
    write(tmp_path / "train.tsv", "en\tde", "Hello.\tHallo.")
    write(tmp_path / "dev.tsv", "Hello.\tHallo.")
    found = infer_columns([str(tmp_path)], TEXTS, EN_DE)
    assert (found.path, found.train) == (str(tmp_path), None)
    assert (found.columns.source, found.columns.target) == ("en", "de")


def test_a_folder_of_shards(tmp_path: Path) -> None:
    write(tmp_path / "part-1.tsv", "Hello.\tHallo.")
    found = infer_columns([str(tmp_path)])
    assert (found.path, found.train) == (None, str(tmp_path))


def test_aligned_files_in_a_folder(tmp_path: Path) -> None:
    write(tmp_path / "train.en", "Hello.")
    write(tmp_path / "train.de", "Hallo.")
    found = infer_columns([str(tmp_path)], TEXTS, EN_DE)
    assert found.path == str(tmp_path)
    assert found.columns == EN_DE
    with refused("data.ambiguous-columns", " .de ", " .en "):
        infer_columns([str(tmp_path)])


def test_a_data_set_of_the_hub() -> None:
    found = infer_columns(["hf://user/name"], TEXTS, EN_DE)
    assert (found.path, found.columns) == ("hf://user/name", EN_DE)


def test_nothing_there(tmp_path: Path) -> None:
    with refused("data.no-such-file", "nothing.tsv"):
        infer_columns([str(tmp_path / "nothing.tsv")])


# ------------------------------------------------------------------------------------------ what the user names, or not


def named(config: DataConfig) -> tuple[str | int | None, str | int]:
    return config.columns.source, config.columns.target


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        ([" Source , Target ", "a,b"], ("Source", "Target")),
        (["EN;DE", "a;b"], ("EN", "DE")),
        (["id,en,de,notes", "1,a,b,"], ("en", "de")),
        (["English,German", "a,b"], ("English", "German")),
        (["en-GB,pt_BR", "a,b"], ("en-GB", "pt_BR")),
        (["input_text,target_text", "a,b"], ("input_text", "target_text")),
        (["translation", "\"{'en': 'a', 'fr': 'b'}\""], ("translation.en", "translation.fr")),
        (["Word,Wort", "a,b"], (0, 1)),
    ],
)
def test_a_header_is_known(tmp_path: Path, lines: list[str], found: tuple[str | int, str | int]) -> None:
    assert named(infer_columns([write(tmp_path / "pairs.csv", *lines)])) == found


@pytest.mark.parametrize(
    ("given", "found", "extra"),
    [
        ({"source": "Quelle", "target": "Ziel"}, ("Quelle", "Ziel"), False),
        ({"source": "quelle", "target": "ziel "}, ("Quelle", "Ziel"), False),
        ({"source": 1, "target": "Ziel"}, ("Quelle", "Ziel"), False),
        ({"source": 1, "target": 2}, (1, 2), False),
        ({"source": 1, "target": 0}, (1, 0), True),
    ],
)
def test_columns_that_are_given(
    tmp_path: Path, given: dict[str, str | int], found: tuple[str | int, str | int], extra: bool
) -> None:
    path = write(tmp_path / "pairs.csv", "Nr,Quelle,Ziel", "1,a,b", "2,c,d")
    config = infer_columns([path], given=given)
    assert (named(config), config.extra_columns) == (found, extra)


def test_numbers_of_columns_whose_header_is_known(tmp_path: Path) -> None:
    path = write(tmp_path / "pairs.csv", "id,source,target", "1,a,b")
    assert named(infer_columns([path], given={"source": 2, "target": 1})) == ("target", "source")


@pytest.mark.parametrize("name", ["pairs.csv", "pairs.jsonl", "pairs.json", "pairs.parquet"])
def test_a_given_column_that_is_not_there(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    rows = [{"x": "a", "y": "b"}, {"x": "c", "y": "d"}]
    if name.endswith(".parquet"):
        pq.write_table(pa.Table.from_pylist(rows), path)
    else:
        text = {".csv": "x,y\na,b\nc,d\n", ".json": json.dumps(rows)}
        path.write_text(text.get(path.suffix, "".join(json.dumps(row) + "\n" for row in rows)))
    with advising_options(), pytest.raises(DataError) as error:
        infer_columns([str(path)], given={"source": "x", "target": "z"})
    assert "no column 'z'." in str(error.value)
    assert "'x', 'y'" in str(error.value)
    assert "--target-column NAME" in str(error.value)
    assert "--set" not in str(error.value)
    assert named(infer_columns([str(path)], given={"source": "x", "target": "y"})) == ("x", "y")
    assert named(infer_columns([str(path)], given={"source": "y"})) == ("y", "x")


def test_one_column_of_several_is_not_enough(tmp_path: Path) -> None:
    path = write(tmp_path / "pairs.csv", "one,two,three", "a,b,c")
    with refused("data.ambiguous-columns", "'one', 'two', 'three'"):
        infer_columns([path], given={"target": "two"})
    with refused("data.ambiguous-columns", "--source-column NUMBER"):
        infer_columns([path], given={"target": 2})
    with refused("data.no-column", " 3: ", " 3, "):
        infer_columns([path], given={"source": 0, "target": 3})


def test_further_columns_without_a_known_header(tmp_path: Path) -> None:
    path = write(tmp_path / "pairs.csv", "Nr,Quelle,Ziel", "1,a,b", "2,c,d")
    with pytest.raises(DataError) as error:
        infer_columns([path])
    assert "which of its 3 columns are the source and the target?" in str(error.value)
    assert "'Nr', 'Quelle', 'Ziel'" in str(error.value)
    assert "--source-column 0 --target-column 1" in str(error.value)
    assert named(infer_columns([path], given={"source": 0, "target": 1})) == (0, 1)


def test_json_without_objects(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text('[["one", "eins"], ["two", "zwei"]]')
    with refused("data.no-rows", "a.json:"):
        infer_columns([str(tmp_path / "a.json")])


def test_nested_names(tmp_path: Path) -> None:
    rows = [{"id": 1, "translation": {"en": "a", "ro": "b"}}, {"id": 2, "translation": {"en": "c", "ro": "d"}}]
    jsonl = write(tmp_path / "a.jsonl", *map(json.dumps, rows))
    (tmp_path / "b.json").write_text(json.dumps(rows))
    pq.write_table(pa.Table.from_pylist(rows), tmp_path / "c.parquet")
    for path in (jsonl, str(tmp_path / "b.json"), str(tmp_path / "c.parquet")):
        assert named(infer_columns([path])) == ("translation.en", "translation.ro")
        assert named(infer_columns([path], given={"source": "ro", "target": "en"})) == (
            "translation.ro",
            "translation.en",
        )
        assert named(infer_columns([path], given={"source": "translation.ro"})) == ("translation.ro", "translation.en")


# --------------------------------------------------------------------------------------------------------------- labels


LABELLED_ROWS = [f"text number {number} is here,{'ab'[number % 2]}" for number in range(20)]


@pytest.mark.parametrize("header", ["text,section", "headline,topic", "review,label", "Title,Section"])
def test_a_header_of_labelled_rows(tmp_path: Path, header: str) -> None:
    path = write(tmp_path / "labels.csv", header, *LABELLED_ROWS)
    text, label = header.split(",")
    assert named(infer_columns([path], LABELLED)) == (text, label)
    assert named(infer_columns([path], LABELLED, given={"target": label})) == (text, label)
    with refused("data.no-column", "'nowhere'"):
        infer_columns([path], LABELLED, given={"target": "nowhere"})
    swapped = write(
        tmp_path / "swapped.csv", f"{label},{text}", *(",".join(row.split(",")[::-1]) for row in LABELLED_ROWS)
    )
    assert named(infer_columns([swapped], LABELLED)) == (text, label)


@pytest.mark.parametrize("first", ["It was fine.,a", "one more text,b", "'tis here,c,", "good,a"])
def test_a_first_row_that_is_no_header(tmp_path: Path, first: str) -> None:
    path = write(tmp_path / "labels.csv", first, *LABELLED_ROWS)
    assert named(infer_columns([path], LABELLED)) == (0, 1)


def test_labels_of_records(tmp_path: Path) -> None:
    path = write(
        tmp_path / "a.jsonl", '{"id": 1, "headline": "a", "label": 0}', '{"id": 2, "headline": "b", "label": 1}'
    )
    assert named(infer_columns([path], LABELLED)) == ("headline", "label")
    path = write(tmp_path / "b.jsonl", '{"text": "a", "section": true}')
    assert named(infer_columns([path], LABELLED)) == ("text", "section")


def test_fasttext(tmp_path: Path) -> None:
    labelled = [f"__label__{'ab'[n % 2]} text {n}" for n in range(30)]
    path = write(tmp_path / "cooking.txt", *labelled, "__label__a", "none")
    source = find_splits(infer_columns([path], LABELLED), ("train",), sides=LABELLED)["train"]
    assert source is not None
    bad = BadRows()
    rows = [row for _, found in source.rows(bad) for row in zip(found.sources, found.targets, strict=True)]
    assert rows[:2] == [("text 0", "a"), ("text 1", "b")]
    assert [line.split(": ", 1)[1] for line in bad.first] == ["no `__label__` with a text after it."] * 2
    with refused("data.other-kind", "--task classification"):
        infer_columns([path])


# ----------------------------------------------------------------------------------------- what the content says it is


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        (["Hello.\tHallo.", "Bye.\tAde.", "Yes.\tJa."], (0, 1)),
        (["en\tde", "Hello.\tHallo.", "Bye.\tAde."], ("en", "de")),
        (['{"en": "a", "de": "b"}', '{"en": "c", "de": "d"}'], ("en", "de")),
        (['[{"en": "a", "de": "b"},', '{"en": "c", "de": "d"}]'], ("en", "de")),
        (["en,de", "a,b"], ("en", "de")),
        (["a, b ||| c d", "e f ||| g, h"], (0, 1)),
    ],
)
@pytest.mark.parametrize("name", ["pairs.txt", "pairs", "pairs.data"])
def test_a_table_of_another_name(
    tmp_path: Path, lines: list[str], found: tuple[str | int, str | int], name: str
) -> None:
    path = write(tmp_path / name, *lines)
    config = infer_columns([path])
    assert named(config) == found
    source = find_splits(config, ("train",))["train"]
    assert source is not None
    assert len(source.examples().sources) >= 1


def test_json_beside_other_tables_describes_them(tmp_path: Path) -> None:
    write(tmp_path / "a.tsv", "one\teins")
    (tmp_path / "dataset_info.json").write_text('{"name": "x"}')
    config = infer_columns([str(tmp_path)])
    source = find_splits(config, ("train",))["train"]
    assert source is not None
    assert source.examples().sources == ["one"]
    (tmp_path / "a.tsv").unlink()
    (tmp_path / "dataset_info.json").write_text('[{"en": "one", "de": "eins"}]')
    assert named(infer_columns([str(tmp_path)])) == ("en", "de")


@pytest.mark.parametrize("kind", ["objects", "texts", "array", "parquet"])
def test_labels_with_probabilities_of_json_and_parquet(tmp_path: Path, kind: str) -> None:
    soft = {"joy": 0.75, "fear": 0.25}
    for first in (True, False):
        labels: list[object] = [soft, "joy"] if first else ["joy", soft]
        if kind in ("texts", "parquet"):
            labels = [label if isinstance(label, str) else json.dumps(label) for label in labels]
        records = [{"text": text, "label": label} for text, label in zip(("one", "two"), labels, strict=True)]
        path = tmp_path / ("a.parquet" if kind == "parquet" else "a.json" if kind == "array" else "a.jsonl")
        if kind == "parquet":
            pq.write_table(pa.Table.from_pylist(records), path)
        else:
            path.write_text(json.dumps(records) if kind == "array" else "\n".join(map(json.dumps, records)))
        found = infer_columns([str(path)], LABELLED)
        assert (found.columns.source, found.columns.target, found.soft_labels) == ("text", "label", True)
        train = read_split(found, "train", sides=LABELLED)
        assert train is not None
        assert sorted(map(likeliest, train.targets)) == ["joy", "joy"]
        assert sorted(read_soft_label(target)["joy"] for target in train.targets) == [0.75, 1.0]
        assert not infer_columns([str(path)], LABELLED, given={"source": "label", "target": "text"}).soft_labels


def test_other_objects_are_no_labels(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(
        json.dumps({"text": "one", "label": "joy"}) + "\n" + json.dumps({"text": "two", "label": {"joy": "x"}})
    )
    with refused("data.bad-rows", "a.jsonl:2"):
        read_split(infer_columns([str(path)], LABELLED), "train", sides=LABELLED)
