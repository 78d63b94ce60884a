"""Rows that come more than once: within a split, and in a split that should be new to the model.

What is remembered of a row is 32 bytes: 64-bit digests of the text that tells examples apart and of the whole row, each
to the letter and folded (lower case, no punctuation).
"""

from collections.abc import Callable
from dataclasses import dataclass, field
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
    Severity.WARNING,
    "rows that stand earlier in the same split",
    "Leave the repeats out (`data.filters.duplicates`, on by default, does so in training).",
    "left out of train",
)
NEAR_DUPLICATE: Final = Check(
    "near-duplicate",
    Severity.NOTE,
    "rows that stand earlier in the same split, but for case and punctuation",
    "Leave the repeats out, if they are more than a few.",
    "left out of train",
)
LEAK: Final = Check(
    "leak",
    Severity.WARNING,
    "texts of train that stand in dev or test",
    "Take them out of train: what a model has learnt by heart says nothing about it.",
    "left out of train",
)
NEAR_LEAK: Final = Check(
    "near-leak",
    Severity.WARNING,
    "texts of train that stand in dev or test, but for case and punctuation",
    "Take them out of train, if they are longer than a few words.",
    "left out of train from 3 words on",
)
SHARED: Final = Check(
    "dev-in-test",
    Severity.WARNING,
    "texts of dev that stand in test",
    "Take them out of dev: the model is chosen by dev.",
    "left out of dev",
)
CHECKS: Final = (DUPLICATE, NEAR_DUPLICATE, LEAK, NEAR_LEAK, SHARED)

Digests = NDArray[np.uint64]


@dataclass
class Remembered:
    """Digests of the rows of one split, a batch at a time."""

    sides: Sides
    _text: list[Digests] = field(default_factory=list)
    _row: list[Digests] = field(default_factory=list)
    _folded_text: list[Digests] = field(default_factory=list)
    _folded_row: list[Digests] = field(default_factory=list)
    _words: list[NDArray[np.uint8]] = field(default_factory=list)

    def add(self, batch: Batch) -> None:
        """Remember a batch."""
        left, right = (_exact(texts) for texts in (batch.sources, batch.targets))
        key = batch.side(self.sides.key).words
        folded = key.digests()
        if self.sides == (SideKind.TEXT, SideKind.TEXT):
            other = batch.target.words.digests()
        else:  # a label or tags stand for themselves
            other = right if self.sides.key == "source" else left
        both = mix(folded + np.uint64(1)) + other
        both[folded == 0] = 0
        self._text.append(left if self.sides.key == "source" else right)
        self._row.append(mix(left + np.uint64(1)) + right)
        self._folded_text.append(folded)
        self._folded_row.append(both)
        self._words.append(np.minimum(key.counts, 255).astype(np.uint8))

    @property
    def text(self) -> Digests:
        """(N,) of the text that tells examples apart."""
        return np.concatenate(self._text)

    @property
    def row(self) -> Digests:
        """(N,) of both sides."""
        return np.concatenate(self._row)

    @property
    def folded_text(self) -> Digests:
        """(N,) of the text, folded; 0 for one without words."""
        return np.concatenate(self._folded_text)

    @property
    def folded_row(self) -> Digests:
        """(N,) of both sides, folded; 0 where the text has no words."""
        return np.concatenate(self._folded_row)

    @property
    def words(self) -> NDArray[np.uint8]:
        """(N,) words of the text, at most 255."""
        return np.concatenate(self._words)


def _exact(texts: list[str]) -> Digests:
    return np.fromiter(map(xxhash.xxh3_64_intdigest, map(str.encode, texts)), np.uint64, len(texts))


def check_repeats(splits: dict[str, tuple[Remembered, Ledger]]) -> None:
    """Look for rows that come again, within each split and from split to split."""
    for name, (found, ledger) in splits.items():
        again, before = _again(found.row)
        ledger.add(DUPLICATE, again, _same_as(again, before, ledger), out=again if name == "train" else None)
        near, before = _again(found.folded_row, blank=np.uint64(0))
        new = ~np.isin(near, again, assume_unique=True)
        near, before = near[new], before[new]
        out = near if name == "train" else None
        ledger.add(NEAR_DUPLICATE, near, _same_as(near, before, ledger), out=out)
    for name, held_out in (("train", ("dev", "test")), ("dev", ("test",))):
        if name in splits:
            others = {other: splits[other] for other in held_out if other in splits}
            _check_leaks(name, *splits[name], others)


def _check_leaks(name: str, found: Remembered, ledger: Ledger, others: dict[str, tuple[Remembered, Ledger]]) -> None:
    """Look for texts of a split that stand in others."""
    told = np.zeros(ledger.rows, np.bool_)
    for other, (kept, its) in others.items():
        exact = np.isin(found.text, kept.text)
        near = np.isin(found.folded_text, kept.folded_text) & (found.folded_text != 0) & ~exact
        for check, rows, digests, held in (
            (LEAK, exact & ~told, found.text, kept.text),
            (NEAR_LEAK, near & ~told & ~exact, found.folded_text, kept.folded_text),
        ):
            chosen = np.flatnonzero(rows)
            out = chosen if check is LEAK else chosen[found.words[chosen] >= 3]
            ledger.add(SHARED if name == "dev" else check, chosen, _stands_in(other, digests, held, its), out=out)
        told |= exact | near


def _again(digests: Digests, blank: np.uint64 | None = None) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Rows whose digest has come before, ascending, and the first row that has it; ``blank`` does not count."""
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


def _stands_in(other: str, digests: Digests, held: Digests, its: Ledger) -> Callable[[int], str]:
    return lambda row: f"stands in {other}, too: {its.where(int(np.flatnonzero(held == digests[row])[0]))}"
