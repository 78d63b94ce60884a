"""The run over a corpus: what is usual is learnt from a sample, then every row passes every check once.

Memory is bounded by about 120 bytes a row (its place, digests, rank and verdict), the models learnt from the sample,
and one batch of text; the text itself lies in a temporary Arrow file.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from seq2seq.config.data import DataConfig
from seq2seq.config.sides import TEXTS, SideKind, Sides
from seq2seq.data.preparing.filter_rows import record_batches
from seq2seq.data.reading.infer_columns import looks_labelled
from seq2seq.data.reading.raw_split import Source
from seq2seq.data.reading.sources import SplitName, find_splits
from seq2seq.errors import DataError
from seq2seq.inspection.checks import (
    characters,
    columns,
    doubled,
    foreign,
    labels,
    language,
    misaligned,
    numbers,
    pairs,
    punctuation,
    repeats,
)
from seq2seq.inspection.checks.doubled import Doubled
from seq2seq.inspection.checks.foreign import Foreign
from seq2seq.inspection.checks.labels import Labels, check_labels
from seq2seq.inspection.checks.language import Languages, Scripts
from seq2seq.inspection.checks.markup import brackets, compare, markup, placeholders
from seq2seq.inspection.checks.misaligned import Aligner, check_alignment, find_limits
from seq2seq.inspection.checks.pairs import Usual
from seq2seq.inspection.checks.punctuation import FinalMarks
from seq2seq.inspection.checks.repeats import Remembered, check_repeats
from seq2seq.inspection.engine import collect
from seq2seq.inspection.engine.batch import Batch
from seq2seq.inspection.engine.collect import LINE_COUNT, Noted
from seq2seq.inspection.engine.finding import Check, Finding, Ledger
from seq2seq.inspection.engine.spans import MarkedTexts
from seq2seq.inspection.engine.texts import Texts
from seq2seq.progress import Progress, show_progress
from seq2seq.text.markup.recognise import Markup

CHECKS: Final[dict[str, Check]] = {
    check.name: check
    for check in chain(
        collect.CHECKS,
        columns.CHECKS,
        characters.CHECKS,
        markup.CHECKS,
        pairs.CHECKS,
        numbers.CHECKS,
        placeholders.CHECKS,
        compare.CHECKS,
        punctuation.CHECKS,
        brackets.CHECKS,
        doubled.CHECKS,
        language.CHECKS,
        foreign.CHECKS,
        misaligned.CHECKS,
        repeats.CHECKS,
        labels.CHECKS,
    )
}
"""Every check by its name."""
SAMPLE: Final = 100_000
"""Rows from which it is learnt what is usual, at most ..."""
SAMPLE_BYTES: Final = 12 << 20
"""... and bytes of text in them."""
_SEED: Final = 1


@dataclass(frozen=True)
class Split:
    """What was found out about one split."""

    name: SplitName
    source: Source
    path: Path
    """Arrow file of its good rows."""
    ledger: Ledger
    words: tuple[int, int]
    """Words of its sources, and of its targets."""
    labels: dict[str, int]
    """Rows of each label, the commonest first; none, where targets are text."""
    notes: tuple[str, ...]
    """What is worth saying of how it was read."""


@dataclass(frozen=True)
class Inspection:
    """What was found out about a corpus."""

    sides: Sides
    splits: tuple[Split, ...]

    @property
    def findings(self) -> list[Finding]:
        """Everything found: errors first, then by split, then in the order of the checks."""
        order = list(CHECKS)
        severities = ("error", "warning", "note")
        found = [finding for split in self.splits for finding in split.ledger.findings()]
        return sorted(found, key=lambda finding: (severities.index(finding.severity), order.index(finding.check.name)))

    def to_dict(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "splits": {
                split.name: {
                    "from": split.source.name,
                    "rows": split.ledger.rows,
                    "malformed": split.ledger.malformed,
                    "words": dict(zip(("source", "target"), split.words, strict=True)),
                    "labels": split.labels,
                    "notes": list(split.notes),
                }
                for split in self.splits
            },
            "findings": [finding.to_dict() for finding in self.findings],
        }


def inspect(config: DataConfig, sides: Sides, folder: Path, *, shown: int = 5) -> Inspection:
    """Look at every row of a corpus.

    Args:
        config: where it is, and how it is read.
        sides: what an example consists of, which decides what is looked for.
        folder: where the rows are kept meanwhile; it must outlive what is returned, if that is to be fixed.
        shown: examples kept of each finding.

    Raises:
        DataError: it is not there, or not one row of it can be read.
    """
    found = {name: source for name, source in find_splits(config, sides=sides).items() if source is not None}
    ledgers = {name: Ledger(name, shown=shown) for name in found}
    paths = {name: folder / f"{name}.arrow" for name in found}
    noted = {name: collect.collect(source, paths[name], ledgers[name]) for name, source in found.items()}
    readable = [name for name in found if ledgers[name].rows]
    if not readable:
        raise DataError(_nothing([finding for ledger in ledgers.values() for finding in ledger.findings()]))
    usual = readable[0]  # train, unless it cannot be read
    declared = frozenset(map(Markup, config.markup))
    run = _Run(sides, ledgers[usual], paths[usual], noted[usual], declared)
    splits = []
    with show_progress("inspecting", total=sum(ledger.rows for ledger in ledgers.values()), unit="rows") as bar:
        for name, source in found.items():
            words = run.look_at(name, ledgers[name], paths[name], noted[name], bar)
            counts = dict(run.labels[name].counts.most_common()) if name in run.labels else {}
            splits.append(
                Split(name, source, paths[name], ledgers[name], words, counts, (*noted[name].notes(), *run.notes(name)))
            )
    run.finish({name: ledgers[name] for name in readable})
    for name in readable:
        _show_texts(ledgers[name], paths[name], sides.filled)
    return Inspection(sides, tuple(splits))


class _Run:
    """What is carried from batch to batch.

    Args:
        sides: what an example consists of.
        ledger: of the split from which it is learnt what is usual.
        path: its rows.
        noted: where its files may have slipped apart.
        declared: markup languages that the texts are known to be written in.
    """

    def __init__(
        self, sides: Sides, ledger: Ledger, path: Path, noted: Noted, declared: frozenset[Markup] = frozenset()
    ) -> None:
        self._declared = declared
        self._sides = sides
        self._pairs = sides == TEXTS
        self.labels: dict[str, Labels] = {}
        self._remembered: dict[str, Remembered] = {}
        self._ranks: dict[str, tuple[NDArray[np.float32], NDArray[np.uint8]]] = {}
        most = max(1, min(SAMPLE, SAMPLE_BYTES * ledger.rows // max(path.stat().st_size, 1)))
        paired = np.flatnonzero(_paired(ledger, noted, slice(None)))
        if not len(paired):
            paired = np.arange(ledger.rows)
        rows = np.sort(np.random.default_rng(_SEED).permutation(paired)[:most])
        sample = _sample(path, rows)
        texts = {side: Texts(sample[side]) for side in sides.text}
        marked = {side: MarkedTexts(found, declared) for side, found in texts.items()}
        plain = {side: found.plain for side, found in marked.items()}
        self._usual = Usual.of(texts, plain)
        self._scripts = {side: Scripts(found) for side, found in plain.items()}
        self._messages = self._pairs and markup.are_messages(marked["source"], marked["target"])
        self._foreign = Foreign(plain)
        if self._pairs:
            self._languages = Languages(plain["source"], plain["target"])
            self._doubled = Doubled(plain, self._foreign.main)
            self._final_marks = FinalMarks(marked["source"], marked["target"])
            self._aligner = Aligner(plain["source"], plain["target"], _parity(rows), seed=_SEED)
            names = looks_labelled(sample["target"])
            if names:
                what = f"{len(names)} different targets, such as {', '.join(map(repr, names[:5]))}"
                ledger.add_at(columns.LABELLED, ledger.files[0], 1, what, rows=ledger.rows)

    def look_at(self, name: str, ledger: Ledger, path: Path, noted: Noted, bar: Progress) -> tuple[int, int]:
        """Let the rows of a split pass every check; returns the words of its sources and targets."""
        remembered = self._remembered[name] = Remembered(self._sides)
        ranks = []
        words = [0, 0]
        if self._sides.target is SideKind.LABEL:
            self.labels[name] = Labels()
        for batch in _batches(path, ledger, noted, self._declared):
            self._check(batch)
            remembered.add(batch)
            for number, side in enumerate(("source", "target")):
                words[number] += int(batch.side(side).words.counts.sum()) if side in self._sides.text else len(batch)
            if name in self.labels:
                self.labels[name].add(batch)
            if self._pairs:
                ranks.append(self._aligner.rank(batch, _parity(np.arange(batch.first, batch.first + len(batch)))))
            bar.advance(len(batch))
        if ranks:
            self._ranks[name] = (np.concatenate([one for one, _ in ranks]), np.concatenate([two for _, two in ranks]))
        return words[0], words[1]

    def _check(self, batch: Batch) -> None:
        """What can be told of a row by itself, and by what is usual."""
        columns.check_header(batch)
        characters.check_empty(batch, self._sides.filled)
        markup.check_missing(batch, self._sides.text)
        for side in self._sides.text:
            characters.check_characters(batch, side)
            markup.check_markup(batch, side, self._sides.text, messages=self._messages)
            pairs.check_lengths(batch, side, self._usual)
        if self._pairs:
            batch.paired &= ~batch.source.blank & ~batch.target.blank
            pairs.check_copies(batch, self._usual)
            pairs.check_ratio(batch, self._usual)
            numbers.check_numbers(batch)
            placeholders.check_placeholders(batch)
            compare.check_marked(batch)
            self._final_marks.check(batch)
            brackets.check_brackets(batch)
            self._doubled.check(batch)
            self._languages.check(batch, self._scripts, self._foreign)
        else:
            told = np.zeros(len(batch), np.bool_)
            for side, usual in self._scripts.items():
                told |= usual.check(batch, side, told)
            self._foreign.check(batch, told)

    def notes(self, name: str) -> list[str]:
        """What could not be judged in a split."""
        if name not in self._ranks:
            return []
        ranks, _ = self._ranks[name]
        judged = int(np.count_nonzero(~np.isnan(ranks)))
        if judged * 2 >= len(ranks):
            return []
        return [
            f"too little text to judge whether the pairs belong together ({judged:,} of {len(ranks):,} can be judged)"
        ]

    def finish(self, ledgers: dict[str, Ledger]) -> None:
        """What can be told only when all rows have been seen."""
        check_repeats({name: (self._remembered[name], ledger) for name, ledger in ledgers.items()})
        if self.labels:
            check_labels({name: (self.labels[name], self._remembered[name], its) for name, its in ledgers.items()})
        if self._ranks:
            limits = find_limits(np.concatenate([ranks for ranks, _ in self._ranks.values()]))
            for name, (ranks, judged) in self._ranks.items():
                check_alignment(ledgers[name], ranks, judged, limits)


def _nothing(findings: list[Finding]) -> str:
    """What is said when not one row can be read."""
    first = findings[0]
    where = f", such as\n  {first.examples[0]}" if first.examples else f": {first.check.title}"
    return f"not one row can be read{where}\n  {first.check.mend}"


def _paired(ledger: Ledger, noted: Noted, rows: slice) -> NDArray[np.bool_]:
    """(N,) whether rows stand before the place where their two files slip apart."""
    paired = np.ones(len(ledger.line[rows]), np.bool_)
    for file, line in noted.limits.items():
        paired &= (ledger.file[rows] != file) | (ledger.line[rows] < line)
    return paired


def _parity(rows: NDArray[np.int64]) -> NDArray[np.int8]:
    """(N,) the half of the sample, 0 or 1, that a row would be in; neighbours are in different ones as often as not."""
    return ((rows * 0x9E3779B1 >> 16) & 1).astype(np.int8)


def _sample(path: Path, rows: NDArray[np.int64]) -> dict[str, list[str]]:
    """The texts of some rows, which are ascending."""
    found: dict[str, list[str]] = {"source": [], "target": []}
    first = 0
    for batch in record_batches(path):
        inside = rows[slice(*np.searchsorted(rows, (first, first + batch.num_rows)))] - first
        chosen = batch.take(inside)
        for side, texts in found.items():
            texts.extend(chosen.column(side).to_pylist())
        first += batch.num_rows
    return found


def _show_texts(ledger: Ledger, path: Path, sides: tuple[str, ...]) -> None:
    """Give the examples of a split the texts of their rows."""
    rows = ledger.shown_rows()
    texts = _sample(path, rows)
    places = enumerate(rows.tolist())
    ledger.show({row: {side: texts[side][number] for side in sides} for number, row in places})


def _batches(path: Path, ledger: Ledger, noted: Noted, declared: frozenset[Markup]) -> Iterator[Batch]:
    """The rows of a split, a batch at a time."""
    first = 0
    for found in record_batches(path):
        stop = first + found.num_rows
        paired = _paired(ledger, noted, slice(first, stop))
        if not paired.all():
            ledger.leave_out(LINE_COUNT, np.flatnonzero(~paired) + first)
        sources, targets = (found.column(side).to_pylist() for side in ("source", "target"))
        yield Batch(first, sources, targets, paired, ledger, declared)
        first = stop
