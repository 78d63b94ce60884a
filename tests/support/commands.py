"""Running commands inside the process of the tests."""

from pathlib import Path

from click.testing import CliRunner, Result

from seq2seq.cli.main import cli


def run(*arguments: str | Path, text: str | bytes | None = None, code: int = 0) -> Result:
    """Run ``seq2seq``, which must exit with ``code``; ``text`` is its standard input."""
    done = CliRunner().invoke(cli, [str(argument) for argument in arguments], input=text)
    assert done.exit_code == code, done.output
    return done


def unwrapped(message: str) -> str:
    """A message of click, which breaks lines to fit the terminal."""
    return " ".join(message.split())
