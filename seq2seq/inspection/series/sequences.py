"""Sequences of vectors, which are labelled or translated: numbers that stand for missing ones, and missing ones."""

from typing import Final

import numpy as np

from seq2seq.inspection.engine.batch import Batch
from seq2seq.inspection.engine.example import Spot
from seq2seq.inspection.engine.finding import Check
from seq2seq.inspection.series.values import find_codes

CODE: Final = Check(
    "vector-code",
    "numbers that look like codes for missing ones",
    "Write null if such a number means that nothing was measured: it would be learnt as a value.",
)
MISSING: Final = Check(
    "vector-missing",
    "sequences with more missing numbers than others in a channel",
    "Leave them out, or the channel: most of it is read as its mean.",
    guess=True,
)
CHECKS: Final = (CODE, MISSING)


def check_sequences(batch: Batch, side: str) -> None:
    """Check the sequences of a side."""
    coded: dict[int, str] = {}
    missing: dict[int, str] = {}
    for row, numbers in enumerate(batch.vectors(side)):
        for channel, values in enumerate(numbers.T):
            if (found := np.flatnonzero(find_codes(values))).size:
                what = f"channel {channel} has {values[found[0]]:g} in step {found[0] + 1} of {len(values)}"
                coded.setdefault(row, what)
            known = int(np.isfinite(values).sum())
            if known * 2 < len(values):
                missing.setdefault(row, f"channel {channel} has {known} numbers in {len(values)} steps")
    batch.add(CODE, [*coded], lambda row: Spot(coded[row], side))
    batch.add(MISSING, [*missing], lambda row: Spot(missing[row], side))
