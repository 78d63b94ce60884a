import subprocess
import sys
from pathlib import Path

import pytest

from seq2seq import resources

TOY = resources.data_folder() / "toy"
TASKS = {
    "copy": lambda symbols: symbols,
    "reverse": lambda symbols: symbols[::-1],
    "sort": sorted,
}
SIZES = {"train": 5000, "dev": 200, "test": 200}


def pairs(task: str, split: str) -> list[tuple[list[str], list[str]]]:
    lines = (TOY / task / f"{split}.tsv").read_text(encoding="utf-8").splitlines()
    assert lines[0] == "source\ttarget"
    return [(source.split(" "), target.split(" ")) for source, target in (line.split("\t") for line in lines[1:])]


def test_files_are_what_the_generator_writes() -> None:
    done = subprocess.run([sys.executable, str(TOY / "generate.py"), "--check"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_check_notices_a_changed_file(tmp_path: Path) -> None:
    script = tmp_path / "generate.py"
    script.write_text((TOY / "generate.py").read_text(encoding="utf-8"), encoding="utf-8")
    subprocess.run([sys.executable, str(script)], check=True)
    changed = tmp_path / "sort" / "dev.tsv"
    changed.write_text(changed.read_text(encoding="utf-8") + "1 2\t1 2\n", encoding="utf-8")
    done = subprocess.run([sys.executable, str(script), "--check"], capture_output=True, text=True)
    assert done.returncode == 1
    assert done.stderr.startswith("sort/dev.tsv: ")


@pytest.mark.parametrize("split", SIZES)
@pytest.mark.parametrize("task", TASKS)
def test_every_target_is_right(task: str, split: str) -> None:
    found = pairs(task, split)
    assert len(found) == SIZES[split]
    for source, target in found:
        assert 3 <= len(source) <= 12
        assert list(TASKS[task](source)) == target


@pytest.mark.parametrize(("split", "size"), {**SIZES, "train": 2000}.items())
def test_what_is_remembered_is_the_first_symbol(split: str, size: int) -> None:
    found = pairs("remember", split)
    assert len(found) == size
    for source, target in found:
        assert (2 if split == "train" else 41) <= len(source) <= 61
        assert target == source[:1]
        assert source[0].isalpha()
        assert set(source[1:]) <= {"0", "1"}


@pytest.mark.parametrize("task", [*TASKS, "remember"])
def test_no_source_stands_twice(task: str) -> None:
    sources = [" ".join(source) for split in SIZES for source, _ in pairs(task, split)]
    assert len(sources) == len(set(sources))


def test_all_files_together_are_small() -> None:
    assert sum(path.stat().st_size for path in TOY.rglob("*.tsv")) < 1_500_000
