"""What is typed wrong is said in one voice: what, where, what to do; exit code 2."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from seq2seq.cli.main import COMMANDS, cli


@pytest.fixture(autouse=True)
def _elsewhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    Path("in.txt").write_text("a\n", encoding="utf-8")
    Path("My Data").mkdir()
    Path("My Data/in 1.txt").write_text("a\n", encoding="utf-8")
    Path("model").mkdir()


def refused(*arguments: str) -> str:
    """The message of a command that was typed wrong."""
    done: Result = CliRunner().invoke(cli, arguments)
    assert done.exit_code == 2, done.output
    assert done.stdout == ""
    assert done.stderr.startswith("error: ")
    assert "Traceback" not in done.stderr
    return done.stderr.removeprefix("error: ").rstrip("\n")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["translate", "--beem", "3", "model"], "--beem: no such option; did you mean --beam"),
        (["translate", "--beam", "0", "model"], "--beam: expected a whole number of at least 1, found '0'."),
        (["translate", "--beam", "x", "model"], "--beam: expected a whole number of at least 1, found 'x'."),
        (["translate", "--beam", "1.5", "model"], "--beam: expected a whole number of at least 1, found '1.5'."),
        (["translate", "--top-p", "2", "model"], "--top-p: expected a number above 0 and at most 1, found '2'."),
        (["translate", "--alpha", "x", "model"], "--alpha: expected a number of at least 0, found 'x'."),
        (["train", "x", "--output", "in.txt"], "--output: in.txt: is a file; name a folder."),
        (["translate", "model", "--output", "model"], "--output: model: is a folder; name a file."),
        (["push", "model", "a/b", "--license", "A B"], "--license: 'A B' is not "),
        (["recipes", "chek"], "No such command 'chek'; did you mean 'check'?"),
        (["bench", "nothing"], "No such command 'nothing'; there are "),
        (
            ["translate", "model", "--engine", "onx"],
            "--engine: 'onx' is not one of 'auto', 'torch', ",
        ),
    ],
)
def test_what_is_wrong_is_named_first(arguments: list[str], message: str) -> None:
    assert refused(*arguments).startswith(message)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["translate"], "MODEL is missing."),
        (["train", "x"], "--output is missing."),
        (["translate", "--beam"], "--beam: a value is missing."),
        (["info", "model", "--json=3"], "--json: takes no value."),
        (["info", "My", "Data"], "too many arguments: Data (names with blanks in them are put in quotes)."),
        (["translate", "--nothing-like-it", "model"], "--nothing-like-it: no such option."),
    ],
)
def test_the_command_is_shown_where_that_helps(arguments: list[str], message: str) -> None:
    first, *rest = refused(*arguments).splitlines()
    assert first == message
    if rest:
        assert rest[0].startswith(f"  Usage: seq2seq {arguments[0]} [OPTIONS]")
        assert rest[1] == f"  More: seq2seq {arguments[0]} --help"


@pytest.mark.parametrize(
    ("command", "options"),
    [
        ("translate", ["model"]),
        ("classify", ["model"]),
        ("bench", ["decode", "model"]),
        ("evaluate", ["--references", "in.txt", "--hypotheses"]),
        ("evaluate", ["--hypotheses", "in.txt", "--references"]),
        ("generate", ["model", "--tags-file"]),
        ("export", ["model", "--calibrate"]),
    ],
)
def test_a_file_that_is_not_there_is_suggested(command: str, options: list[str]) -> None:
    wanted = "no such file or folder in the current folder. Did you mean 'in.txt'?"
    assert refused(command, *options, "im.txt") == f"im.txt: {wanted}"


def test_a_recipe_that_is_not_there_is_suggested() -> None:
    Path("my.yaml").touch()
    assert "did you mean 'my.yaml'?" in refused("train", "my.yml", "--output", "run")


def test_a_model_that_is_not_there_is_suggested() -> None:
    done = CliRunner().invoke(cli, ["translate", "modell"])
    assert done.exit_code == 1
    assert "there is no such folder. Did you mean 'model'?" in done.stderr


@pytest.mark.parametrize(
    ("command", "more"),
    [
        ("translate", ["--scores", "--beam", "3"]),
        ("classify", []),
        ("bench decode", []),
        ("evaluate", ["--json"]),
        ("finetune", ["--output", "run"]),
    ],
)
def test_swapped_arguments_are_put_right(command: str, more: list[str]) -> None:
    message = refused(*command.split(), "My Data/in 1.txt", "model", *more)
    assert message.splitlines()[-1] == " ".join([f"  seq2seq {command} model 'My Data/in 1.txt'", *more])


def test_a_folder_where_a_file_is_read() -> None:
    assert refused("translate", "model", "My Data") == "My Data: is a folder; name a file"


@pytest.mark.parametrize("name", COMMANDS)
def test_an_unknown_option_of_every_command(name: str) -> None:
    assert refused(name, "--xyzzy").startswith("--xyzzy: no such option")
