"""The systems of ``seq2seq evaluate``: which arguments are models, and the outputs in files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from seq2seq.cli.evaluation.data import named_lines
from seq2seq.cli.options import typed_command
from seq2seq.hub import is_hub

if TYPE_CHECKING:
    from seq2seq.scoring.systems.outputs import Outputs


def split_arguments(arguments: Sequence[str]) -> tuple[list[str], str | None, tuple[Path, ...]]:
    """The models and DATA among the arguments: the last of several is DATA, unless it is a folder with a model.

    Returns:
        The models, DATA, and the references if there are two files of plain text behind the models, as `train` takes
        them.

    Raises:
        click.UsageError: a file stands where a model is expected.
    """
    models, data = [*arguments], None
    references: tuple[Path, ...] = ()
    if len(models) > 1 and not _has_model(models[-1]):
        data = models.pop()
        if len(models) > 1 and _aligned(models[-1], data):
            data, references = models.pop(), (Path(data),)
    for model in models:
        if Path(model).is_file() and len(arguments) > 1:
            raise _misplaced(model, arguments)
    return models, data, references


def _aligned(*files: str) -> bool:
    """Whether files may be the sources and references of the same lines."""
    from seq2seq.scoring.evaluation_data import is_text

    return all(Path(file).is_file() and is_text(file, has_references=True) for file in files)


def _has_model(path: str) -> bool:
    """Whether a path is a model folder or a run folder."""
    from seq2seq.errors import ModelError
    from seq2seq.model_folder.find import find_model

    if is_hub(path) or not Path(path).is_dir():
        return False  # a data set of the hub is spelt as a model is
    try:
        find_model(path)
    except ModelError:
        return False
    return True


def _misplaced(file: str, arguments: Sequence[str]) -> click.UsageError:
    """The error about a file before the last argument, with the command that is meant."""
    context = click.get_current_context()
    others = [argument for argument in arguments if argument != file]
    folders = [argument for argument in others if Path(argument).is_dir()]
    if len(folders) == len(others):
        command = typed_command(context, {"arguments": (*others, file)})
        what = f"{folders[-1]}: is a folder, and {file} is a file; " if len(others) == 1 else f"{file}: is a file; "
        return click.UsageError(f"{what}MODEL comes first:\n  {command}")
    return click.UsageError(f"{file}: is a file. Give models (folders) first, then DATA, or SOURCES and REFERENCES.")


def read_outputs(texts: Mapping[str, Any]) -> tuple[Outputs | None, list[Outputs]]:
    """The names and lines of --baseline, if there is one, and of --hypotheses."""
    baseline = texts.get("baseline")
    outputs = named_lines(texts.get("hypotheses", ()))
    return None if baseline is None else named_lines([baseline])[0], outputs
