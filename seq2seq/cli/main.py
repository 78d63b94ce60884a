"""``seq2seq``: the group of all commands, and how errors end.

A command's module is imported when the command runs (or its own help is requested), so that ``seq2seq --help`` and
shell completion answer at once.
"""

import atexit
import errno
import functools
import gc
import os
import sys
import traceback
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Any

import click

from seq2seq import log
from seq2seq.cli.options import INTERRUPTED
from seq2seq.cli.usage import Group, message_of
from seq2seq.errors import Seq2SeqError, is_out_of_memory, reason_of
from seq2seq.extras import INSTALL, is_missing_extra
from seq2seq.version import VERSION

COMMANDS = {
    "inspect": "Find what is wrong with a corpus.",
    "train": "Train a model from a recipe or on your own data.",
    "translate": "Translate text and documents, or sequences of vectors.",
    "classify": "Classify text, line by line, or sequences of vectors.",
    "merge": "Join the parts of an output that was written in shards.",
    "generate": "Generate text or vectors, from tags or unconditionally.",
    "forecast": "Forecast the next steps of series, with intervals.",
    "serve": "Answer requests over HTTP, as clients of LibreTranslate ask them.",
    "evaluate": "Score models, or files of translations, and compare them.",
    "diagnose": "Show how a network learns, and what is wrong with it.",
    "finetune": "Fine-tune a model on new data.",
    "average": "Average the weights of models of one shape.",
    "distill": "Distil a teacher into a small fast student.",
    "export": "Export a model to ONNX.",
    "bench": "Measure throughput relative to this machine's peak.",
    "push": "Upload a model to the Hugging Face Hub.",
    "info": "Show what a model is, and what it was trained on.",
    "recipes": "List, show, copy and check recipes.",
    "cache": "List and delete cached training data.",
}
"""Every command and its one-line help, which must equal that of its module ``seq2seq.cli.NAME``."""

PIPE_CLOSED = 141
"""Exit code when the reader of our output is gone: 128 + SIGPIPE."""

_USER_ERRNOS = frozenset(
    {errno.ENOENT, errno.EACCES, errno.EPERM, errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EROFS,
     errno.EISDIR, errno.ENOTDIR}
)  # fmt: skip
"""Errors of the file system or its permissions; any other is a bug of ours."""


class Commands(Group):
    """A group that imports a command when it is needed, and turns exceptions into messages and exit codes."""

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        **extra: Any,
    ) -> Any:
        """Run the command line, and exit; see :meth:`click.Command.main`."""
        run: Callable[[], Any] = functools.partial(
            super().main, args, prog_name, complete_var, standalone_mode=False, **extra
        )
        if not standalone_mode:
            return run()
        try:
            code = run()
        except click.exceptions.NoArgsIsHelpError as error:
            click.echo(error.message, err=True)
            code = error.exit_code
        except click.ClickException as error:
            _print_error(message_of(error))
            code = error.exit_code
        except click.Abort:
            _interrupted()
            code = INTERRUPTED
        sys.exit(code)

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """The commands, in the order in which they are used."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Import a command."""
        if cmd_name not in COMMANDS:
            return None
        command = import_module(f"seq2seq.cli.{cmd_name}").command
        if not isinstance(command, click.Command):
            raise TypeError(f"seq2seq.cli.{cmd_name}.command is not a click command")
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """Write the list of commands without importing any."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[Any]:
        """Complete a command's name without importing any."""
        from click.shell_completion import CompletionItem

        names = [CompletionItem(name, help=text) for name, text in COMMANDS.items() if name.startswith(incomplete)]
        return names + click.Command.shell_complete(self, ctx, incomplete)

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; turn any exception into a message and an exit code."""
        debug = ctx.params.get("debug", False)
        ctx.with_resource(log.codes(show=debug))
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except KeyboardInterrupt:
            _interrupted()
            ctx.exit(INTERRUPTED)
        except BrokenPipeError:
            # The reader of our output is gone (`| head`). Python would complain again when it flushes it at exit.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            ctx.exit(PIPE_CLOSED)
        except Seq2SeqError as error:
            _show(error, str(error), debug=debug)
            ctx.exit(error.exit_code)
        except OSError as error:
            if error.errno not in _USER_ERRNOS:
                _bug()
                ctx.exit(1)
            _show(error, f"{error.filename}: {error.strerror}" if error.filename else str(error.strerror), debug=debug)
            ctx.exit(1)
        except ModuleNotFoundError as error:
            if is_missing_extra(error):
                what = f"`seq2seq {ctx.invoked_subcommand}` needs {error.name}, which is not installed."
                _show(error, f"{what}\n  {INSTALL}", debug=debug)
            else:
                _bug()
            ctx.exit(1)
        except Exception as error:
            if is_out_of_memory(error):
                remedy = "Close other programs, or use smaller batches, a smaller model or fewer processes."
                _show(error, f"out of memory ({reason_of(error)}).\n  {remedy}", debug=debug)
            else:
                _bug()
            ctx.exit(1)


def _show(error: Exception, message: str, *, debug: bool) -> None:
    if debug:
        traceback.print_exception(error)
    _print_error(message, error.code if isinstance(error, Seq2SeqError) else "")


def _bug() -> None:
    traceback.print_exc()
    _print_error(
        "this is a bug in seq2seq, not a mistake of yours.\n"
        "  Please report it with the lines above, the command, and the output of `seq2seq --version`."
    )


def _interrupted() -> None:
    """Ctrl-C is not an error; the cursor is behind the `^C` that the terminal has printed."""
    log.say("\ninterrupted." if sys.stderr.isatty() else "interrupted.")


def _print_error(message: str, code: str = "") -> None:
    log.say(f"{log.labelled('error', code)}: {message}", style="bold red")


@click.command(
    "seq2seq", cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
@click.version_option(VERSION, message="seq2seq %(version)s")
@click.option("--debug", is_flag=True, envvar="SEQ2SEQ_DEBUG", help="Show codes and tracebacks of errors.")
def cli(debug: bool) -> None:
    """Train and use recurrent sequence-to-sequence models.

    A recipe becomes a model folder; everything else reads a model folder:

    \b
      seq2seq train translation/phrasebook --output runs/phrasebook
      echo "The dog sleeps." | seq2seq translate runs/phrasebook
      seq2seq evaluate runs/phrasebook
    """  # noqa: D301 - \b is meant: it keeps click from filling the lines after it


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and exit; the console script and ``python -m seq2seq`` call this."""
    # Warnings of torch's core are for programmers; the variable is read once, when torch is loaded.
    os.environ.setdefault("TORCH_CPP_LOG_LEVEL", "ERROR")
    # pydantic would look into every installed package for plug-ins of its own: 7 ms and more.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    # Imports make hundreds of thousands of objects, nearly all of which stay: to look for unused cycles among them over
    # and over takes 25 ms of a start (benchmarks/LOG.md).
    gc.set_threshold(200_000)
    # What is there at the end goes with the process; Python would first look through it for unused cycles (50 ms).
    atexit.register(gc.freeze)
    cli.main(arguments if arguments is None else list(arguments), prog_name="seq2seq")
