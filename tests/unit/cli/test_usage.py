"""What is typed wrong is said in one voice: what, where, what to do; exit code 2."""

from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from seq2seq.cli.main import COMMANDS, cli
from seq2seq.cli.usage import RENAMED, Group


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
    ("arguments", "named", "facts"),
    [
        (["translate", "--beem", "3", "model"], "--beem", ["--beam"]),
        (["translate", "--beam", "0", "model"], "--beam", ["at least 1", "'0'"]),
        (["translate", "--beam", "x", "model"], "--beam", ["at least 1", "'x'"]),
        (["translate", "--beam", "1.5", "model"], "--beam", ["at least 1", "'1.5'"]),
        (["translate", "--top-p", "2", "model"], "--top-p", ["above 0", "at most 1", "'2'"]),
        (["translate", "--alpha", "x", "model"], "--alpha", ["at least 0", "'x'"]),
        (["train", "x", "--output", "in.txt"], "--output", ["in.txt", "folder"]),
        (["translate", "model", "--output", "model"], "model: ", ["file"]),
        (["translate", "model", "--output", "no where/out.txt"], "no where/out.txt: ", ["mkdir -p 'no where'"]),
        (["generate", "model", "--output", "in.txt/out.txt"], "in.txt/out.txt: ", ["in.txt is a file"]),
        (["classify", "model", "--output", "nowhere/out.txt"], "nowhere/out.txt: ", ["mkdir -p nowhere"]),
        (["evaluate", "model", "--confusion-png", "nowhere/a.png"], "nowhere/a.png: ", ["mkdir -p nowhere"]),
        (["push", "model", "a/b", "--license", "A B"], "--license", ["'A B'"]),
        (["translate", "model", "--engine", "onx"], "--engine", ["'onx'", "'auto', 'torch', "]),
        (["recipes", "chek"], "No such command 'chek'; did you mean 'check'?", []),
        (["bench", "nothing"], "No such command 'nothing'; there are decode, train.", []),
    ],
)
def test_what_is_wrong_is_named_first(arguments: list[str], named: str, facts: list[str]) -> None:
    message = refused(*arguments)
    assert message.startswith(named)
    assert [fact for fact in facts if fact not in message] == []


@pytest.mark.parametrize(
    ("arguments", "named", "usage"),
    [
        (["translate"], "MODEL", True),
        (["train", "x"], "--output", True),
        (["translate", "--beam"], "--beam", False),
        (["info", "model", "--json=3"], "--json", False),
        (["info", "My", "Data"], "Data", True),
        (["translate", "--nothing-like-it", "model"], "--nothing-like-it", True),
        (["translate", "--beam", "0", "model"], "--beam", False),
    ],
)
def test_the_command_is_shown_where_that_helps(arguments: list[str], named: str, usage: bool) -> None:
    first, *rest = refused(*arguments).splitlines()
    assert named in first
    assert bool(rest) is usage
    if usage:
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
    message = refused(command, *options, "im.txt")
    assert message.startswith("im.txt: ")
    assert message.endswith("'in.txt'?")


def test_a_recipe_that_is_not_there_is_suggested() -> None:
    Path("my.yaml").touch()
    assert "'my.yaml'?" in refused("train", "my.yml", "--output", "run")


def test_a_model_that_is_not_there_is_suggested() -> None:
    done = CliRunner().invoke(cli, ["translate", "modell"])
    assert done.exit_code == 1
    assert done.stderr.startswith("error: modell: ")
    assert "'model'?" in done.stderr


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
    assert refused("translate", "model", "My Data").startswith("My Data: ")


@pytest.mark.parametrize("name", COMMANDS)
def test_an_unknown_option_of_every_command(name: str) -> None:
    assert refused(name, "--xyzzy").startswith("--xyzzy: no such option")


def group(command: str, old: str, current: str) -> click.Group:
    """A group whose one command has the current name of an option, and prints what it was given."""

    @click.command(command)
    @click.option(current, "value")
    @click.argument("words", nargs=-1)
    def echo(value: str | None, words: tuple[str, ...]) -> None:
        click.echo(f"{value} {' '.join(words)}")

    assert old in RENAMED[command]
    return Group(commands={command: echo})


@pytest.mark.parametrize(
    ("command", "old", "current"),
    [(command, old, current) for command, names in RENAMED.items() for old, current in names.items()],
)
def test_an_option_by_its_old_name(command: str, old: str, current: str, warned: list[str]) -> None:
    assert current in {name for one in cli.get_command(click.Context(cli), command).params for name in one.opts}  # type: ignore[union-attr]
    for given in ([old, "x"], [f"{old}=x"]):
        done = CliRunner().invoke(group(command, old, current), [command, *given, "--", old])
        assert done.stdout == f"x {old}\n"
        assert warned == ["cli.renamed"]
        assert old in done.stderr
        assert current in done.stderr
        warned.clear()


@pytest.mark.parametrize("command", RENAMED)
def test_an_option_by_its_current_name_gives_no_warning(command: str, warned: list[str]) -> None:
    for old, current in RENAMED[command].items():
        assert CliRunner().invoke(group(command, old, current), [command, current, "x"]).stdout == "x \n"
    assert warned == []
