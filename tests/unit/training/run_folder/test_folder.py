"""The run folder: whether it can be used, who holds it, what is cleared away."""

import errno
import fcntl
import os
import shutil
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

import pytest
from support import tiny, toy
from support.disk import Failing
from support.refused import refused

from seq2seq.errors import CheckpointError, ConfigError, ModelError, TrainingError
from seq2seq.inference.engines.torch.load import load_folder
from seq2seq.model_folder.layout import digests
from seq2seq.training.run_folder import folder as run_folder
from seq2seq.training.run_folder.folder import check_run, lock_run, open_run


def check(folder: Path, recipe: object, *, resume: bool = False, overwrite: bool = False) -> bool:
    return check_run(folder, recipe, resume=resume, overwrite=overwrite)  # type: ignore[arg-type]


def test_a_folder_of_a_run(tmp_path: Path, said: list[str]) -> None:
    """New; opened; with a checkpoint; with another recipe."""
    recipe, folder = toy.recipe(tmp_path), tmp_path / "run"
    assert check(folder, recipe) is False
    open_run(folder, recipe, resume=False)
    assert check(folder, recipe) is False
    assert "restarts" in said[-1]
    with pytest.raises(CheckpointError) as missing:
        check(folder, recipe, resume=True)
    assert missing.value.code == "run.nothing-to-resume"
    (folder / "checkpoints" / "step-000000003").mkdir(parents=True)
    assert check(folder, recipe) is True
    assert "resuming" in said[-1]
    longer = toy.recipe(tmp_path, max_steps=99)
    with pytest.raises(ConfigError) as other:
        check(folder, longer)
    assert other.value.code == "run.other-recipe"
    assert check(folder, longer, resume=True) is True
    assert "training.max_steps: 12, now 99" in said[-1]
    assert check(folder, longer, overwrite=True) is False


def test_a_recipe_that_is_lost_costs_no_checkpoint(tmp_path: Path, warned: list[str]) -> None:
    recipe, folder = toy.recipe(tmp_path), tmp_path / "run"
    open_run(folder, recipe, resume=False)
    (folder / "checkpoints" / "step-000000003").mkdir(parents=True)
    (folder / "recipe.yaml").write_text("task: [")
    with pytest.raises(ConfigError) as caught:
        check(folder, recipe)
    assert caught.value.code == "run.recipe-lost"
    assert check(folder, recipe, resume=True) is True
    assert warned == ["run.recipe-lost"]


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
    with refused("run.folder-not-writable", "No space left on device") as caught:
        open_run(folder, toy.recipe(tmp_path, max_steps=99), resume=True)
    assert (caught.value.code, caught.value.exit_code) == ("run.folder-not-writable", 2)
    assert (folder / "recipe.yaml").read_bytes() == before
    assert [path.name for path in folder.iterdir()] == ["recipe.yaml"]


def test_a_folder_is_held_by_one_process(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    held = (
        "import sys; from pathlib import Path; from seq2seq.training.run_folder.folder import lock_run\n"
        "with lock_run(Path(sys.argv[1])): print('held', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", held, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        with refused("run.in-use", f"process {other.pid} on "), lock_run(folder):
            pass
        other.kill()
    with lock_run(folder):  # a process that dies lets go of it
        assert (folder / ".owner").read_text().startswith(f"process {os.getpid()} on ")
    assert list(folder.iterdir()) == []


def test_a_folder_that_was_made_for_nothing_goes_again(tmp_path: Path) -> None:
    with pytest.raises(TrainingError), lock_run(tmp_path / "a" / "run"):
        raise TrainingError("no data", code="test.no-data")
    assert not (tmp_path / "a" / "run").exists()
    with lock_run(tmp_path / "b"):
        (tmp_path / "b" / "recipe.yaml").write_text("x")
    assert [path.name for path in (tmp_path / "b").iterdir()] == ["recipe.yaml"]


def test_a_disk_that_fails_while_a_folder_is_let_go_hides_no_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(errno.EROFS, "Read-only file system")

    def fail() -> None:
        with lock_run(tmp_path / "run"):
            monkeypatch.setattr(Path, "unlink", refuse)
            raise TrainingError("what failed first", code="test.first")

    with refused("test.first"):
        fail()
    monkeypatch.undo()
    with lock_run(tmp_path / "run"):  # it was let go all the same
        pass


def test_a_full_disk_keeps_no_owner_and_no_one_from_trying(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_text", refuse)
    with lock_run(tmp_path / "run"):
        assert run_folder._owner(tmp_path / "run") == "unknown process"


def test_two_runs_do_not_hold_one_folder_by_two_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One opens the lock's file, the holder deletes it and ends, a third makes a new one: whatever library locks."""
    folder = tmp_path / "run"
    flock, first, third = fcntl.flock, ExitStack(), ExitStack()
    first.enter_context(lock_run(folder))
    (folder / "notes").touch()

    def late(*arguments: int) -> None:
        monkeypatch.setattr(fcntl, "flock", flock)
        first.close()
        third.enter_context(lock_run(folder))
        flock(*arguments)

    monkeypatch.setattr(fcntl, "flock", late)
    with third, pytest.raises(ConfigError) as caught, lock_run(folder):
        pass
    assert caught.value.code == "run.in-use"


def test_a_run_folder_of_links_is_cleared_through_them(tmp_path: Path) -> None:
    """`model` lies on a larger disk: the link stays, what the old run has put there goes, and nothing beside it."""
    recipe, folder, disk = toy.recipe(tmp_path), tmp_path / "run", tmp_path / "disk"
    tiny.save(disk / "model")
    (disk / "precious").mkdir()
    (disk / "precious" / "file").write_text("precious", encoding="utf-8")
    folder.mkdir()
    (folder / "model").symlink_to(disk / "model")
    (folder / "curves.png").symlink_to(disk / "precious" / "file")
    (folder / "start").symlink_to(disk / "not yet")
    open_run(folder, recipe, resume=False)
    assert (folder / "model").is_symlink()
    assert list((disk / "model").iterdir()) == []
    assert (disk / "precious" / "file").read_text(encoding="utf-8") == "precious"
    assert (folder / "start").is_symlink()
    assert not (folder / "curves.png").exists()


def test_the_model_that_a_run_starts_from_is_copied_before_anything_is_deleted(tmp_path: Path) -> None:
    recipe, folder = toy.recipe(tmp_path), tmp_path / "run"
    start = load_folder(tiny.save(tmp_path / "start"))
    tiny.save(folder / "model")
    shutil.rmtree(start.path)
    with refused("model.replaced", "config.json: "):
        open_run(folder, recipe, resume=False, initial_model=start)
    assert load_folder(folder).description.name == "tiny"
    tiny.save(start.path, attention=False)  # as a training would that goes on
    with pytest.raises(ModelError) as caught:
        open_run(folder, recipe, resume=False, initial_model=start)
    assert caught.value.code == "model.replaced"
    assert load_folder(folder).description.name == "tiny"
    shutil.rmtree(start.path)
    tiny.save(start.path)
    open_run(folder, recipe, resume=False, initial_model=start)
    assert sorted(path.name for path in folder.iterdir()) == ["recipe.yaml", "start"]
    assert digests(folder / "start").items() <= start.description.files.items()


def test_a_run_does_not_begin_in_a_model_folder(tmp_path: Path) -> None:
    """Every command would take the model that lies there for that of the run."""
    folder = tiny.save(tmp_path / "model")
    for overwrite in (False, True):
        with pytest.raises(ConfigError) as caught:
            check(folder, toy.recipe(tmp_path), overwrite=overwrite)
        assert caught.value.code == "run.folder-is-model"


@pytest.mark.parametrize(
    ("settings", "words", "resumable"),
    [
        ({"max_steps": 99}, "this run, with other settings", True),
        ({"clip_norm": 7.0}, "a run of another recipe", True),
        ({"seed": 4}, "restore the settings that cannot change", False),
    ],
)
def test_advice_about_another_recipe_works(
    tmp_path: Path, settings: dict[str, float], words: str, resumable: bool
) -> None:
    recipe, folder = toy.recipe(tmp_path), tmp_path / "run"
    open_run(folder, recipe, resume=False)
    (folder / "checkpoints" / "step-000000003").mkdir(parents=True)
    changed = recipe.model_copy(update={"training": recipe.training.model_copy(update=settings)})
    with pytest.raises(ConfigError) as caught:
        check(folder, changed)
    assert caught.value.code == "run.other-recipe"
    assert words in str(caught.value)
    assert ("restore the settings" in str(caught.value)) is not resumable
    if resumable:
        assert check(folder, changed, resume=True) is True
    else:
        with pytest.raises(CheckpointError):
            check(folder, changed, resume=True)
    assert check(folder, changed, overwrite=True) is False
