"""Archives of NumPy arrays (`.npz`): sequences of equal length, or padded ones with their lengths."""

import zipfile
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from seq2seq.errors import DataError, reason_of
from seq2seq.files.pipes import open_raw
from seq2seq.series.reading.numbers import LARGEST
from seq2seq.series.series import Floats, Series, SeriesSet, without_covariates
from seq2seq.wording import listed

_NAMES: Final = {"values": ("values", "X", "x"), "labels": ("labels", "y"), "lengths": ("lengths",)}
"""What the arrays are called."""


def read_npz(path: Path) -> SeriesSet:
    """The sequences of an archive.

    Arrays: ``values`` (or ``X``) is (N, T, C), or (N, T) for one channel, steps before channels; ``lengths`` (N,) says
    how many steps of each are meant, all if there is none; ``labels`` (or ``y``), ``ids`` (N,) and ``channels`` (C,)
    are texts or whole numbers.

    Raises:
        DataError: it cannot be read, or the shapes do not go together.
    """
    with open_raw(path) as file:
        try:
            with np.load(file, allow_pickle=False) as archive:
                arrays = {name: archive[name] for name in archive.files}
        except (OSError, EOFError, ValueError, zipfile.BadZipFile, AttributeError, TypeError) as error:
            raise DataError(
                f"{path}: cannot be read: {reason_of(error)}.\n"
                "  Write it by numpy.savez(FILE, values=..., labels=...), with arrays of numbers and of texts.",
                code="series.unreadable",
            ) from error
    values = _values(path, arrays)
    count, steps, width = values.shape
    lengths = _vector(path, arrays, _NAMES["lengths"], count)
    if lengths is None:
        lengths = np.full(count, steps)
    elif lengths.dtype.kind not in "iu" or not ((lengths >= 1) & (lengths <= steps)).all():
        raise _wrong(path, f"lengths are whole numbers from 1 to {steps}, the steps of values")
    labels, ids = _texts(path, arrays, _NAMES["labels"], count), _texts(path, arrays, ("ids",), count)
    channels = _texts(path, arrays, ("channels",), width) or [str(place) for place in range(width)]
    if ids is not None and len(set(ids)) < count:
        raise _wrong(path, "two sequences have the same name in ids")
    series = []
    for place, length in enumerate(lengths.tolist()):
        own = values[place, :length]
        large = (np.abs(own) > LARGEST).any()
        if large or np.isnan(own).all():
            what = f"holds infinity, or a number larger than {LARGEST:g} in size" if large else "has no value"
            raise _wrong(path, f"values[{place}] {what}")
        series.append(
            Series(
                ids[place] if ids else str(place),
                own,
                tuple(channels),
                np.arange(length),
                without_covariates(length),
                label=labels[place] if labels else None,
                lines=np.full(length, place + 1),
            )
        )
    return SeriesSet(tuple(series))


def _values(path: Path, arrays: dict[str, NDArray[Any]]) -> Floats:
    name = next((name for name in _NAMES["values"] if name in arrays), None)
    if name is None:
        raise _wrong(path, f"there is no array `values`, there are {listed(list(arrays)) or 'none'}")
    values = arrays[name]
    if values.dtype.kind not in "biuf" or values.ndim not in (2, 3) or not values.size:
        raise _wrong(
            path, f"`{name}` is {values.dtype} {values.shape}; numbers (sequences, steps, channels) are expected"
        )
    return np.asarray(values if values.ndim == 3 else values[:, :, None], dtype=np.float64)


def _vector(path: Path, arrays: dict[str, NDArray[Any]], names: tuple[str, ...], count: int) -> NDArray[Any] | None:
    """An array of one entry for each sequence or channel; None: there is none."""
    name = next((name for name in names if name in arrays), None)
    if name is None:
        return None
    if arrays[name].shape != (count,):
        raise _wrong(path, f"`{name}` has the shape {arrays[name].shape}, and ({count},) is expected")
    return arrays[name]


def _texts(path: Path, arrays: dict[str, NDArray[Any]], names: tuple[str, ...], count: int) -> list[str] | None:
    found = _vector(path, arrays, names, count)
    if found is None:
        return None
    if found.dtype.kind not in "iuUb":
        raise _wrong(path, f"`{names[0]}` is {found.dtype}; texts or whole numbers are expected")
    return [str(one) for one in found.tolist()]


def _wrong(path: Path, what: str) -> DataError:
    return DataError(
        f"{path}: {what}.\n  Write it by numpy.savez(FILE, values=..., lengths=..., labels=...), "
        "with values of the shape (sequences, steps, channels).",
        code="series.shape",
    )
