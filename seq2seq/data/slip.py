"""Where two line-aligned files of different length most likely slipped apart, judged by the lengths of their lines."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from seq2seq.data.lines import read_blocks
from seq2seq.data.problems import BadRows


@dataclass(frozen=True)
class Slip:
    """Up to ``line`` the files run together; from there on one is ``extra`` lines ahead."""

    line: int
    """First line that no longer fits, from 1."""
    clear: bool
    """Whether the lengths tell it with some certainty."""


def find_slip(source: NDArray[np.int32], target: NDArray[np.int32]) -> Slip:
    """Find the one line at which an insertion explains the lengths best.

    Pairs (i, i) before the slip and (i, i + difference) after it: the cost of a pair is how far the logarithm of its
    length ratio lies from the median (after Gale and Church 1993, with a robust loss), and the cheapest place wins.

    Args:
        source: (N,) characters of each source line.
        target: (M,) characters of each target line, M != N.
    """
    if len(source) > len(target):
        source, target = target, source
    ahead = len(target) - len(source)
    logs_short, logs_long = np.log(source + 5.0), np.log(target + 5.0)
    before = logs_long[: len(source)] - logs_short
    after = logs_long[ahead:] - logs_short
    # Wherever the slip is, one of the two alignments fits at each row; the median withstands the other.
    usual = float(np.median(np.concatenate([before, after])))
    cost_before = np.minimum(np.abs(before - usual), 1.0)
    cost_after = np.minimum(np.abs(after - usual), 1.0)
    totals = np.concatenate([[0.0], np.cumsum(cost_before)]) + np.concatenate(
        [np.cumsum(cost_after[::-1])[::-1], [0.0]]
    )
    best = int(np.argmin(totals))
    ends = min(float(totals[0]), float(totals[-1]))
    clear = 0 < best < len(source) and float(totals[best]) < 0.97 * ends
    return Slip(line=best + 1, clear=clear)


def line_lengths(path: Path) -> NDArray[np.int32]:
    """Characters of each line; raises a DataError where the file cannot be read to its end."""
    return np.fromiter((len(line) for block in read_blocks(path, BadRows()) for line in block.lines), dtype=np.int32)
