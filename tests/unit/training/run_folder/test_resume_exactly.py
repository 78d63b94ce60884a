"""Moments at which a stop is delicate: in a validation, at the very end, and before there is anything to go on from."""

import json
import math
import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest
from support import toy
from support.kill import differences, outcome

from seq2seq.config.recipe import Recipe
from seq2seq.data.batching.batch import Batch
from seq2seq.errors import ConfigError
from seq2seq.training.distributed import Runtime
from seq2seq.training.fit import LaunchOptions, fit
from seq2seq.training.loop import TrainingLoop
from seq2seq.training.reporting.console import IntervalTotals
from seq2seq.training.run_folder import folder as run_folder
from seq2seq.training.run_folder.checkpoint import find
from seq2seq.training.run_folder.folder import check_run, open_run
from seq2seq.training.run_folder.state import IntervalState, TrainingState
from seq2seq.training.step.updater import Step
from seq2seq.training.tasks.translation import TranslationValidator
from seq2seq.training.trainer import Trainer
from seq2seq.training.validation.validation import Check, Validation, never_interrupt


def recipe(folder: Path) -> Recipe:
    """Ten steps: reports after 4 and 8 and at the end; validations after 4, 8 and at the end."""
    return toy.recipe(
        folder,
        max_steps=10,
        ema_decay=0.9,
        schedule={"name": "plateau", "warmup_steps": 2},
        validation={"every_steps": 4, "metric": "bleu"},
        log_every=4,
        checkpoint_every_steps=2,
    )


@pytest.fixture
def interrupt_validation(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Ask this process to stop as its n-th validation begins."""
    validate = TranslationValidator.validate

    def interrupt(number: int) -> None:
        count = 0

        def interrupted(self: TranslationValidator, check: Check = never_interrupt) -> Validation:
            nonlocal count
            count += 1
            if count == number:
                os.kill(os.getpid(), signal.SIGTERM)
            return validate(self, check)

        monkeypatch.setattr(TranslationValidator, "validate", interrupted)

    return interrupt


@pytest.mark.parametrize(("number", "step"), [(1, 4), (2, 8), (3, 10)])
def test_a_validation_that_is_given_up_is_done_when_the_run_goes_on(
    tmp_path: Path, interrupt_validation: Callable[[int], None], number: int, step: int
) -> None:
    made = recipe(tmp_path)
    fit(made, tmp_path / "whole")
    interrupt_validation(number)
    stopped = fit(made, tmp_path / "parts")
    assert stopped.interrupted == signal.SIGTERM
    assert stopped.summary.stopped == "interrupted by SIGTERM"
    state = json.loads((find(tmp_path / "parts" / "checkpoints")[0] / "state.json").read_text())["state"]
    assert (state["step"], state["due"], state["validations"]) == (step, True, number - 1)
    interrupt_validation(0)
    assert fit(made, tmp_path / "parts").interrupted is None
    assert differences(outcome(tmp_path / "whole"), outcome(tmp_path / "parts")) == []


@pytest.mark.parametrize("step", [0, 9, 10])
def test_a_run_that_is_asked_to_stop_at_its_last_step_reports_it_when_it_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: int
) -> None:
    made = recipe(tmp_path)
    fit(made, tmp_path / "whole")
    learn = Trainer.learn

    def interrupted(self: Trainer, batches: list[Batch]) -> Step:
        if self.state.step + 1 == max(step, 1):
            os.kill(os.getpid(), signal.SIGINT)
        return learn(self, batches)

    with monkeypatch.context() as patched:
        patched.setattr(Trainer, "learn", interrupted)
        assert fit(made, tmp_path / "parts").interrupted == signal.SIGINT
    fit(made, tmp_path / "parts")
    assert differences(outcome(tmp_path / "whole"), outcome(tmp_path / "parts")) == []
    assert [line["step"] for line in outcome(tmp_path / "parts")["metrics"] if line["kind"] == "train"] == [4, 8, 10]


def test_a_line_of_the_log_that_came_after_the_last_checkpoint_comes_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed between the last report, which is of the same step as the checkpoint before it, and what follows."""
    made = recipe(tmp_path)
    fit(made, tmp_path / "whole")

    def killed(self: TrainingLoop) -> None:
        if self.state.step == 10:
            raise KeyboardInterrupt
        validate(self)

    validate = TrainingLoop._validate
    with monkeypatch.context() as patched:
        patched.setattr(TrainingLoop, "_validate", killed)
        with pytest.raises(KeyboardInterrupt):
            fit(made, tmp_path / "parts")
    assert (tmp_path / "parts" / "metrics.jsonl").read_text().count('"step": 10, "epoch"') == 1
    fit(made, tmp_path / "parts")
    assert differences(outcome(tmp_path / "whole"), outcome(tmp_path / "parts")) == []


@pytest.mark.parametrize("norm", [0.1, float("inf"), float("nan")])
def test_what_a_window_has_summed_up_survives_a_checkpoint(norm: float) -> None:
    """JSON has no infinity."""
    window = IntervalTotals()
    assert not window
    for number in range(3):
        skipped = not math.isfinite(norm)
        step = Step(
            number + 1, 0.1 + number, norm, norm > 0.05, 0.01, units=7, units_of_all=7, examples=2, skipped=skipped
        )
        window.add(step, seconds=1.0)
    kept = TrainingState.model_validate_json(TrainingState(window=[window.state]).model_dump_json()).window
    again = IntervalTotals(kept[0])
    assert again
    assert again.state == window.state == kept[0]
    runtime = Runtime(accelerator="cpu", devices=1)
    one, other = window.figures(runtime), again.figures(runtime)
    assert {name for name in one if one[name] != other[name]} <= {"units_per_second", "examples_per_second"}
    assert not IntervalTotals(IntervalState())


def test_a_process_that_is_killed_as_it_begins_leaves_nothing_in_the_way(tmp_path: Path) -> None:
    made, folder = recipe(tmp_path), tmp_path / "run"
    folder.mkdir()
    for name in (".lock", ".owner", ".recipe.yaml.new"):
        (folder / name).write_text("half")
    assert check_run(folder, made, resume=False, overwrite=False) is False
    open_run(folder, made, resume=False)
    assert check_run(folder, made, resume=False, overwrite=False) is False  # nothing was kept: it begins again


def test_the_recipe_of_a_run_stays_while_what_it_has_left_is_deleted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else a process that is killed meanwhile would leave a folder of nobody's."""
    made, folder = recipe(tmp_path), tmp_path / "run"
    open_run(folder, made, resume=False)
    (folder / "model").mkdir()
    (folder / "model" / "config.json").write_text("{}")
    (folder / "train.log").write_text("")

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(run_folder, "atomic_file", killed)
        with pytest.raises(KeyboardInterrupt):
            open_run(folder, made, resume=False)
    assert not (folder / "model").exists()
    assert (folder / "recipe.yaml").exists()
    assert check_run(folder, made, resume=False, overwrite=False) is False


def test_a_model_that_was_being_replaced_gets_its_name_back(tmp_path: Path) -> None:
    made, folder = recipe(tmp_path), tmp_path / "run"
    open_run(folder, made, resume=False)
    (folder / ".model.old").mkdir()
    open_run(folder, made, resume=True)
    assert (folder / "model").is_dir()


def test_scratch_folders_of_other_checkpoints_are_cleared_away(tmp_path: Path) -> None:
    """A checkpoint by time comes at another step when a run goes on: nothing would ever write that scratch again."""
    made, folder = recipe(tmp_path), tmp_path / "run"
    kept = folder / "checkpoints"
    open_run(folder, made, resume=False)
    for name in (".step-000000003.new", ".step-000000003.old", "step-000000003"):
        (kept / name).mkdir(parents=True)
        (kept / name / "weights.safetensors").write_text("half")
    with pytest.raises(ConfigError) as caught:
        fit(toy.recipe(tmp_path, max_steps=4), folder)
    assert caught.value.code == "run.other-recipe"
    fit(made, folder, LaunchOptions(overwrite=True))
    for name in (".step-000000003.new", ".step-000000003.old"):
        (kept / name).mkdir()
    more = made.model_copy(update={"training": made.training.model_copy(update={"max_steps": 12})})
    fit(more, folder, LaunchOptions(resume=True))
    assert sorted(path.name for path in kept.iterdir()) == ["step-000000010", "step-000000012"]
