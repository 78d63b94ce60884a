"""`.ts`, the format of aeon and sktime for labelled sequences: channels separated by colons, then the label.

    @dimensions 2
    @equalLength false
    @classLabel true wave circle
    @data
    0.1,0.2,?:1.0,1.1,1.2:wave

The channels of a sequence have the same length; sequences may differ.
"""

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from seq2seq.errors import DataError
from seq2seq.series.reading.declared import Declared, declared
from seq2seq.series.reading.numbers import parse_numbers, shown
from seq2seq.series.reading.problems import Problems
from seq2seq.series.series import Series, SeriesSet, without_covariates
from seq2seq.wording import listed


@dataclass(frozen=True, slots=True)
class _Form:
    """What a file declares of its sequences."""

    labels: list[str] | None
    """The classes, none if they are not listed; None: sequences have no labels."""
    channels: int | None
    """None: as many as the first sequence has."""
    steps: int | None
    """Of every sequence; None: they may differ."""


def read_ts(path: Path, problems: Problems) -> SeriesSet:
    """The sequences of a `.ts` file; steps are numbered from 0. ``problems`` get what is wrong with sequences.

    Raises:
        DataError: it cannot be read, is not what it declares, or has time stamps or numbers in the place of labels.
    """
    with declared(path, problems) as file:
        form = _form(path, file)
        series: list[Series] = []
        for line, text in file.rows:
            problems.rows_read += 1
            one = _sequence(file, line, text, form, str(len(series)))
            if one is not None:
                series.append(one)
                form = replace(form, channels=len(one.channels))
        file.problems.raise_any()
    if not series:
        if problems.kinds:
            raise problems.error()
        raise DataError(f"{path}: no sequence after `@data`.\n  Name a file with sequences.", code="series.no-rows")
    return SeriesSet(tuple(series))


def _form(path: Path, file: Declared) -> _Form:
    """What the file declares."""
    for name, what in (("timestamps", "time stamps"), ("targetlabel", "numbers as labels")):
        if file.says(name):
            raise DataError(
                f"{path}:{file.line_of(name)}: the file has {what}, which are not read.\n"
                "  Write values alone, and labels that are classes, or use the long format in CSV.",
                code=f"series.{name}",
            )
    return _Form(
        labels=(file.value("classlabel") or "").split()[1:] if file.says("classlabel") else None,
        channels=_number(path, file, "dimensions") or (1 if file.says("univariate") else None),
        steps=_number(path, file, "serieslength") if file.says("equallength") else None,
    )


def _sequence(file: Declared, line: int, text: str, form: _Form, name: str) -> Series | None:
    """The sequence of a line; None if its shape is wrong, which is noted."""
    parts = text.split(":")
    label = parts.pop().strip() if form.labels is not None else None
    if label is not None and (not label or (form.labels and label not in form.labels)):
        what = f"the label {shown(label)} is not among {listed(form.labels or [])}" if label else "there is no label"
        file.problems.add(line, "shape", what)
    if not parts or len(parts) != (form.channels or len(parts)):
        expected = form.channels or "some"
        file.problems.add(line, "shape", f"expected {expected} channels, separated by colons, found {len(parts)}")
        return None
    channels = [part.split(",") for part in parts]
    lengths = {len(channel) for channel in channels}
    if len(lengths) > 1 or (form.steps is not None and lengths != {form.steps}):
        expected = "as many steps in every channel" if form.steps is None else f"{form.steps} steps"
        file.problems.add(line, "shape", f"expected {expected}, found {', '.join(map(str, sorted(lengths)))}")
        return None
    steps = lengths.pop()
    columns = [
        parse_numbers(texts, [line] * steps, file.problems, name=f"channel {place}")
        for place, texts in enumerate(channels)
    ]
    values = np.stack(columns, axis=1)
    if np.isnan(values).all():
        file.problems.add(line, "empty", "the sequence has no value")
        return None
    names = tuple(map(str, range(len(channels))))
    return Series(
        name, values, names, np.arange(steps), without_covariates(steps), label=label, lines=np.full(steps, line)
    )


def _number(path: Path, file: Declared, name: str) -> int | None:
    """A declared whole number; None: it is not declared."""
    value = file.value(name)
    if value is not None and (not value.isascii() or not value.isdigit() or int(value) < 1):
        raise DataError(
            f"{path}:{file.line_of(name)}: `@{name} {value}` is no number from 1.\n  Correct it, or leave it out.",
            code="series.declaration",
        )
    return None if value is None else int(value)
