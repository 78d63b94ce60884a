"""The confidence of a translator, from its development split to its translations."""

import math
import random
from pathlib import Path

import pytest
from support import tiny

from seq2seq.config.data import DataConfig
from seq2seq.evaluation.confidence import ConfidenceCheck
from seq2seq.inference.translator import Translator
from seq2seq.model_folder.read import describe
from seq2seq.model_folder.writing.save import save_folder
from seq2seq.scoring.confidence import save_confidence
from seq2seq.scoring.splits import save_test_score


@pytest.fixture
def model(tmp_path: Path) -> Path:
    """A model whose references are its own translations where it is sure, and others where it is not."""
    rng = random.Random(1)
    words = sorted({word for source in tiny.SOURCES for word in source.split()})
    sources = [" ".join(rng.choices(words, k=rng.randint(1, 6))) for _ in range(1000)]
    of = tiny.recipe().model_copy(update={"data": DataConfig(path=str(tmp_path))})
    path = tmp_path / "model"
    save_folder(path, model=tiny.model(of), tokenizers=tiny.tokenizers(), recipe=of)
    found = [best for best, *_ in Translator.load(path, engine="torch").translate_nbest(sources)]
    sureness = [best.log_prob / (len(best.tokens) + 1) for best in found]
    low, middle, high = (sorted(sureness)[len(found) * share // 4] for share in (1, 2, 3))
    rows = [
        f"{source}\t{best.text if rng.random() < 1 / (1 + math.exp(4 * (middle - sure) / (high - low))) else 'Quark'}\n"
        for source, best, sure in zip(sources, found, sureness, strict=True)
    ]
    for split in ("dev", "test"):
        (tmp_path / f"{split}.tsv").write_text("".join(rows), encoding="utf-8")
    return path


def test_what_holds_is_saved_and_used(model: Path) -> None:
    check = save_confidence(model)
    assert isinstance(check, ConfidenceCheck)
    facts = describe(model).confidence
    assert facts is not None
    assert (facts.auroc, facts.gap) == (check.auroc, check.gap)
    assert facts.auroc > 0.7
    (best, *_), (nothing,) = Translator.load(model, engine="torch").translate_nbest([tiny.SOURCES[0], " "])
    assert best.confidence is not None
    assert 0 < best.confidence < 1
    assert nothing.confidence is None
    scored = save_test_score(model)
    assert scored is not None
    assert scored.to_dict()["confidence"]["translations"] == 1000  # type: ignore[index]


def test_there_is_none_for_samples_and_after_a_prefix(model: Path) -> None:
    save_confidence(model)
    translator = Translator.load(model, engine="torch")
    sampling = translator.decoding.model_copy(update={"method": "sample"})
    ((sample,),) = translator.translate_nbest([tiny.SOURCES[0]], sampling)
    ((prefixed, *_),) = translator.translate_nbest([tiny.SOURCES[0]], prefix="d")
    assert (sample.confidence, prefixed.confidence) == (None, None)


def test_what_does_not_hold_is_not_saved(model: Path, tmp_path: Path) -> None:
    assert save_confidence(model) is not None
    rows = (tmp_path / "dev.tsv").read_text(encoding="utf-8").splitlines()
    (tmp_path / "dev.tsv").write_text("".join(f"{row.split(chr(9))[0]}\tQuark\n" for row in rows), encoding="utf-8")
    assert save_confidence(model) is None
    assert describe(model).confidence is None
    assert "confidence" in describe(model).measured  # that it was tried, and what it found before is gone


def test_a_classifier_has_none(tmp_path: Path) -> None:
    assert save_confidence(tiny.save_classifier(tmp_path / "model")) is None
