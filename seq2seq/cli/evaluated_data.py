"""What DATA means to ``seq2seq evaluate``: its kind, its examples, and messages in the command's own options."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

if TYPE_CHECKING:
    from seq2seq.config.data import ColumnsConfig, DataConfig
    from seq2seq.config.sides import Sides
    from seq2seq.data.reading.examples import Examples
    from seq2seq.errors import DataError
    from seq2seq.scoring.translation import EvaluationSet


def is_file(data: str) -> bool:
    """Whether DATA is one file."""
    from seq2seq.resources import resolve

    return resolve(data).is_file()


def is_text(data: str, references: Sequence[Path]) -> bool:
    """Whether DATA is a file of sentences, not of pairs: by its name, and where it has no references by its lines."""
    from seq2seq.data.reading.find_files import is_table, kind_by_content
    from seq2seq.resources import resolve

    if not is_file(data) or is_table(Path(data)):
        return False
    return bool(references) or kind_by_content(resolve(data)) is None


def is_document(data: str) -> bool:
    """Whether DATA is a file that some models read as it is: text that is generated."""
    from seq2seq.data.reading.find_files import is_table

    return is_table(Path(data), documents=True)


def evaluation_set_of(
    config: DataConfig,
    data: str | None,
    split: Literal["test", "dev"] | None,
    named: Mapping[str, str | None],
    references: Sequence[Path],
) -> EvaluationSet:
    """What DATA, the recipe's split and --references come to."""
    from seq2seq.config.sides import TEXTS
    from seq2seq.data.reading.sources import read_split
    from seq2seq.inference.lines import read_lines
    from seq2seq.scoring.translation import EvaluationSet

    more = [read_lines(file) for file in references]
    if data is not None and is_text(data, references):
        return EvaluationSet(data, read_lines(Path(data).expanduser()), more)
    if data is None:
        examples = read_split(config, split or "test")
        if examples is None:
            raise no_split(split)
    else:
        known = {side: name for side, name in named.items() if name is not None}
        examples = examples_of(config, data, split, known, sides=TEXTS)
    evaluation_set = EvaluationSet.from_examples(examples)
    return replace(evaluation_set, references=[*evaluation_set.references, *more])


def no_split(split: str | None) -> DataError:
    """What is said where the recipe's own data lack the split that is to be scored."""
    from seq2seq.errors import DataError

    return DataError(f"The recipe has no {split or 'test'} split. Name the data: seq2seq evaluate MODEL DATA")


def examples_of(
    config: DataConfig, data: str, split: Literal["test", "dev"] | None, named: Mapping[str, str], *, sides: Sides
) -> Examples:
    """The examples in DATA.

    Raises:
        DataError: it cannot be read.
    """
    from seq2seq.data.reading.sources import read_pairs
    from seq2seq.errors import advising_options

    # Columns named on the command line are meant as they stand; only the recipe's can be swapped.
    how = {
        "columns": _columns(config.columns, named),
        "swap": config.swap and not named,
        "extra_columns": config.extra_columns or bool(named),
    }
    with advising_options():
        return read_pairs(data, config.model_copy(update=how), sides=sides, split=split)


def _columns(columns: ColumnsConfig, named: Mapping[str, str]) -> ColumnsConfig:
    """The recipe's columns, changed by those named on the command line.

    A group column stays if it is named in the same way (by name, or by number), and is not one of the others.

    Raises:
        click.UsageError: one column has a name, the other a number.
    """
    given = {side: int(name) if name.isdecimal() else name for side, name in named.items()}
    changed = columns.model_copy(update=given)
    kinds = {type(column) for column in (changed.source, changed.target) if column is not None}
    if len(kinds) > 1:
        raise click.UsageError(
            f"One column has a name, the other a number ({changed.source!r}, {changed.target!r}): give both, "
            "--source-column and --target-column, in the same way."
        )
    if type(changed.group) not in kinds or changed.group in (changed.source, changed.target):
        return changed.model_copy(update={"group": None})
    return changed
