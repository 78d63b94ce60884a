"""What would take a run further that comes not far in its time: settings that fit the data and the machine."""

from math import ceil
from typing import Final

import numpy as np
import numpy.typing as npt

from seq2seq.config.duration import format_duration
from seq2seq.config.training import TrainingConfig

FEW: Final = 1.5
"""Epochs below which something is said: less than this, and a part of the data is seen only once, or never."""
_SHARES: Final = (0.95, 0.9, 0.85, 0.8)
"""Shares of the examples that a limit to their length would keep."""
_SAVED: Final = 0.25
"""Share of the tokens that it must save to be worth while."""
_ROUND: Final = 8
"""Limits are multiples of it."""
_LARGE: Final = 1_000_000
"""Parameters of a model that could do with fewer."""


def suggestions(
    config: TrainingConfig,
    lengths: npt.NDArray[np.int32],
    *,
    epochs: float,
    epoch_seconds: float,
    parameters: int,
    bfloat16: bool,
) -> list[str]:
    """What would take a run further: settings, each with what it does; those that help most first.

    Args:
        config: how it is trained.
        lengths: (N, 2) tokens of both sides of the training examples.
        epochs: that the run makes.
        epoch_seconds: seconds of an epoch.
        parameters: of the model.
        bfloat16: whether the device computes in bfloat16, and is a CPU.
    """
    found = []
    if bfloat16 and config.precision == "32-true":
        found.append("training.precision=bf16-mixed: this processor computes in bfloat16, as a rule faster")
    if config.batch.windows is None and (limit := _limit(lengths, epochs)) is not None:
        length, left_out, saved = limit
        found.append(
            f"data.filters.max_length={length}: leaves out the {left_out:.0%} of the examples that are longer, and "
            f"{saved:.0%} of the work"
        )
    enough = ceil(2 * epoch_seconds / 60) * 60
    found.append(f"training.max_time={format_duration(enough)}: time for two epochs")
    if parameters > _LARGE:
        found.append("a smaller model: half of each `hidden` under model, say")
    return found


def _limit(lengths: npt.NDArray[np.int32], epochs: float) -> tuple[int, float, float] | None:
    """The mildest limit to the length that makes enough epochs, and what share of examples and tokens it leaves out.

    None: no limit saves much.
    """
    longest, tokens = lengths.max(axis=1), lengths.sum(axis=1, dtype=np.int64)
    best = None
    for share in _SHARES:
        length = ceil(float(np.quantile(longest, share, method="inverted_cdf")) / _ROUND) * _ROUND
        over = longest > length
        saved = float(tokens[over].sum() / tokens.sum())
        if saved >= _SAVED:
            best = length, float(over.mean()), saved
            if epochs / (1 - saved) >= FEW:
                break
    return best
