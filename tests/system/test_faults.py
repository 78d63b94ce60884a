"""Faults of disks, data, memory and numbers: none costs a checkpoint, each is reported with its cause and remedy."""

import errno
import json
import math
import os
import random
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file
from support import toy
from support.commands import failure
from support.commands import run as command
from support.disk import Failing, fill, read_only, small_disk
from support.refused import refused
from support.runs import checkpoint, state

from seq2seq import log
from seq2seq.config.load import dump_recipe
from seq2seq.config.recipe import Recipe
from seq2seq.data.batching.batch import Batch
from seq2seq.data.reading.raw_split import Source
from seq2seq.errors import Seq2SeqError
from seq2seq.training.fit import LaunchOptions, fit
from seq2seq.training.run_folder.checkpoint import damage, find
from seq2seq.training.step.loss import Losses
from seq2seq.training.trainer import Trainer

pytestmark = pytest.mark.system

FULL = os.strerror(errno.ENOSPC)
READ_ONLY = os.strerror(errno.EROFS)
TIMES = ("seconds", "units_per_second", "examples_per_second")


def recipe_in(folder: Path, **training: object) -> Recipe:
    """Checkpoints after every third step; validations, and so the model, after the sixth and the twelfth."""
    folder.mkdir(exist_ok=True)
    return toy.recipe(folder, **{"ema_decay": 0.9, "checkpoint_every_steps": 3, **training})


def outcome(run: Path) -> dict[str, Any]:
    """All that a run comes to, but times."""
    kept = {file.name: load_file(file) for file in sorted(checkpoint(run).glob("*.safetensors"))}
    kept["model"] = load_file(run / "model" / "weights.safetensors")
    found: dict[str, Any] = {
        f"{name} {key}": value.tolist() for name, parts in kept.items() for key, value in parts.items()
    }
    entries = map(json.loads, (run / "metrics.jsonl").read_text().splitlines())
    found["metrics"] = [
        {name: value for name, value in entry.items() if name not in TIMES}
        for entry in entries
        if entry["kind"] != "checkpoint"
    ]
    return {**found, "state": state(run)["state"]}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What a run comes to that nothing befell."""
    folder = tmp_path_factory.mktemp("whole")
    fit(recipe_in(folder), folder / "run")
    return outcome(folder / "run")


@pytest.fixture
def at_step(monkeypatch: pytest.MonkeyPatch) -> Callable[[int, Callable[[], object]], None]:
    """Do something once, when a run has taken so many steps."""

    return lambda step, do: _arm(monkeypatch, step, do)


def _arm(patch: pytest.MonkeyPatch, step: int, do: Callable[[], object]) -> None:
    learn, done = Trainer.learn, []

    def learnt(self: Trainer, batches: list[Batch]) -> object:
        found = learn(self, batches)
        if self.state.step == step and not done:
            done.append(step)
            do()
        return found

    patch.setattr(Trainer, "learn", learnt)


def message_of(recipe: Recipe, run: Path) -> str | None:
    """The message of a run that cannot go on; None: it came to its end."""
    try:
        fit(recipe, run)
    except Seq2SeqError as error:
        return str(error)
    return None


def assert_intact(run: Path, *steps: int) -> None:
    """These checkpoints are there and whole, and nothing else is."""
    assert [path.name for path in find(run / "checkpoints")] == [f"step-{step:09d}" for step in steps]
    assert [damage(path) for path in find(run / "checkpoints")] == [None] * len(steps)
    assert sorted(path.name for path in (run / "checkpoints").iterdir()) == sorted(f"step-{step:09d}" for step in steps)


# --------------------------------------------------------------------------------------------------------------- disks


@pytest.mark.parametrize(
    ("step", "every_steps", "code", "named", "kept"),
    [
        (4, 12, "run.checkpoint-not-written", "step-000000006: ", (3,)),
        (4, 6, "model.unwritable", "model: ", (3,)),
        (7, 12, "run.checkpoint-not-written", "step-000000009: ", (6, 3)),
    ],
)
def test_a_full_disk_costs_no_checkpoint(
    tmp_path: Path,
    whole: dict[str, Any],
    at_step: Callable[[int, Callable[[], object]], None],
    step: int,
    every_steps: int,
    code: str,
    named: str,
    kept: tuple[int, ...],
) -> None:
    """And when there is room again, the same command ends as if nothing had been."""
    recipe = recipe_in(tmp_path, validation={"every_steps": every_steps, "metric": "loss"})
    with small_disk(tmp_path / "disk") as disk:
        at_step(step, lambda: fill(disk))
        with refused(code, named, FULL):
            fit(recipe, disk / "run")
        assert_intact(disk / "run", *kept)
        (disk / "ballast").unlink()
        fit(recipe, disk / "run")
        assert not [path for path in (disk / "run").iterdir() if path.name.endswith((".new", ".old", ".lock"))]
        if every_steps == 6:
            assert outcome(disk / "run") == whole


def fill_block(path: Path) -> None:
    """Fill a file with spaces, so that its next line needs room that the disk has not given it yet."""
    with path.open("ab") as file:
        file.write(b" " * (-path.stat().st_size % 4096))


def test_logs_that_cannot_be_written_end_no_run_and_miss_nothing(
    tmp_path: Path,
    whole: dict[str, Any],
    at_step: Callable[[int, Callable[[], object]], None],
    warned: list[str],
) -> None:
    """The disk is full from the first step to the fifth, over a line of the metrics and one of the log."""
    recipe = recipe_in(tmp_path, checkpoint_every_steps=None)
    with small_disk(tmp_path / "disk") as disk:
        run = disk / "run"
        at_step(1, lambda: fill_block(run / "metrics.jsonl"))
        at_step(1, lambda: fill(disk))
        at_step(4, lambda: log.say("a line of the log" + " and more" * 1000))
        at_step(5, (disk / "ballast").unlink)
        fit(recipe, run)
        assert outcome(run) == whole
        assert warned.count("log.not-writable") == 2
        text = (run / "train.log").read_text()
        assert text.count(" and more") == 1000
        for name in ("metrics.jsonl", "train.log"):
            assert len(re.findall(f"^warning: {run / name}: .*{FULL}", text, re.MULTILINE)) == 1


def test_a_picture_that_cannot_be_written_ends_no_run(
    tmp_path: Path, said: list[str], warned: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    Failing(monkeypatch, errno.ENOSPC, 0, 9, inside=tmp_path / "run" / ".curves.png.new").install("replace")
    result = fit(recipe_in(tmp_path), tmp_path / "run")
    assert result.summary.steps == 12
    assert not list((tmp_path / "run").glob("*curves.png*"))
    assert "report.not-writable" in warned
    (line,) = [line for line in said if "curves.png" in line]
    assert FULL in line


def test_a_disk_that_is_full_from_the_start(tmp_path: Path) -> None:
    """Whatever comes first on it: the run folder, or the prepared data."""
    recipe = recipe_in(tmp_path)
    path = tmp_path / "recipe.yaml"
    path.write_text(dump_recipe(recipe), encoding="utf-8")
    with small_disk(tmp_path / "disk", "1m") as disk:
        fill(disk)
        error = failure("train", path, "--output", disk / "run")
        assert error.code == "run.folder-not-writable"
        assert f"{disk / 'run'}: " in str(error)
        assert FULL in str(error)
        error = failure("train", path, "--output", tmp_path / "run", "--set", f"data.cache={disk / 'cache'}")
        assert error.code == "data.cache-unwritable"
        assert FULL in str(error)
        assert "--set data.cache=FOLDER" in str(error)


@pytest.mark.parametrize("call", ["fsync", "rename", "replace"])
def test_calls_that_fail_cost_no_checkpoint(
    tmp_path: Path, whole: dict[str, Any], monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    """Any of them, and the ones that follow: what is said names the cause, and the run goes on from what was kept."""
    recipe = recipe_in(tmp_path)
    with monkeypatch.context() as patch:
        counted = Failing(patch, errno.EIO, None, inside=tmp_path).install(call)
        fit(recipe, tmp_path / "counted")
    draw = random.Random(time.time_ns())
    for number in draw.sample(range(counted.count), min(counted.count, int(os.environ.get("SOAK", "2")))):
        for last in (number, counted.count * 2):
            run = tmp_path / f"run-{number}-{last}"
            with monkeypatch.context() as patch:
                failing = Failing(patch, errno.EIO, number, last, inside=run).install(call)
                message = message_of(recipe, run)
                assert message is None or (os.strerror(errno.EIO) in message and str(run) in message), failing.failed
            where = find(run / "checkpoints")
            assert [damage(path) for path in where] == [None] * len(where), failing.failed
            fit(recipe, run)
            assert outcome(run) == whole, failing.failed


def test_a_folder_that_can_only_be_read(tmp_path: Path) -> None:
    recipe = recipe_in(tmp_path)
    path = tmp_path / "recipe.yaml"
    path.write_text(dump_recipe(recipe), encoding="utf-8")
    (tmp_path / "closed").mkdir()
    with read_only(tmp_path / "closed"):
        for run in (tmp_path / "closed", tmp_path / "closed" / "run"):
            error = failure("train", path, "--output", run)
            assert (error.code, error.exit_code) == ("run.folder-not-writable", 2)
            assert f"{run}: " in str(error)
            assert READ_ONLY in str(error)


def test_a_folder_that_becomes_one_that_can_only_be_read(
    tmp_path: Path, whole: dict[str, Any], at_step: Callable[[int, Callable[[], object]], None]
) -> None:
    """As a system does with a disk that makes errors."""
    recipe, run = recipe_in(tmp_path), tmp_path / "run"
    run.mkdir()
    closed = read_only(run)
    at_step(7, closed.__enter__)
    try:
        with refused("run.checkpoint-not-written", "step-000000009: ", READ_ONLY):
            fit(recipe, run)
    finally:
        closed.__exit__(None, None, None)
    assert_intact(run, 6, 3)
    fit(recipe, run)
    assert outcome(run) == whole


def test_a_full_disk_under_a_real_process(tmp_path: Path) -> None:
    """Exit code, message, no traceback; also when what it says goes to the same disk."""
    recipe = tmp_path / "recipe.yaml"
    recipe.write_text(
        dump_recipe(recipe_in(tmp_path, max_steps=400, validation={"every_steps": 400})), encoding="utf-8"
    )
    with small_disk(tmp_path / "disk") as disk, (tmp_path / "said").open("w+") as words:
        arguments = [sys.executable, "-m", "seq2seq", "train", str(recipe), "--output", str(disk / "run")]
        process = subprocess.Popen(arguments, stdout=subprocess.DEVNULL, stderr=words)
        try:
            end = time.monotonic() + 150  # on a machine that does much else; a few seconds on a quiet one
            while process.poll() is None and not find(disk / "run" / "checkpoints") and time.monotonic() < end:
                time.sleep(0.01)
            free = fill(disk)
            assert process.wait(120) == 1
        finally:
            process.kill()
            process.wait()
        text = (tmp_path / "said").read_text()
        assert FULL in text
        assert "error: " in text
        assert "Traceback" not in text
        assert find(disk / "run" / "checkpoints")
        assert not any(map(damage, find(disk / "run" / "checkpoints")))
        with (disk / "words").open("w") as full:
            done = subprocess.run([*arguments[:3], "recipes"], stdout=subprocess.DEVNULL, stderr=full, check=False)
            assert done.returncode == 0
        free()


# ---------------------------------------------------------------------------------------------------------------- data


def cached(folder: Path) -> Path:
    """The one folder of prepared data."""
    (found,) = [path for path in (folder / "cache").iterdir() if path.is_dir()]
    return found


def stopped(folder: Path, at_step: Callable[[int, Callable[[], object]], None], step: int = 7) -> Recipe:
    """A run that something has ended; its checkpoints are those of the steps 3 and 6."""

    class Gone(Exception):  # noqa: N818 - as if the process had been
        pass

    def go() -> None:
        raise Gone

    recipe = recipe_in(folder)
    at_step(step, go)
    with pytest.raises(Gone):
        fit(recipe, folder / "run")
    assert_intact(folder / "run", 6, 3)
    return recipe


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> tuple[Recipe, Path]:
    """The recipe and the folder of a run that something has ended."""
    folder = tmp_path_factory.mktemp("kept")
    with pytest.MonkeyPatch.context() as patch:
        return stopped(folder, lambda step, do: _arm(patch, step, do)), folder / "run"


@pytest.fixture
def stopped_run(kept: tuple[Recipe, Path], tmp_path: Path) -> Recipe:
    """The same in the test's folder, where the data are not."""
    recipe, run = kept
    shutil.copytree(run, tmp_path / "run")
    return recipe


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0x10
    path.write_bytes(content)


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-9])


@pytest.mark.parametrize("spoil", [flip, cut, Path.unlink])
@pytest.mark.parametrize("name", ["train-00000.arrow", "tokenizer.model", "about.json", "checksums.json"])
def test_prepared_data_that_are_damaged_are_prepared_anew(
    tmp_path: Path,
    whole: dict[str, Any],
    at_step: Callable[[int, Callable[[], object]], None],
    warned: list[str],
    spoil: Callable[[Path], None],
    name: str,
) -> None:
    recipe = stopped(tmp_path, at_step)
    spoil(cached(tmp_path) / name)
    warned.clear()
    fit(recipe, tmp_path / "run")
    assert warned.count("data.cache-damaged") == 1
    assert outcome(tmp_path / "run") == whole


def test_data_that_go_while_they_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Deleted, or changed, after they were looked at: before they are read, and after."""
    recipe = recipe_in(tmp_path)
    path, read = tmp_path / "train.tsv", Source.read
    content = path.read_bytes()
    more = content + b"a b\tb a\n"

    def meanwhile(do: Callable[[], object], *, before: bool) -> None:
        def changed(self: Source, target: Path) -> object:
            if before:
                do()
            found = read(self, target)
            if not before:
                do()
            return found

        monkeypatch.setattr(Source, "read", changed)

    for do, code in (
        (lambda: path.unlink(missing_ok=True), "data.unreadable"),
        (lambda: path.write_bytes(more), "data.changed"),
    ):
        for before in (True, False):
            path.write_bytes(content)
            meanwhile(do, before=before)
            with refused(code, f"{path}: "):
                fit(recipe, tmp_path / "run")
            assert not (tmp_path / "run").exists()
            assert not [one for one in (tmp_path / "cache").iterdir() if one.is_dir()]


def test_data_that_go_or_change_between_two_sittings(
    tmp_path: Path, whole: dict[str, Any], at_step: Callable[[int, Callable[[], object]], None]
) -> None:
    recipe = stopped(tmp_path, at_step)
    for name in ("train.tsv", "dev.tsv"):
        path = tmp_path / name
        content = path.read_bytes()
        path.unlink()
        with refused("data.no-such-file", f"{name}: "):
            fit(recipe, tmp_path / "run")
        path.write_bytes(content + b"a b\tb a\n")
        with refused("run.other-data", "step-000000006: "):
            fit(recipe, tmp_path / "run")
        path.write_bytes(content)
    assert_intact(tmp_path / "run", 6, 3)
    shutil.rmtree(tmp_path / "cache")  # it is made again, and the same
    fit(recipe, tmp_path / "run")
    assert outcome(tmp_path / "run") == whole


@pytest.mark.parametrize(
    ("content", "skip_bad", "code"),
    [
        ("", False, "data.empty-file"),
        ("", True, "data.empty-file"),
        ("\n\n", False, "data.bad-rows"),
        ("\n\n", True, "data.no-usable-rows"),
        ("one column\n", False, "data.bad-rows"),
        ("one column\n", True, "data.no-usable-rows"),
        ("\t\n", False, "data.nothing-to-evaluate"),
        ("\t\n", True, "data.nothing-to-evaluate"),
    ],
)
def test_a_development_split_without_anything_in_it(tmp_path: Path, content: str, skip_bad: bool, code: str) -> None:
    recipe = recipe_in(tmp_path)
    recipe = recipe.model_copy(update={"data": recipe.data.model_copy(update={"skip_bad": skip_bad})})
    (tmp_path / "dev.tsv").write_text(content, encoding="utf-8")
    with refused(code, "dev.tsv"):
        fit(recipe, tmp_path / "run")
    assert not (tmp_path / "run").exists()


def test_a_tokenizer_of_the_model_that_is_damaged_stops_who_uses_it_and_not_training(
    tmp_path: Path, whole: dict[str, Any], stopped_run: Recipe
) -> None:
    tokenizer = tmp_path / "run" / "model" / "tokenizer.model"
    flip(tokenizer)
    assert f"{tokenizer}: " in str(failure("translate", tmp_path / "run", text="a b\n"))
    fit(stopped_run, tmp_path / "run")
    assert outcome(tmp_path / "run") == whole
    command("translate", tmp_path / "run", text="a b\n")


# --------------------------------------------------------------------------------------------------------------- clock


def test_a_clock_that_jumps_changes_nothing(
    tmp_path: Path, whole: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The time of day, forth and back by years."""
    draw = random.Random(1)
    monkeypatch.setattr(time, "time", lambda: draw.uniform(0.0, 4e9))
    monkeypatch.setattr(time, "time_ns", lambda: draw.randrange(4 * 10**18))
    fit(recipe_in(tmp_path, max_time="1h"), tmp_path / "run")
    assert outcome(tmp_path / "run") == whole


# ------------------------------------------------------------------------------------------------- numbers and memory


@pytest.fixture
def objective(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[..., Losses | None]], None]:
    """Put something in front of the loss; what it returns, if anything, takes the place of it."""
    from seq2seq.training.step.objective import SequenceObjective

    forward = SequenceObjective.forward

    def install(change: Callable[..., Losses | None]) -> None:
        def changed(self: SequenceObjective, *batch: Any) -> Losses:
            return change(self, *batch) or forward(self, *batch)

        monkeypatch.setattr(SequenceObjective, "forward", changed)

    return install


def none_for(numbers: Callable[[], bool], *, training: bool) -> Callable[..., Losses | None]:
    def change(self: torch.nn.Module, *_: object) -> Losses | None:
        if self.training is not training or not numbers():
            return None
        nothing = sum(parameter.sum() for parameter in self.parameters()) * float("nan")
        return Losses(nothing, nothing.detach())

    return change


def test_numbers_that_are_none_again_and_again_end_the_run_and_keep_the_last_good_state(
    tmp_path: Path,
    whole: dict[str, Any],
    objective: Callable[[Callable[..., Losses | None]], None],
    monkeypatch: pytest.MonkeyPatch,
    said: list[str],
    warned: list[str],
) -> None:
    recipe = recipe_in(tmp_path, max_skipped=3)
    path = tmp_path / "recipe.yaml"
    path.write_text(dump_recipe(recipe), encoding="utf-8")
    seen: list[int] = []
    with monkeypatch.context():
        objective(none_for(lambda: len(seen) >= 6 or seen.append(1) is not None, training=True))
        error = failure("train", path, "--output", tmp_path / "run")
        assert error.code == "training.too-many-skipped"
        for fact in ("3 steps", "step 9", str(checkpoint(tmp_path / "run"))):
            assert fact in str(error)
        assert warned.count("training.not-finite") == 3
        assert "train.tsv:" in said[-2]
        assert (tmp_path / "run" / "train.log").read_text().endswith(f"error: {error}\n")
        assert_intact(tmp_path / "run", 6, 3)
        assert failure("train", path, "--output", tmp_path / "run").code == error.code  # and again, from there
        assert_intact(tmp_path / "run", 6, 3)
    monkeypatch.undo()
    fit(recipe, tmp_path / "run")
    found = outcome(tmp_path / "run")
    assert found == {**whole, "state": found["state"]}
    assert found["state"] == whole["state"]


def test_a_run_that_stops_among_skipped_steps_counts_on(
    tmp_path: Path,
    objective: Callable[[Callable[..., Losses | None]], None],
    at_step: Callable[[int, Callable[[], object]], None],
) -> None:
    """Two of three before it was stopped: the next is one too many."""
    recipe = recipe_in(tmp_path, max_skipped=3, checkpoint_every_steps=2, validation={"every_steps": 12})
    seen: list[int] = []
    objective(none_for(lambda: len(seen) >= 4 or seen.append(1) is not None, training=True))

    def stop() -> None:
        raise KeyboardInterrupt

    at_step(7, stop)
    with refused("training.too-many-skipped", "3 steps", "step 7"):
        fit(recipe, tmp_path / "run")
    assert state(tmp_path / "run")["state"]["skipped_in_row"] == 2
    with refused("training.too-many-skipped", "3 steps", "step 7"):
        fit(recipe, tmp_path / "run")


@pytest.mark.parametrize("metric", ["loss", "bleu"])
def test_a_validation_that_comes_to_no_number(
    tmp_path: Path, objective: Callable[[Callable[..., Losses | None]], None], metric: str
) -> None:
    objective(none_for(lambda: True, training=False))
    with refused("training.loss-not-finite", "nan at step 6", "step-000000003"):
        fit(recipe_in(tmp_path, validation={"every_steps": 6, "metric": metric}), tmp_path / "run")
    assert_intact(tmp_path / "run", 3)
    assert not (tmp_path / "run" / "model").exists()


def test_too_little_memory_ends_no_run(
    tmp_path: Path, objective: Callable[[Callable[..., Losses | None]], None], said: list[str], warned: list[str]
) -> None:
    """Neither in training nor in validation: the loss over the development split is that of the whole."""
    plain = {"embedding": 0.0, "layer": 0.0, "output": 0.0, "word": 0.0}

    def without_dropout(folder: Path) -> Recipe:
        recipe = recipe_in(folder, checkpoint_every_steps=None, max_steps=2)
        model = type(recipe.model).model_validate({**recipe.model.model_dump(), "dropout": plain})
        return recipe.model_copy(update={"model": model})

    expected = fit(without_dropout(tmp_path / "enough"), tmp_path / "enough" / "run")

    def change(_: object, source: torch.Tensor, *_rest: object) -> None:
        if source.size(0) > 12:
            raise RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried to allocate 1 bytes.")

    objective(change)
    found = fit(without_dropout(tmp_path / "little"), tmp_path / "little" / "run")
    assert found.summary.best is not None
    assert expected.summary.best is not None
    assert math.isclose(found.summary.best, expected.summary.best, rel_tol=1e-4)
    assert set(warned) >= {"training.batch-halved"}
    for place in ("step 1: ", "validation: "):
        assert any(place in line and "(DefaultCPUAllocator" in line for line in said)


def test_one_enormous_example_ends_no_run(
    tmp_path: Path, objective: Callable[[Callable[..., Losses | None]], None], said: list[str], warned: list[str]
) -> None:
    """One of each split does not fit alone: both are named."""
    recipe = recipe_in(tmp_path)
    for name in ("train.tsv", "dev.tsv"):
        with (tmp_path / name).open("a", encoding="utf-8") as file:
            file.write("a b c d e f g h a b\tb a h g f e d c b a\n")

    def change(_: object, source: torch.Tensor, *_rest: object) -> None:
        if source.size(1) > 8:
            raise MemoryError("no more")

    objective(change)
    assert fit(recipe, tmp_path / "run").summary.steps == 12
    named = {line.rsplit(": ", 1)[1] for line in said if re.search(r"\.tsv:\d+$", line)}
    assert f"{tmp_path / 'dev.tsv'}:41" in named
    assert named <= {f"{tmp_path / 'dev.tsv'}:41", f"{tmp_path / 'train.tsv'}:261"}
    assert warned.count("training.example-left-out") >= len(named)


def test_too_little_memory_for_a_validation_by_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from seq2seq.inference.translator import Translator

    def translate_nbest(*_: object, **__: object) -> None:
        raise torch.OutOfMemoryError("CUDA out of memory.")

    monkeypatch.setattr(Translator, "translate_nbest", translate_nbest)
    with refused("training.out-of-memory", "step 6 ", "CUDA out of memory.", "training.validation.decode"):
        fit(recipe_in(tmp_path, validation={"every_steps": 6, "metric": "bleu"}), tmp_path / "run")
    assert_intact(tmp_path / "run", 3)


# --------------------------------------------------------------------------------------------------------- checkpoints


def test_a_damaged_checkpoint_is_passed_over_and_its_place_taken(
    tmp_path: Path,
    whole: dict[str, Any],
    stopped_run: Recipe,
    said: list[str],
    warned: list[str],
) -> None:
    flip(checkpoint(tmp_path / "run") / "optimizer.safetensors")
    fit(stopped_run, tmp_path / "run")
    assert warned.count("run.checkpoint-damaged") == 1
    assert any("step-000000006: " in line and "(optimizer.safetensors " in line for line in said)
    assert any("step 3, " in line for line in said)
    assert outcome(tmp_path / "run") == whole


def test_a_damaged_checkpoint_does_not_push_out_a_good_one(tmp_path: Path, stopped_run: Recipe) -> None:
    """The one of step 6 is damaged, and the run goes on from step 3: after the next, at step 4, two good ones stand."""
    cut(checkpoint(tmp_path / "run") / "weights.safetensors")
    shorter = stopped_run.model_copy(update={"training": stopped_run.training.model_copy(update={"max_steps": 4})})
    fit(shorter, tmp_path / "run", LaunchOptions(resume=True))
    assert_intact(tmp_path / "run", 4, 3)


def test_all_checkpoints_damaged_or_mixed(
    tmp_path: Path, stopped_run: Recipe, said: list[str], warned: list[str]
) -> None:
    six, three = find(tmp_path / "run" / "checkpoints")
    for name in ("state.json", "checksums.json"):  # those of the other
        (six / name).rename(tmp_path / name)
        (three / name).rename(six / name)
        (tmp_path / name).rename(three / name)
        with refused("run.checkpoints-damaged", "--overwrite"):
            fit(stopped_run, tmp_path / "run")
        assert warned.count("run.checkpoint-damaged") == 2
        warned.clear()
        (six / name).rename(tmp_path / name)
        (three / name).rename(six / name)
        (tmp_path / name).rename(three / name)
    (six / "checksums.json").write_text("{}")
    fit(stopped_run, tmp_path / "run")
    assert any("checksums.json " in line and " optimizer.safetensors, state.json, weights" in line for line in said)


def test_a_checkpoint_of_another_version_says_so_and_goes_on(
    tmp_path: Path,
    at_step: Callable[[int, Callable[[], object]], None],
    said: list[str],
    warned: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from seq2seq.training.validation import best_model

    versions = best_model.current_versions()
    monkeypatch.setattr(best_model, "current_versions", lambda: {**versions, "torch": "1.0"})
    recipe = stopped(tmp_path, at_step)
    monkeypatch.setattr(best_model, "current_versions", lambda: versions)
    fit(recipe, tmp_path / "run")
    assert "run.environment-changed" in warned
    assert any("torch" in line and "1.0, " in line and versions["torch"] in line for line in said)


@pytest.mark.parametrize("content", [None, b"task: translation\nda", b"\x00\xff\xfe"])
def test_a_run_whose_recipe_is_lost_keeps_its_checkpoints(
    tmp_path: Path,
    whole: dict[str, Any],
    stopped_run: Recipe,
    warned: list[str],
    content: bytes | None,
) -> None:
    path = tmp_path / "run" / "recipe.yaml"
    path.unlink() if content is None else path.write_bytes(content)
    with refused("run.recipe-lost", "recipe.yaml: ", "--resume"):
        fit(stopped_run, tmp_path / "run")
    assert_intact(tmp_path / "run", 6, 3)
    fit(stopped_run, tmp_path / "run", LaunchOptions(resume=True))
    assert "run.recipe-lost" in warned
    assert outcome(tmp_path / "run") == whole


def test_what_a_killed_write_left_does_not_stay(tmp_path: Path, stopped_run: Recipe) -> None:
    left = tmp_path / "run" / "checkpoints" / ".step-000000007.new"
    left.mkdir()
    (left / "weights.safetensors").write_bytes(bytes(9))
    fit(stopped_run, tmp_path / "run")
    assert not left.exists()
    assert_intact(tmp_path / "run", 12, 9)


@pytest.mark.parametrize("spoil", [lambda text: b"\x00" * 40 + b"\n" + text, lambda text: text + b"\xff\xfe{\n3\n[]\n"])
def test_damaged_lines_of_the_metrics_cost_no_others(
    tmp_path: Path,
    whole: dict[str, Any],
    stopped_run: Recipe,
    spoil: Callable[[bytes], bytes],
) -> None:
    path = tmp_path / "run" / "metrics.jsonl"
    path.write_bytes(spoil(path.read_bytes()))
    fit(stopped_run, tmp_path / "run")
    assert outcome(tmp_path / "run") == whole


def test_metrics_that_cannot_be_rewritten_are_as_they_were(
    tmp_path: Path, stopped_run: Recipe, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A run that goes on drops what came after its checkpoint: not by emptying the file first."""
    path = tmp_path / "run" / "metrics.jsonl"
    before = path.read_bytes()
    with monkeypatch.context() as patch:
        Failing(patch, errno.ENOSPC, 0, inside=path.with_name(".metrics.jsonl.new")).install()
        with refused("run.metrics-not-written", "metrics.jsonl: ", FULL):
            fit(stopped_run, tmp_path / "run")
    assert path.read_bytes() == before
    assert find(tmp_path / "run" / "checkpoints")
