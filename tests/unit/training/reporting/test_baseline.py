"""Losses of a guess and of the frequencies alone, by hand."""

from math import log
from pathlib import Path

import pytest
from support import tasks

from seq2seq.config.load import parse_recipe
from seq2seq.config.recipe import Recipe
from seq2seq.data.preparing.prepare import Prepared
from seq2seq.log import muted
from seq2seq.special import EOS, NAMES
from seq2seq.training.finetune.initial_model import open_data
from seq2seq.training.reporting.baseline import unigram_baseline


def prepared(recipe: Recipe, folder: Path) -> Prepared:
    with muted():
        return open_data(recipe, folder / "run", resume=False)[1]


def test_of_tokens_each_end_included(tmp_path: Path) -> None:
    """Targets b, b, a + 3 ends; V = 6, so that the add-one probabilities are a 2/12, b 3/12, EOS 4/12."""
    for name, lines in (("train", "x\tb\ny\tb\nz\ta\n"), ("dev", "x\ta b\n")):
        (tmp_path / f"{name}.tsv").write_text(lines)
    recipe = parse_recipe(
        {
            "data": {"path": str(tmp_path), "cache": str(tmp_path / "cache"), "workers": 1},
            "tokenizer": {"kind": "word", "vocabulary": 12, "joint": False},
            "model": {"tied": "none"},
            "training": {"max_steps": 1},
        },
        "a test",
    )
    data = prepared(recipe, tmp_path)
    size = data.tokenizers.target.size
    assert size == 6
    assert data.train.target_counts(size).tolist() == [0, 0, 0, 0, *sorted((2, 1), reverse=True)]
    assert data.train.target_counts(size)[EOS] == 0
    found = unigram_baseline(data, labels=False)
    assert found.uniform_loss == pytest.approx(log(6))
    assert found.unigram_loss == pytest.approx(-(log(2 / 12) + log(3 / 12) + log(4 / 12)) / 3)


def test_of_labels(tmp_path: Path) -> None:
    """The entropy of the development labels under the shares of the training labels, one example added to each."""
    recipe = tasks.classification(tmp_path)
    data = prepared(recipe, tmp_path)
    counts = data.report.train.labels
    names = data.tokenizers.target.names  # type: ignore[attr-defined]
    total = sum(counts.values()) + len(names)
    dev = [label for _, label in data.dev.pairs()]
    found = unigram_baseline(data, labels=True)
    assert found.uniform_loss == pytest.approx(log(3))
    assert found.unigram_loss == pytest.approx(-sum(log((counts[one] + 1) / total) for one in dev) / len(dev))
    assert data.tokenizers.target.size == 3 + len(NAMES)
