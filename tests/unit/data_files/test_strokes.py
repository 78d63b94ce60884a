"""The bundled strokes: what README.md says of them holds."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from seq2seq import resources

FOLDER = resources.data_folder() / "strokes"
SIZES = {"train": 1200, "dev": 100, "test": 200}
LENGTHS = {"train": (5, 61), "dev": (21, 55), "test": (11, 60)}
NUMBERS = {"train": 699, "dev": 100, "test": 200}
Rows = list[tuple[list[list[int]], str]]


@pytest.fixture(scope="module")
def splits() -> dict[str, Rows]:
    found: dict[str, Rows] = {}
    for split in SIZES:
        lines = (FOLDER / f"{split}.tsv").read_text(encoding="utf-8").splitlines()
        found[split] = [(json.loads(steps), words) for steps, words in (line.split("\t") for line in lines)]
    return found


def test_check_knows_the_files_and_notices_a_changed_one(tmp_path: Path) -> None:
    for name in ("generate.py", "train.tsv", "dev.tsv", "test.tsv"):
        shutil.copy(FOLDER / name, tmp_path / name)
    command = [sys.executable, str(tmp_path / "generate.py"), "--check"]
    assert subprocess.run(command, capture_output=True, text=True).stderr == ""
    (tmp_path / "dev.tsv").write_text("[]\tone\n", encoding="utf-8")
    done = subprocess.run(command, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (1, "dev.tsv: differs from what the generator writes\n")


@pytest.mark.parametrize("split", SIZES)
def test_sizes(splits: dict[str, Rows], split: str) -> None:
    lengths = [len(steps) for steps, _ in splits[split]]
    assert (len(lengths), min(lengths), max(lengths)) == (SIZES[split], *LENGTHS[split])
    assert {(len(step), step[2] in (0, 1)) for steps, _ in splits[split] for step in steps} == {(3, True)}


def test_no_number_is_in_two_splits(splits: dict[str, Rows]) -> None:
    numbers = {split: {words for _, words in rows} for split, rows in splits.items()}
    assert {split: len(one) for split, one in numbers.items()} == NUMBERS
    assert len(set().union(*numbers.values())) == sum(NUMBERS.values())


def test_every_word_of_test_is_in_train(splits: dict[str, Rows]) -> None:
    words = {
        split: {word for _, text in rows for word in text.replace("-", " ").split()} for split, rows in splits.items()
    }
    assert words["test"] <= words["train"]
    assert len(words["train"]) == 29  # one to nineteen, eight tens, hundred, and
