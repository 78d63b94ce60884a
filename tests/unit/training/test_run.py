"""The run folder: whether it can be used, who holds it, what is cleared away."""

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest
from support import toy
from support.disk import Failing

from seq2seq import log
from seq2seq.errors import CheckpointError, ConfigError, TrainingError
from seq2seq.training import run
from seq2seq.training.run import check_run, claimed, open_run


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    lines: list[str] = []
    monkeypatch.setattr(log, "say", lambda message, style=None: lines.append(message))  # noqa: ARG005
    return lines


def check(folder: Path, recipe: object, *, resume: bool = False, overwrite: bool = False) -> bool:
    return check_run(folder, recipe, resume=resume, overwrite=overwrite)  # type: ignore[arg-type]


def test_a_folder_of_a_run(tmp_path: Path, said: list[str]) -> None:
    """New; opened; with a checkpoint; with another recipe."""
    recipe, folder = toy.recipe(tmp_path), tmp_path / "run"
    assert check(folder, recipe) is False
    open_run(folder, recipe, resume=False)
    assert check(folder, recipe) is False
    assert said == [f"{folder}: holds a run of this recipe that has kept nothing yet; it begins again."]
    with pytest.raises(CheckpointError, match="there is no checkpoint to resume; leave --resume out"):
        check(folder, recipe, resume=True)
    (folder / "checkpoints" / "step-000000003").mkdir(parents=True)
    assert check(folder, recipe) is True
    assert said[-1] == f"{folder}: holds a run of this recipe; it goes on."
    longer = toy.recipe(tmp_path, max_steps=99)
    with pytest.raises(ConfigError, match="--resume goes on with it, --overwrite replaces it"):
        check(folder, longer)
    assert check(folder, longer, resume=True) is True
    assert said[-1] == "since the run began: training.max_steps: 12, now 99 (changes nothing of what is learnt)"
    assert check(folder, longer, overwrite=True) is False


def test_a_recipe_that_is_lost_costs_no_checkpoint(tmp_path: Path, said: list[str]) -> None:
    recipe, folder = toy.recipe(tmp_path), tmp_path / "run"
    open_run(folder, recipe, resume=False)
    (folder / "checkpoints" / "step-000000003").mkdir(parents=True)
    (folder / "recipe.yaml").write_text("task: [")
    with pytest.raises(ConfigError, match="the checkpoints beside it are there: --resume goes on with them"):
        check(folder, recipe)
    assert check(folder, recipe, resume=True) is True
    assert said[-1].startswith(f"warning: {folder / 'recipe.yaml'}: missing, damaged, or of another version: ")


def test_what_a_run_writes_goes_and_nothing_else(tmp_path: Path) -> None:
    recipe, folder = toy.recipe(tmp_path), tmp_path / "run"
    folder.mkdir()
    theirs = ["notes.txt", "model.txt", ".hidden"]
    ours = ["train.log", "metrics.jsonl", ".metrics.jsonl.new", ".curves.png.new", ".model.old", "start"]
    for name in [*theirs, *ours]:
        (folder / name).write_text("x")
    (folder / "checkpoints" / "step-000000003").mkdir(parents=True)
    open_run(folder, recipe, resume=True)
    assert {path.name for path in folder.iterdir()} >= {*theirs, "train.log", "checkpoints", "recipe.yaml"}
    open_run(folder, recipe, resume=False)
    assert {path.name for path in folder.iterdir()} == {*theirs, "recipe.yaml"}


@pytest.mark.parametrize("call", ["fsync", "replace"])
def test_a_recipe_that_cannot_be_written_stays_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    recipe, folder = toy.recipe(tmp_path), tmp_path / "run"
    open_run(folder, recipe, resume=False)
    before = (folder / "recipe.yaml").read_bytes()
    Failing(monkeypatch, errno.ENOSPC, 0, inside=folder).install(call)
    with pytest.raises(
        ConfigError, match="run: cannot be written to: No space left on device; free some space"
    ) as caught:
        open_run(folder, toy.recipe(tmp_path, max_steps=99), resume=True)
    assert caught.value.exit_code == 2
    assert (folder / "recipe.yaml").read_bytes() == before
    assert [path.name for path in folder.iterdir()] == ["recipe.yaml"]


def test_a_folder_is_held_by_one_process(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    held = (
        "import sys; from pathlib import Path; from seq2seq.training.run import claimed\n"
        "with claimed(Path(sys.argv[1])): print('held', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", held, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        message = rf"in use by another run \(process {other.pid} on .*\); name another"
        with pytest.raises(ConfigError, match=message), claimed(folder):
            pass
        other.kill()
    with claimed(folder):  # a process that dies lets go of it
        assert (folder / ".owner").read_text().startswith(f"process {os.getpid()} on ")
    assert list(folder.iterdir()) == []


def test_a_folder_that_was_made_for_nothing_goes_again(tmp_path: Path) -> None:
    with pytest.raises(TrainingError), claimed(tmp_path / "a" / "run"):
        raise TrainingError("no data")
    assert not (tmp_path / "a" / "run").exists()
    with claimed(tmp_path / "b"):
        (tmp_path / "b" / "recipe.yaml").write_text("x")
    assert [path.name for path in (tmp_path / "b").iterdir()] == ["recipe.yaml"]


def test_a_disk_that_fails_while_a_folder_is_let_go_hides_no_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(errno.EROFS, "Read-only file system")

    def fail() -> None:
        with claimed(tmp_path / "run"):
            monkeypatch.setattr(Path, "unlink", refuse)
            raise TrainingError("what failed first")

    with pytest.raises(TrainingError, match="what failed first"):
        fail()
    monkeypatch.undo()
    with claimed(tmp_path / "run"):  # it was let go all the same
        pass


def test_a_full_disk_keeps_no_owner_and_no_one_from_trying(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_text", refuse)
    with claimed(tmp_path / "run"):
        assert run._owner(tmp_path / "run") == "it does not say which"
