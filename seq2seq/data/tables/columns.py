"""Columns of a table for source, target and group: by name, also inside of nested values, or by position."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from seq2seq.data.tables import problems
from seq2seq.data.tables.problems import BadRows
from seq2seq.errors import ConfigError, DataError
from seq2seq.formats.languages import covers, find_language, language_of

if TYPE_CHECKING:
    from seq2seq.config.data import ColumnsConfig

_SHOWN: Final = 20
"""Names that a message lists."""
Place = tuple[str, ...]
"""The keys that lead to a value: ``("translation", "en")``."""


def by_name(columns: ColumnsConfig) -> bool:
    """Whether columns are given by name (the file has a header) and not by position.

    Raises:
        ConfigError: some are, some are not.
    """
    given = [column for column in (columns.source, columns.target, columns.group) if column is not None]
    named = {isinstance(column, str) for column in given}
    if len(named) > 1:
        raise ConfigError(
            "data.columns",
            [f"{given}: either all by name (the file has a header) or all by position"],
            code="data.mixed-columns",
        )
    return named.pop()


def find_column(names: Sequence[str], wanted: str) -> str | None:
    """The one of some names that is meant: spaces around it and its case may differ, as may what it is nested in.

    ``en`` is `` EN ``, ``translation.en``, ``English`` or ``en-US``, if there is one such name only.
    """
    if wanted in names:
        return wanted
    plain = wanted.strip().casefold()
    for key in (_plain, _last):
        matches = [name for name in names if key(name) == plain]
        if len(matches) == 1:
            return matches[0]
    tags = {name: tag for name in names if (tag := language_of(name)) is not None}
    language = find_language(list(tags.values()), language_of(wanted) or "-")
    matches = [name for name, tag in tags.items() if language is not None and covers(language, tag)]
    return matches[0] if len(matches) == 1 else None


def _plain(name: str) -> str:
    return name.strip().casefold()


def _last(name: str) -> str:
    return _plain(name).rpartition(".")[2]


def places(record: Mapping[str, Any], before: Place = ()) -> Iterator[tuple[str, Place]]:
    """Every value of a JSON object, by its name (``translation.en``) and its place.

    An object of numbers, such as labels with their probabilities, is a value, too.
    """
    for key, value in record.items():
        place = (*before, key)
        inside = isinstance(value, dict) and bool(value)
        if not inside or holds_numbers(value):
            yield ".".join(place), place
        if inside:
            yield from places(value, place)


def holds_numbers(value: object) -> bool:
    """Whether a value is an object of numbers alone."""
    return (
        isinstance(value, dict)
        and bool(value)
        and all(isinstance(one, int | float) and not isinstance(one, bool) for one in value.values())
    )


def reach(record: object, place: Place) -> object:
    """The value at a place; raises a KeyError if there is none."""
    for key in place:
        if not isinstance(record, dict):
            raise KeyError(key)
        record = record[key]
    return record


def nested(cell: str) -> dict[str, Any] | None:
    """The dictionary that a field of a CSV file spells out, as JSON or as Python does; None: it does not."""
    if not cell.lstrip().startswith("{"):
        return None
    for read in (json.loads, ast.literal_eval):
        with suppress(ValueError, SyntaxError, RecursionError, MemoryError):
            value = read(cell)
            if isinstance(value, dict) and all(isinstance(key, str) for key in value):
                return value
    return None


def spelt_out(names: Sequence[str], example: Sequence[str] | None) -> dict[str, tuple[str, Place]]:
    """Names of columns, and for those whose fields (of a row, if there is one) spell out dictionaries the names inside.

    A dictionary of numbers is no text to be read: it may be a label with probabilities.

    Returns:
        Each name with its column, and with its place inside of a field of that.
    """
    if example is None or len(example) != len(names):
        return {name: (name, ()) for name in names}
    found: dict[str, tuple[str, Place]] = {}
    for name, field in zip(names, example, strict=True):
        record = nested(field)
        if record and not all(isinstance(value, int | float) for value in record.values()):
            found |= {f"{name}.{inner}": (name, place) for inner, place in places(record)}
        else:
            found[name] = (name, ())
    return found


def listed(names: Sequence[str]) -> str:
    """Names for a message: the first few, in quotes."""
    more = ", ..." if len(names) > _SHOWN else ""
    return (", ".join(f"'{name}'" for name in names[:_SHOWN]) or "none") + more


def missing_columns(where: str, has: str, names: Sequence[str], missing: Mapping[str, object]) -> DataError:
    """The error about missing columns, given by setting (``source``); ``has`` is ``The header has``, or the like."""
    settings = " ".join(f"--set data.columns.{setting}=NAME" for setting in missing)
    options = " ".join(f"--{setting}-column NAME" for setting in missing)
    positions = ""
    if has.startswith("The header"):
        positions = ", or give positions from 0 if the file has no header:\n  "
    return DataError(
        f"{where}: no column {' and no column '.join(map(repr, missing.values()))}. {has}: {listed(names)}.",
        settings=f"Name one of them, {settings}"
        + (f"{positions}--set data.columns.source=0 --set data.columns.target=1" if positions else ""),
        options=f"Name one of them, {options}"
        + (f"{positions}--source-column 0 --target-column 1" if positions else ""),
        code="data.no-column",
    )


def pick_columns(
    where: str, has: str, names: Sequence[str], wanted: Mapping[str, str | int | None]
) -> dict[str, str | None]:
    """The names of columns that are wanted by name or position; None: not wanted, or a group that is not there.

    Raises:
        DataError: a column is not there; ``where`` and ``has`` as in :func:`missing_columns`.
    """
    picked: dict[str, str | None] = {}
    for side, column in wanted.items():
        if isinstance(column, int):
            picked[side] = names[column] if column < len(names) else None
        else:
            picked[side] = None if column is None else find_column(names, column)
    lacking = [side for side, name in picked.items() if name is None and side != "group"]
    if missing := {side: wanted[side] for side in lacking if wanted[side] is not None}:
        raise missing_columns(where, has, names, missing)
    return picked


@dataclass(frozen=True)
class Layout:
    """The columns of a table for source, target and group."""

    source: int | None
    """Column of the source; None: there is none, and it is blank."""
    target: int
    group: int | None
    """Column of the group, in rows that have it."""
    widths: tuple[int, ...]
    """Numbers of columns that a row can have: without the group, and with it."""
    exactly: bool
    """Whether a row must have one of these numbers; otherwise the first is the least."""
    names: str
    """The columns, for messages."""
    inner: tuple[Place, Place] | None = None
    """Places of source and target inside of dictionaries in fields; None: fields are text."""

    def pick(self, fields: Sequence[str]) -> tuple[str, str, str | None]:
        """Source, target and group of a row; raises a KeyError if a field does not spell out what is looked for."""
        group = fields[self.group] if self.group is not None and self.group < len(fields) else ""
        source = "" if self.source is None else fields[self.source]
        target = fields[self.target]
        if self.inner is not None:
            source, target = _inside(source, self.inner[0]), _inside(target, self.inner[1])
        return source, target, group or None

    def fits(
        self, path: Path, number: int, fields: Sequence[str], kind: str, bad: BadRows, *, last: int | None = None
    ) -> bool:
        """Whether a row is good; if it is not, it has been reported, with all lines to its ``last``."""
        count = len(fields)
        if count in self.widths or (count > self.widths[0] and not self.exactly):
            return True
        rows = 1
        if not any(fields):
            what = "an empty line"
        else:
            widths = " or ".join(map(str, self.widths)) if self.exactly else f"at least {self.widths[0]}"
            plural = "" if widths.endswith(" 1") or widths == "1" else "s"
            what = f"expected {widths} column{plural} ({self.names}), found {count}"
            if last is not None and last > number:
                kind, rows = problems.CSV, last - number + 1
                what += f"; a quote opened here swallows the lines to {last:,}"
            elif count < self.widths[0]:
                kind = problems.FEW
        bad.refuse(path, number, kind, what, rows=rows)
        return False


def _inside(field: str, place: Place) -> str:
    """The text at a place inside of a field."""
    if not place:
        return field
    value = reach(nested(field), place)
    if not isinstance(value, str):
        raise KeyError(place[-1])
    return value


def by_header(
    path: Path, fields: Sequence[str], columns: ColumnsConfig, example: Sequence[str] | None = None
) -> Layout:
    """The columns to read, by name, from the header of a file and its first row, which may spell out dictionaries.

    Raises:
        DataError: a column is not there, or twice.
    """
    names = [field.strip() for field in fields]
    inside = spelt_out(names, example)
    wanted = {"source": columns.source, "target": columns.target, "group": columns.group}
    found: dict[str, str] = {}
    inner: dict[str, Place] = {}
    for side, name in wanted.items():
        there = find_column(list(inside), name) if isinstance(name, str) else None
        if there is not None:
            found[side], inner[side] = inside[there]
    twice = sorted({name for name in found.values() if names.count(name) > 1})
    if twice:
        raise DataError(f"{path}:1: the header names the column '{twice[0]}' twice.", code="data.duplicate-column")
    missing: dict[str, object] = {side: name for side, name in wanted.items() if name is not None and side not in found}
    missing.pop("group", None)
    if missing:
        raise missing_columns(f"{path}:1", "The header has", list(inside), missing)
    return Layout(
        source=None if columns.source is None else names.index(found["source"]),
        target=names.index(found["target"]),
        group=names.index(found["group"]) if "group" in found else None,
        widths=(len(fields),),
        exactly=True,
        names=", ".join(names),
        inner=(inner.get("source", ()), inner["target"]) if inner.get("source") or inner["target"] else None,
    )


def by_position(columns: ColumnsConfig, *, extra_columns: bool) -> Layout:
    """The columns to read of a file without header; where the group comes last, a row may lack it."""
    source, target, group = columns.source, columns.target, columns.group
    assert not isinstance(source, str)
    assert isinstance(target, int)
    assert not isinstance(group, str)
    pair = max(-1 if source is None else source, target) + 1
    widths = (pair,) if group is None or group < pair else (pair, group + 1)
    roles = {source: "source", target: "target", group: "group"}
    named = widths[0] if extra_columns else widths[-1]
    return Layout(
        source=source,
        target=target,
        group=group,
        widths=widths,
        exactly=not extra_columns,
        names=", ".join(roles.get(place, "-") for place in range(named)),
    )
