"""Which rows of the training split stay, by the text alone: no empty side, no duplicate, none held out."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import xxhash
from numpy.typing import NDArray

from seq2seq.config.data import DataConfig

EMPTY = "empty"
DUPLICATE = "duplicate"
HELD_OUT = "held out for dev"
REPEATED = "source stands in the held-out dev"
_HOLD_OUT = 0xDE5
"""Keeps this draw apart from others with the same seed."""


@dataclass(frozen=True)
class Digests:
    """What is remembered of a split's text: 17 bytes a row."""

    source: NDArray[np.uint64]
    """(N,) 64-bit digests of the sources."""
    pair: NDArray[np.uint64]
    """(N,) 64-bit digests of the pairs."""
    empty: NDArray[np.bool_]
    """(N,) whether a side is blank."""


@dataclass(frozen=True)
class Selection:
    """Row numbers of the training split, in order."""

    train: NDArray[np.int64]
    dev: NDArray[np.int64] | None
    """Those held out, if a development split had to be made."""
    removed: dict[str, int] = field(default_factory=dict)
    """How many rows each rule left out."""


def batches(path: Path) -> Iterator[pa.RecordBatch]:
    """Record batches of an Arrow file, read one by one: they pass through memory and do not stay mapped."""
    with pa.OSFile(str(path)) as file, pa.ipc.open_stream(file) as reader:
        yield from reader


def digest(path: Path) -> Digests:
    """Digests of all rows of a split."""
    sources: list[NDArray[np.uint64]] = []
    pairs: list[NDArray[np.uint64]] = []
    empties: list[NDArray[np.bool_]] = []
    hashed = xxhash.xxh3_64_intdigest
    for batch in batches(path):
        left, right = (batch.column(side).cast(pa.binary()).to_pylist() for side in ("source", "target"))
        count = len(left)
        sources.append(np.fromiter(map(hashed, left), np.uint64, count))
        # No text holds a NUL, so that it separates the sides.
        pairs.append(np.fromiter(map(hashed, map(b"\0".join, zip(left, right, strict=True))), np.uint64, count))
        empties.append(_blank(batch.column("source")) | _blank(batch.column("target")))
    return Digests(np.concatenate(sources), np.concatenate(pairs), np.concatenate(empties))


def _blank(texts: pa.StringArray) -> NDArray[np.bool_]:
    """Which texts hold nothing but white space."""
    lengths = pc.binary_length(pc.utf8_trim_whitespace(texts))
    blank: NDArray[np.bool_] = lengths.to_numpy(zero_copy_only=False) == 0
    return blank


def select(found: Digests, config: DataConfig, *, hold_out: bool, seed: int) -> Selection:
    """Choose the rows to train on, and those held out for development if need be.

    Args:
        found: digests of the training split.
        config: ``filters.duplicates`` and ``dev_size``.
        hold_out: whether to make a development split.
        seed: decides which rows are held out.
    """
    removed = {EMPTY: int(found.empty.sum())}
    keep = ~found.empty
    if config.filters.duplicates:
        kept = np.flatnonzero(keep)
        order = kept[np.argsort(found.pair[kept], kind="stable")]
        again = found.pair[order[1:]] == found.pair[order[:-1]]
        keep[order[1:][again]] = False
        removed[DUPLICATE] = int(again.sum())
    if not hold_out:
        return Selection(np.flatnonzero(keep), None, removed)
    kept = np.flatnonzero(keep)
    size = min(config.dev_size, max(1, len(kept) // 10)) if len(kept) > 1 else 0
    dev = np.sort(np.random.default_rng((_HOLD_OUT, seed)).choice(kept, size=size, replace=False))
    keep[dev] = False
    removed[HELD_OUT] = len(dev)
    repeated = keep & np.isin(found.source, found.source[dev])
    keep[repeated] = False
    removed[REPEATED] = int(repeated.sum())
    return Selection(np.flatnonzero(keep), dev, removed)
