"""Rows of source, target, group and line number, which every reader makes; and what may stand in them."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from seq2seq.config.sides import TEXTS, SideKind, Sides
from seq2seq.data.tables import problems
from seq2seq.data.tables.columns import holds_numbers
from seq2seq.data.tables.lines import FORBIDDEN, describe_forbidden
from seq2seq.data.tables.problems import BadRows


@dataclass(slots=True)
class Rows:
    """Some good rows of a file, column by column."""

    sources: list[str] = field(default_factory=list)
    targets: list[str] = field(default_factory=list)
    groups: list[str | None] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    """Line on which the row begins (row number in a Parquet file), from 1."""
    joined: int = 0
    """Rows in which a line break inside a field became a space."""

    def add(self, line: int, source: str, target: str, group: str | None) -> None:
        """Append a row."""
        self.sources.append(source)
        self.targets.append(target)
        self.groups.append(group)
        self.lines.append(line)

    def keep(self, places: Sequence[int]) -> None:
        """Keep the rows at these places alone."""
        self.sources[:] = [self.sources[place] for place in places]
        self.targets[:] = [self.targets[place] for place in places]
        self.groups[:] = [self.groups[place] for place in places]
        self.lines[:] = [self.lines[place] for place in places]


def rename(rows: Rows, labels: Mapping[str, str], where: str, bad: BadRows) -> None:
    """Put names, by what stands in the data, in the place of targets; a row whose target has none goes into ``bad``."""
    keep = []
    for index, target in enumerate(rows.targets):
        if target.strip() in labels:
            keep.append(index)
        else:
            what = f"label {target.strip()!r} is not one of data.labels: {', '.join(map(repr, labels))}"
            bad.refuse(where, rows.lines[index], problems.LABEL, what)
    rows.keep(keep)
    rows.targets[:] = [labels[target.strip()] for target in rows.targets]


def add_clean(
    path: Path | str,
    number: int,
    names: tuple[str, str, str],
    values: tuple[object, object, object],
    rows: Rows,
    bad: BadRows,
    *,
    sides: Sides = TEXTS,
) -> None:
    """Append a row, with spaces for line breaks; or report it, if a value is no clean text.

    Args:
        path: what to call the data in messages.
        number: the row's.
        names: columns of source, target and group.
        values: of source, target and group; a group that is no text is written out, and an empty one is none.
        rows: gets the row.
        bad: gets the first problem.
        sides: what an example consists of: a label may be a number, a truth value, or an object of labels and their
            probabilities, and vectors may be lists.
    """
    if sides.target is SideKind.LABEL and isinstance(values[1], int | float):
        values = (values[0], _label(values[1]), values[2])
    elif sides.target is SideKind.LABEL and holds_numbers(values[1]):
        values = (values[0], json.dumps(values[1], ensure_ascii=False), values[2])
    source, target = (
        _as_json(value) if kind is SideKind.VECTORS else value for kind, value in zip(sides, values, strict=False)
    )
    values = (source, target, values[2])
    source = _clean(path, number, names[0], values[0], bad)
    target = None if source is None else _clean(path, number, names[1], values[1], bad)
    if source is None or target is None:
        return
    group = "" if values[2] is None else _clean(path, number, names[2], str(values[2]), bad)
    if group is None:
        return
    rows.joined += any(isinstance(value, str) and "\n" in value for value in values)
    rows.add(number, source, target, group or None)


def _as_json(value: object) -> object:
    """A list of numbers as its text."""
    return json.dumps(value, default=str) if isinstance(value, list) else value


def _label(value: int | float) -> object:
    """A number as a label: `true` as data.labels spells it, 1.0 (in a table where some are missing) as 1."""
    if isinstance(value, int):
        return json.dumps(value)
    return str(int(value)) if value.is_integer() else value


def _clean(path: Path | str, number: int, name: str, value: object, bad: BadRows) -> str | None:
    """A value as a sentence: line breaks become spaces; None, and reported, if it is no clean text."""
    if not isinstance(value, str):
        bad.refuse(path, number, problems.VALUE, f"'{name}' is {json_type(value)}, not text")
        return None
    value = value.replace("\r\n", "\n").replace("\n", " ")
    forbidden = FORBIDDEN.search(value)
    if forbidden is not None:
        kind, what = describe_forbidden(forbidden, where=f" of '{name}'")
        bad.refuse(path, number, kind, what)
        return FORBIDDEN.sub(" ", value) if kind in bad.repaired else None
    return value


def json_type(value: object) -> str:
    """The name of a value's type in JSON."""
    if value is None:
        return "null"
    names = {bool: "a truth value", int: "a number", float: "a number", list: "a list", dict: "an object", str: "text"}
    return names.get(type(value), f"of type {type(value).__name__}")
