"""Sequences of vectors of numbers, written as text: a JSON list of steps, each a list of one number per channel.

A missing number is ``null``. Where there is one channel, a step may be a number by itself.

Letters: B sequences, S steps, F channels.
"""

import json
import re
from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float64]
"""(S, F) numbers; NaN where one is missing."""
_NO_NUMBERS: Final = re.compile(r'"|true|false|\{')


def read_vectors(value: object) -> Vectors:
    """The numbers of a sequence.

    Args:
        value: its text; or (S, F) or (S,) numbers, as nested lists or an array.

    Raises:
        ValueError: it is none; says why.
    """
    if isinstance(value, str):
        value = _from_json(value)
    if isinstance(value, np.ndarray) and value.dtype == object:  # a list column of Arrow, as pandas has it
        value = [*value]
    try:
        numbers = np.asarray(value, dtype=np.float64)
    except (ValueError, TypeError, OverflowError) as error:
        raise ValueError("its steps differ in their numbers of channels, or are not numbers") from error
    if numbers.ndim == 1:
        numbers = numbers[:, None]
    if numbers.ndim != 2:
        what = f"nested {numbers.ndim} deep" if numbers.ndim else "not a list"
        raise ValueError(f"{what}, where a list of steps, each a list of numbers, is expected")
    if not numbers.size:
        raise ValueError("without a number")
    if np.isinf(numbers).any():
        raise ValueError("a number in it is not finite; a missing one is null")
    return numbers


def _from_json(text: str) -> object:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ValueError("not a JSON list of numbers, such as [[0.5, 2], [0.7, null]]") from error
    if not isinstance(value, list) or _NO_NUMBERS.search(text):
        raise ValueError("not a list of numbers, such as [[0.5, 2], [0.7, null]]")
    return value


def write_vectors(numbers: NDArray[Any]) -> str:
    """The text of (S, F) numbers, NaN where one is missing."""
    steps = numbers.tolist()
    return json.dumps([[None if number != number else number for number in step] for step in steps])


def padded(
    sequences: Sequence[NDArray[np.float32]], fill: float = 0.0
) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """Sequences (S, F) side by side: (B, S, F), filled with zeros, or with ``fill``; and the (B,) numbers of steps."""
    lengths = np.fromiter(map(len, sequences), np.int64, len(sequences))
    shape = (len(sequences), int(lengths.max(initial=0)), sequences[0].shape[1])
    filled = np.full(shape, fill, np.float32)
    for row, steps in enumerate(sequences):
        filled[row, : len(steps)] = steps
    return filled, lengths
