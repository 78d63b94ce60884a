"""Filters of the training split by its text: no empty side, no duplicate, no held-out row.

What is known of each row (digests, whether it stays) is on the disk and mapped, and passes through memory in chunks.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import xxhash
from numpy.typing import NDArray

from seq2seq.config.data import DataConfig
from seq2seq.config.sides import TEXTS, Sides
from seq2seq.storage.mapped import map_array, write_array

EMPTY = "empty"
DUPLICATE = "duplicate"
HELD_OUT = "held out"
REPEATED = "text stands in what is held out"
DIGESTS: Final = ("text", "pair", "empty")
"""Names of the files of digests."""
_HOLD_OUT = {"dev": 0xDE5, "test": 0x7E57}
"""Keeps these random choices apart from others with the same seed."""
_CHUNK: Final = 2**20
"""Rows that are looked at together."""
_PARTITION: Final = 2**22
"""Rows among which duplicates are looked for in memory: digests, numbers and order of so many need 130 MB."""
_FILES: Final = 256
"""Files that digests are sorted into at most, since a process may not open many: then partitions get larger."""
_SORTED: Final = np.dtype([("digest", np.uint64), ("row", np.int64)])


@dataclass(frozen=True)
class Digests:
    """Digests of a split's texts: 17 bytes per row."""

    text: NDArray[np.uint64]
    """(N,) 64-bit digests of the sides that tell examples apart: the sources, where they are text."""
    pair: NDArray[np.uint64]
    """(N,) 64-bit digests of both sides."""
    empty: NDArray[np.bool_]
    """(N,) whether a side that must not be is blank."""

    def count_known(self, texts: NDArray[np.uint64], rows: NDArray[np.int64]) -> int:
        """How many ``texts``, by their digests, are among some rows."""
        known, places = np.unique(texts, return_inverse=True)
        seen = np.zeros(len(known), dtype=np.bool_)
        for chunk in _chunks(len(rows)):
            found, at = _find(self.text[rows[chunk]], known)
            seen[at[found]] = True
        return int(seen[places].sum())


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


def write_digests(path: Path, folder: Path, sides: Sides = TEXTS) -> None:
    """Write digests of all rows of a split: the files :data:`DIGESTS`.

    Args:
        path: Arrow file of its texts.
        folder: for the files.
        sides: what its examples consist of.
    """
    hashed = xxhash.xxh3_64_intdigest
    text, pair, empty = (folder / name for name in DIGESTS)
    with text.open("wb") as texts, pair.open("wb") as pairs, empty.open("wb") as empties:
        for batch in record_batches(path):
            left, right = (batch.column(side).cast(pa.binary()).to_pylist() for side in ("source", "target"))
            count = len(left)
            np.fromiter(map(hashed, left if sides.key == "source" else right), np.uint64, count).tofile(texts)
            # No text holds a NUL, so that it separates the sides.
            both = map(b"\0".join, zip(left, right, strict=True))
            np.fromiter(map(hashed, both), np.uint64, count).tofile(pairs)
            np.logical_or.reduce([_blank(batch.column(side)) for side in sides.filled]).tofile(empties)


def open_digests(folder: Path) -> Digests:
    """The digests in the files of a folder, which are there for as long as they are used."""
    text, pair, empty = (folder / name for name in DIGESTS)
    return Digests(map_array(text, np.uint64), map_array(pair, np.uint64), map_array(empty, np.bool_))


def _blank(texts: pa.StringArray) -> NDArray[np.bool_]:
    """Which texts hold nothing but white space."""
    lengths = pc.binary_length(pc.utf8_trim_whitespace(texts))
    blank: NDArray[np.bool_] = lengths.to_numpy(zero_copy_only=False) == 0
    return blank


def filter_rows(
    digests: Digests,
    config: DataConfig,
    *,
    hold_out: Mapping[str, int],
    seed: int,
    scratch: Path,
    evaluated: Sequence[NDArray[np.uint64]] | None = None,
) -> Selection:
    """Choose the rows to train on, and those held out for splits that are not given.

    Args:
        digests: of the training split, or of other data that may be mixed into training.
        config: ``filters.duplicates`` and ``hold_out``, which rows are held out.
        hold_out: how many examples each split to be made gets; at most a tenth of train.
        seed: decides which rows are held out at random.
        scratch: folder for what is known of the rows, which is there for as long as they are used.
        evaluated: digests of the texts of splits that a model is evaluated on: no such text is trained on (``None``:
            it may be).
    """
    keep = _write_keep(scratch / "keep", digests.empty)
    removed = {EMPTY: int(np.count_nonzero(digests.empty))}
    if config.filters.duplicates:
        removed[DUPLICATE] = _leave_out_duplicates(digests.pair, keep, scratch)
    held_out: dict[str, NDArray[np.int64]] = {}
    usable = left = int(np.count_nonzero(keep))
    for split, wanted in hold_out.items():
        size = min(wanted, max(1, usable // 10)) if left > 1 else 0
        if config.hold_out == "end":
            numbers = np.arange(left - size, left)
        else:
            rng = np.random.default_rng((_HOLD_OUT[split], seed))
            numbers = np.sort(rng.choice(left, size=size, replace=False))
        held_out[split] = _nth(keep, numbers)
        keep[held_out[split]] = False
        left -= size
    if hold_out:
        removed[HELD_OUT] = usable - left
    if hold_out or evaluated is not None:
        texts = [digests.text[:0], *(digests.text[rows] for rows in held_out.values()), *(evaluated or ())]
        removed[REPEATED] = _leave_out_texts(digests.text, keep, np.unique(np.concatenate(texts)))
    write_array(scratch / "rows", _kept(keep))
    return Selection(map_array(scratch / "rows", np.int64), held_out, removed)


def _chunks(rows: int) -> Iterator[slice]:
    for start in range(0, rows, _CHUNK):
        yield slice(start, min(start + _CHUNK, rows))


def _write_keep(path: Path, empty: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """(N,) which rows stay, in a file: all that are not empty."""
    write_array(path, (~empty[chunk] for chunk in _chunks(len(empty))))
    return map_array(path, np.bool_, writable=True)


def _kept(keep: NDArray[np.bool_]) -> Iterator[NDArray[np.int64]]:
    """Numbers of the rows that stay, some at a time."""
    for chunk in _chunks(len(keep)):
        yield chunk.start + np.flatnonzero(keep[chunk])


def _nth(keep: NDArray[np.bool_], numbers: NDArray[np.int64]) -> NDArray[np.int64]:
    """Of the rows that stay, those with some numbers (ascending, from 0)."""
    before, found = 0, [np.empty(0, np.int64)]
    for rows in _kept(keep):
        low, high = np.searchsorted(numbers, (before, before + len(rows)))
        found.append(rows[numbers[low:high] - before])
        before += len(rows)
    return np.concatenate(found)


def _leave_out_duplicates(pair: NDArray[np.uint64], keep: NDArray[np.bool_], scratch: Path) -> int:
    """Keep the first of rows with equal digests; returns how many others there were."""
    removed = 0
    for digests, rows in _partitions(pair, keep, scratch):
        order = np.argsort(digests, kind="stable")
        again = order[1:][digests[order[1:]] == digests[order[:-1]]]
        keep[rows[again]] = False
        removed += len(again)
    return removed


def _partitions(
    pair: NDArray[np.uint64], keep: NDArray[np.bool_], scratch: Path
) -> Iterator[tuple[NDArray[np.uint64], NDArray[np.int64]]]:
    """The rows that stay, with their digests, in parts: equal digests in the same part, in the order of their rows."""
    count = max(1, min(_FILES, -(-len(pair) // _PARTITION)))
    if count == 1:
        rows = np.flatnonzero(keep)
        yield pair[rows], rows
        return
    paths = [scratch / f"partition-{number}" for number in range(count)]
    with ExitStack() as stack:
        files = [stack.enter_context(path.open("wb")) for path in paths]
        for rows in _kept(keep):
            found = np.empty(len(rows), _SORTED)
            found["digest"], found["row"] = pair[rows], rows
            part = found["digest"] % np.uint64(count)
            order = np.argsort(part, kind="stable")
            edges = np.searchsorted(part[order], np.arange(1, count, dtype=np.uint64))
            for file, records in zip(files, np.split(found[order], edges), strict=True):
                records.tofile(file)
    for path in paths:
        records = np.fromfile(path, _SORTED)
        path.unlink()
        yield records["digest"], records["row"]


def _leave_out_texts(text: NDArray[np.uint64], keep: NDArray[np.bool_], texts: NDArray[np.uint64]) -> int:
    """Leave out the rows with some texts (their digests, ascending); returns how many there were."""
    removed = 0
    for rows in _kept(keep):
        found, _ = _find(text[rows], texts)
        keep[rows[found]] = False
        removed += int(np.count_nonzero(found))
    return removed


def _find(values: NDArray[np.uint64], among: NDArray[np.uint64]) -> tuple[NDArray[np.bool_], NDArray[np.int64]]:
    """Which values are among others (ascending, each once), and where there."""
    if not len(among):
        return np.zeros(len(values), np.bool_), np.zeros(len(values), np.int64)
    at = np.searchsorted(among, values).clip(max=len(among) - 1)
    return among[at] == values, at
