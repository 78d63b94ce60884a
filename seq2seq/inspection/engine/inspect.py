"""Inspection of a corpus: models of typical rows are learnt from a sample, then every row passes every check once.

Memory is bounded by about 120 bytes per row (place, digests, rank and verdict), the models learnt from the sample, and
one batch of text; the text itself is in a temporary Arrow file.
"""

from pathlib import Path

import numpy as np

from seq2seq.config.data import DataConfig
from seq2seq.config.sides import Sides
from seq2seq.inspection.checks import columns
from seq2seq.inspection.checks.duplicates import check_duplicates
from seq2seq.inspection.checks.labels import check_labels
from seq2seq.inspection.checks.misaligned import check_misaligned, find_limits
from seq2seq.inspection.engine.models import Models
from seq2seq.inspection.engine.reading import ReadSplit, read_splits
from seq2seq.inspection.engine.result import Inspection, Split
from seq2seq.inspection.engine.tally import Tally, new_tallies
from seq2seq.progress import show_progress
from seq2seq.wording import listed


def inspect(config: DataConfig, sides: Sides, folder: Path, *, shown: int = 5) -> Inspection:
    """Check every row of a corpus, by checks that the kinds of its two ``sides`` decide.

    The ``folder`` for temporary files must outlive the result, if that is to be fixed; ``shown`` is the largest number
    of examples per finding.

    Raises:
        DataError: it does not exist, or no row of it can be read.
    """
    splits = read_splits(config, sides, folder, shown=shown)
    tallies = new_tallies(config, sides, splits)
    models = Models(config, sides, splits)
    with show_progress("inspecting", total=sum(split.ledger.rows for split in splits), unit="rows") as bar:
        for split in splits:
            models.check(split, tallies[split.name], range(split.ledger.rows), bar)
    return conclude(sides, splits, tallies)


def conclude(sides: Sides, splits: tuple[ReadSplit, ...], tallies: dict[str, Tally]) -> Inspection:
    """Run the checks that need all rows, once every row has passed the others; and look up the examples' texts."""
    readable = {split.name: (tallies[split.name], split.ledger) for split in splits if split.ledger.rows}
    for tally, ledger in readable.values():
        if tally.labelled:
            what = f"{len(tally.labelled)} different targets, such as {listed(tally.labelled)}"
            ledger.add_at(columns.LABELLED, ledger.files[0], 1, what, rows=ledger.rows)
    check_duplicates({name: (tally.digests, ledger) for name, (tally, ledger) in readable.items()})
    check_labels(
        {
            name: (tally.labels, tally.digests, ledger)
            for name, (tally, ledger) in readable.items()
            if tally.labels is not None
        }
    )
    ranked = [(tally.ranks, tally.judged, ledger) for tally, ledger in readable.values() if tally.ranks is not None]
    if ranked:
        limits = find_limits(np.concatenate([ranks for ranks, _, _ in ranked]))
        for ranks, judged, ledger in ranked:
            check_misaligned(ledger, ranks, judged, limits)
    for split in splits:
        if split.ledger.rows:
            rows = split.ledger.shown_rows()
            texts = split.texts(rows)
            places = enumerate(rows.tolist())
            split.ledger.show({row: {side: texts[side][number] for side in sides.filled} for number, row in places})
    return Inspection(sides, tuple(_result(split, tallies[split.name]) for split in splits))


def _result(split: ReadSplit, tally: Tally) -> Split:
    """A split, with what was counted in it."""
    source, target = tally.words
    counts = {} if tally.labels is None else dict(tally.labels.counts.most_common())
    notes = (*split.malformed.notes(), *_notes(tally))
    return Split(split.name, split.source, split.path, split.ledger, (source, target), counts, notes)


def _notes(tally: Tally) -> list[str]:
    """Remarks on a split: what could not be judged, and what is suggested."""
    notes = []
    if tally.ranks is not None:
        judged = int(np.count_nonzero(~np.isnan(tally.ranks)))
        if judged * 2 < len(tally.ranks):
            what = f"{judged:,} of {len(tally.ranks):,} can be judged"
            notes.append(f"too little text to judge whether the pairs belong together ({what})")
    if tally.common_markup is not None and (suggestion := tally.common_markup.note()):
        notes.append(suggestion)
    return notes
