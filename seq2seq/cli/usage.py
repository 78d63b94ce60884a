"""Usage errors, worded like all other errors: what, where, and what to do.

Click's own errors are reworded from their fields; those raised by this package are printed as they are.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import click

from seq2seq import hints, log
from seq2seq.cli.options import typed_command

_TOO_MANY = re.compile(r"Got unexpected extra arguments? \((.*)\)", re.DOTALL)
_NO_VALUE = re.compile(r"requires (an argument|\d+ arguments)")
_VALUE = re.compile(r"does not take a value")
_VALUE_FOUND = re.compile(r"('.*?'|\S+) is (?:not|a) ", re.DOTALL)


RENAMED: Final[Mapping[str, Mapping[str, str]]] = {
    "evaluate": {"--picture": "--confusion-png"},
    "export": {"--store": "--weight-dtype"},
    "finetune": {"--anchor": "--l2-sp", "--old": "--retain-test"},
}
"""Old names of options, by command; they are accepted until version 0.3."""


class Group(click.Group):
    """A group of commands that suggests the nearest one for a misspelt name, and accepts options by their old names."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command that was typed, or suggest one; put new names in the place of old ones."""
        name, names = args[0], self.list_commands(ctx)
        if name not in names and not name.startswith("-") and not ctx.resilient_parsing:
            near = hints.alike(name, names)
            hint = f"did you mean '{near}'?" if near else f"there are {', '.join(names)}."
            raise click.UsageError(f"No such command '{name}'; {hint}", ctx=ctx)
        found, command, rest = super().resolve_command(ctx, args)
        return found, command, _renamed(name, rest)


def _renamed(command: str, args: list[str]) -> list[str]:
    """The arguments of a command, with today's names of its options."""
    names = RENAMED.get(command, {})
    end = args.index("--") if "--" in args else len(args)
    current = list(args)
    for place, word in enumerate(args[:end]):
        old, equals, value = word.partition("=")
        if old in names:
            current[place] = names[old] + equals + value
            log.warn(f"{old} is now {names[old]}. The old name is accepted until version 0.3.", code="cli.renamed")
    return current


class InputFile(click.Path):
    """A file to read; for a missing one, the error suggests names that are spelt alike."""

    def __init__(self, *, allow_dash: bool = False) -> None:
        super().__init__(dir_okay=False, allow_dash=allow_dash, path_type=Path)

    def convert(self, value: str | os.PathLike[str], param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The path of a file that exists."""
        path = Path(value)
        if self.allow_dash and str(value) == "-":
            return path
        try:
            is_folder = stat.S_ISDIR(path.stat().st_mode)
        except OSError:
            self.fail(hints.not_there(path), param, ctx)
        if is_folder:
            if ctx is not None and Path(str(ctx.params.get("model", ""))).is_file():
                return path  # swapped; the command reports it, since it knows all that was typed
            self.fail(f"{path}: is a folder; name a file.", param, ctx)
        return super().convert(value, param, ctx)


class OutputFile(click.Path):
    """A file to write; for a missing folder, the error shows how to make it.

    Args:
        endings: that its name may have, if it has one; none are given: any.
    """

    def __init__(self, *endings: str) -> None:
        super().__init__(dir_okay=False, path_type=Path)
        self.endings = endings

    def convert(self, value: str | os.PathLike[str], param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The path of a file that can be in its folder."""
        path = Path(value)
        if path.is_dir():
            self.fail(f"{path}: is a folder; name a file.", param, ctx)
        if not path.parent.is_dir():
            self.fail(hints.no_folder(path), param, ctx)
        if self.endings and path.suffix and path.suffix.casefold() not in self.endings:
            option = f"{max(param.opts, key=len)} " if param else ""
            self.fail(f"{option}{path}: name a file that ends in {' or '.join(self.endings)}.", param, ctx)
        return super().convert(value, param, ctx)


def refuse_swapped(context: click.Context, file: str) -> None:
    """Refuse a file in place of MODEL and a folder in place of the argument that comes after it: they are swapped.

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
    """The message of a click error, in this package's words."""
    message, syntax = _worded(error)
    context = error.ctx if isinstance(error, click.UsageError) else None
    if not syntax or context is None:
        return message
    usage = " ".join(context.get_usage().split()).removeprefix("Usage: ")
    return f"{message}\n  Usage: {usage}\n  More: {context.command_path} --help"


def _worded(error: click.ClickException) -> tuple[str, bool]:
    """The message; and whether the command's usage should follow it."""
    match error:
        case click.NoSuchOption():
            near = sorted(error.possibilities or ())
            return f"{error.option_name}: no such option" + (
                f"; did you mean {' or '.join(near)}?" if near else "."
            ), not near
        case click.MissingParameter():
            return f"{_name(error)} is missing.", True
        case click.BadParameter(param=click.Parameter(type=InputFile() | OutputFile())):
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
        return f"too many arguments: {found[1]} (quote names that contain spaces).", True
    return error.message, False


def _name(error: click.BadParameter) -> str:
    """The parameter's name on the command line: ``--beam``, ``MODEL``."""
    parameter = error.param
    if isinstance(parameter, click.Option):
        return max(parameter.opts, key=len)
    if parameter is not None:
        return parameter.human_readable_name.strip("[].")
    return str(error.param_hint or "")


def _expected(error: click.BadParameter) -> str:
    """The fault of a value, and the expected kind."""
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
