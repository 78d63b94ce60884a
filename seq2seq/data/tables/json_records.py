"""Rows of JSON objects: what is read of each, by the names of its values.

A value inside of another is named with a dot: ``translation.en``.
"""

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from seq2seq.config.data import ColumnsConfig
from seq2seq.config.sides import Sides
from seq2seq.data.tables import problems
from seq2seq.data.tables.columns import Place, by_name, find_column, listed, places, reach
from seq2seq.data.tables.problems import BadRows
from seq2seq.data.tables.rows import Rows, add_clean, json_type
from seq2seq.errors import DataError


class RecordReader:
    """Makes rows of JSON objects; columns are names of values, or positions, which mean nothing here.

    Args:
        path: the file, for messages.
        columns: what is read.
        sides: what an example consists of.
        example: the first object; others that have what is read in the same places are read faster.
    """

    def __init__(
        self, path: Path, columns: ColumnsConfig, *, sides: Sides, example: Mapping[str, Any] | None = None
    ) -> None:
        self._path = path
        self._named = by_name(columns)
        self._wanted = {"source": columns.source, "target": columns.target, "group": columns.group}
        self._names = (str(columns.source), str(columns.target), str(columns.group))
        self._sides = sides
        self._places: dict[str, Place] = {}
        self._fixed = example is not None
        for name in self._wanted.values():
            if example is not None and isinstance(name, str) and (place := _find(example, name)) is not None:
                self._places[name] = place

    def add(self, number: int, record: object, rows: Rows, bad: BadRows) -> None:
        """Append the row of a value, or report it."""
        if not isinstance(record, dict):
            bad.refuse(self._path, number, problems.JSON, f"expected a JSON object, found {json_type(record)}")
            return
        if not self._named:
            keys = ", ".join(value_names(record)) or "none"
            raise DataError(
                f"{self._path}:{number}: JSON has keys, not positions. Its keys: {keys}.",
                settings="Name them: --set data.columns.source=KEY --set data.columns.target=KEY",
                options="Name them: --source-column KEY --target-column KEY",
                code="data.keys-not-positions",
            )
        values: dict[str, object] = {"source": "", "group": None}
        for side, name in self._wanted.items():
            if name is None:
                continue
            try:
                values[side] = self._value(record, str(name))
            except KeyError:
                if side == "group":
                    continue
                keys = listed(value_names(record))
                bad.refuse(self._path, number, problems.VALUE, f"no key '{name}'. Its keys: {keys}")
                return
        found = (values["source"], values["target"], values["group"])
        add_clean(self._path, number, self._names, found, rows, bad, sides=self._sides)

    def _value(self, record: Mapping[str, Any], name: str) -> object:
        """The value of a name; raises a KeyError if there is none."""
        place = self._places.get(name)
        if place is not None:
            with suppress(KeyError):
                return reach(record, place)
        place = _find(record, name)
        if place is None:
            # An object, where text is wanted, is reported as that.
            return reach(record, tuple(name.split(".")))
        if not self._fixed:
            self._places[name] = place
        return reach(record, place)


def _find(record: Mapping[str, Any], name: str) -> Place | None:
    """The place of the value that a name means; None: there is none."""
    if name in record:
        return (name,)
    found = dict(places(record))
    there = find_column(list(found), name)
    return None if there is None else found[there]


def value_names(record: Mapping[str, Any]) -> list[str]:
    """The names of all values of an object, also of those inside of others."""
    return [name for name, _ in places(record)]
