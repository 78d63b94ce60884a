"""Running commands inside the process of the tests."""

from pathlib import Path
from unittest import mock

from click.testing import CliRunner, Result

from seq2seq.cli import main
from seq2seq.errors import Seq2SeqError


def run(*arguments: str | Path, text: str | bytes | None = None, code: int = 0) -> Result:
    """Run ``seq2seq``, which must exit with ``code``; ``text`` is its standard input."""
    done = CliRunner().invoke(main.cli, [str(argument) for argument in arguments], input=text)
    assert done.exit_code == code, done.output
    return done


def failure(*arguments: str | Path, text: str | bytes | None = None) -> Seq2SeqError:
    """Run ``seq2seq``, which must end with an error of this package, and print it alone."""
    with mock.patch.object(main, "_show", wraps=main._show) as shown:
        done = CliRunner().invoke(main.cli, [str(argument) for argument in arguments], input=text)
    assert shown.call_count == 1, done.output
    error = shown.call_args.args[0]
    assert isinstance(error, Seq2SeqError)
    assert done.exit_code == error.exit_code
    assert done.stderr.endswith(f"error: {error}\n")
    return error


def unwrapped(message: str) -> str:
    """A message of click, which breaks lines to fit the terminal."""
    return " ".join(message.split())
