"""What reads the rows of a file in some format: of this package, of an installed package or of the running program.

It is registered in :data:`seq2seq.registry.FORMATS` under the ending of its files, without the dot, and is one of

- a function of a path that yields one dictionary per row, from the names of columns to values (:class:`RowReader`);
- a :class:`PairReader`, for files that name the languages of their texts;
- a :class:`TableReader`, for cells in rows, whose first row may name the columns.
"""

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, Protocol, runtime_checkable

_SHOWN: Final = 3
"""Units left out for one reason whose places are named."""
Pair = tuple[int, str, str]
"""Line at which a unit begins, from 1; source; target."""


class LeftOut(Counter[str]):
    """Numbers of units that make no row, by the reason; and where the first ones are.

    Args:
        counts: to begin with.
    """

    def __init__(self, counts: Mapping[str, int] = MappingProxyType({})) -> None:
        super().__init__(counts)
        self._places: dict[str, list[str]] = {}

    def add(self, reason: str, path: Path, line: int) -> None:
        """Count a unit, which begins at a line of a file."""
        self[reason] += 1
        places = self._places.setdefault(reason, [])
        if len(places) < _SHOWN:
            places.append(f"{path}:{line}")

    def __str__(self) -> str:
        """``fuzzy messages (12: a.po:3, a.po:9, a.po:11, ...), messages without a translation (1: a.po:20)``."""
        return ", ".join(f"{reason} ({count:,}{self._where(reason)})" for reason, count in self.most_common())

    def _where(self, reason: str) -> str:
        places = self._places.get(reason, [])
        more = [", ..."] if places and self[reason] > len(places) else []
        return "".join([": " * bool(places), ", ".join(places), *more])


@runtime_checkable
class RowReader(Protocol):
    """Reads the rows of a file."""

    def __call__(self, path: Path, /) -> Iterable[Mapping[str, Any]]:
        """Yield one dictionary per row; an OSError or a ValueError says that the file cannot be read."""


@dataclass(frozen=True, slots=True)
class Languages:
    """The languages that a file names."""

    tags: tuple[str, ...]
    """As the file spells them, in their order; empty strings for languages that it does not tell."""
    source: str | None = None
    """The one that the file calls its source language, as it spells it there; None: it does not."""


class PairReader(ABC):
    """Reads pairs from files that name the languages of their texts."""

    @abstractmethod
    def languages(self, path: Path) -> Languages:
        """The languages of a file, or of its beginning.

        Raises:
            DataError: it cannot be read.
        """

    @abstractmethod
    def read(self, path: Path, source: str, target: str, left_out: LeftOut) -> Iterator[Pair]:
        """The pairs of a file in two languages.

        Args:
            path: the file.
            source: language of the sources, as :func:`seq2seq.formats.languages.covers` compares it.
            target: language of the targets.
            left_out: gets the units that are left out, by the reason.

        Raises:
            DataError: it cannot be read to its end.
        """


class TableReader(ABC):
    """Reads rows of cells."""

    @abstractmethod
    def tables(self, path: Path) -> Sequence[str]:
        """Names of the tables of a file.

        Raises:
            DataError: it cannot be read.
        """

    @abstractmethod
    def read(self, path: Path, table: str) -> Iterator[tuple[int, list[str]]]:
        """The rows of a table, each with its number from 1; rows without any text are left out.

        Raises:
            DataError: it cannot be read to its end.
        """
