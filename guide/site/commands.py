"""The page of all commands, from the same texts as ``seq2seq COMMAND --help``."""

import inspect
import re
from collections.abc import Iterator

import click

from seq2seq.cli.main import cli


def page() -> str:
    """Markdown: a section per command, with its usage, its help and its options."""
    context = click.Context(cli, info_name="seq2seq")
    return "# Commands\n\n" + "\n\n".join(_command(cli, context, level=2)) + "\n"


def _command(command: click.Command, context: click.Context, *, level: int) -> Iterator[str]:
    yield f"{'#' * level} {context.command_path}"
    yield f"```\n{' '.join([context.command_path, *command.collect_usage_pieces(context)])}\n```"
    yield from _paragraphs(command.help or "")
    options = [
        record
        for option in command.get_params(context)
        if isinstance(option, click.Option) and (record := option.get_help_record(context))
    ]
    rows = [f"| `{names}` | {_cell(text)} |" for names, text in options]
    yield "\n".join(["| option | |", "|---|---|", *rows])
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            found = command.get_command(context, name)
            if found is not None and not found.hidden:
                yield from _command(found, click.Context(found, info_name=name, parent=context), level=level + 1)


def _paragraphs(text: str) -> Iterator[str]:
    """A paragraph that click does not wrap (marked by a backspace) holds lines of code or a table."""
    for paragraph in inspect.cleandoc(text).split("\n\n"):
        mark, _, lines = paragraph.partition("\n")
        yield f"```\n{inspect.cleandoc(lines)}\n```" if mark.strip() == "\b" else _text(paragraph)


def _cell(text: str) -> str:
    return _text(" ".join(text.split())).replace("|", "\\|")


def _text(text: str) -> str:
    """Text in which Markdown sees no marks but those of code."""
    parts = text.split("`")
    return "`".join(part if place % 2 else re.sub(r"([\\\\*_<\[])", r"\\\1", part) for place, part in enumerate(parts))
