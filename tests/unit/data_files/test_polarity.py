import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from seq2seq import resources

from .scripts import load

FOLDER = resources.data_folder() / "polarity"
SIZES = {"dev": 150, "test": 250}
LABELS = ["negative", "neutral", "positive"]


@pytest.fixture(scope="module")
def modules() -> dict[str, ModuleType]:
    return load(FOLDER, "generate", "affixes", "roots")


@pytest.fixture(scope="module")
def splits(modules: dict[str, ModuleType]) -> Any:
    return modules["generate"].build(1)


@pytest.fixture(scope="module")
def rows() -> dict[str, list[list[str]]]:
    return {
        split: [line.split("\t") for line in (FOLDER / f"{split}.tsv").read_text(encoding="utf-8").splitlines()]
        for split in ("train", "dev", "test")
    }


def test_files_are_what_the_generator_writes(modules: dict[str, ModuleType], splits: Any) -> None:
    for name, text in modules["generate"].files(splits).items():
        assert (FOLDER / name).read_text(encoding="utf-8") == text, f"{name} differs: run generate.py"


def test_check_notices_a_changed_file(tmp_path: Path) -> None:
    copy = tmp_path / "polarity"
    shutil.copytree(FOLDER, copy, ignore=shutil.ignore_patterns("__pycache__"))
    command = [sys.executable, str(copy / "generate.py"), "--seed", "2"]
    subprocess.run(command, check=True)
    assert subprocess.run([*command, "--check"]).returncode == 0
    (copy / "test.tsv").write_text("text\tlabel\n", encoding="utf-8")
    done = subprocess.run([*command, "--check"], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (1, "test.tsv: differs from what the generator writes\n")


def test_sizes_columns_and_labels(rows: dict[str, list[list[str]]]) -> None:
    assert all(found[0] == ["text", "label"] for found in rows.values())
    assert {split: len(rows[split]) - 1 for split in SIZES} == SIZES
    assert len(rows["train"]) > 1500
    for split in SIZES:
        counts = Counter(label for _, label in rows[split][1:])
        assert sorted(counts) == LABELS
        assert max(counts.values()) - min(counts.values()) <= 1
    shares = Counter(label for _, label in rows["train"][1:])
    assert all(0.25 < shares[label] / shares.total() < 0.42 for label in LABELS)


def test_every_row_is_one_word_and_no_word_stands_twice(rows: dict[str, list[list[str]]]) -> None:
    found = [word for split in rows.values() for word, _ in split[1:]]
    assert len(found) == len(set(found))
    assert all(word.isascii() and word.isalpha() and word.islower() and len(word) >= 2 for word in found)


def test_the_parts_of_an_unseen_word_are_in_train(modules: dict[str, ModuleType], splits: Any) -> None:
    shown = Counter(part for word in splits["train"] for part in word.parts)
    for word in splits["dev"] + splits["test"]:
        for part in word.parts:
            assert shown[part] >= modules["generate"].FAMILIAR[part[0]], (word, part)


def test_one_part_alone_does_not_tell(splits: Any) -> None:
    """The most frequent polarity of a word's root, or of its affixes, is often wrong: both have to be read."""

    def accuracy(parts: Any) -> float:
        seen: dict[Any, Counter[int]] = {}
        for word in splits["train"]:
            seen.setdefault(parts(word), Counter())[word.polarity] += 1
        guesses = [seen[parts(word)].most_common(1)[0][0] if parts(word) in seen else 0 for word in splits["test"]]
        return sum(guess == word.polarity for guess, word in zip(guesses, splits["test"], strict=True)) / SIZES["test"]

    assert 0.34 < accuracy(lambda word: (word.prefix, word.suffix)) < 0.85
    assert 0.34 < accuracy(lambda word: word.root) < 0.85


WORDS = [
    ("use", "", "ful", "useful"),
    ("beauty", "", "ful", "beautiful"),
    ("mercy", "", "less", "merciless"),
    ("happy", "un", "ness", "unhappiness"),
    ("reliable", "un", "ity", "unreliability"),
    ("gentle", "", "ly", "gently"),
    ("agree", "dis", "ed", "disagreed"),
    ("agree", "", "able", "agreeable"),
    ("forget|forgett", "un", "able", "unforgettable"),
    ("forget|forgett", "", "ful", "forgetful"),
    ("courage", "", "ous", "courageous"),
    ("courage", "en", "ing", "encouraging"),
    ("grace", "", "ful", "graceful"),
    ("fury", "", "ous", "furious"),
    ("terrify", "", "ing", "terrifying"),
    ("fantastic", "", "ally", "fantastically"),
]  # fmt: skip


@pytest.mark.parametrize(("root", "prefix", "suffix", "word"), WORDS)
def test_spelling(modules: dict[str, ModuleType], root: str, prefix: str, suffix: str, word: str) -> None:
    assert prefix + modules["affixes"].spell(root, suffix) == word


POLARITIES = [
    (1, "", "ful", 1),
    (1, "", "less", -1),
    (1, "un", "ful", -1),
    (-1, "", "less", 1),
    (-1, "", "ful", -1),
    (-1, "un", "ed", 1),
    (0, "un", "ing", 0),
    (1, "mis", "ed", -1),
]


@pytest.mark.parametrize(("valence", "prefix", "suffix", "expected"), POLARITIES)
def test_polarities(modules: dict[str, ModuleType], valence: int, prefix: str, suffix: str, expected: int) -> None:
    assert modules["affixes"].polarity(valence, prefix, suffix) == expected


def test_well_known_words_have_the_label_they_should(rows: dict[str, list[list[str]]]) -> None:
    labels = {word: label for found in rows.values() for word, label in found[1:]}
    expected = {"painless": "positive", "useless": "negative", "unlock": "neutral", "unhappiness": "negative"}
    expected |= {"misunderstanding": "negative", "harmless": "positive", "repainting": "neutral", "joyless": "negative"}
    assert {word: labels[word] for word in expected} == expected
