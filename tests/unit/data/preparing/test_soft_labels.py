"""Labels with probabilities from files to batches."""

from pathlib import Path

import pytest

pytest.importorskip("torch")

from support.refused import refused

from seq2seq.config.data import ColumnsConfig, DataConfig
from seq2seq.config.sides import SideKind, Sides
from seq2seq.config.tokenizer import TokenizerConfig
from seq2seq.config.training import BatchConfig
from seq2seq.data.batching.loader import Loader
from seq2seq.data.batching.sampler import TokenBudgetSampler
from seq2seq.data.preparing.prepare import Prepared, prepare
from seq2seq.text.vocabulary.labels import LabelVocabulary

SIDES = Sides(SideKind.TEXT, SideKind.LABEL)
ROWS = (
    ("one", '{"joy": 0.9, "fear": 0.1}'),
    ("two", "anger"),
    ("three", '{"fear": 3, "joy": 1}'),
    ("four", '{"anger": 0.5, "joy": 0.5}'),
)
EXPECTED = {"one": [0.0, 0.1, 0.9], "two": [1.0, 0.0, 0.0], "three": [0.0, 0.75, 0.25], "four": [0.5, 0.0, 0.5]}
"""Probabilities of anger, fear and joy."""


def config(folder: Path, rows: tuple[tuple[str, str], ...] = ROWS, **more: object) -> DataConfig:
    (folder / "train.tsv").write_text("".join(f"{text}\t{label}\n" for text, label in rows), encoding="utf-8")
    (folder / "dev.tsv").write_text("five\tjoy\nsix\tanger\n", encoding="utf-8")
    settings = {"path": str(folder), "soft_labels": True, "cache": str(folder / "cache")}
    return DataConfig(**{**settings, **more})  # type: ignore[arg-type]


def prepared(data: DataConfig) -> Prepared:
    return prepare(data, TokenizerConfig(kind="char", vocabulary=60), seed=1, sides=SIDES)


def test_a_row_keeps_its_most_probable_label_and_its_batch_has_all(tmp_path: Path) -> None:
    found = prepared(config(tmp_path))
    names = found.tokenizers.target
    assert isinstance(names, LabelVocabulary)
    assert names.names == ("anger", "fear", "joy")
    assert [found.train.target_ids(row).tolist() for row in range(4)] == [[6], [4], [5], [4]]
    assert [found.dev.target_ids(row).tolist() for row in range(2)] == [[6], [4]]
    assert found.report.train.labels == {"anger": 2, "joy": 1, "fear": 1}
    sampler = TokenBudgetSampler(found.train.lengths, BatchConfig(), seed=1, where=found.train.where)
    (batch,) = Loader(found.train, sampler, found.tokenizers, seed=1, soft_labels=names).batches(0)
    assert batch.target.shape == (4, 1, 3)
    for row, target in zip(batch.rows, batch.target[:, 0].tolist(), strict=True):
        assert target == pytest.approx(EXPECTED[ROWS[row][0]])


def test_of_a_csv_file_with_a_header(tmp_path: Path) -> None:
    rows = ['"one","{""joy"": 0.9, ""fear"": 0.1}"', "two,anger"]
    (tmp_path / "train.csv").write_text("\n".join(["text,label", *rows, ""]), encoding="utf-8")
    (tmp_path / "dev.csv").write_text("text,label\nfive,joy\n", encoding="utf-8")
    columns = ColumnsConfig(source="text", target="label")
    found = prepared(DataConfig(path=str(tmp_path), columns=columns, soft_labels=True, cache=str(tmp_path / "cache")))
    assert [found.train.texts(row) for row in range(2)] == [("one", '{"joy": 0.9, "fear": 0.1}'), ("two", "anger")]


def test_labels_are_named_and_the_setting_decides_the_fingerprint(tmp_path: Path) -> None:
    rows = (("one", '{"0": 0.9, "1": 0.1}'), ("two", "1"), ("three", '{"1": 1}'), ("four", '{"1": 3, "0": 4, "2": 3}'))
    names = {"0": "joy", "1": "fear", "2": "fear", "joy": "joy", "anger": "fear"}
    found = prepared(config(tmp_path, rows, labels=names))
    texts = [found.train.texts(row)[1] for row in range(4)]
    assert texts == ['{"joy": 0.9, "fear": 0.1}', "fear", "fear", '{"fear": 0.6, "joy": 0.4}']  # 1 and 2 are one label
    plain = prepared(config(tmp_path, (("one", "0"), ("two", "1"), ("three", "1")), labels=names, soft_labels=False))
    assert plain.fingerprint != found.fingerprint


def test_bad_rows_are_named(tmp_path: Path) -> None:
    rows = (*ROWS, ("five", '{"joy": "much"}'), ("six", "{joy}"), ("seven", '{"joy": 1, "awe": 1}'))
    names = {"joy": "joy", "fear": "fear", "anger": "anger"}
    with refused("data.bad-rows") as error:
        prepared(config(tmp_path, rows, labels=names))
    message = str(error.value)
    assert all(f"train.tsv:{line}: " in message for line in (5, 6, 7))
    assert "'awe'" in message


def test_labels_that_are_never_the_most_probable_are_learnt_without_warning(tmp_path: Path) -> None:
    found = prepared(config(tmp_path, (("one", '{"joy": 0.9, "anger": 0.1}'), ("two", "joy"))))
    assert found.report.train.labels == {"joy": 2, "anger": 0}
    assert found.report.warnings() == []


@pytest.mark.parametrize("label", ["rage", '{"joy": 0.9, "anger": 0.1}'])
def test_a_development_split_whose_labels_are_all_unknown_is_refused(tmp_path: Path, label: str) -> None:
    data = config(tmp_path)
    (tmp_path / "dev.tsv").write_text(f"five\t{label}\n", encoding="utf-8")
    with refused("data.nothing-to-evaluate"):
        prepared(data)


def test_what_is_evaluated_on_has_a_file_of_its_own(tmp_path: Path) -> None:
    with refused("data.soft-without-dev"):
        prepared(config(tmp_path, path=None, train=str(tmp_path / "train.tsv")))
