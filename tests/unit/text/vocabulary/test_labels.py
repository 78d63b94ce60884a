"""Closed vocabularies: labels and tags."""

import json
import pickle
import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.refused import refused

from seq2seq.special import UNK
from seq2seq.text.vocabulary.labels import LabelVocabulary

NAME = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=8).filter(lambda name: not name.isspace())
TAG = NAME.filter(lambda name: len(name.split()) == 1 and name == name.strip())
NUMBERS = ["10", "9", "-1", "2.5", "1e3", "inf", "-inf", "nan", "NaN", "07", "7", "a", "B", "é", "_"]


@given(st.lists(TAG, max_size=8))
def test_tags_round_trip(tags: list[str]) -> None:
    names = LabelVocabulary.collect([" ".join(tags)], separated=True)
    ids = names.encode("  ".join(tags))
    assert names.decode(ids) == " ".join(tags) == names.normalise(" \t".join(tags))
    assert names.pieces(ids) == tags
    assert all(4 <= token < names.size for token in ids)


@given(st.lists(NAME, min_size=1, max_size=8))
def test_labels_round_trip(labels: list[str]) -> None:
    names = LabelVocabulary.collect(labels, separated=False)
    for label in labels:
        assert names.decode(names.encode(f" {label}\n")) == label.strip() == names.normalise(label)
        assert len(names.encode(label)) == 1
    assert names.size == 4 + len({label.strip() for label in labels})


@given(st.lists(st.sampled_from(NUMBERS) | NAME, max_size=12), st.integers(0, 2**16))
def test_the_order_does_not_depend_on_that_of_the_data(labels: list[str], seed: int) -> None:
    shuffled = random.Random(seed).sample(labels, k=len(labels)) + labels[:2]
    one, other = (LabelVocabulary.collect(found, separated=False) for found in (labels, shuffled))
    assert one.names == other.names
    assert one.fingerprint == other.fingerprint


@pytest.mark.parametrize("turn", [1, -1])
def test_numbers_stand_by_value_and_words_behind_them(turn: int) -> None:
    found = ["10", "9", "2.5", "-1", "nan", "b", "a", "B", "07", "7", "ten"][::turn]
    names = LabelVocabulary.collect(found, separated=False)
    assert names.names == ("-1", "2.5", "07", "7", "9", "10", "B", "a", "b", "nan", "ten")
    assert names.encode("-1") == [4]


def test_tags_are_set_apart_by_white_space_and_a_label_is_not() -> None:
    texts = ["K:G  M:6/8", "M:6/8 K:D", "", " "]
    assert LabelVocabulary.collect(texts, separated=True).names == ("K:D", "K:G", "M:6/8")
    assert LabelVocabulary.collect(texts, separated=False).names == ("K:G  M:6/8", "M:6/8 K:D")


def test_nothing_at_all_is_a_vocabulary_too() -> None:
    """Of a language model, which starts from nothing."""
    names = LabelVocabulary.collect(["", "  "], separated=True)
    assert names.size == 4
    assert names.encode("") == []
    assert names.decode([3]) == ""


def test_what_is_not_in_the_set() -> None:
    tags = LabelVocabulary(["a", "b"], separated=True)
    assert tags.encode("a c b c") == [4, UNK, 5, UNK]
    assert tags.unknown("a c b c") == ["c", "c"]
    label = LabelVocabulary(["very good", "bad"], separated=False)
    assert label.encode("good") == [UNK]
    assert label.unknown(" very good ") == []
    assert label.unknown("good") == ["good"]
    assert label.unknown(" ") == []
    assert label.encode(" ") == []


def test_special_tokens_are_passed_over_in_text_and_shown_among_pieces() -> None:
    names = LabelVocabulary(["a", "b"], separated=True)
    assert names.decode([2, 4, 1, 5, 3, 0]) == "a b"
    assert names.pieces([2, 4, 1, 5, 3, 0]) == ["<s>", "a", "<unk>", "b", "</s>", "<pad>"]


def test_it_offers_what_a_tokenizer_does() -> None:
    names = LabelVocabulary(["a", "b"], separated=True)
    assert names.encode_batch(["a b", ""]) == [[4, 5], []]
    assert not any(map(names.is_byte, range(names.size)))
    assert repr(names) == f"LabelVocabulary(2 names, {names.fingerprint[:8]})"


@given(st.lists(TAG, max_size=6, unique=True), st.booleans())
def test_it_is_the_same_when_it_has_travelled(found: list[str], separated: bool) -> None:
    names = LabelVocabulary(found, separated=separated)
    again = pickle.loads(pickle.dumps(names))
    assert (again.names, again.separated, again.fingerprint) == (names.names, separated, names.fingerprint)


def test_it_is_the_same_when_it_has_been_saved(tmp_path: Path) -> None:
    names = LabelVocabulary.collect(["sehr schön", "10", "9", '"'], separated=False)
    names.save(tmp_path / "target.json")
    again = LabelVocabulary.load(tmp_path / "target.json")
    assert (again.names, again.separated, again.fingerprint) == (names.names, False, names.fingerprint)
    assert "schön" in (tmp_path / "target.json").read_text(encoding="utf-8")  # to be read by people


def test_what_names_there_are_and_how_they_are_read_decide_the_fingerprint() -> None:
    cases = [(["a", "b"], True), (["b", "a"], True), (["a", "b"], False), (["a"], True)]
    assert len({LabelVocabulary(names, separated=separated).fingerprint for names, separated in cases}) == 4


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b"null", b'"names"', b'{"names": ["a"]}', b'{"names": 3, "separated": true}', b"\xff\xfe"],
)
def test_a_damaged_file(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "target.json"
    path.write_bytes(content)
    with refused("model.damaged", f"{path}: "):
        LabelVocabulary.load(path)


def test_a_missing_file(tmp_path: Path) -> None:
    with refused("model.unreadable", "target.json:", "No such file or directory"):
        LabelVocabulary.load(tmp_path / "target.json")


def test_a_file_is_plain_json(tmp_path: Path) -> None:
    LabelVocabulary(["a"], separated=True).save(tmp_path / "source.json")
    assert json.loads((tmp_path / "source.json").read_bytes()) == {"names": ["a"], "separated": True}
