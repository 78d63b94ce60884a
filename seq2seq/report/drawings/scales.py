"""From values to pixels, and the values at which an axis has ticks."""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from seq2seq.report.writing import figure, power_of_ten

Floats = NDArray[np.float64]
LARGEST: Final = 1e300
"""Values beyond it are set to it, so that differences are finite."""
_FLAT: Final = 1e-9
"""A range that is a smaller part of its values has no room for ticks."""
_NOTHING: Final = 1e-290
"""Values that are smaller are drawn as zero."""
_DECADES: Final = 6
"""Most labelled decades of a logarithmic axis."""


def floats(values: ArrayLike) -> Floats:
    """Values as an array (N,), not finite ones as NaN."""
    array = np.asarray(values, dtype=np.float64).reshape(-1)
    return np.where(np.isfinite(array), np.clip(array, -LARGEST, LARGEST), np.nan)


def nice_step(span: float, most: int) -> float:
    """The smallest of 1, 2, 5, 10, 20, … (and 0.5, 0.2, 0.1, …) that divides ``span`` into at most ``most`` parts."""
    raw = span / most
    magnitude = 10.0 ** math.floor(math.log10(raw))
    return next(magnitude * nice for nice in (1, 2, 5, 10) if magnitude * nice >= raw * (1 - 1e-9))


def widened(low: float, high: float) -> tuple[float, float]:
    """A range; one without room for ticks is given some on both sides."""
    size = max(abs(low), abs(high))
    if high / 2 - low / 2 > _FLAT * max(size, _NOTHING):
        return low, high
    room = size * 0.1 if size > _NOTHING else 1.0
    return low - room, high + room


@dataclass(frozen=True, slots=True)
class Scale:
    """An axis: values from ``low`` to ``high`` at the pixels ``start`` to ``end``, with ticks."""

    low: float
    high: float
    start: float
    end: float
    ticks: tuple[tuple[float, str], ...]
    """Values and their labels."""
    log: bool = False

    def at(self, values: ArrayLike) -> Floats:
        """Pixels of values, those beyond an end at that end; NaN for NaN and for what a logarithmic axis has not."""
        array = floats(values)
        if not self.log:
            shares = (np.clip(array, self.low, self.high) / 2 - self.low / 2) / (self.high / 2 - self.low / 2)
        else:
            array = np.clip(np.where(array > 0, array, np.nan), self.low, self.high)
            begin, end = math.log(self.low), math.log(self.high)
            shares = (np.log(array) - begin) / (end - begin)
        return self.start + shares * (self.end - self.start)

    def point(self, value: float) -> float:
        """The pixel of one value."""
        return float(self.at(value)[0])

    def between(self, start: float, end: float) -> "Scale":
        """The same axis at other pixels."""
        return Scale(self.low, self.high, start, end, self.ticks, self.log)


def scale(values: ArrayLike, *, most: int = 6, log: bool = False, zero: bool = False) -> Scale:
    """An axis that holds all values and begins and ends at a tick, or just beyond zero.

    Args:
        values: (N,) what is to be drawn; NaN and infinity are left out, on a logarithmic axis also zero and below.
        most: parts between ticks, at most.
        log: logarithmic.
        zero: zero is on the axis (bars; shares).
    """
    array = floats(values)
    array = array[~np.isnan(array)]
    if log:
        return _log_scale(array[array > 0], most)
    low, high = (float(array.min()), float(array.max())) if len(array) else (0.0, 1.0)
    if zero:
        low, high = min(low, 0.0), max(high, 0.0)
    low, high = (0.0, 1.0) if zero and low == high else widened(low, high)
    step = nice_step(high - low, most)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    places = [place * step for place in range(first, last + 1)]
    largest = max(abs(places[0]), abs(places[-1]))
    begin, end = places[0], places[-1]
    # An interval that just crosses zero needs no tick on the other side.
    if zero and -step / 2 < low < 0 < high:
        begin, places = low, places[1:]
    if zero and low < 0 < high < step / 2:
        end, places = high, places[:-1]
    return Scale(begin, end, 0, 1, tuple((place, _label(place, step, largest)) for place in places))


def plain(low: float, high: float, *, most: int = 6) -> Scale:
    """An axis from ``low`` to ``high`` exactly, with ticks at nice values between them."""
    whole = scale([low, high], most=most)
    ticks = tuple(tick for tick in whole.ticks if low <= tick[0] <= high)
    return Scale(low, high, 0, 1, ticks) if high > low else whole


def _log_scale(array: Floats, most: int) -> Scale:
    array = np.clip(array, 1 / LARGEST, LARGEST)
    low, high = (float(array.min()), float(array.max())) if len(array) else (1.0, 10.0)
    first = math.floor(math.log10(low) + 1e-9)
    last = max(math.ceil(math.log10(high) - 1e-9), first + 1)
    if last - first <= 2:
        values = [10.0**decade * digit for decade in range(first, last) for digit in (1, 2, 5)] + [10.0**last]
        # The axis ends at the tick next to the data, so that two decades are not shown for a factor of three.
        begin = max(place for place, value in enumerate(values) if place == 0 or value <= low * (1 + 1e-9))
        end = min(place for place, value in enumerate(values) if place == len(values) - 1 or value >= high * (1 - 1e-9))
        values = values[min(begin, len(values) - 2) : max(end, begin + 1) + 1]
        ends = values[0], values[-1]
    else:
        stride = math.ceil((last - first) / min(_DECADES, most))
        values = [10.0**decade for decade in range(first, last + 1, stride)]
        ends = values[0], 10.0**last
    return Scale(*ends, 0, 1, tuple((value, _log_label(value)) for value in values), log=True)


def _label(value: float, step: float, largest: float) -> str:
    """A tick of an axis whose values reach ``largest``."""
    if largest >= 1e9 or largest < 1e-3:
        return figure(value)
    unit, name = (1e6, "M") if largest >= 1e6 else (1e3, "k") if largest >= 1e4 else (1, "")
    return f"{figure(value / unit, _decimals(step / unit))}{name}" if value or not name else "0"


def _log_label(value: float) -> str:
    exponent = round(math.log10(value))
    if -3.01 < math.log10(value) < 4.5:
        return f"{value:,.6g}"
    return power_of_ten(exponent) if math.isclose(value, 10.0**exponent) else figure(value)


def _decimals(step: float) -> int:
    """Decimals that tell a multiple of ``step`` from the next."""
    return max(0, -math.floor(math.log10(step) + 1e-9))
