"""A small random sample of the texts that a model was trained on, by which it recognises them later.

Each text is hashed, and the least hashes are stored: a random sample, but of the same texts wherever
they occur, so that two samples can be compared (Broder 1997, "On the resemblance and containment of documents",
section 2; Bar-Yossef et al. 2002, "Counting distinct elements in a data stream", section 2.1).
"""

import base64
import binascii
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from hashlib import blake2b
from itertools import islice
from typing import Any, Final, Self

import numpy as np
from numpy.typing import NDArray

SIZE: Final = 4096
"""Largest number of hashes: 16 KiB."""
_BITS: Final = 32
"""Bits of a hash. Of texts that were not among N others, N / 2^32 are taken for one: 1 in 4,000 for a million."""
_BLOCK: Final = 1 << 16
MOST: Final = 0.5
"""Share of the texts of a data set from which on it counts as what the model was trained on."""


@dataclass(frozen=True, slots=True)
class Overlap:
    """Number of texts of a data set that a model was trained on."""

    seen: int
    """Texts among those compared that it was trained on."""
    compared: int
    """Texts that could be compared: all, or those that would have been in the sample."""
    exact: bool
    """Whether all were compared."""

    @property
    def share(self) -> float:
        """Share (0 to 1) of the texts that were trained on, or an estimate of it."""
        return self.seen / self.compared

    def to_dict(self) -> dict[str, object]:
        """As JSON."""
        return {"share": self.share, "seen": self.seen, "compared": self.compared, "exact": self.exact}

    def remarks(self) -> list[str]:
        """The overlap in a sentence; empty if no text was trained on."""
        if not self.seen:
            return []
        if self.exact:
            how = f"{self.seen:,} of {self.compared:,} texts"
        else:
            how = (
                f"an estimated {self.share:.0%} of these texts ({self.seen:,} of {self.compared:,} that were compared)"
            )
        if self.share >= MOST:
            return [f"The model was trained on {how}: the scores say little about text that is new to it."]
        return [f"The model was trained on {how}."]


@dataclass(frozen=True)
class Sketch:
    """The least hashes of a set of texts."""

    hashes: NDArray[np.uint32] = field(default_factory=lambda: np.empty(0, np.uint32))
    """(K,) ascending, each once; K is at most ``SIZE``."""
    whole: bool = True
    """Whether they are those of all texts; otherwise, of those up to the greatest."""

    @classmethod
    def from_texts(cls, texts: Iterable[str]) -> Self:
        """The sketch of some texts; of equal ones, and of those that differ in case or spaces only, one counts."""
        sketch = cls()
        for hashes in _hashes(texts):
            sketch = sketch | cls(_distinct(hashes))
        return sketch

    def __or__(self, other: Self) -> Self:
        """The sketch of the texts of both."""
        reach = min(self._reach, other._reach)
        both = np.union1d(self.hashes, other.hashes)
        within = both[both <= reach]
        return type(self)(within[:SIZE], len(within) == len(both) <= SIZE and self.whole and other.whole)

    def overlap(self, texts: Iterable[str]) -> Overlap | None:
        """Estimate how many of these texts are among those of the sketch; None: none of them can tell."""
        seen = compared = 0
        for hashes in _hashes(texts):
            within = hashes[hashes <= self._reach]
            compared += len(within)
            seen += int(np.isin(within, self.hashes).sum())
        return Overlap(seen, compared, self.whole) if compared else None

    def to_dict(self) -> dict[str, Any]:
        """As JSON: the hashes in base64, four bytes each, the lowest first."""
        return {"hashes": base64.b64encode(self.hashes.astype("<u4").tobytes()).decode(), "whole": self.whole}

    @classmethod
    def from_dict(cls, found: object) -> Self:
        """The inverse of :meth:`to_dict`.

        Raises:
            ValueError: it is something else.
        """
        if not isinstance(found, dict) or not isinstance(found.get("hashes"), str):
            raise ValueError("not a sketch: it has no `hashes`")
        try:
            hashes = np.frombuffer(base64.b64decode(found["hashes"], validate=True), "<u4").astype(np.uint32)
        except (binascii.Error, ValueError) as error:
            raise ValueError(f"not a sketch: {error}") from error
        return cls(_distinct(hashes)[:SIZE], found.get("whole") is True)

    @property
    def _reach(self) -> int:
        """The greatest hash of which it is known whether it is among those of the texts."""
        if self.whole:
            return (1 << _BITS) - 1
        return int(self.hashes[-1]) if len(self.hashes) else -1


def _distinct(hashes: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """``np.unique``, which would import ``numpy.ma`` whenever a model is opened (20 ms)."""
    ordered = np.sort(hashes)
    first = np.ones(len(ordered), dtype=np.bool_)
    first[1:] = ordered[1:] != ordered[:-1]
    return ordered[first]


def _hashes(texts: Iterable[str]) -> Iterator[NDArray[np.uint32]]:
    """Hashes of texts, many at a time, whatever their case, spaces and Unicode form; blank ones are passed over."""
    plain = filter(None, map(_plain, texts))
    digests = (blake2b(text.encode("utf-8", "replace"), digest_size=_BITS // 8).digest() for text in plain)
    while block := b"".join(islice(digests, _BLOCK)):
        yield np.frombuffer(block, "<u4").astype(np.uint32)


def _plain(text: str) -> str:
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
    return " ".join(text.casefold().split())
