"""Arrays on the disk, mapped into memory: pages that the system reads when they are needed, and takes back."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray


def map_array(path: Path, dtype: DTypeLike, columns: int | None = None, *, writable: bool = False) -> NDArray[Any]:
    """The numbers in a file, all of one type.

    Args:
        path: numbers and nothing else, in this machine's order of bytes.
        dtype: their type.
        columns: numbers in a row of a table (``None``: it is no table).
        writable: whether what is assigned is written to the file.
    """
    shape = (-1,) if columns is None else (-1, columns)
    if not path.stat().st_size:  # nothing can be mapped
        return np.empty(0, dtype).reshape(0, *shape[1:])
    # A plain array: looking things up in np.memmap itself is slow.
    return np.asarray(np.memmap(path, dtype, "r+" if writable else "r")).reshape(shape)


def write_array(path: Path, parts: Iterable[NDArray[Any]]) -> None:
    """Write a file for :func:`map_array`, one part after the other."""
    with path.open("wb") as file:
        for part in parts:
            part.tofile(file)
