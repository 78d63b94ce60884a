"""Labels and tags, from the file to the prepared split."""

import json
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as parquet
import pytest
from support.refused import refused

from seq2seq.config.data import ColumnsConfig, DataConfig, FilterConfig
from seq2seq.config.sides import TEXTS, SideKind, Sides
from seq2seq.config.tokenizer import TokenizerConfig
from seq2seq.data.preparing.prepare import prepare
from seq2seq.data.preparing.report import Report
from seq2seq.data.reading.columnar import read_parquet
from seq2seq.data.reading.examples import Examples
from seq2seq.data.reading.find_files import Table, locate, search, shards
from seq2seq.data.reading.sources import find_splits, read_pairs, read_split
from seq2seq.data.tables.delimited import read_csv, read_tsv
from seq2seq.data.tables.json_rows import read_jsonl
from seq2seq.data.tables.problems import BadRows
from seq2seq.data.tables.rows import Rows, rename
from seq2seq.errors import DataError
from seq2seq.special import UNK
from seq2seq.text.tokenizer import Tokenizer
from seq2seq.text.vocabulary.labels import LabelVocabulary

Write = Callable[[str, str | bytes], Path]
Together = Callable[[object], list[tuple[int, str, str, str | None]]]

LABELLED = Sides(SideKind.TEXT, SideKind.LABEL)
TAGGED = Sides(SideKind.TAGS, SideKind.TEXT)
CHARACTERS = TokenizerConfig(kind="char", vocabulary=100)
NAMES = ColumnsConfig(source="text", target="label")
ALONE = ColumnsConfig(source=None, target="text")
SENTIMENT = {"0": "negative", "1": "positive"}


def message(bad: BadRows) -> str:
    with pytest.raises(DataError) as error:
        bad.raise_any()
    return str(error.value)


class TestRename:
    def test_names_take_the_place_of_targets(self, bad: BadRows) -> None:
        rows = Rows(["a", "b", "c"], ["1", " 0 ", "1"], ["x", None, "y"], [4, 5, 7])
        rename(rows, SENTIMENT, "a.tsv", bad)
        assert rows == Rows(["a", "b", "c"], ["positive", "negative", "positive"], ["x", None, "y"], [4, 5, 7])
        assert not bad.count

    def test_rows_without_a_name_go_with_all_that_is_theirs(self, bad: BadRows) -> None:
        rows = Rows(["a", "b", "c"], ["1", "2", "0"], ["x", "y", "z"], [4, 5, 7])
        rename(rows, SENTIMENT, "a.tsv", bad)
        assert rows == Rows(["a", "c"], ["positive", "negative"], ["x", "z"], [4, 7])
        assert message(bad) == (
            "a.tsv:5: label '2' is not one of data.labels: '0', '1'.\n"
            "  Add it to data.labels, or leave data.labels out to take labels as they stand (not in a stream).\n"
            "  `--skip-bad` (in a recipe, `data.skip_bad: true`) leaves it out, and counts it."
        )

    def test_a_file_tells_where_the_label_stands(self, write: Write) -> None:
        path = write("train.tsv", "good\t1\nbad\t0\n\tno tab\twrong\nodd\t?\n")
        config = DataConfig(train=str(path), labels=SENTIMENT)
        with pytest.raises(DataError) as error:
            read_split(config, "train", sides=LABELLED)
        assert f"{path}:3: expected 2 columns" in str(error.value)
        assert f"{path}:4: label '?' is not one of data.labels: '0', '1'." in str(error.value)
        read = read_split(config.model_copy(update={"skip_bad": True}), "train", sides=LABELLED)
        assert read is not None
        assert read.skipped == 2
        assert (read.sources, read.targets) == (["good", "bad"], ["positive", "negative"])

    def test_nothing_but_unknown_labels(self, write: Write) -> None:
        config = DataConfig(train=str(write("train.tsv", "good\tyes\n")), labels=SENTIMENT, skip_bad=True)
        with refused("data.no-usable-rows", "train.tsv:1: ", "'yes'"):
            read_split(config, "train", sides=LABELLED)


class TestNoSource:
    """A column of text, and nothing to start from."""

    def test_tsv(self, write: Write, bad: BadRows, together: Together) -> None:
        path = write("a.tsv", "id\ttext\n7\tone two\n8\tthree\n")
        assert together(read_tsv(path, ALONE, extra_columns=False, bad=bad)) == [
            (2, "", "one two", None),
            (3, "", "three", None),
        ]
        first = ColumnsConfig(source=None, target=0)
        path = write("b.tsv", "one two\nthree\tx\n\nfour\n")
        # Of a single column, an empty line is a blank text: one of those that preparation leaves out.
        assert [row[2] for row in together(read_tsv(path, first, extra_columns=False, bad=bad))] == [
            "one two",
            "",
            "four",
        ]
        assert bad.first == [f"{path}:2: expected 1 column (target), found 2."]
        second = ColumnsConfig(source=None, target=1)
        assert together(read_tsv(path, second, extra_columns=False, bad=BadRows())) == [(2, "", "x", None)]

    def test_csv(self, write: Write, bad: BadRows, together: Together) -> None:
        path = write("a.csv", 'id,text,kind\n7,"one,\ntwo",x\n8,three,\n')
        columns = ALONE.model_copy(update={"group": "kind"})
        rows = together(read_csv(path, columns, extra_columns=False, bad=bad))
        assert rows == [(2, "", "one, two", "x"), (4, "", "three", None)]

    def test_jsonl(self, write: Write, bad: BadRows, together: Together) -> None:
        path = write("a.jsonl", '{"text": "one"}\n{"source": "x", "target": "y"}\n{"text": null}\n')
        assert together(read_jsonl(path, ALONE, bad=bad)) == [(1, "", "one", None)]
        assert bad.first == [
            f"{path}:2: no key 'text'. Its keys: 'source', 'target'.",
            f"{path}:3: 'text' is null, not text.",
        ]

    def test_parquet(self, tmp_path: Path, bad: BadRows, together: Together) -> None:
        path = tmp_path / "a.parquet"
        parquet.write_table(pa.table({"id": [7, 8], "text": ["one", "two"]}), path)
        assert together(read_parquet(path, ALONE, bad)) == [(1, "", "one", None), (2, "", "two", None)]
        assert together(read_parquet(path, ColumnsConfig(source=None, target=1), bad))[1][2] == "two"
        with refused("data.no-column", "'words'", "--set data.columns.target=NAME"):
            together(read_parquet(path, ColumnsConfig(source=None, target="words"), bad))


class TestNumbersAsLabels:
    """A label may be a number or a truth value, where a table has types; a text may not."""

    def write_all(self, folder: Path, labels: list[object]) -> list[Path]:
        records = [{"text": f"t{n}", "label": label} for n, label in enumerate(labels)]
        (folder / "a.jsonl").write_text("".join(json.dumps(record) + "\n" for record in records))
        parquet.write_table(pa.Table.from_pylist(records), folder / "a.parquet")
        return [folder / "a.jsonl", folder / "a.parquet"]

    def read(self, path: Path, *, labels: bool, bad: BadRows, together: Together) -> list[str]:
        if path.suffix == ".jsonl":
            return [row[2] for row in together(read_jsonl(path, NAMES, sides=LABELLED if labels else TEXTS, bad=bad))]
        return [row[2] for row in together(read_parquet(path, NAMES, bad, sides=LABELLED if labels else TEXTS))]

    @pytest.mark.parametrize(
        ("labels", "expected"),
        [([1, 0, -10], ["1", "0", "-10"]), ([True, False], ["true", "false"]), (["x", "1"], ["x", "1"])],
    )
    def test_they_are_taken_as_text(
        self, tmp_path: Path, bad: BadRows, together: Together, labels: list[object], expected: list[str]
    ) -> None:
        for path in self.write_all(tmp_path, labels):
            assert self.read(path, labels=True, bad=bad, together=together) == expected
        assert not bad.count

    def test_where_text_is_wanted_they_are_refused(self, tmp_path: Path, together: Together) -> None:
        for path in self.write_all(tmp_path, [1, 0]):
            bad = BadRows()
            assert self.read(path, labels=False, bad=bad, together=together) == []
            assert bad.first[0] == f"{path}:1: 'label' is a number, not text."

    def test_what_is_neither_is_refused(self, tmp_path: Path, together: Together) -> None:
        for path in self.write_all(tmp_path, [0.5, None]):
            bad = BadRows()
            assert self.read(path, labels=True, bad=bad, together=together) == []
            assert bad.first == [f"{path}:1: 'label' is a number, not text.", f"{path}:2: 'label' is null, not text."]

    def test_the_text_of_a_labelled_row_is_text(self, write: Write, bad: BadRows, together: Together) -> None:
        path = write("a.jsonl", '{"text": 7, "label": 1}\n')
        assert together(read_jsonl(path, NAMES, sides=LABELLED, bad=bad)) == []
        assert bad.first == [f"{path}:1: 'text' is a number, not text."]

    @pytest.mark.parametrize("value", ["1", "true"])
    def test_they_can_be_named(self, write: Write, value: str) -> None:
        path = write("train.jsonl", f'{{"text": "good", "label": {value}}}\n')
        config = DataConfig(train=str(path), columns=NAMES, labels={value: "positive"})
        read = read_split(config, "train", sides=LABELLED)
        assert read is not None
        assert read.targets == ["positive"]


class TestDocuments:
    """Plain text and tunes are read where text is generated, and nowhere else."""

    @pytest.mark.parametrize("name", ["a.txt", "a.abc", "a.txt.gz", "a.abc.gz"])
    def test_by_their_endings(self, write: Write, tmp_path: Path, name: str) -> None:
        path = write(name, "x")
        (piece,) = locate(str(path), ALONE, side=SideKind.TAGS)
        assert isinstance(piece, Table)
        assert piece.kind == path.suffixes[0]
        assert shards(tmp_path, ALONE, side=SideKind.TAGS) == [piece]
        assert search(tmp_path, ("a",), ALONE, side=SideKind.TAGS) == ("a", [piece])
        assert search(tmp_path, ("a",), ALONE) is None
        with refused("data.unknown-kind", "(.tsv, .csv, .jsonl, .json, .parquet, "):
            locate(str(path), ALONE)
        with refused("data.no-data-file", "(.tsv, .csv, .jsonl, .json, .parquet, "):
            shards(tmp_path, ALONE)

    def test_other_endings_list_them(self, write: Write, tmp_path: Path) -> None:
        path = write("a.doc", "x")
        with refused("data.unknown-kind", ".parquet, ", ".txt, .abc."):
            locate(str(path), ALONE, side=SideKind.TAGS)
        with refused("data.no-data-file", ".txt, .abc) ", " a.doc."):
            shards(tmp_path, ALONE, side=SideKind.TAGS)

    def test_splits_of_a_folder(self, write: Write, tmp_path: Path) -> None:
        write("train/1.txt", "one\n")
        write("train/2.txt.gz", b"")
        dev = write("dev.txt", "a\nb\n\nc\n")
        config = DataConfig(path=str(tmp_path), columns=ColumnsConfig(source=None, target=0))
        found = find_splits(config, sides=TAGGED)
        assert found["test"] is None
        assert found["train"] is not None
        assert [origin.label for origin in found["train"].origins] == [
            f"{tmp_path}/train/1.txt",
            f"{tmp_path}/train/2.txt.gz",
        ]
        assert found["dev"] is not None
        raw = found["dev"].read(tmp_path / "dev.arrow")
        assert raw.dataset["target"][:] == ["a b", "c"]
        assert raw.where(1) == f"{dev}:4"
        lines = read_split(config.model_copy(update={"unit": "line"}), "dev", sides=TAGGED)
        assert lines is not None
        assert lines.targets == ["a", "b", "c"]
        named = config.model_copy(update={"splits": config.splits.model_copy(update={"dev": ("dev", "val")})})
        with pytest.raises(DataError) as caught:
            read_split(named, "dev", sides=TEXTS)
        assert caught.value.code == "data.no-such-split"

    def test_a_whole_data_set_is_known_by_its_test_split(self, write: Write, tmp_path: Path) -> None:
        write("test.abc", "X:1\nK:G\nGAB|\n")
        read = read_pairs(str(tmp_path), sides=TAGGED)
        assert (read.sources, read.targets) == (["K:G"], ["GAB|"])

    def test_a_file_without_tunes_is_reported(self, write: Write) -> None:
        path = write("a.abc", "nothing\n")
        with refused("data.empty-file", "a.abc:"):
            read_pairs(path, sides=TAGGED)


class TestExamples:
    def read(self, write: Write, content: str, **changes: object) -> Examples:
        config = DataConfig(columns=ColumnsConfig(group=2)).model_copy(update=changes)
        return read_pairs(write("test.tsv", content), config, sides=LABELLED)

    def test_of_a_file(self, write: Write, tmp_path: Path) -> None:
        examples = self.read(write, "good\t1\tfilms\nbad\t0\n", labels=SENTIMENT)
        assert examples.name == f"{tmp_path}/test.tsv"
        assert examples.sources == ["good", "bad"]
        assert examples.targets == ["positive", "negative"]
        assert examples.groups == ["films", None]
        assert examples.skipped == 0

    def test_without_groups_and_with_rows_left_out(self, write: Write) -> None:
        examples = self.read(write, "good\t1\nbad\n", skip_bad=True)
        assert examples.groups is None
        assert examples.skipped == 1
        assert examples.targets == ["1"]

    def test_of_a_split_that_was_held_out(self, write: Write, tmp_path: Path) -> None:
        write("train.tsv", "".join(f"text {n}\t{n % 2}\n" for n in range(30)))
        prepared = prepare(DataConfig(path=str(tmp_path), cache=str(tmp_path)), CHARACTERS, seed=1, sides=LABELLED)
        examples = Examples.held_out(prepared.dev, "dev, held out")
        assert list(zip(examples.sources, examples.targets, strict=True)) == list(prepared.dev.pairs())
        assert (examples.name, examples.groups, examples.skipped) == ("dev, held out", None, 0)
        assert len(examples.sources) == 3


class TestPreparedLabels:
    @pytest.fixture
    def data(self, write: Write, tmp_path: Path) -> Callable[..., DataConfig]:
        write("data/train.tsv", "".join(f"text {n}\t{n % 3}\n" for n in range(30)))
        write("data/dev.tsv", "text 99\t2\ntext 98\t 7 \ntext 97\t\n")
        return lambda **changes: DataConfig(path=str(tmp_path / "data"), cache=str(tmp_path)).model_copy(update=changes)

    def test_a_label_is_a_target_of_one_token(self, data: Callable[..., DataConfig]) -> None:
        prepared = prepare(data(), CHARACTERS, seed=1, sides=LABELLED)
        assert isinstance(prepared.tokenizers.source, Tokenizer)
        assert isinstance(prepared.tokenizers.target, LabelVocabulary)
        assert not prepared.tokenizers.joint
        assert prepared.tokenizers.target.names == ("0", "1", "2")
        for row in range(30):
            label = prepared.train.texts(row)[1]
            assert prepared.train.target_ids(row).tolist() == [4 + int(label)]
        assert prepared.dev.target_ids(0).tolist() == [6]
        assert prepared.dev.target_ids(1).tolist() == [UNK]
        assert prepared.dev.target_ids(2).tolist() == []

    def test_the_report_counts_them(self, data: Callable[..., DataConfig], said: list[str], warned: list[str]) -> None:
        report = prepare(data(), CHARACTERS, seed=1, sides=LABELLED).report
        assert report.train.labels == {"0": 10, "1": 10, "2": 10}
        assert report.dev.labels == {"2": 1, "7": 1, "": 1}
        assert Report.from_dict(json.loads(json.dumps(report.to_dict()))) == report
        text = "\n".join(said)
        assert "       0 10, 1 10, 2 10" in text
        assert warned == ["data.blank-side", "data.label-missing", "data.label-unknown"]
        assert "'0', '1'" in text
        assert "'7', ''" in text

    def test_names_for_labels_come_before_all_else(self, data: Callable[..., DataConfig], write: Write) -> None:
        named = {"0": "negative", "1": "neutral", "2": "positive"}
        write("data/dev.tsv", "text 99\t2\n")
        prepared = prepare(data(labels=named), CHARACTERS, seed=1, sides=LABELLED)
        assert prepared.tokenizers.target.decode([4, 5, 6]) == "negative neutral positive"
        assert prepared.fingerprint != prepare(data(), CHARACTERS, seed=1, sides=LABELLED).fingerprint

    def test_the_same_text_may_have_two_labels_but_not_twice_the_same(
        self, data: Callable[..., DataConfig], write: Write
    ) -> None:
        write("data/train.tsv", "a\tx\nb\ty\na\tx\na\ty\n\tx\nc\t \n")
        write("data/dev.tsv", "d\tx\n")
        prepared = prepare(data(), CHARACTERS, seed=1, sides=LABELLED)
        assert list(prepared.train.pairs()) == [("a", "x"), ("b", "y"), ("a", "y")]
        assert prepared.report.train.removed["duplicate"] == 1
        assert prepared.report.train.removed["empty"] == 2

    def test_a_long_text_is_not_left_out_for_its_short_label(
        self, data: Callable[..., DataConfig], write: Write
    ) -> None:
        write("data/train.tsv", "a" * 150 + "\tx\nb\ty\n")
        write("data/dev.tsv", "c\ty\n")
        filters = FilterConfig(max_length=200, max_ratio=2.0)
        assert len(prepare(data(filters=filters), CHARACTERS, seed=1, sides=LABELLED).train) == 2
        filters = FilterConfig(max_length=100)
        assert len(prepare(data(filters=filters), CHARACTERS, seed=1, sides=LABELLED).train) == 1

    def test_a_second_run_opens_what_the_first_prepared(self, data: Callable[..., DataConfig], said: list[str]) -> None:
        first = prepare(data(), CHARACTERS, seed=1, sides=LABELLED)
        second = prepare(data(), CHARACTERS, seed=1, sides=LABELLED)
        assert any("prepared before" in line for line in said)
        assert second.tokenizers.fingerprint == first.tokenizers.fingerprint
        assert second.report == first.report

    def test_what_the_sides_are_decides_the_fingerprint(self, data: Callable[..., DataConfig]) -> None:
        prints = {prepare(data(), CHARACTERS, seed=1, sides=sides).fingerprint for sides in (LABELLED, TEXTS, TAGGED)}
        assert len(prints) == 3


class TestPreparedTags:
    TUNES = "".join(f"X:{n}\nM:{3 + n % 2}/4\nK:G\nGAB {'c' * n}|\n\n" for n in range(1, 31))

    @pytest.fixture
    def data(self, write: Write, tmp_path: Path) -> Callable[..., DataConfig]:
        path = write("tunes/all.abc", self.TUNES).parent
        return lambda **changes: DataConfig(train=str(path), cache=str(tmp_path / "cache")).model_copy(update=changes)

    def test_tags_are_a_source_of_a_few_tokens(self, data: Callable[..., DataConfig]) -> None:
        prepared = prepare(data(), CHARACTERS, seed=1, sides=TAGGED)
        assert isinstance(prepared.tokenizers.source, LabelVocabulary)
        assert prepared.tokenizers.source.names == ("K:G", "M:3/4", "M:4/4")
        for row in range(len(prepared.train)):
            source, _ = prepared.train.texts(row)
            assert prepared.tokenizers.source.decode(prepared.train.source_ids(row).tolist()) == source
            assert prepared.train.lengths[row, 0] == 3
        assert prepared.report.train.labels == {}

    def test_splits_are_made_of_what_there_is(self, data: Callable[..., DataConfig], said: list[str]) -> None:
        prepared = prepare(data(test_size=2, dev_size=2), CHARACTERS, seed=1, sides=TAGGED)
        assert prepared.test is not None
        sizes = (len(prepared.train), len(prepared.dev), len(prepared.test))
        assert sizes == (26, 2, 2)
        texts = [target for split in (prepared.train, prepared.dev, prepared.test) for _, target in split.pairs()]
        assert len(set(texts)) == 30
        assert prepared.report.test is not None
        assert prepared.report.test.name.endswith("tunes, held out")
        assert any("4 held out" in line for line in said)
        assert prepare(data(test_size=0, dev_size=2), CHARACTERS, seed=1, sides=TAGGED).test is None

    def test_the_end_is_held_out_if_that_is_asked_for(self, data: Callable[..., DataConfig]) -> None:
        prepared = prepare(data(test_size=3, dev_size=2, hold_out="end"), CHARACTERS, seed=1, sides=TAGGED)
        assert prepared.test is not None
        assert [target.count("c") for _, target in prepared.train.pairs()] == list(range(1, 26))
        assert [target.count("c") for _, target in prepared.test.pairs()] == [26, 27, 28]
        assert [target.count("c") for _, target in prepared.dev.pairs()] == [29, 30]

    def test_a_text_without_tags_is_whole(self, data: Callable[..., DataConfig], write: Write) -> None:
        write("tunes/all.abc", self.TUNES + "X:31\nK:none\nabc|\n")
        prepared = prepare(data(hold_out="end"), CHARACTERS, seed=1, sides=TAGGED)
        assert prepared.dev.texts(len(prepared.dev) - 1) == ("", "abc|")
        assert prepared.report.train.removed["empty"] == 0

    def test_without_a_source_the_text_stands_alone(self, data: Callable[..., DataConfig]) -> None:
        columns = ColumnsConfig(source=None, target=0)
        prepared = prepare(data(columns=columns), CHARACTERS, seed=1, sides=TAGGED)
        assert prepared.tokenizers.source.size == 4
        assert {source for source, _ in prepared.train.pairs()} == {""}
        assert set(prepared.train.lengths[:, 0].tolist()) == {1}

    def test_texts_of_any_length_stay_where_they_are_read_in_windows(self, data: Callable[..., DataConfig]) -> None:
        short = data(filters=FilterConfig(max_length=20))
        kept = prepare(short, CHARACTERS, seed=1, sides=TAGGED)
        whole = prepare(short, CHARACTERS, seed=1, sides=TAGGED, whole=True)
        assert len(kept.train) < len(whole.train) == 27
        assert whole.report.train.removed["longer than max_length"] == 0
        assert whole.fingerprint != kept.fingerprint
