"""Checkpoints: whole or not there, the last two, checked, read without unpickling."""

import errno
import json
import os
import pickle
from dataclasses import replace
from pathlib import Path

import pytest
import torch
import xxhash
from support.disk import Failing
from support.refused import refused
from torch import nn

from seq2seq.errors import CheckpointError
from seq2seq.models.decoder import DecoderState
from seq2seq.storage.manifest import write_checksums
from seq2seq.training.run_folder.checkpoint import (
    Checkpoints,
    Environment,
    damage,
    find,
    newest,
    optimizer_state_file,
    step_of,
)
from seq2seq.training.run_folder.state import TrainingState
from seq2seq.training.step.ema import EMA

FILES = ["average.safetensors", "carried.safetensors", "optimizer.safetensors", "state.json", "weights.safetensors"]
NOW = Environment(versions={"torch": "2.0", "seq2seq": "1"}, device="cpu", threads=2)


def made(folder: Path, *, seed: int = 0, size: int = 3, data: str = "data") -> Checkpoints:
    """A model that has taken two steps."""
    torch.manual_seed(seed)
    model = nn.Linear(size, 2)
    optimizer = torch.optim.Adam(model.parameters())
    average = EMA(model, 0.5)
    for _ in range(2):
        model(torch.ones(size)).sum().backward()
        optimizer.step()
        average.update()
    return Checkpoints(folder, model, optimizer, average, data, NOW)


def carried() -> list[DecoderState]:
    return [DecoderState((torch.full((1, 2), 1.0 * n), torch.full((1, 2), 2.0 * n))) for n in range(12)]


def values(checkpoints: Checkpoints) -> list[torch.Tensor]:
    assert checkpoints.ema is not None
    moments = checkpoints.optimizer.state_dict()["state"]
    return [
        *checkpoints.model.state_dict().values(),
        *checkpoints.ema.weights.values(),
        *(moments[number][name] for number in sorted(moments) for name in sorted(moments[number])),
    ]


def test_everything_comes_back(tmp_path: Path) -> None:
    """Of twelve processes, too, whose states must come back in their order and not in that of their names."""
    state = TrainingState(step=5, epoch=1, batch=3, best=0.1 + 0.2, averaged=2, seconds=1 / 3)
    before, after = made(tmp_path), made(tmp_path, seed=1)
    before.save(state, carried())
    saved, states = after.load()
    assert saved.state == state
    assert all(map(torch.equal, values(before), values(after)))
    assert after.ema is not None
    assert after.ema.steps == 2
    assert [one.layers[1][0, 0].item() for one in states] == [2.0 * n for n in range(12)]


def test_a_checkpoint_is_these_files_and_none_of_them_is_a_pickle(tmp_path: Path) -> None:
    made(tmp_path).save(TrainingState(step=5), carried())
    (path,) = find(tmp_path)
    assert path.name == "step-000000005"
    assert sorted(file.name for file in path.iterdir()) == sorted([*FILES, "checksums.json"])
    assert sorted(json.loads((path / "checksums.json").read_text())) == FILES
    for file in path.iterdir():
        with pytest.raises(Exception):  # noqa: B017, PT011 - whatever pickle says
            pickle.loads(file.read_bytes())


def test_the_last_two_are_kept(tmp_path: Path) -> None:
    checkpoints = made(tmp_path)
    for step in (9, 10, 11, 1_000_000_000):
        checkpoints.save(TrainingState(step=step))
    assert [path.name for path in find(tmp_path)] == ["step-1000000000", "step-000000011"]


def test_as_many_as_the_recipe_says_are_kept(tmp_path: Path) -> None:
    checkpoints = replace(made(tmp_path), retained=3)
    for step in (3, 6, 9, 12):
        checkpoints.save(TrainingState(step=step))
    assert [step_of(path) for path in find(tmp_path)] == [12, 9, 6]


def test_those_of_later_steps_go_when_there_is_a_new_one(tmp_path: Path) -> None:
    """They are damaged: the run has gone on from one before them."""
    checkpoints = made(tmp_path)
    for step in (3, 6):
        checkpoints.save(TrainingState(step=step))
    checkpoints.save(TrainingState(step=4))
    assert [path.name for path in find(tmp_path)] == ["step-000000004", "step-000000003"]


@pytest.mark.parametrize("name", [*FILES, "checksums.json"])
@pytest.mark.parametrize("how", ["byte", "cut", "gone", "empty", "folder"])
def test_whatever_befalls_a_file_is_noticed(
    tmp_path: Path, said: list[str], warned: list[str], name: str, how: str
) -> None:
    checkpoints = made(tmp_path)
    checkpoints.save(TrainingState(step=1))
    checkpoints.save(TrainingState(step=2), carried())
    file = tmp_path / "step-000000002" / name
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    match how:
        case "byte":
            file.write_bytes(content)
        case "cut":
            file.write_bytes(content[:-1])
        case "empty":
            file.write_bytes(b"")
        case _:
            file.unlink()
            if how == "folder":
                file.mkdir()
    problem = damage(tmp_path / "step-000000002")
    assert problem is not None
    assert name in problem or name == "checksums.json"
    saved, _ = checkpoints.load()
    assert saved.state.step == 1
    path = tmp_path / "step-000000002"
    assert warned == ["run.checkpoint-damaged"]
    assert f"{path}: damaged ({problem})" in said[0]


@pytest.mark.parametrize("content", ["{}", "[]", "3", "null", '{"weights.safetensors": {}}', "\x00"])
def test_checksums_that_say_nothing_are_no_proof(tmp_path: Path, content: str) -> None:
    made(tmp_path).save(TrainingState(step=1))
    (path,) = find(tmp_path)
    (path / "checksums.json").write_text(content)
    assert damage(path) is not None
    assert newest(tmp_path) is None
    assert optimizer_state_file(tmp_path) is None


def test_there_is_nothing_to_load(tmp_path: Path) -> None:
    checkpoints = made(tmp_path / "none")
    with refused("run.no-checkpoint", "/none: ", "--overwrite"):
        checkpoints.load()
    checkpoints.save(TrainingState(step=1))
    (find(tmp_path / "none")[0] / "state.json").write_text("{}")
    with refused("run.checkpoints-damaged", "/none: ", "--overwrite"):
        checkpoints.load()


def test_what_belongs_to_another_run_is_refused(tmp_path: Path) -> None:
    made(tmp_path).save(TrainingState(step=1))
    with pytest.raises(CheckpointError) as data:
        made(tmp_path, data="other").load()
    assert data.value.code == "run.other-data"
    with pytest.raises(CheckpointError) as model:
        made(tmp_path, size=4).load()
    assert model.value.code == "run.other-model"


def test_a_state_of_another_version_is_said(tmp_path: Path) -> None:
    checkpoints = made(tmp_path)
    checkpoints.save(TrainingState(step=1))
    (path,) = find(tmp_path)
    (path / "state.json").write_bytes(b'{"state": {"step": "many"}}')
    (path / "checksums.json").unlink()
    write_checksums(path, xxhash.xxh3_128)
    with pytest.raises(CheckpointError) as caught:
        checkpoints.load()
    assert caught.value.code == "run.checkpoint-unreadable"


def test_circumstances_that_differ_are_named() -> None:
    other = Environment(versions={"torch": "2.1", "seq2seq": "1", "numpy": "9"}, device="cuda", threads=4)
    assert NOW.differences(NOW) == []
    assert NOW.differences(other) == ["torch was 2.0, now 2.1", "device was cpu, now cuda", "threads was 2, now 4"]


@pytest.mark.parametrize("call", ["fsync", "rename"])
def test_a_write_that_fails_leaves_the_others_and_no_rest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    """At each of its calls, one after the other."""
    checkpoints = made(tmp_path)
    checkpoints.save(TrainingState(step=1))
    checkpoints.save(TrainingState(step=2))
    number = 0
    while True:
        with monkeypatch.context() as patch:
            failing = Failing(patch, errno.ENOSPC, number).install(call)
            try:
                checkpoints.save(TrainingState(step=3 + number))
            except CheckpointError as error:
                assert error.code == "run.checkpoint-not-written"  # noqa: PT017 - some calls succeed
                assert "No space left on device" in str(error)  # noqa: PT017
            else:
                break
        assert failing.failed
        assert [damage(path) for path in find(tmp_path)] == [None] * len(find(tmp_path))
        assert {"step-000000001", "step-000000002"} & {path.name for path in find(tmp_path)}
        assert not list(tmp_path.glob(".*"))
        number += 1
    assert number == {"fsync": 7, "rename": 1}[call]  # five files, the folder, the folder above; one rename


def test_what_cannot_be_read_back_is_no_checkpoint(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk that takes everything and gives back something else."""
    checkpoints = made(tmp_path)
    for step in (1, 2):
        checkpoints.save(TrainingState(step=step))

    def lose_the_end(path: Path) -> None:
        if path.name == "state.json":
            os.truncate(path, 5)

    monkeypatch.setattr("seq2seq.storage.atomic.sync", lose_the_end)
    with pytest.raises(CheckpointError) as caught:
        checkpoints.save(TrainingState(step=3))
    assert caught.value.code == "run.checkpoint-damaged"
    monkeypatch.undo()
    assert {path.name for path in find(tmp_path)} >= {"step-000000001", "step-000000002"}


def test_a_file_system_that_takes_no_advice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.EINVAL, "Invalid argument")

    monkeypatch.setattr(os, "posix_fadvise", refuse, raising=False)
    made(tmp_path).save(TrainingState(step=1))
    assert damage(find(tmp_path)[0]) is None


def test_a_reader_between_the_writers_renames_does_not_harm_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same step is saved twice (validation, then the end), while another run reads the moments."""
    checkpoints = made(tmp_path)
    checkpoints.save(TrainingState(step=5))
    (path,) = find(tmp_path)
    rename = Path.rename
    read: list[Path | None] = []

    def renamed(self: Path, target: Path) -> Path:
        done = rename(self, target)
        if self == path:
            read.append(optimizer_state_file(tmp_path))
        return done

    monkeypatch.setattr(Path, "rename", renamed)
    checkpoints.save(TrainingState(step=5))
    assert read == [tmp_path / ".step-000000005.old" / "optimizer.safetensors"]
    assert [found.name for found in tmp_path.iterdir()] == ["step-000000005"]
    assert damage(path) is None


def test_a_write_that_was_cut_short_is_found_and_set_right_by_the_next(tmp_path: Path) -> None:
    checkpoints = made(tmp_path)
    checkpoints.save(TrainingState(step=5))
    aside = (tmp_path / "step-000000005").rename(tmp_path / ".step-000000005.old")
    assert find(tmp_path) == [aside]
    assert newest(tmp_path) == aside
    assert checkpoints.load()[0].state.step == 5
    checkpoints.save(TrainingState(step=6))
    assert sorted(found.name for found in tmp_path.iterdir()) == ["step-000000005", "step-000000006"]
