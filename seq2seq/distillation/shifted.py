"""Whether translations stand beside the wrong lines, by lengths.

A program that loses one line and adds another writes as many as it read. Students of such lines were trained for weeks
before anybody noticed (mozilla/translations, issue 272).
"""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

_WINDOW: Final = 60
"""Lines that are looked at together; fewer say too little."""
_SHIFTS: Final = (-2, -1, 1, 2)
_CERTAIN: Final = 6.0
"""Standard errors by which other lines have to fit better."""


def looks_shifted(sources: Sequence[str], targets: Sequence[str]) -> bool:
    """Whether, somewhere, the lines before or after fit clearly better than those beside.

    The cost of a pair is how far the logarithm of its length ratio lies from the median (after Gale and Church 1993,
    with a robust loss). The costs of lines with their own partners and with others are compared, window by window.

    Args:
        sources: N texts.
        targets: N texts, which should be their translations.
    """
    if len(sources) < _WINDOW:
        return False
    read, written = (np.log(np.fromiter(map(len, side), dtype=np.float64) + 5.0) for side in (sources, targets))
    own = _costs(read, written)
    for shift in _SHIFTS:
        gains = own - _costs(read, np.roll(written, -shift))
        for first in range(0, len(gains) - _WINDOW + 1, _WINDOW // 2):
            window = gains[first : first + _WINDOW]
            error = float(window.std(ddof=1)) / _WINDOW**0.5
            if error and float(window.mean()) / error > _CERTAIN:
                return True
    return False


def _costs(read: NDArray[np.float64], written: NDArray[np.float64]) -> NDArray[np.float64]:
    ratios = written - read
    return np.minimum(np.abs(ratios - np.median(ratios)), 1.0)
