"""The words that an explanation names are those that matter: planted ones are found, and without them labels fall."""

import random
import re
import secrets
import sys
from contextlib import chdir
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from support.seeds import two_seeds

from seq2seq.config.load import load_recipe
from seq2seq.inference.classifier import TextClassifier
from seq2seq.training.fit import fit

sys.path.insert(0, str(Path(__file__).parents[2] / "benchmarks"))

import explain

pytestmark = pytest.mark.system

ROOT = Path(__file__).parents[2]

CUES = {"animal": ("dog", "cat", "bird"), "house": ("roof", "door", "wall"), "food": ("bread", "soup", "rice")}
FILLERS = ("the", "a", "we", "you", "see", "find", "like", "old", "new", "big", "small", "today", "here", "there")


def rows(count: int, source: random.Random) -> list[tuple[str, str, str]]:
    """Texts of 4 to 9 fillers with one cue word anywhere: text, label, cue."""
    found = []
    for _ in range(count):
        label = source.choice(sorted(CUES))
        words = source.choices(FILLERS, k=source.randint(4, 9))
        cue = source.choice(CUES[label])
        words.insert(source.randint(0, len(words)), cue)
        found.append((" ".join(words), label, cue))
    return found


@two_seeds
def test_the_word_that_decides_is_the_strongest(tmp_path: Path) -> None:
    seed = secrets.randbelow(1_000)
    source = random.Random(seed)
    for name, count in (("train", 800), ("dev", 100)):
        lines = [f"{text}\t{label}\n" for text, label, _ in rows(count, source)]
        (tmp_path / f"{name}.tsv").write_text("".join(lines), encoding="utf-8")
    loaded = load_recipe(
        "classification/reviews",
        [
            f"training.seed={seed}",
            f"data.path={tmp_path}",
            "data.columns={source: 0, target: 1}",
            "tokenizer={kind: word, vocabulary: 40}",
            "model.embedding=32",
            "model.encoder.hidden=32",
            "training.max_epochs=12",
            "training.batch.max_tokens=512",
            "training.ema_decay=0",
        ],
    )
    classifier = TextClassifier.load(fit(loaded, tmp_path / "run").model)
    unseen = rows(100, source)
    explained = classifier.explain([text for text, _, _ in unseen])
    right = [(one, cue) for one, (_, label, cue) in zip(explained, unseen, strict=True) if one.label == label]
    assert len(right) >= 95
    found = sum(one.supporting(1)[0].text == cue for one, cue in right)
    print(f"seed {seed}: {found} of {len(right)} cues are the strongest word")
    assert found >= 0.97 * len(right)
    # A cue's fall is not the margin of other words alone: without it, the text has no label but by chance.
    falls = [one.probability - one.supporting(1)[0].probability_without for one, _ in right]
    assert np.mean(falls) >= 0.4


@two_seeds
def test_without_its_top_words_a_text_loses_its_label_sooner_than_without_random_ones(tmp_path: Path) -> None:
    seed = secrets.randbelow(1_000)
    loaded = load_recipe("classification/reviews", [f"training.seed={seed}", "training.max_epochs=3"])
    classifier = TextClassifier.load(fit(loaded, tmp_path / "runs/reviews").model)
    data = ROOT / "data/reviews/test.tsv"
    texts = [line.split("\t")[0] for line in data.read_text("utf-8").splitlines()[1:]]
    for top in (1, 3):
        falls = explain.measure(classifier, texts[:300], top=top, seeds=range(5))
        low, _ = falls.interval()
        print(f"seed {seed}, {top} words: {falls.top.mean():.3f} against {falls.random.mean():.3f}, from {low:.3f}")
        assert len(falls.top) >= 200
        assert low > 0.1
        assert (falls.random.mean(axis=1) < falls.top.mean()).all()
    run_documented_program(tmp_path)


def run_documented_program(folder: Path) -> None:
    """The program of docs/explain.md, on the model that it names."""
    page = (ROOT / "docs/explain.md").read_text("utf-8")
    (program,) = re.findall(r"^```python\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    names: dict[str, Any] = {}
    with chdir(folder):
        exec(program, names)
    assert "nats" in program
    assert names["other"].label == "negative"
