"""Which columns of texts say to which series a row of a table belongs.

Letters: N rows.
"""

from collections.abc import Mapping, Sequence
from itertools import combinations
from math import comb
from typing import Final

import numpy as np
from numpy.typing import NDArray

_FEWEST: Final = 2
"""Rows of a series, on average: names come again."""
_TRIED: Final = 500
"""Sets of columns that are tried, at most: all sets of 8 columns, all pairs of 31."""
_SEPARATOR: Final = "/"


def telling_columns(texts: Mapping[str, Sequence[str]], times: Sequence[str]) -> tuple[str, ...] | None:
    """The fewest columns that together tell apart the rows of a time.

    Args:
        texts: (N,) texts of each column, by its name.
        times: (N,) of the rows.

    Returns:
        None: no columns do, or others of the same number do so in another way; or there are too many columns to try
            all sets of as many.
    """
    when = _numbered(times)
    numbers = {name: own for name, of in texts.items() if _come_again(own := _numbered(of))}
    if not numbers or not _are_apart(_together(*numbers.values()), when):
        return None
    usual = when == np.bincount(when).argmax()  # most sets fail at the time with the most rows already
    there = {name: np.unique(own[usual], return_inverse=True)[1] for name, own in numbers.items()}
    tried = 0
    for size in range(1, len(numbers) + 1):
        tried += comb(len(numbers), size)
        if tried > _TRIED:
            return None
        found: dict[tuple[str, ...], NDArray[np.intp]] = {}
        for names in combinations(numbers, size):
            if _count(_together(*map(there.__getitem__, names))) < usual.sum():
                continue
            own = _together(*map(numbers.__getitem__, names))
            if _are_apart(own, when) and _come_again(own):
                found[names] = own
        if found:
            first, *others = found.values()
            return next(iter(found)) if all(_are_alike(first, other) for other in others) else None
    return None


def tell_apart(texts: Sequence[Sequence[str]], times: Sequence[str]) -> bool:
    """Whether columns (N,) together tell apart the rows of a time, and come again."""
    together = _together(*map(_numbered, texts))
    return _are_apart(together, _numbered(times)) and _come_again(together)


def joined_names(columns: Sequence[Sequence[str]]) -> list[str]:
    """The name of the series of every row, ``north/apples``; empty where one of the columns (N,) is.

    Raises:
        ValueError: two series would have the same name.
    """
    rows = list(zip(*columns, strict=True))
    names = {row: _SEPARATOR.join(row) if all(row) else "" for row in set(rows)}
    filled = [name for name in names.values() if name]
    if len(set(filled)) < len(filled):
        twice = next(name for name in filled if filled.count(name) > 1)
        raise ValueError(f"two series would be called {twice!r}")
    return [names[row] for row in rows]


def _numbered(texts: Sequence[str]) -> NDArray[np.intp]:
    """(N,) equal numbers for equal texts, from 0."""
    known: dict[str, int] = {}
    return np.array([known.setdefault(text, len(known)) for text in texts])


def _together(first: NDArray[np.intp], *others: NDArray[np.intp]) -> NDArray[np.intp]:
    """(N,) equal numbers for rows that are equal in all columns, from 0."""
    for other in others:
        first = np.unique(first * (int(other.max(initial=0)) + 1) + other, return_inverse=True)[1]
    return first


def _count(groups: NDArray[np.intp]) -> int:
    return int(groups.max(initial=-1)) + 1


def _are_apart(groups: NDArray[np.intp], times: NDArray[np.intp]) -> bool:
    return _count(_together(groups, times)) == len(times)


def _come_again(groups: NDArray[np.intp]) -> bool:
    return _FEWEST * _count(groups) <= len(groups)


def _are_alike(one: NDArray[np.intp], other: NDArray[np.intp]) -> bool:
    """Whether two columns group rows in the same way."""
    return _count(one) == _count(other) == _count(_together(one, other))
