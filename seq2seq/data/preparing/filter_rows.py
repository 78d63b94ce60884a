"""Filters of the training split by its text: no empty side, no duplicate, no held-out row."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import xxhash
from numpy.typing import NDArray

from seq2seq.config.data import DataConfig
from seq2seq.config.sides import TEXTS, Sides

EMPTY = "empty"
DUPLICATE = "duplicate"
HELD_OUT = "held out"
REPEATED = "text stands in what is held out"
_HOLD_OUT = {"dev": 0xDE5, "test": 0x7E57}
"""Keeps these random choices apart from others with the same seed."""


@dataclass(frozen=True)
class Digests:
    """Digests of a split's texts: 17 bytes per row."""

    text: NDArray[np.uint64]
    """(N,) 64-bit digests of the sides that tell examples apart: the sources, where they are text."""
    pair: NDArray[np.uint64]
    """(N,) 64-bit digests of both sides."""
    empty: NDArray[np.bool_]
    """(N,) whether a side that must not be is blank."""


@dataclass(frozen=True)
class Selection:
    """Row numbers of the training split, in order."""

    train: NDArray[np.int64]
    held_out: dict[str, NDArray[np.int64]]
    """Those held out, for the splits that had to be made."""
    removed: dict[str, int] = field(default_factory=dict)
    """Rows that each rule left out."""


def record_batches(path: Path) -> Iterator[pa.RecordBatch]:
    """Record batches of an Arrow file, read one by one: they pass through memory and do not stay mapped."""
    with pa.OSFile(str(path)) as file, pa.ipc.open_stream(file) as reader:
        yield from reader


def digest(path: Path, sides: Sides = TEXTS) -> Digests:
    """Digests of all rows of a split, whose examples consist of ``sides``."""
    texts: list[NDArray[np.uint64]] = []
    pairs: list[NDArray[np.uint64]] = []
    empties: list[NDArray[np.bool_]] = []
    hashed = xxhash.xxh3_64_intdigest
    for batch in record_batches(path):
        left, right = (batch.column(side).cast(pa.binary()).to_pylist() for side in ("source", "target"))
        count = len(left)
        texts.append(np.fromiter(map(hashed, left if sides.key == "source" else right), np.uint64, count))
        # No text holds a NUL, so that it separates the sides.
        pairs.append(np.fromiter(map(hashed, map(b"\0".join, zip(left, right, strict=True))), np.uint64, count))
        empties.append(np.logical_or.reduce([_blank(batch.column(side)) for side in sides.filled]))
    return Digests(np.concatenate(texts), np.concatenate(pairs), np.concatenate(empties))


def _blank(texts: pa.StringArray) -> NDArray[np.bool_]:
    """Which texts hold nothing but white space."""
    lengths = pc.binary_length(pc.utf8_trim_whitespace(texts))
    blank: NDArray[np.bool_] = lengths.to_numpy(zero_copy_only=False) == 0
    return blank


def filter_replay(digests: Digests, config: DataConfig, evaluated: Iterable[NDArray[np.uint64]]) -> Selection:
    """Choose the rows of other data that may be mixed into training.

    Args:
        digests: their digests.
        config: ``filters.duplicates``.
        evaluated: digests of the texts of splits that a model is evaluated on: no such text is trained on.
    """
    chosen = filter_rows(digests, config, hold_out={}, seed=0)
    texts = [text for text in evaluated if len(text)]
    repeated = np.isin(digests.text[chosen.train], np.concatenate(texts)) if texts else np.zeros(0, np.bool_)
    removed = {**chosen.removed, REPEATED: int(repeated.sum())}
    return Selection(chosen.train[~repeated] if len(repeated) else chosen.train, {}, removed)


def filter_rows(digests: Digests, config: DataConfig, *, hold_out: Mapping[str, int], seed: int) -> Selection:
    """Choose the rows to train on, and those held out for splits that are not given.

    Args:
        digests: of the training split.
        config: ``filters.duplicates`` and ``hold_out``, which rows are held out.
        hold_out: how many examples each split to be made gets; at most a tenth of train.
        seed: decides which rows are held out at random.
    """
    removed = {EMPTY: int(digests.empty.sum())}
    keep = ~digests.empty
    if config.filters.duplicates:
        candidates = np.flatnonzero(keep)
        order = candidates[np.argsort(digests.pair[candidates], kind="stable")]
        again = digests.pair[order[1:]] == digests.pair[order[:-1]]
        keep[order[1:][again]] = False
        removed[DUPLICATE] = int(again.sum())
    if not hold_out:
        return Selection(np.flatnonzero(keep), {}, removed)
    candidates = np.flatnonzero(keep)
    held_out: dict[str, NDArray[np.int64]] = {}
    left = candidates
    for split, wanted in hold_out.items():
        size = min(wanted, max(1, len(candidates) // 10)) if len(left) > 1 else 0
        if config.hold_out == "end":
            chosen = left[len(left) - size :]
        else:
            rng = np.random.default_rng((_HOLD_OUT[split], seed))
            chosen = np.sort(rng.choice(left, size=size, replace=False))
        held_out[split] = chosen
        left = np.setdiff1d(left, chosen, assume_unique=True)
    out = np.concatenate(list(held_out.values()))
    keep[out] = False
    removed[HELD_OUT] = len(out)
    repeated = keep & np.isin(digests.text, digests.text[out])
    keep[repeated] = False
    removed[REPEATED] = int(repeated.sum())
    return Selection(np.flatnonzero(keep), held_out, removed)
