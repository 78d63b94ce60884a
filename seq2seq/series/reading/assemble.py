"""From the rows of a table to series with regular steps.

Rows may stand in any order. A step that is left out is a missing value. Rows at the end of a series that have
covariates and no values are its future.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from seq2seq.series.frequency import Frequency, Times, infer_frequency
from seq2seq.series.reading.regular import Regular, on_grid, step_numbers
from seq2seq.series.reading.table import Table
from seq2seq.series.reading.times import ReadTimes, shown_time
from seq2seq.series.series import Floats, Series, SeriesSet
from seq2seq.text.vocabulary.series import Clock
from seq2seq.wording import plural

_APART: Final = 10_000
"""Steps left out per row from which a time is taken for wrong: what stands for them has to be in memory."""


@dataclass(frozen=True, slots=True)
class Roles:
    """What the columns of a table mean."""

    ids: Sequence[str]
    """The series of every row."""
    channels: tuple[str, ...]
    covariates: tuple[str, ...] = ()
    labels: Sequence[str] | None = None
    """The label of every row; None: series have none."""
    ordered: bool = False
    """Whether times that are not equally far apart say the order of rows alone, which are then the steps."""


@dataclass(frozen=True, slots=True)
class _Rows:
    """The rows of one series, by time."""

    id: str
    rows: NDArray[np.intp]
    times: Times


def assemble(
    table: Table, roles: Roles, read: ReadTimes, frequency: Frequency | None, clock: Clock | None
) -> SeriesSet:
    """The series of a table.

    Args:
        table: rows of series.
        roles: what the columns mean.
        read: the times of the rows.
        frequency: of all series; None: the commonest interval.
        clock: of the times; None: that of their place, unless it was put back.

    Raises:
        DataError: rows are wrong; if the table's problems are collected, all of them.
    """
    numbers = table.numbers([*roles.channels, *roles.covariates])
    for line, name in zip(table.lines, roles.ids, strict=True):
        if not name:
            table.problems.add(line, "id", "the row does not say to which series it belongs")
    table.problems.raise_any()
    placed = np.array([bool(name) for name in roles.ids])
    if read.times.dtype.kind == "M":
        placed &= ~np.isnat(read.times)
    if not placed.any():
        raise table.problems.error()
    groups, taken, remark = _by_one_clock(roles.ids, read, clock, placed)
    remarks = [*table.remarks, *([remark] if remark else [])]
    _refuse_duplicates(table, groups)
    groups = [_first_of_times(group) for group in groups]
    moved = sum(bool((np.diff(group.rows) < 0).any()) for group in groups)
    if moved:
        remarks.append(f"rows of {moved:,} series were not in the order of time, and have been sorted")
    frequency = frequency or infer_frequency(*(group.times for group in groups))
    labels = [_label(table, roles.labels, group) for group in groups]
    steps = [step_numbers(group.times, frequency) for group in groups]
    if roles.ordered and any((own < 0).any() for own in steps):
        remarks.append("times are not equally far apart: the rows of a sequence are taken for its steps")
        frequency = None
        grids = [Regular(own := np.arange(len(group.rows)), own, 0) for group in groups]
    else:
        for group, own in zip(groups, steps, strict=True):
            _refuse_between(table, group, own, frequency)
            _refuse_far(table, group, own)
        table.problems.raise_any()
        steps = [np.where(_are_far(own), -1, own) for own in steps]
        grids = [on_grid(group.times, own, frequency) for group, own in zip(groups, steps, strict=True)]
    gaps = [grid.missing for grid in grids if grid.missing]
    if gaps:
        remarks.append(f"{plural(sum(gaps), 'step')} left out in {len(gaps):,} series: missing values stand for them")
    lines = np.asarray(table.lines)
    series = [
        _series(group, grid, numbers, roles, label, lines)
        for group, grid, label in zip(groups, grids, labels, strict=True)
    ]
    for group, one in zip(groups, series, strict=True):
        if np.isnan(one.values).all():
            table.problems.add(table.lines[group.rows[0]], "empty", f"series {group.id!r} has no value")
    table.problems.raise_any()
    series = [one for one in series if not np.isnan(one.values).all()]
    if not series:
        raise table.problems.error()
    if (
        taken == "local"
        and not read.offsets[placed].astype(int).any()
        and frequency is not None
        and frequency.divides_days
    ):
        if clock is None:
            taken = "utc"
        else:
            remarks.append("times are in UTC, and the model was trained by the clock of a place, which may be another")
    return SeriesSet(
        tuple(series),
        frequency=frequency if series[0].times.dtype.kind == "M" else None,
        season=1 if frequency is None else frequency.season,
        clock=taken,
        remarks=tuple(remarks),
    )


def _by_one_clock(
    ids: Sequence[str], read: ReadTimes, clock: Clock | None, placed: NDArray[np.bool_]
) -> tuple[list[_Rows], Clock | None, str | None]:
    """The rows of every series by times of one clock; which one that is (None: nothing says so), and a remark."""
    local, offsets = _group(ids, read.times, placed), read.offsets[placed]
    if read.utc is None:
        as_utc = clock == "utc" and read.times.dtype.kind == "M"
        return local, None, "times without offsets from UTC are taken for UTC" if as_utc else read.remark
    if clock == "utc":
        converted = "times are converted to UTC, by which the model was trained"
        return _group(ids, read.utc, placed), "utc", converted if offsets.astype(int).any() else None
    if len(np.unique(offsets)) == 1 or not _duplicates(local):
        return local, "local", read.remark
    utc, put_back = _group(ids, read.utc, placed), "offsets from UTC differ, and the clock was put back"
    if clock is None:
        return utc, "utc", f"{put_back}: times are converted to UTC"
    # Of the two hours that are called alike, the forecast comes after the second.
    ends = [replace(one, times=one.times + read.offsets[one.rows[-1]]) for one in utc]
    return ends, "local", f"{put_back}: all times of a series are given by its clock of the end"


def _group(ids: Sequence[str], times: Times, placed: NDArray[np.bool_]) -> list[_Rows]:
    """The rows of every series by time, in the order in which the series begin; those that are not placed left out."""
    numbers: dict[str, int] = {}
    chosen = np.flatnonzero(placed)
    of_row = np.array([numbers.setdefault(ids[row], len(numbers)) for row in chosen.tolist()])
    order = np.lexsort((times[chosen], of_row))
    of_row, order = of_row[order], chosen[order]
    rows = np.split(order, np.flatnonzero(np.diff(of_row)) + 1)
    return [_Rows(name, own, times[own]) for name, own in zip(numbers, rows, strict=True)]


def _duplicates(groups: Sequence[_Rows]) -> list[tuple[_Rows, int]]:
    """Series with two rows at the same time, and the place of the first of the two."""
    return [(group, int(place)) for group in groups for place in np.flatnonzero(group.times[1:] == group.times[:-1])]


def _refuse_duplicates(table: Table, groups: Sequence[_Rows]) -> None:
    """Raise a DataError if a series has two rows at the same time."""
    for group, place in _duplicates(groups):
        first = table.problems.place(table.lines[group.rows[place]])
        second = table.lines[group.rows[place + 1]]
        what = f"series {group.id!r} has {shown_time(group.times[place])} already ({first})"
        table.problems.add(second, "duplicate", what)
    table.problems.raise_any()


def _first_of_times(group: _Rows) -> _Rows:
    """A series with the first of the rows at every time."""
    first = np.append(True, group.times[1:] != group.times[:-1])
    return _Rows(group.id, group.rows[first], group.times[first])


def _refuse_between(table: Table, group: _Rows, steps: NDArray[np.int64], frequency: Frequency | None) -> None:
    """Note the times that fall between steps."""
    for place in np.flatnonzero(steps < 0):
        table.problems.add(
            table.lines[group.rows[place]],
            "interval",
            f"series {group.id!r}: {shown_time(group.times[place])} falls between the steps "
            f"({frequency or 'the commonest interval'}) that begin at {shown_time(group.times[0])}",
        )


def _refuse_far(table: Table, group: _Rows, steps: NDArray[np.int64]) -> None:
    """Note the times before which far more steps are left out than the series has rows for."""
    far = _are_far(steps)
    if far.any():
        place = int(far.argmax())
        table.problems.add(
            table.lines[group.rows[place]],
            "far",
            f"series {group.id!r}: {shown_time(group.times[place])} is {steps[place]:,} steps after "
            f"{shown_time(group.times[0])}, and the series has {plural(len(steps), 'row')}",
        )


def _are_far(steps: NDArray[np.int64]) -> NDArray[np.bool_]:
    return steps > _APART * len(steps)


def _label(table: Table, labels: Sequence[str] | None, group: _Rows) -> str | None:
    """The label of a series; none or two are a problem."""
    if labels is None:
        return None
    lines = {labels[row]: table.lines[row] for row in sorted(group.rows, reverse=True)}
    if len(lines) > 1:
        both = " and ".join(map(repr, sorted(lines)))
        table.problems.add(max(lines.values()), "label", f"series {group.id!r} has the labels {both}")
    label: str = next(iter(lines))
    if not label:
        table.problems.add(lines[label], "label", f"series {group.id!r} has no label")
    return label


def _series(
    group: _Rows, grid: Regular, table: Floats, roles: Roles, label: str | None, lines: NDArray[np.int64]
) -> Series:
    """One series on its steps."""
    numbers = np.full((len(grid.times), table.shape[1]), np.nan)
    inside = grid.steps >= 0
    numbers[grid.steps[inside]] = table[group.rows[inside]]
    places = np.zeros(len(grid.times), dtype=np.int64)
    places[grid.steps[inside]] = lines[group.rows[inside]]
    values, known = np.split(numbers, [len(roles.channels)], axis=1)
    observed = np.flatnonzero(np.isfinite(values).any(axis=1))
    end = int(observed[-1]) + 1 if len(observed) else len(values)
    if not np.isfinite(known[end:]).any():
        end = len(values)
    return Series(
        group.id, values[:end], roles.channels, grid.times[:end], known, roles.covariates, label, lines=places
    )
