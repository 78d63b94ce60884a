"""``seq2seq train``: what it asks of the loop, and what it says when the loop is done."""

import re
import shlex
import signal
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from support import tiny

from seq2seq.cli.main import cli
from seq2seq.config.data import AlignedFiles
from seq2seq.config.recipe import Recipe
from seq2seq.inference.engines.torch.load import load_folder
from seq2seq.model_folder.description import TrainingSummary
from seq2seq.training import fit as fit_module
from seq2seq.training import loop

SUMMARY = TrainingSummary(steps=1, epochs=1, seconds=1, best_step=1, metric="loss", best=1.0)


@pytest.fixture
def recipe(tmp_path: Path) -> Path:
    for name in ("train", "test"):
        rows = zip(tiny.SOURCES, tiny.TARGETS, strict=True)
        (tmp_path / f"{name}.tsv").write_text("".join(f"{s}\t{t}\n" for s, t in rows), encoding="utf-8")
    file = tmp_path / "demo.yaml"
    file.write_text(f"data:\n  path: {tmp_path}\ntraining:\n  max_steps: 5\n", encoding="utf-8")
    return file


class Fit:
    """Stands for the training loop: keeps what it was asked for, and leaves a model of random weights."""

    def __init__(self) -> None:
        self.recipe: Recipe | None = None
        self.options: dict[str, Any] = {}
        self.interrupted: signal.Signals | None = None

    def __call__(
        self, recipe: Recipe, output: Path, launch: fit_module.LaunchOptions, *, name: str | None
    ) -> loop.RunResult:
        self.recipe, self.options = recipe, {**asdict(launch), "name": name}
        shape = tiny.recipe().model_copy(update={"data": recipe.data})
        from seq2seq.model_folder.writing.save import save_folder

        save_folder(output / "model", model=tiny.model(shape), tokenizers=tiny.tokenizers(), recipe=shape)
        return loop.RunResult(output / "model", SUMMARY, self.interrupted)


@pytest.fixture
def fit(monkeypatch: pytest.MonkeyPatch) -> Fit:
    stand_in = Fit()
    monkeypatch.setattr(fit_module, "fit", stand_in)
    return stand_in


def test_options_change_the_recipe(fit: Fit, recipe: Path, tmp_path: Path) -> None:
    arguments = ["train", str(recipe), "--output", str(tmp_path / "run"), "--set", "model.embedding=32"]
    done = CliRunner().invoke(
        cli, [*arguments, "--max-time", "20m", "--max-epochs", "3", "--threads", "1", "--overwrite"]
    )
    assert done.exit_code == 0, done.output
    assert fit.recipe is not None
    assert fit.recipe.model.embedding == 32
    limits = fit.recipe.training
    assert (limits.max_time, limits.max_epochs, limits.max_steps) == (1200.0, 3, 5)
    assert fit.options == {
        "name": "demo",
        "devices": "auto",
        "accelerator": "auto",
        "threads": 1,
        "resume": False,
        "overwrite": True,
    }


@pytest.mark.usefixtures("fit")
def test_it_ends_with_the_score_and_the_next_command(recipe: Path, tmp_path: Path) -> None:
    done = CliRunner().invoke(cli, ["train", str(recipe), "--output", str(tmp_path / "run")])
    assert done.exit_code == 0, done.output
    assert done.stdout == ""
    assert "BLEU" in done.stderr
    assert f"seq2seq translate {tmp_path / 'run'}" in done.stderr
    assert "bleu" in load_folder(tmp_path / "run").description.scores["test"]  # type: ignore[operator]


def test_bad_rows_can_be_skipped(fit: Fit, recipe: Path, tmp_path: Path) -> None:
    with (tmp_path / "test.tsv").open("a", encoding="utf-8") as file:
        file.write("a row of one column\n")
    done = CliRunner().invoke(cli, ["train", str(recipe), "--output", str(tmp_path / "run"), "--skip-bad"])
    assert done.exit_code == 0, done.output
    assert fit.recipe is not None
    assert fit.recipe.data.skip_bad
    assert re.search(rf"^warning: 1 .*{tmp_path / 'test.tsv'}", done.stderr, re.MULTILINE)


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_an_interrupted_run_says_how_to_go_on(
    fit: Fit, recipe: Path, tmp_path: Path, number: signal.Signals, code: int
) -> None:
    """The command that is printed is the whole command: without its settings the run would be another one."""
    fit.interrupted = number
    run = tmp_path / "my run"
    given = ["--set", "model.tied=all", "--max-time", "20m", "--skip-bad", "--threads", "1"]
    done = CliRunner().invoke(cli, ["train", str(recipe), "--output", str(run), *given])
    assert done.exit_code == code
    command = done.stderr.split("To resume:")[1].strip()
    words = shlex.split(command)
    assert words == ["seq2seq", "train", str(recipe), "--output", str(run), *given, "--resume"]
    fit.interrupted = None
    assert CliRunner().invoke(cli, words[1:]).exit_code == 0
    assert fit.options["resume"] is True
    assert fit.options["threads"] == 1
    assert fit.recipe is not None
    assert (fit.recipe.model.tied, fit.recipe.training.max_time, fit.recipe.data.skip_bad) == ("all", 1200.0, True)


def test_a_wrong_recipe_exits_with_two(fit: Fit, recipe: Path, tmp_path: Path) -> None:
    done = CliRunner().invoke(
        cli,
        ["train", str(recipe), "--output", str(tmp_path / "run"), "--set", "model.embeding=1", "--max-time", "soon"],
    )
    assert done.exit_code == 2
    for setting in ("model.embeding", "training.max_time"):
        assert setting in done.stderr
    assert fit.recipe is None


@pytest.mark.usefixtures("fit")
def test_resume_and_overwrite_contradict_each_other(recipe: Path, tmp_path: Path) -> None:
    done = CliRunner().invoke(cli, ["train", str(recipe), "--output", str(tmp_path), "--resume", "--overwrite"])
    assert done.exit_code == 2
    assert "--overwrite" in done.stderr


def test_a_split_may_be_two_aligned_files(fit: Fit, tmp_path: Path) -> None:
    for split in ("train", "dev"):
        for side, texts in (("en", tiny.SOURCES), ("de", tiny.TARGETS)):
            (tmp_path / f"{split}.{side}").write_text("".join(f"{text}\n" for text in texts), encoding="utf-8")
    files = {split: [str(tmp_path / f"{split}.{side}") for side in ("en", "de")] for split in ("train", "dev")}
    given = [f"--dev={file}" for file in files["dev"]]
    done = CliRunner().invoke(cli, ["train", *files["train"], *given, "--output", str(tmp_path / "run")])
    assert done.exit_code == 0, done.stderr
    assert fit.recipe is not None
    assert fit.recipe.data.dev == AlignedFiles(source=files["dev"][0], target=files["dev"][1])
    done = CliRunner().invoke(cli, ["train", *files["train"], *given, "--dev=x", "--output", str(tmp_path / "run")])
    assert done.exit_code == 2
