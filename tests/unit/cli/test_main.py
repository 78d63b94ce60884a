"""The group of commands: what is typed wrong, what goes wrong, and what that looks like."""

import errno
import subprocess
import sys
from collections.abc import Callable
from importlib import import_module

import click
import pytest
from click.testing import CliRunner

import seq2seq
from seq2seq import log
from seq2seq.cli.main import COMMANDS, Commands, cli
from seq2seq.errors import ConfigError, DataError


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> Callable[[BaseException], list[str]]:
    """Make a command fail in a given way; gives the arguments that run it."""

    def prepare(error: BaseException) -> list[str]:
        @click.command("info")
        def command() -> None:
            raise error

        monkeypatch.setattr("seq2seq.cli.info.command", command)
        return ["info"]

    return prepare


@pytest.mark.parametrize("name", COMMANDS)
def test_the_one_line_help_is_that_of_the_command(name: str) -> None:
    command = import_module(f"seq2seq.cli.{name}").command
    assert command.name == name
    assert command.get_short_help_str(limit=200) == COMMANDS[name]


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_says_what_it_does(name: str) -> None:
    command = import_module(f"seq2seq.cli.{name}").command
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            assert parameter.help, parameter.name


def test_help_lists_the_commands() -> None:
    done = CliRunner().invoke(cli, ["--help"])
    assert done.exit_code == 0
    for name, text in COMMANDS.items():
        assert name in done.output
        assert text in done.output


def test_version() -> None:
    done = CliRunner().invoke(cli, ["--version"])
    assert done.output == f"seq2seq {seq2seq.__version__}\n"


@pytest.mark.parametrize(("typed", "meant"), [("trian", "train"), ("Translate", "translate"), ("evalute", "evaluate")])
def test_a_mistyped_command_is_suggested(typed: str, meant: str) -> None:
    done = CliRunner().invoke(cli, [typed])
    assert done.exit_code == 2
    assert {f"'{typed}';", f"'{meant}'?"} <= set(done.stderr.split())


def test_an_unknown_command_gets_the_list() -> None:
    done = CliRunner().invoke(cli, ["xyzzy"])
    assert done.exit_code == 2
    assert ", ".join(COMMANDS) in done.output


@pytest.mark.parametrize(
    ("error", "code", "begins"),
    [
        (DataError("train.tsv:3: not valid UTF-8.", code="data.encoding"), 1, "error: train.tsv:3: not valid UTF-8."),
        (ConfigError("x.yaml", ["a: wrong", "b: wrong"]), 2, "error: x.yaml: 2 problems\n  a: wrong\n  b: wrong"),
        (KeyboardInterrupt(), 130, "interrupted."),
        (PermissionError(errno.EACCES, "Permission denied", "/x/y"), 1, "error: /x/y: Permission denied"),
        (OSError(errno.ENOSPC, "No space left on device"), 1, "error: No space left on device"),
        (OSError(errno.EIO, "I/O error"), 1, "error: I/O error"),
        (OSError(errno.EDQUOT, "Disk quota exceeded"), 1, "error: Disk quota exceeded"),
        (MemoryError(), 1, "error: out of memory (MemoryError)."),
        (
            RuntimeError("[enforce fail at alloc_cpu.cpp] DefaultCPUAllocator: can't allocate memory"),
            1,
            "error: out of memory ([enforce fail at alloc_cpu.cpp] DefaultCPUAllocator: can't allocate memory).",
        ),
    ],
)
def test_a_users_error_is_a_message_and_an_exit_code(
    failing: Callable[[BaseException], list[str]], error: BaseException, code: int, begins: str
) -> None:
    done = CliRunner().invoke(cli, failing(error))
    assert done.exit_code == code
    assert done.stdout == ""
    assert done.stderr.startswith(begins)


def test_debug_shows_the_traceback(failing: Callable[[BaseException], list[str]]) -> None:
    arguments = failing(DataError("broken", code="data.broken"))
    assert "Traceback" not in CliRunner().invoke(cli, arguments).stderr
    for done in (
        CliRunner().invoke(cli, ["--debug", *arguments]),
        CliRunner(env={"SEQ2SEQ_DEBUG": "1"}).invoke(cli, arguments),
    ):
        assert "Traceback" in done.stderr
        assert done.stderr.endswith("error [data.broken]: broken\n")
        assert done.exit_code == 1


def test_debug_shows_the_codes_of_warnings(monkeypatch: pytest.MonkeyPatch) -> None:
    warning = click.Command("warning", callback=lambda: log.warn("mind the gap", code="test.gap"))
    monkeypatch.setattr(Commands, "get_command", lambda *_: warning)
    assert CliRunner().invoke(cli, ["--debug", "info"]).stderr == "warning [test.gap]: mind the gap\n"
    assert CliRunner().invoke(cli, ["info"]).stderr == "warning: mind the gap\n"


@pytest.mark.parametrize("error", [ZeroDivisionError("oops"), OSError(errno.EBADF, "Bad file descriptor")])
def test_a_bug_shows_its_traceback_and_asks_for_a_report(
    failing: Callable[[BaseException], list[str]], error: Exception
) -> None:
    done = CliRunner().invoke(cli, failing(error))
    assert done.exit_code == 1
    assert "Traceback" in done.stderr
    assert "seq2seq --version" in done.stderr


def test_the_module_runs_too() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "seq2seq", "--version"], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout == f"seq2seq {seq2seq.__version__}\n"


def test_a_usage_error_of_the_real_command_exits_with_two() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "seq2seq", "train"], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 2
    assert done.stderr.startswith("error: RECIPE | DATA ")
    assert "Traceback" not in done.stderr
