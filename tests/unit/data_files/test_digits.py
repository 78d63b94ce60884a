"""The bundled digits: what README.md says of them holds."""

import json
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path
from statistics import quantiles

import pytest

from seq2seq import resources

FOLDER = resources.data_folder() / "digits"
SIZES = {"train": 1500, "dev": 100, "test": 200}


@pytest.fixture(scope="module")
def splits() -> dict[str, list[tuple[str, list[list[int]]]]]:
    found = {}
    for split in SIZES:
        header, *lines = (FOLDER / f"{split}.tsv").read_text(encoding="utf-8").splitlines()
        assert header == "digit\trows"
        found[split] = [(digit, json.loads(rows)) for digit, rows in (line.split("\t") for line in lines)]
    return found


def test_check_knows_the_files_and_notices_a_changed_one(tmp_path: Path) -> None:
    shutil.copytree(FOLDER, tmp_path / "digits")
    (tmp_path / "strokes").mkdir()
    shutil.copy(FOLDER.parent / "strokes" / "generate.py", tmp_path / "strokes" / "generate.py")
    (tmp_path / "digits" / "dev.tsv").write_text("digit\trows\n", encoding="utf-8")
    command = [sys.executable, str(tmp_path / "digits" / "generate.py"), "--check"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (1, "dev.tsv: differs from what the generator writes\n")


@pytest.mark.parametrize("split", SIZES)
def test_sizes(splits: dict[str, list[tuple[str, list[list[int]]]]], split: str) -> None:
    assert Counter(digit for digit, _ in splits[split]) == dict.fromkeys("0123456789", SIZES[split] // 10)
    assert {(len(rows), len(row)) for _, rows in splits[split] for row in rows} == {(10, 8)}


def test_paper_is_noisy_and_no_picture_comes_twice(splits: dict[str, list[tuple[str, list[list[int]]]]]) -> None:
    pictures = [rows for some in splits.values() for _, rows in some]
    assert len({json.dumps(rows) for rows in pictures}) == sum(SIZES.values())
    low, _, high = quantiles([rows[9][0] for rows in pictures], n=4)  # some have ink there
    assert 3.5 < (high - low) / 1.349 < 5
