"""What is remembered of every row of a split, for the checks that need all rows."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from seq2seq.config.data import DataConfig
from seq2seq.config.sides import TEXTS, SideKind, Sides
from seq2seq.inspection.checks.duplicates import RowDigests
from seq2seq.inspection.checks.labels import Labels
from seq2seq.inspection.checks.markup.suggestion import CommonMarkup
from seq2seq.inspection.engine.reading import ReadSplit, sampled_split


@dataclass(eq=False)
class Tally:
    """Facts about the N rows of a split, added batch by batch."""

    digests: RowDigests
    ranks: NDArray[np.float32] | None
    """(N,) ranks of pairs (:meth:`seq2seq.inspection.checks.misaligned.Aligner.rank`); None: rows are no pairs."""
    judged: NDArray[np.uint8]
    """(N,) words by which each pair was judged."""
    labels: Labels | None
    """None: targets are no labels."""
    common_markup: CommonMarkup | None
    """None: nothing is to be suggested for this split."""
    words: list[int] = field(default_factory=lambda: [0, 0])
    """Words of the sources, and of the targets; steps, where these are vectors."""
    labelled: list[str] = field(default_factory=list)
    """The targets of the sample, if they look like labels without being read as such."""

    def arrays(self) -> dict[str, NDArray[np.generic]]:
        """What there is of every row, by name; (N,) each."""
        digests = self.digests
        arrays: dict[str, NDArray[np.generic]] = {name: getattr(digests, name) for name in digests.ARRAYS}
        return arrays if self.ranks is None else {**arrays, "ranks": self.ranks, "judged": self.judged}


def new_tallies(config: DataConfig, sides: Sides, splits: tuple[ReadSplit, ...]) -> dict[str, Tally]:
    """A tally for each split, of no rows yet."""
    suggests = sides == TEXTS and not config.protect
    return {
        split.name: Tally(
            RowDigests(sides, split.ledger.rows),
            np.full(split.ledger.rows, np.nan, np.float32) if sides == TEXTS else None,
            np.zeros(split.ledger.rows, np.uint8),
            Labels(soft=split.source.soft_labels) if sides.target is SideKind.LABEL else None,
            CommonMarkup() if suggests and split is sampled_split(splits) else None,
        )
        for split in splits
    }
