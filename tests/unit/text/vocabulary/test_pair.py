"""The vocabularies of both sides, as a folder keeps them."""

from pathlib import Path

import pytest
from support import tiny
from support.refused import refused

from seq2seq.text.tokenizer import Tokenizer
from seq2seq.text.vocabulary.labels import LabelVocabulary
from seq2seq.text.vocabulary.pair import VocabularyPair

LABELS = LabelVocabulary(["negative", "positive"], separated=False)
TAGS = LabelVocabulary(["K:D", "K:G"], separated=True)


def kinds() -> dict[str, tuple[VocabularyPair, set[str]]]:
    text = tiny.tokenizers(joint=False)
    return {
        "joint": (tiny.tokenizers(), {"tokenizer.model"}),
        "separate": (text, {"source.model", "target.model"}),
        "labels": (VocabularyPair(text.source, LABELS), {"source.model", "target.json"}),
        "tags": (VocabularyPair(TAGS, text.target), {"source.json", "target.model"}),
    }


@pytest.mark.parametrize("kind", ["joint", "separate", "labels", "tags"])
def test_what_is_saved_loads_back(tmp_path: Path, kind: str) -> None:
    both, files = kinds()[kind]
    both.save(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == files
    again = VocabularyPair.load(tmp_path)
    assert again.fingerprint == both.fingerprint
    assert again.joint == (kind == "joint")
    for one, other in ((again.source, both.source), (again.target, both.target)):
        assert type(one) is type(other)
        assert one.fingerprint == other.fingerprint


def test_every_kind_has_a_fingerprint_of_its_own() -> None:
    found = kinds()
    twice = VocabularyPair(found["joint"][0].source, Tokenizer(found["joint"][0].source.to_bytes()))
    prints = {both.fingerprint for both, _ in found.values()} | {twice.fingerprint}
    assert len(prints) == 5  # two equal vocabularies are not one
    assert VocabularyPair(found["tags"][0].target, TAGS).fingerprint not in prints


def test_an_empty_folder(tmp_path: Path) -> None:
    with refused("model.no-tokenizer", f"{tmp_path}: ", "tokenizer.model", "source.model", "target.model"):
        VocabularyPair.load(tmp_path)


@pytest.mark.parametrize(("missing", "named"), [("source.model", "source.model: "), ("target.json", "target.model: ")])
def test_a_side_that_is_missing(tmp_path: Path, missing: str, named: str) -> None:
    kinds()["labels"][0].save(tmp_path)
    (tmp_path / missing).unlink()
    with refused("model.unreadable", named):
        VocabularyPair.load(tmp_path)


def test_a_side_that_is_damaged(tmp_path: Path) -> None:
    kinds()["tags"][0].save(tmp_path)
    (tmp_path / "source.json").write_text("{")
    with refused("model.damaged", "source.json:"):
        VocabularyPair.load(tmp_path)
