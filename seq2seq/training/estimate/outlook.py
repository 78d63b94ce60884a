"""Suggestions for a run with little time: settings that suit the data and the machine."""

from dataclasses import dataclass
from math import ceil
from typing import Final

import numpy as np
import numpy.typing as npt

from seq2seq.config.duration import format_duration
from seq2seq.config.training import TrainingConfig
from seq2seq.training.estimate.length_counts import LengthCounts

FEW: Final = 1.5
"""Epochs below which there are suggestions: a part of the data would be seen only once, or never."""
_SHARES: Final = (0.95, 0.9, 0.85, 0.8)
"""Shares of the examples that a length limit may keep."""
_SAVED: Final = 0.25
"""Share of the tokens that a limit must save to be suggested."""
_ROUND: Final = 8
"""Suggested limits are multiples of this number of tokens."""
_LARGE: Final = 1_000_000
"""Parameters from which a smaller model is suggested."""


@dataclass(frozen=True, slots=True)
class Outlook:
    """What a run depends on: with little time, some settings would help."""

    config: TrainingConfig
    lengths: npt.NDArray[np.int32]
    """(N, 2) tokens of both sides of the training examples."""
    parameters: int
    bfloat16: bool
    """Whether the device computes in bfloat16."""

    def suggestions(self, *, epochs: float, epoch_seconds: float) -> list[str]:
        """Settings that would help a run of some ``epochs``, each with its effect; the most helpful first."""
        found = []
        if self.bfloat16 and self.config.precision == "32-true":
            found.append("training.precision=auto: this device computes in bfloat16, which is usually faster")
        if self.config.batch.windows is None and (limit := _limit(self.lengths, epochs)) is not None:
            length, left_out, saved = limit
            effect = f"leaves out {left_out:.0%} of the examples, and {saved:.0%} of the work"
            found.append(f"data.filters.max_length={length}: {effect}")
        enough = ceil(2 * epoch_seconds / 60) * 60
        found.append(f"training.max_time={format_duration(enough)}: time for two epochs")
        if self.parameters > _LARGE:
            found.append("a smaller model: half of each `hidden` under model")
        return found


def _limit(lengths: npt.NDArray[np.int32], epochs: float) -> tuple[int, float, float] | None:
    """The mildest length limit that allows enough epochs, and the shares of examples and tokens that it leaves out.

    None: no limit saves much.
    """
    counts = LengthCounts.of(lengths)
    best = None
    for share in _SHARES:
        length = ceil(counts.quantile(share) / _ROUND) * _ROUND
        saved = float(counts.tokens[length + 1 :].sum() / counts.tokens.sum())
        if saved >= _SAVED:
            best = length, float(counts.rows[length + 1 :].sum() / len(lengths)), saved
            if epochs / (1 - saved) >= FEW:
                break
    return best
