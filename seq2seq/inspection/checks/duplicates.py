"""Duplicate rows: within a split, and between splits that should have none in common.

A row is stored as 32 bytes: 64-bit digests of its key text and of the whole row, each exact and folded (lower case, no
punctuation).
"""

from collections.abc import Callable
from typing import Final

import numpy as np
import xxhash
from numpy.typing import NDArray

from seq2seq.config.sides import SideKind, Sides
from seq2seq.inspection.engine.batch import Batch
from seq2seq.inspection.engine.finding import Check, Ledger, Severity
from seq2seq.inspection.engine.texts import mix

DUPLICATE: Final = Check(
    "duplicate",
    "duplicates of earlier rows of the split",
    "Leave the duplicates out (`data.filters.duplicates`, on by default, does so in training).",
    "left out of train",
)
NEAR_DUPLICATE: Final = Check(
    "near-duplicate",
    "duplicates of earlier rows of the split except for case and punctuation",
    "Leave the duplicates out, if they are more than a few.",
    "left out of train",
    severity=Severity.NOTE,
)
LEAK: Final = Check(
    "leak",
    "texts of train that are also in dev or test",
    "Take them out of train: scores on memorised texts say nothing about a model.",
    "left out of train",
)
NEAR_LEAK: Final = Check(
    "near-leak",
    "texts of train that are also in dev or test except for case and punctuation",
    "Take them out of train, if they are longer than a few words.",
    "left out of train from 3 words on",
)
SHARED: Final = Check(
    "dev-in-test",
    "texts of dev that are also in test",
    "Take them out of dev: it selects the model.",
    "left out of dev",
)
CHECKS: Final = (DUPLICATE, NEAR_DUPLICATE, LEAK, NEAR_LEAK, SHARED)

Digests = NDArray[np.uint64]


class RowDigests:
    """Digests of the rows of one split, added batch by batch."""

    ARRAYS: Final = ("text", "row", "folded_text", "folded_row", "words")
    """Names of what there is of every row."""

    def __init__(self, sides: Sides, rows: int) -> None:
        self.sides = sides
        self.text: Digests = np.zeros(rows, np.uint64)
        """(N,) exact digests of the key text, which tells examples apart."""
        self.row: Digests = np.zeros(rows, np.uint64)
        """(N,) exact digests of both sides."""
        self.folded_text: Digests = np.zeros(rows, np.uint64)
        """(N,) folded digests of the key text; 0 for one without words."""
        self.folded_row: Digests = np.zeros(rows, np.uint64)
        """(N,) folded digests of both sides; 0 where the key text has no words."""
        self.words: NDArray[np.uint8] = np.zeros(rows, np.uint8)
        """(N,) words of the key text, at most 255."""

    def add(self, batch: Batch) -> None:
        """Add the rows of a batch."""
        left, right = (
            np.fromiter(map(xxhash.xxh3_64_intdigest, map(str.encode, texts)), np.uint64, len(texts))
            for texts in (batch.sources, batch.targets)
        )
        key = batch.side(self.sides.key).words
        folded = key.digests()
        if self.sides == (SideKind.TEXT, SideKind.TEXT):
            other = batch.target.words.digests()
        else:  # labels and tags are not folded
            other = right if self.sides.key == "source" else left
        both = mix(folded + np.uint64(1)) + other
        both[folded == 0] = 0
        rows = slice(batch.first, batch.first + len(batch))
        self.text[rows] = left if self.sides.key == "source" else right
        self.row[rows] = mix(left + np.uint64(1)) + right
        self.folded_text[rows], self.folded_row[rows] = folded, both
        self.words[rows] = np.minimum(key.counts, 255)


def check_duplicates(splits: dict[str, tuple[RowDigests, Ledger]]) -> None:
    """Find duplicates within each split and between splits."""
    for name, (digests, ledger) in splits.items():
        again, before = _again(digests.row)
        ledger.add(DUPLICATE, again, _same_as(again, before, ledger), out=again if name == "train" else None)
        near, before = _again(digests.folded_row, blank=np.uint64(0))
        new = ~np.isin(near, again, assume_unique=True)
        near, before = near[new], before[new]
        out = near if name == "train" else None
        ledger.add(NEAR_DUPLICATE, near, _same_as(near, before, ledger), out=out)
    for name, held_out in (("train", ("dev", "test")), ("dev", ("test",))):
        if name in splits:
            others = {other: splits[other] for other in held_out if other in splits}
            _check_leaks(name, *splits[name], others)


def _check_leaks(name: str, own: RowDigests, ledger: Ledger, others: dict[str, tuple[RowDigests, Ledger]]) -> None:
    """Find texts of a split that are also in others."""
    reported = np.zeros(ledger.rows, np.bool_)
    for other, (theirs, their_ledger) in others.items():
        exact = np.isin(own.text, theirs.text)
        near = np.isin(own.folded_text, theirs.folded_text) & (own.folded_text != 0) & ~exact
        for check, rows, digests, held in (
            (LEAK, exact & ~reported, own.text, theirs.text),
            (NEAR_LEAK, near & ~reported & ~exact, own.folded_text, theirs.folded_text),
        ):
            chosen = np.flatnonzero(rows)
            out = chosen if check is LEAK else chosen[own.words[chosen] >= 3]
            ledger.add(
                SHARED if name == "dev" else check, chosen, _also_in(other, digests, held, their_ledger), out=out
            )
        reported |= exact | near


def _again(digests: Digests, blank: np.uint64 | None = None) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Rows whose digest occurs earlier, ascending, and the first row that has it; ``blank`` is ignored."""
    order = np.argsort(digests, kind="stable")
    ordered = digests[order]
    begins = np.concatenate([[True], ordered[1:] != ordered[:-1]]) if len(order) else np.zeros(0, np.bool_)
    first = order[np.maximum.accumulate(np.where(begins, np.arange(len(order)), 0))] if len(order) else order
    again = ~begins if blank is None else ~begins & (ordered != blank)
    rows, before = order[again], first[again]
    ascending = np.argsort(rows, kind="stable")
    return rows[ascending], before[ascending]


def _same_as(rows: NDArray[np.int64], before: NDArray[np.int64], ledger: Ledger) -> Callable[[int], str]:
    return lambda row: f"the same as {ledger.where(int(before[np.searchsorted(rows, row)]))}"


def _also_in(other: str, digests: Digests, held: Digests, ledger: Ledger) -> Callable[[int], str]:
    return lambda row: f"also in {other}: {ledger.where(int(np.flatnonzero(held == digests[row])[0]))}"
