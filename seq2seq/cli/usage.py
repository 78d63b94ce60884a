"""What was typed wrong, said as all other errors are: what, where, and what to do.

Click's own errors are worded anew from what they hold; those that this package raises have their words already.
"""

from __future__ import annotations

import os
import re
import stat
from pathlib import Path
from typing import Any

import click

from seq2seq import hints
from seq2seq.cli.options import typed_command

_TOO_MANY = re.compile(r"Got unexpected extra arguments? \((.*)\)", re.DOTALL)
_NO_VALUE = re.compile(r"requires (an argument|\d+ arguments)")
_VALUE = re.compile(r"does not take a value")
_VALUE_FOUND = re.compile(r"('.*?'|\S+) is (?:not|a) ", re.DOTALL)


class Group(click.Group):
    """A group of commands that suggests one for what is none."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command that was typed, or suggest one."""
        name, names = args[0], self.list_commands(ctx)
        if name not in names and not name.startswith("-") and not ctx.resilient_parsing:
            near = hints.alike(name, names)
            hint = f"did you mean '{near}'?" if near else f"there are {', '.join(names)}."
            raise click.UsageError(f"No such command '{name}'; {hint}", ctx=ctx)
        return super().resolve_command(ctx, args)


class InputFile(click.Path):
    """A file that is read; what is not there is refused with what is spelt alike."""

    def __init__(self, *, allow_dash: bool = False) -> None:
        super().__init__(dir_okay=False, allow_dash=allow_dash, path_type=Path)

    def convert(self, value: str | os.PathLike[str], param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The path, at which there is something to read."""
        path = Path(value)
        if self.allow_dash and str(value) == "-":
            return path
        try:
            is_folder = stat.S_ISDIR(path.stat().st_mode)
        except OSError:
            self.fail(hints.not_there(path), param, ctx)
        if is_folder:
            if ctx is not None and Path(str(ctx.params.get("model", ""))).is_file():
                return path  # swapped; the command says so, and knows all that was typed
            self.fail(f"{path}: is a folder; name a file", param, ctx)
        return super().convert(value, param, ctx)


def refuse_swapped(context: click.Context, file: str) -> None:
    """Refuse a file where MODEL stands and a folder where what it reads stands: these two are swapped.

    Args:
        context: of a command with the argument ``model``.
        file: name of the argument that comes after it.

    Raises:
        click.UsageError: they are swapped.
    """
    model, value = context.params["model"], context.params[file]
    data = value[0] if isinstance(value, tuple) else value
    if data is None or model is None or not (Path(model).is_file() and Path(data).is_dir()):
        return
    put_right = {"model": str(data), file: (str(model), *value[1:]) if isinstance(value, tuple) else str(model)}
    raise click.UsageError(
        f"{data}: is a folder, and {model} is a file; MODEL comes first:\n  {typed_command(context, put_right)}"
    )


def message_of(error: click.ClickException) -> str:
    """What an error of click says, in the words of this package."""
    message, syntax = _worded(error)
    context = error.ctx if isinstance(error, click.UsageError) else None
    if not syntax or context is None:
        return message
    usage = " ".join(context.get_usage().split()).removeprefix("Usage: ")
    return f"{message}\n  Usage: {usage}\n  More: {context.command_path} --help"


def _worded(error: click.ClickException) -> tuple[str, bool]:
    """What is wrong; and whether it helps to see how the command is used."""
    match error:
        case click.NoSuchOption():
            near = sorted(error.possibilities or ())
            return f"{error.option_name}: no such option" + (
                f"; did you mean {' or '.join(near)}?" if near else "."
            ), not near
        case click.MissingParameter():
            return f"{_name(error)} is missing.", True
        case click.BadParameter(param=click.Parameter(type=InputFile())):
            return error.message, False
        case click.BadParameter():
            return f"{_name(error)}: {_expected(error)}".removeprefix(": "), False
        case click.BadOptionUsage():
            if _NO_VALUE.search(error.message):
                return f"{error.option_name}: a value is missing.", True
            if _VALUE.search(error.message):
                return f"{error.option_name}: takes no value.", True
        case click.FileError():
            return f"{error.ui_filename}: {error.message}", False
    if found := _TOO_MANY.fullmatch(error.message):
        return f"too many arguments: {found[1]} (names with blanks in them are put in quotes).", True
    return error.message, False


def _name(error: click.BadParameter) -> str:
    """What the user calls the parameter: ``--beam``, ``MODEL``."""
    parameter = error.param
    if isinstance(parameter, click.Option):
        return max(parameter.opts, key=len)
    if parameter is not None:
        return parameter.human_readable_name.strip("[].")
    return str(error.param_hint or "")


def _expected(error: click.BadParameter) -> str:
    """What is wrong with a value, and what is right."""
    wanted = error.param.type if error.param is not None else None
    found = _VALUE_FOUND.search(error.message)
    if found is None:
        return error.message
    value = found[1].strip("'")
    if isinstance(wanted, click.Choice):
        near = hints.alike(value, map(str, wanted.choices))
        return f"{error.message.rstrip('.')}; did you mean '{near}'?" if near else error.message
    if isinstance(wanted, click.Path):  # Directory 'x' is a file.
        return f"{value}: is a {'folder; name a file' if wanted.file_okay else 'file; name a folder'}."
    if isinstance(wanted, click.types.IntParamType | click.types.FloatParamType):
        kind = "a whole number" if isinstance(wanted, click.types.IntParamType) else "a number"
        return f"expected {kind}{_range(wanted)}, found '{value.removesuffix('.0')}'."
    return error.message


def _range(wanted: object) -> str:
    if not isinstance(wanted, click.IntRange | click.FloatRange):
        return ""
    low = "" if wanted.min is None else f"above {wanted.min:g}" if wanted.min_open else f"of at least {wanted.min:g}"
    high = "" if wanted.max is None else f"below {wanted.max:g}" if wanted.max_open else f"at most {wanted.max:g}"
    return f" {' and '.join(filter(None, (low, high)))}"
