"""Labels: their frequencies and spellings, and texts with several labels."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from seq2seq.inspection.checks.duplicates import RowDigests
from seq2seq.inspection.engine.batch import Batch
from seq2seq.inspection.engine.finding import Check, Ledger, Severity
from seq2seq.text.vocabulary.soft_labels import likeliest

CONFLICT: Final = Check(
    "conflict",
    "the same text with another label",
    "Decide which label is right. Until then leave all of them out: no model can learn both.",
    "all of them left out of train",
)
UNBALANCED: Final = Check(
    "balance",
    "one label is more than ten times as frequent as another",
    "Judge by macro-F1 rather than accuracy; `training.class_weights: balanced` may help.",
)
SINGLE: Final = Check(
    "single-label",
    "there is only one label",
    "There is nothing to learn: check whether the right column is read as label.",
)
UNKNOWN: Final = Check(
    "unknown-label",
    "labels that are not in train",
    "Their examples always count as wrong: add some to train, or leave them out.",
)
ABSENT: Final = Check(
    "absent-label",
    "labels of train without an example here",
    "Scores on this split say nothing about them.",
    severity=Severity.NOTE,
    unit="label",
)
SPELLING: Final = Check(
    "label-spelling",
    "labels that differ only by case or spaces",
    "Spell each label in one way (`data.labels` renames them).",
)
TOO_MANY: Final = Check(
    "too-many-labels",
    "too many different labels for classes",
    "A class needs several examples: check whether the right column is read as label (`--target-column`), and "
    "whether its values are texts, numbers or row ids.",
    unit="label",
)
CHECKS: Final = (CONFLICT, UNBALANCED, SINGLE, UNKNOWN, ABSENT, SPELLING, TOO_MANY)

_UNBALANCED: Final = 10
_MANY: Final = 20
"""Least number of labels that may be too many."""
_FEW_EACH: Final = {"different values": 2.0, "whole numbers": 10.0, "texts of several words": 10.0, "fractions": 50.0}
"""Least mean number of examples per label, by the kind of labels."""
_INTEGER: Final = re.compile(r"[-+]?\d+")
_FRACTION: Final = re.compile(r"[-+]?\d*[.,]\d+(?:[eE][-+]?\d+)?")
_SHOWN: Final = 30
"""Most characters of a label that are shown."""
_WORDS: Final = 5
"""Least mean number of words per label for labels that are texts."""


@dataclass
class Labels:
    """The labels of one split."""

    soft: bool = False
    """Whether labels may have probabilities: the most probable ones are checked."""
    counts: Counter[str] = field(default_factory=Counter)
    """Examples of each label."""
    first: dict[str, int] = field(default_factory=dict)
    """The first row of each label."""
    _number: dict[str, int] = field(default_factory=dict)
    _numbers: list[NDArray[np.int32]] = field(default_factory=list)

    def add(self, batch: Batch) -> None:
        """Count the labels of a batch."""
        numbers: dict[str, int] = {}
        names = map(likeliest if self.soft else str.strip, batch.targets)
        rows = np.fromiter((numbers.setdefault(name, len(numbers)) for name in names), np.int32, len(batch))
        self.extend(batch.first, list(numbers), rows)

    def extend(self, first: int, names: list[str], numbers: NDArray[np.int32]) -> None:
        """Count the labels of rows from ``first`` on: their ``numbers`` (N,) into ``names``, by first appearance."""
        _, places, counts = np.unique(numbers, return_index=True, return_counts=True)
        for name, place, count in zip(names, places.tolist(), counts.tolist(), strict=True):
            self.first.setdefault(name, first + place)
            self.counts[name] += count
        own = (self._number.setdefault(name, len(self._number)) for name in names)
        self._numbers.append(np.fromiter(own, np.int32, len(names))[numbers])

    @property
    def numbers(self) -> NDArray[np.int32]:
        """(N,) label of each row, as its index in ``first``."""
        return np.concatenate([np.zeros(0, np.int32), *self._numbers])


def check_labels(splits: dict[str, tuple[Labels, RowDigests, Ledger]]) -> None:
    """Check the labels of all splits."""
    known = splits["train"][0].counts if "train" in splits else None
    for name, (labels, digests, ledger) in splits.items():
        _check_conflicts(labels, digests, ledger)
        _check_balance(labels, ledger, only=name == "train")
        if name == "train" or known is None:
            _check_number(labels, ledger)
        for spelt, frequent in spellings(labels.counts).items():
            what = f"'{spelt}' ({labels.counts[spelt]:,}) is spelt '{frequent}' elsewhere ({labels.counts[frequent]:,})"
            ledger.add_stretch(SPELLING, labels.first[spelt], what, rows=labels.counts[spelt])
        if known is None or name == "train":
            continue
        for label, rows in labels.counts.items():
            if label not in known:
                ledger.add_stretch(UNKNOWN, labels.first[label], f"'{label}' is not in train", rows=rows)
        for label in known:
            if label not in labels.counts:
                ledger.add_at(ABSENT, ledger.files[0], 1, f"no example of '{label}'", rows=1)


def kind_of(names: Iterable[str]) -> str:
    """The kind of most of the labels: a key of ``_FEW_EACH``."""
    labels = list(names)
    most = len(labels) * 0.9
    fractions = sum(_FRACTION.fullmatch(name) is not None for name in labels)
    numbers = fractions + sum(_INTEGER.fullmatch(name) is not None for name in labels)
    if numbers >= most:
        return "fractions" if fractions * 2 >= len(labels) else "whole numbers"
    words = sum(len(name.split()) for name in labels)
    return "texts of several words" if words >= _WORDS * len(labels) else "different values"


def _check_number(labels: Labels, ledger: Ledger) -> None:
    """Check whether there are too many labels with too few examples each."""
    many = len(labels.counts)
    if many < _MANY:
        return
    kind = kind_of(labels.counts)
    if ledger.rows < _FEW_EACH[kind] * many:
        shown = ", ".join(repr(name[:_SHOWN]) for name in list(labels.first)[:3])
        what = f"{many:,} {kind} in {ledger.rows:,} rows, such as {shown}"
        ledger.add_stretch(TOO_MANY, next(iter(labels.first.values())), what, rows=many)


def spellings(counts: Counter[str]) -> dict[str, str]:
    """Labels that equal another one except for case and spaces, with its most frequent spelling."""
    groups: dict[str, list[str]] = {}
    for label in counts:
        groups.setdefault("".join(label.split()).casefold(), []).append(label)
    frequent = {key: max(group, key=counts.__getitem__) for key, group in groups.items()}
    return {label: frequent[key] for key, group in groups.items() for label in group if label != frequent[key]}


def _check_conflicts(labels: Labels, digests: RowDigests, ledger: Ledger) -> None:
    """Find equal texts (folded) with different labels."""
    numbers, texts = labels.numbers, digests.folded_text
    order = np.lexsort((numbers, texts))
    text, number = texts[order], numbers[order]
    begins = np.flatnonzero(np.concatenate([[True], text[1:] != text[:-1]]))
    ends = np.concatenate([begins[1:], [len(order)]])
    conflicting = (number[begins] != number[ends - 1]) & (text[begins] != 0)  # the labels of equal texts are sorted
    inside = np.zeros(len(order), np.bool_)
    for begin, end in zip(begins[conflicting].tolist(), ends[conflicting].tolist(), strict=True):
        inside[begin:end] = True
    rows = np.sort(order[inside])
    names = list(labels.first)

    def describe(row: int) -> str:
        other = int(np.flatnonzero((texts == texts[row]) & (numbers != numbers[row]))[0])
        return f"'{names[numbers[row]]}', but '{names[numbers[other]]}' at {ledger.where(other)}"

    ledger.add(CONFLICT, rows, describe, out=rows if ledger.split == "train" else None)


def _check_balance(labels: Labels, ledger: Ledger, *, only: bool) -> None:
    if len(labels.counts) == 1 and only:
        (label,) = labels.counts
        ledger.add_stretch(SINGLE, labels.first[label], f"every label is '{label}'", rows=ledger.rows)
        return
    (most, many), (least, few) = labels.counts.most_common()[0], labels.counts.most_common()[-1]
    if many > _UNBALANCED * few:
        what = f"{many:,} of '{most}', {few:,} of '{least}'"
        ledger.add_stretch(UNBALANCED, labels.first[least], what, rows=few)
