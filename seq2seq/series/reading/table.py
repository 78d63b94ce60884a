"""Tables of CSV and Parquet as columns, before it is known what they mean."""

import csv
import io
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from seq2seq import extras
from seq2seq.errors import DataError, reason_of
from seq2seq.files.not_utf8 import not_utf8
from seq2seq.files.opening import open_text, without_compression
from seq2seq.files.unpack import DamagedError
from seq2seq.formats.csv_dialect import CSV, dialect_of
from seq2seq.hints import alike
from seq2seq.series.frequency import Frequency, Times
from seq2seq.series.reading.numbers import LARGEST, Decimal, find_decimal, is_number, parse_numbers
from seq2seq.series.reading.problems import Problems
from seq2seq.series.reading.times import ReadTimes, local_times, parse_times
from seq2seq.series.series import Floats
from seq2seq.wording import listed

_ONE: Final = 1
"""Line of the header."""
Role = Literal["id", "time", "values", "label", "covariates"]
"""What a column is for: a field of :class:`~seq2seq.series.reading.columns.SeriesColumns`."""
_NAMED_BY: Final[Mapping[Role, str]] = {
    "id": "--set data.forecast.series=NAME, or '[NAME, NAME]' for several (sequences of vectors: data.vectors.series)",
    "time": "--set data.forecast.time=NAME (sequences of vectors: data.vectors.time)",
    "values": "--set data.forecast.value=NAME (sequences of vectors: data.vectors.channels)",
    "label": "--set data.columns.target=NAME",
    "covariates": "--set data.forecast.known_covariates='[NAME]' (or past_covariates)",
}
"""What names the column of each role."""
_WORDS: Final[Mapping[Role, str]] = {
    "id": "the series of a row", "time": "the time", "values": "the values", "label": "the label",
    "covariates": "a covariate",
}  # fmt: skip
Column = list[str] | NDArray[Any]
"""Texts, or numbers or times of a typed table."""


@dataclass(frozen=True, slots=True)
class Table:
    """The columns of a table."""

    path: Path
    columns: dict[str, Column]
    lines: Sequence[int]
    """The line of every row, or its number where there are no lines."""
    problems: Problems
    delimiter: str = ","
    decimal: Decimal | None = None
    """The decimal sign, if the caller knows it."""
    remarks: list[str] = field(default_factory=list)
    """How it is read."""
    utc: dict[str, Times] = field(default_factory=dict)
    """Columns of times with a time zone, in UTC; ``columns`` has them by the clock of their place."""

    @property
    def place(self) -> str:
        """Its header, for messages."""
        return self.problems.place(_ONE)

    def require(self, names: Sequence[tuple[Role, str]]) -> None:
        """Make sure that there are columns for some roles.

        Raises:
            DataError: one is missing; names all that are.
        """
        missing = [(role, name) for role, name in names if name not in self.columns]
        if not missing:
            return
        lines = [f"{self.place}: no column {listed([name for _, name in missing])}."]
        for role, name in missing:
            near = alike(name, self.columns)
            lines.append(f"  {_WORDS[role]} {name!r}{f': did you mean {near!r}?' if near else ''}")
        lines.append(f"  There are: {listed(list(self.columns), 20)}.")
        settings = "; ".join(dict.fromkeys(_NAMED_BY[role] for role, _ in missing))
        raise DataError(
            "\n".join(lines),
            settings=f"Name the columns that are meant: {settings}",
            options="Call the columns as in the series that the model was trained on.",
            code="series.no-column",
        )

    def texts(self, name: str) -> list[str]:
        """A column as texts, without blanks around them."""
        column = self.columns[name]
        if isinstance(column, list):
            return [text.strip() for text in column]
        return [_as_text(value) for value in column.tolist()]

    def times(self, name: str, frequency: Frequency | None) -> ReadTimes:
        """A column of times; what cannot be read is a problem."""
        column = self.columns[name]
        if isinstance(column, list):
            return parse_times(column, self.lines, self.problems, frequency=frequency)
        if column.dtype.kind == "M":
            for place in np.flatnonzero(np.isnat(column)).tolist():
                self.problems.add(self.lines[place], "time", "the time is missing")
            return ReadTimes(column) if name not in self.utc else local_times(column, self.utc[name])
        return parse_times(self.texts(name), self.lines, self.problems, frequency=frequency)

    def numbers(self, names: Sequence[str]) -> Floats:
        """Columns of numbers (N, n); what cannot be read is a problem."""
        texts = [column for name in names if isinstance(column := self.columns[name], list)]
        decimal = self.decimal
        if decimal is None:
            decimal = find_decimal(texts, self.place, quoted=self.delimiter == ",")
            if decimal == ",":
                self.remarks.append("numbers have decimal commas")
        found = np.full((len(self.lines), len(names)), np.nan)
        for place, name in enumerate(names):
            column = self.columns[name]
            if isinstance(column, list):
                found[:, place] = parse_numbers(
                    column, self.lines, self.problems, name=name, decimal=decimal, grouped=True
                )
            elif column.dtype.kind == "M":
                self.problems.add(self.lines[0], "number", f"{name}: a column of times is no column of numbers")
            else:
                found[:, place] = column
                for row in np.flatnonzero(np.isinf(column)).tolist():
                    self.problems.add(self.lines[row], "finite", f"{name}: {column[row]} is not finite")
                for row in np.flatnonzero(np.isfinite(column) & (np.abs(column) > LARGEST)).tolist():
                    self.problems.add(
                        self.lines[row], "size", f"{name}: {column[row]:g} is larger than {LARGEST:g} in size"
                    )
                found[~(np.abs(found[:, place]) <= LARGEST), place] = np.nan
        return found


def read_csv(path: Path, decimal: Decimal | None, delimiter: str | None, problems: Problems) -> Table:
    """A table in text; without a header its columns are called 0, 1, 2.

    Args:
        path: of the file.
        decimal: the decimal sign; None: as its numbers show.
        delimiter: of its fields; None: as it shows itself.
        problems: gets what is wrong with rows.

    Raises:
        DataError: it cannot be read, or has no rows.
    """
    dialect = dialect_of(path, Path(without_compression(path.name)).suffix.lower())
    if delimiter is not None:
        dialect = replace(CSV, delimiter=delimiter, skipped=dialect.skipped)
    with open_text(path) as file:
        text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="")
        lines: list[int] = []
        rows: list[list[str]] = []
        reader = dialect.reader(text, strict=True)
        try:
            for _ in range(dialect.skipped):
                text.readline()
            for row in reader:
                if any(field.strip() for field in row):
                    lines.append(reader.line_num + dialect.skipped)
                    rows.append(row)
        except UnicodeDecodeError as error:
            raise not_utf8(path, "series.unreadable") from error
        except (csv.Error, DamagedError, OSError) as error:
            remedy = "Copy the file again; it may be damaged."
            if isinstance(error, csv.Error):
                remedy = "Close the quotation marks; one within a field in quotes is doubled."
            line = reader.line_num + dialect.skipped
            raise DataError(f"{path}:{line}: {reason_of(error)}.\n  {remedy}", code="series.unreadable") from error
    if not rows:
        raise DataError(f"{path}: the file is empty.\n  Name a file with rows of numbers.", code="series.no-rows")
    names = [name.strip() for name in rows[0]]
    remarks = [dialect.remark] if dialect.remark and not path.name.lower().endswith(".tsv") else []
    if all(map(is_number, names)) and any(names):
        names = [str(place) for place in range(len(names))]
        remarks.append("the first row holds numbers: it is taken for values, and channels are numbered")
    else:
        del rows[0], lines[0]
    twice = sorted({name for name in names if name and names.count(name) > 1})
    if twice:
        raise DataError(
            f"{path}:1: the header names {listed(twice)} twice.\n  Give every column a name of its own.",
            code="series.duplicate-column",
        )
    problems.rows_read = len(rows)
    for line, row in zip(lines, rows, strict=True):
        if len(row) != len(names):
            problems.add(line, "fields", f"expected {len(names)} fields, found {len(row)}")
    problems.raise_any()
    whole = [(line, row) for line, row in zip(lines, rows, strict=True) if len(row) == len(names)]
    lines, rows = [line for line, _ in whole], [row for _, row in whole]
    if not rows and problems.kinds:
        raise problems.error()
    columns: dict[str, Column] = {}
    for place, name in enumerate(names):
        columns.setdefault(name, [row[place] for row in rows])  # of several columns without a name the first
    return _with_rows(Table(path, columns, lines, problems, dialect.delimiter, decimal, remarks))


def read_parquet(path: Path, ignored: Collection[str], problems: Problems) -> Table:
    """A table in Parquet: numbers, times and texts.

    Args:
        path: of the file.
        ignored: columns that may be of any type; what they hold is not read.
        problems: gets what is wrong with rows.

    Raises:
        DataError: it cannot be read, or has no rows, or a column of another type.
        MissingExtra: pyarrow is not installed.
    """
    extras.require("pyarrow", "Reading Parquet")
    import pyarrow
    import pyarrow.compute
    import pyarrow.parquet

    try:
        read = pyarrow.parquet.read_table(path)
    except (OSError, pyarrow.ArrowException) as error:
        raise DataError(f"{path}: cannot be read: {reason_of(error)}", code="series.unreadable") from error
    columns: dict[str, Column] = {}
    utc: dict[str, Times] = {}
    kinds = pyarrow.types
    for name, column in zip(read.column_names, read.columns, strict=True):
        type_ = column.type
        if kinds.is_dictionary(type_):
            column, type_ = column.cast(type_.value_type), type_.value_type
        if kinds.is_null(type_) or name in ignored:
            columns[name] = np.full(read.num_rows, np.nan)
        elif kinds.is_timestamp(type_) or kinds.is_date(type_):
            if getattr(type_, "tz", None) is not None:
                utc[name] = np.asarray(column.to_numpy()).astype("datetime64[us]")
                column = pyarrow.compute.local_timestamp(column)
            columns[name] = np.asarray(column.to_numpy()).astype("datetime64[us]")
        elif kinds.is_integer(type_) and not column.null_count:  # names of series may be larger than floats are exact
            columns[name] = np.asarray(column.to_numpy())
        elif kinds.is_integer(type_) or kinds.is_floating(type_) or kinds.is_boolean(type_) or kinds.is_decimal(type_):
            columns[name] = np.asarray(column.cast(pyarrow.float64()).to_numpy())
        elif kinds.is_string(type_) or kinds.is_large_string(type_):
            try:
                columns[name] = ["" if text is None else text for text in column.to_pylist()]
            except UnicodeDecodeError as error:  # Arrow takes any bytes for text
                what = f"{path}: text in column {name!r} is not UTF-8: {error}."
                raise DataError(f"{what}\n  Write the column anew, as UTF-8.", code="series.unreadable") from error
        else:
            raise DataError(
                f"{path}: column {name!r} has the type {type_}; numbers, times and texts are read.",
                settings=f"Leave it out: --set data.forecast.ignore='[{name}]'",
                options="Leave it out.",
                code="series.column-type",
            )
    problems.rows, problems.rows_read = True, read.num_rows
    return _with_rows(Table(path, columns, range(1, read.num_rows + 1), problems, utc=utc))


def _as_text(value: object) -> str:
    """A number of a typed table as text: whole ones without a point, missing ones empty."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value != value or value is None else str(value)  # NaN differs from itself


def _with_rows(table: Table) -> Table:
    if not table.lines:
        raise DataError(
            f"{table.path}: no rows after the header.\n  Name a file with rows of numbers.", code="series.no-rows"
        )
    return table
