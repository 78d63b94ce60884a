"""The part of an inspection that a shard writes: what it found in its rows, and what it remembers of each.

```
REPORT.part-00003-of-00008          an NPZ archive: arrays of the shard's rows, and the facts, in JSON
REPORT.part-00003-of-00008.json     its record
```

The arrays have 33 to 38 bytes per row: digests, the rank of a pair, the number of its label.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

import numpy as np
import xxhash
from numpy.typing import NDArray

from seq2seq.config.base import Strict
from seq2seq.data.preparing.filter_rows import record_batches
from seq2seq.inspection.checks.catalogue import CHECKS
from seq2seq.inspection.checks.markup.suggestion import CommonMarkup
from seq2seq.inspection.engine import collect
from seq2seq.inspection.engine.example import Example
from seq2seq.inspection.engine.reading import ReadSplit
from seq2seq.inspection.engine.tally import Tally
from seq2seq.shards.record import PartRecord
from seq2seq.shards.shard import Shard
from seq2seq.text.markup.recognise import Markup

_FACTS: Final = "facts"
_LABELS: Final = "labels"
_READING: Final = frozenset(check.name for check in collect.CHECKS)
"""Checks of reading, which every process does for all rows."""
_COLUMNS: Final = ("source", "target", "line", "file")


class SplitContent(Strict):
    """What was read of a split: shards of other content do not belong together."""

    rows: int
    """Good rows."""
    malformed: int
    xxh3_128: str
    """Digest of the good rows, their places, and what was said of the others."""


class InspectionRecord(PartRecord):
    """The record of a part of an inspection."""

    content: dict[str, SplitContent]
    """By the name of the split."""
    rows: dict[str, tuple[int, int]]
    """The shard's first row in each split, and the one after its last."""
    size: int
    """Bytes of the part."""
    sha256: str


class Survey:
    """What is in the splits, and where their batches begin."""

    def __init__(self, splits: Sequence[ReadSplit]) -> None:
        self.content: dict[str, SplitContent] = {}
        self._starts: dict[str, list[int]] = {}
        for split in splits:
            digest, starts, rows = xxhash.xxh3_128(), [], 0
            for batch in record_batches(split.path):
                starts.append(rows)
                rows += batch.num_rows
                for name in _COLUMNS:
                    for buffer in batch.column(name).buffers():
                        digest.update(buffer or b"")
            said = [finding.to_dict() for finding in split.ledger.findings()]
            digest.update(json.dumps([split.source.name, split.malformed.notes(), said]).encode())
            self._starts[split.name] = starts
            self.content[split.name] = SplitContent(
                rows=rows, malformed=split.ledger.malformed, xxh3_128=digest.hexdigest()
            )

    def shares(self, shard: Shard) -> dict[str, range]:
        """The rows of a shard: whole batches, each of the shard in whose even share of all rows it begins.

        What is found in a row cannot depend on the number of shards: they check the batches of one process.
        """
        total = sum(content.rows for content in self.content.values())
        shares, before = {}, 0
        for name, content in self.content.items():
            ends = [total * number // shard.count - before for number in (shard.number - 1, shard.number)]
            first, stop = (next((row for row in self._starts[name] if row >= end), content.rows) for end in ends)
            shares[name] = range(first, stop)
            before += content.rows
        return shares


def write_part(
    path: Path, splits: Sequence[ReadSplit], tallies: Mapping[str, Tally], rows: Mapping[str, range]
) -> None:
    """Write what was found in some ``rows`` of each split, and what is remembered of them."""
    arrays: dict[str, NDArray[np.generic]] = {}
    facts = {}
    for split in splits:
        name, tally = split.name, tallies[split.name]
        inside = slice(rows[name].start, rows[name].stop)
        arrays |= {f"{name}/{kind}": values[inside] for kind, values in tally.arrays().items()}
        if tally.labels is not None:
            arrays[f"{name}/{_LABELS}"] = tally.labels.numbers
        facts[name] = {
            "words": tally.words,
            "labelled": tally.labelled,
            "labels": None if tally.labels is None else list(tally.labels.first),
            "common_markup": None if tally.common_markup is None else _counts(tally.common_markup),
            "findings": [
                {
                    "check": finding.check.name,
                    "rows": finding.rows,
                    "examples": [asdict(example) for example in finding.examples],
                }
                for finding in split.ledger.findings()
                if finding.check.name not in _READING
            ],
        }
    arrays[_FACTS] = np.frombuffer(json.dumps(facts).encode(), np.uint8)
    path.unlink(missing_ok=True)  # a link of that name in a stranger's folder would be written through
    with path.open("xb") as file:
        np.savez(file, **arrays)  # type: ignore[arg-type]


def read_part(path: Path, splits: Sequence[ReadSplit], tallies: Mapping[str, Tally], rows: Mapping[str, range]) -> None:
    """Add a part to what is known of the rows before its own."""
    with np.load(path) as arrays:
        facts: dict[str, dict[str, Any]] = json.loads(arrays[_FACTS].tobytes())
        for split in splits:
            name, tally, of_split = split.name, tallies[split.name], facts[split.name]
            inside = slice(rows[name].start, rows[name].stop)
            for kind, values in tally.arrays().items():
                values[inside] = arrays[f"{name}/{kind}"]
            if tally.labels is not None:
                tally.labels.extend(inside.start, of_split["labels"], arrays[f"{name}/{_LABELS}"])
            if tally.common_markup is not None:
                _add(tally.common_markup, of_split["common_markup"])
            tally.words = [one + more for one, more in zip(tally.words, of_split["words"], strict=True)]
            tally.labelled = of_split["labelled"]
            for finding in of_split["findings"]:
                examples = [Example(**example) for example in finding["examples"]]
                split.ledger.extend(CHECKS[finding["check"]], finding["rows"], examples)


def _counts(common: CommonMarkup) -> dict[str, Any]:
    """Its counts, as JSON."""
    return {"rows": common.rows, "marked": common.marked, "languages": dict(common.languages)}


def _add(common: CommonMarkup, more: dict[str, Any]) -> None:
    """Count the rows of a part."""
    common.rows += more["rows"]
    common.marked += more["marked"]
    common.languages.update({Markup(name): count for name, count in more["languages"].items()})
