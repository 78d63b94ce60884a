"""What is wrong with one channel of a series."""

from collections.abc import Iterable, Iterator, Set
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from seq2seq.inspection.engine.finding import Check
from seq2seq.inspection.series import checks
from seq2seq.inspection.series.values import find_codes, find_jumps, find_outliers
from seq2seq.series.reading.times import shown_time
from seq2seq.series.series import Floats, Series
from seq2seq.wording import plural

_USUAL: Final = 0.95
"""Share of a value from which a series is nearly constant."""
_ZEROS: Final = 0.99
"""Likewise of zero, which is usual where little is sold."""
_FEWEST: Final = 20
"""Values of a series that can be nearly constant."""


class Fault(NamedTuple):
    """A kind of fault in a channel."""

    check: Check
    number: int
    examples: Iterable[tuple[int, str]]
    """Steps and descriptions."""


def faults_of(one: Series, channel: int, season: int, unread: Set[int] = frozenset()) -> Iterator[Fault]:
    """Yield what is wrong with a channel of a series.

    Args:
        one: the series.
        channel: its number, from 0.
        season: steps of a season.
        unread: lines with values that cannot be read, which is another fault.
    """
    values = one.values[:, channel]
    yield from _missing(one, values, unread)
    coded = find_codes(values)
    yield _at_steps(checks.CODE, one, values, coded)
    values = np.where(coded, np.nan, values)
    known = values[np.isfinite(values)]
    if len(known) > 2 and (known == known[0]).all():
        yield Fault(checks.CONSTANT, 1, [(0, f"{plural(len(known), 'value')}, all of them {known[0]:g}")])
        return
    if len(known) >= _FEWEST:
        distinct, counts = np.unique(known, return_counts=True)
        usual, share = distinct[counts.argmax()], counts.max() / len(known)
        if share >= (_USUAL if usual else _ZEROS):
            yield Fault(checks.NEARLY_CONSTANT, 1, [(0, f"{share:.1%} of the values are {usual:g}")])
    if jumps := find_jumps(values):
        examples = ((at.step, f"{at.after:g} after {at.before:g}, {_when(one, at.step)}") for at in jumps)
        yield Fault(checks.UNIT, len(jumps), examples)
    else:
        yield _at_steps(checks.OUTLIER, one, values, find_outliers(values, season))


def _missing(one: Series, values: Floats, unread: Set[int]) -> Iterator[Fault]:
    """Steps without a row, and rows without a value."""
    lines = np.ones(len(values), dtype=np.int64) if one.lines is None else one.lines[: len(values)]
    rows, missing = lines > 0, np.isnan(values)
    if unread:
        missing &= [line not in unread for line in lines.tolist()]
    for check, found in ((checks.GAP, missing & ~rows), (checks.MISSING, missing & rows)):
        edges = np.flatnonzero(np.diff(np.pad(found, 1).astype(np.int8))).tolist()
        stretches = zip(edges[::2], edges[1::2], strict=True)
        yield Fault(check, int(found.sum()), ((begin, _stretch(one, begin, end)) for begin, end in stretches))
    known = int(np.isfinite(values).sum())
    if known < missing.sum():
        yield Fault(checks.MOSTLY_MISSING, 1, [(0, f"{known:,} of {plural(len(values), 'step')} have a value")])


def _at_steps(check: Check, one: Series, values: Floats, found: NDArray[np.bool_]) -> Fault:
    steps = np.flatnonzero(found).tolist()
    return Fault(check, len(steps), ((step, f"{values[step]:g}, {_when(one, step)}") for step in steps))


def _stretch(one: Series, begin: int, end: int) -> str:
    if end - begin == 1:
        return f"1 step, {_when(one, begin)}"
    return f"{end - begin:,} steps, from {shown_time(one.times[begin])} to {shown_time(one.times[end - 1])}"


def _when(one: Series, step: int) -> str:
    time = shown_time(one.times[step])
    return f"at {time}" if one.times.dtype.kind == "M" else f"at step {time}"
