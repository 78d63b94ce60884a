"""`seq2seq recipes`."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from seq2seq import log, resources
from seq2seq.cli.recipes import command
from seq2seq.config.load import load_recipe
from seq2seq.errors import ConfigError, DataError


@pytest.fixture(autouse=True)
def _elsewhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    log.console.cache_clear()


def run(*arguments: str) -> Result:
    # As below `seq2seq`: click remembers the names of the help option in the command.
    return CliRunner().invoke(command, arguments, help_option_names=["-h", "--help"])


def good(*arguments: str) -> Result:
    result = run(*arguments)
    assert result.exit_code == 0, result.output
    return result


def test_the_list_has_every_recipe() -> None:
    listed = good().stdout
    assert listed == good("list").stdout
    for name in resources.recipes():
        assert f"{name}\n  " in listed
    assert "not measured yet" not in listed


def test_the_list_as_json() -> None:
    rows = json.loads(good("list", "--json").stdout)
    assert [row["name"] for row in rows] == list(resources.recipes())
    assert all(row.keys() == {"name", "title", "score", "time"} and all(row.values()) for row in rows)


def test_show_prints_the_file() -> None:
    path = resources.recipes()["toy/copy"]
    assert good("show", "toy/copy").stdout == path.read_text(encoding="utf-8")
    assert good("show", str(path)).stdout == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("arguments", [["--full"], ["--set", "training.seed=7"]])
def test_show_spells_every_setting_out(arguments: list[str]) -> None:
    Path("shown.yaml").write_text(good("show", "toy/copy", *arguments).stdout, encoding="utf-8")
    overrides = [argument for argument in arguments if "=" in argument]
    assert load_recipe("shown.yaml") == load_recipe("toy/copy", overrides)
    assert "checkpoint_every: 5m" in Path("shown.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("arguments", "path"), [([], "copy.yaml"), (["my.yaml"], "my.yaml"), (["a/b.yaml"], "a/b.yaml")]
)
def test_copy_makes_a_recipe_to_change(arguments: list[str], path: str) -> None:
    result = good("copy", "toy/copy", *arguments)
    assert load_recipe(path) == load_recipe("toy/copy")
    assert f"seq2seq train {path} --output runs/{Path(path).stem}" in result.stderr
    assert result.stdout == ""


def test_copy_into_a_folder() -> None:
    Path("recipes").mkdir()
    good("copy", "custom", "recipes")
    assert Path("recipes/custom.yaml").is_file()


def test_copy_overwrites_only_when_told_to() -> None:
    Path("copy.yaml").write_text("mine", encoding="utf-8")
    error = run("copy", "toy/copy").exception
    assert isinstance(error, ConfigError)
    assert error.where == "copy.yaml"
    assert "--force" in str(error)
    assert Path("copy.yaml").read_text(encoding="utf-8") == "mine"
    good("copy", "toy/copy", "--force")
    good("copy", "./copy.yaml", "copy.yaml", "--force")
    assert load_recipe("copy.yaml") == load_recipe("toy/copy")


def test_check_reports_every_problem_of_every_file() -> None:
    Path("a.yaml").write_text("data: {train: x}\ntraining: {max_step: 1}\ndecoding: {beam: 0}\n", encoding="utf-8")
    result = run("check", "a.yaml", "toy/copy", "b.yaml", "--set", "training.seed=2")
    assert result.exit_code == 2
    assert result.stdout == "toy/copy: good\n"
    problems = [line.partition(":") for line in result.stderr.splitlines()]
    assert [name for name, *_ in problems[:4]] == ["a.yaml", "  training.max_step", "  decoding.beam", "b.yaml"]
    assert [text[-9:] for *_, text in problems[1:3]] == [" (line 2)", " (line 3)"]


def test_check_says_which_data_are_missing() -> None:
    Path("pairs.tsv").write_text("a\tb\n", encoding="utf-8")
    text = "data: {train: pairs.tsv, dev: pair.tsv}\ntraining: {max_steps: 1}\n"
    Path("a.yaml").write_text(text, encoding="utf-8")
    result = run("check", "a.yaml", "toy/copy")
    assert result.exit_code == DataError.exit_code
    assert result.stdout == "toy/copy: good\n"
    assert "data.dev: pair.tsv: " in result.stderr
    assert "'pairs.tsv'?" in result.stderr
    good("check", "a.yaml", "--set", "data.dev=pairs.tsv")
    good("check", "a.yaml", "--set", "data={path: hf://user/name}")
    assert run("check", "a.yaml", "--set", "data.dev=pairs.tsv", "--set", "data.replay.data=no").exit_code == 1
    assert run("check", "a.yaml", "--set", "training.seed=x").exit_code == ConfigError.exit_code


def test_check_says_once_that_a_folder_is_missing() -> None:
    (found,) = json.loads(run("check", "toy/copy", "--set", "data.path=nowhere", "--json").stdout)
    assert not found["good"]
    assert [problem.split(": ")[:2] for problem in found["problems"]] == [["data.path", "nowhere"]]


def test_check_as_json() -> None:
    result = run("check", "toy/copy", "toy/sort", "--set", "training.seed=x", "--json")
    assert result.exit_code == 2
    for name, found in zip(("toy/copy", "toy/sort"), json.loads(result.stdout), strict=True):
        assert (found["file"], found["good"]) == (name, False)
        assert [problem.partition(":")[0] for problem in found["problems"]] == ["--set training.seed=x"]
    assert json.loads(good("check", "toy/copy", "--json").stdout) == [
        {"file": "toy/copy", "good": True, "problems": []}
    ]


def test_check_needs_a_file() -> None:
    assert run("check").exit_code == 2


def test_the_schema_is_json() -> None:
    assert len(json.loads(good("schema").stdout)["properties"]["task"]["enum"]) == 5


def test_names_are_completed() -> None:
    from seq2seq.cli.recipes import show

    completions = show.params[0].shell_complete(None, "phrase")  # type: ignore[arg-type]
    assert {item.value for item in completions} == {"translation/phrasebook", "translation/phrasebook_fixed_context"}
