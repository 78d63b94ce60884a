"""The splits of a corpus, read: good rows in Arrow files, what is known of the others in ledgers."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from seq2seq.config.data import DataConfig
from seq2seq.config.sides import Sides
from seq2seq.data.preparing.filter_rows import record_batches
from seq2seq.data.reading.raw_split import Source
from seq2seq.data.reading.sources import SplitName, find_splits
from seq2seq.errors import DataError
from seq2seq.inspection.engine.batch import Batch
from seq2seq.inspection.engine.collect import LINE_COUNT, MalformedRows, collect
from seq2seq.inspection.engine.finding import Finding, Ledger
from seq2seq.text.markup.recognise import Markup


@dataclass(frozen=True, eq=False)
class ReadSplit:
    """A split that was read."""

    name: SplitName
    source: Source
    path: Path
    """Arrow file of its good rows."""
    ledger: Ledger
    malformed: MalformedRows

    def paired(self, rows: slice) -> NDArray[np.bool_]:
        """(N,) whether rows come before the place where their two files diverge."""
        ledger = self.ledger
        paired = np.ones(len(ledger.line[rows]), np.bool_)
        for file, line in self.malformed.limits.items():
            paired &= (ledger.file[rows] != file) | (ledger.line[rows] < line)
        return paired

    def texts(self, rows: NDArray[np.int64]) -> dict[str, list[str]]:
        """The texts of some rows, which are ascending, by side."""
        texts: dict[str, list[str]] = {"source": [], "target": []}
        first = 0
        for batch in record_batches(self.path):
            inside = rows[slice(*np.searchsorted(rows, (first, first + batch.num_rows)))] - first
            chosen = batch.take(inside)
            for side, of_side in texts.items():
                of_side.extend(chosen.column(side).to_pylist())
            first += batch.num_rows
        return texts

    def batches(self, declared: frozenset[Markup], rows: range) -> Iterator[Batch]:
        """The batches that begin within ``rows``."""
        first = 0
        for record in record_batches(self.path):
            stop = first + record.num_rows
            if first in rows:
                paired = self.paired(slice(first, stop))
                if not paired.all():
                    self.ledger.leave_out(LINE_COUNT, np.flatnonzero(~paired) + first)
                sources, targets = (record.column(side).to_pylist() for side in ("source", "target"))
                yield Batch(first, sources, targets, paired, self.ledger, declared)
            first = stop


def read_splits(config: DataConfig, sides: Sides, folder: Path, *, shown: int) -> tuple[ReadSplit, ...]:
    """Read all splits of a corpus into a folder; ``shown`` is the largest number of examples per finding.

    Raises:
        DataError: the corpus does not exist, or no row of it can be read.
    """
    splits = []
    for name, source in find_splits(config, sides=sides).items():
        if source is not None:
            path, ledger = folder / f"{name}.arrow", Ledger(name, shown=shown)
            splits.append(ReadSplit(name, source, path, ledger, collect(source, path, ledger)))
    if not any(split.ledger.rows for split in splits):
        findings = [finding for split in splits for finding in split.ledger.findings()]
        raise DataError(_nothing_readable(findings), code="inspection.unreadable")
    return tuple(splits)


def sampled_split(splits: tuple[ReadSplit, ...]) -> ReadSplit:
    """The split that models of typical rows are learnt from: train, unless it cannot be read."""
    return next(split for split in splits if split.ledger.rows)


def _nothing_readable(findings: list[Finding]) -> str:
    """The message if no row can be read."""
    first = findings[0]
    where = f", such as\n  {first.examples[0]}" if first.examples else f": {first.check.title}"
    return f"no row can be read{where}\n  {first.check.remedy}"
