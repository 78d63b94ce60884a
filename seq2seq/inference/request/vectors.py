"""Sequences of vectors as a network reads them, with warnings about them."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from seq2seq.errors import DataError
from seq2seq.inference.request.input_warnings import InputWarnings
from seq2seq.text.vocabulary.channels import Channels


def read_sequences(
    channels: Channels, values: Sequence[Any], start: int, warnings: InputWarnings, *, longest: int | None = None
) -> tuple[dict[int, Any], dict[int, str]]:
    """The steps (S, N) of every sequence, and warnings about some, by row; blank text has none.

    Args:
        channels: of the model.
        values: texts, or numbers, as :func:`~seq2seq.text.vectors.read_vectors` takes them.
        start: number of the first, from 0, in ``warnings``.
        warnings: counts the lines.
        longest: sequences of more steps get a warning.

    Raises:
        DataError: one is no sequence of vectors, or has other channels than the model.
    """
    filled = [row for row, value in enumerate(values) if not isinstance(value, str) or value.strip()]
    warnings.lines += len(values)
    warnings.empty += len(values) - len(filled)
    steps: dict[int, Any] = {}
    notes: dict[int, str] = {}
    unmarked = np.setdiff1d(np.arange(channels.width), channels.marked)
    for row in filled:
        try:
            numbers = channels.read(values[row])
        except DataError as error:
            raise DataError(f"line {start + row + 1}: {error}.", code=error.code) from error
        if np.isnan(numbers[:, unmarked]).any():
            notes[row] = "a number is missing in a channel that lacked none in training; read as 0, after scaling"
        elif longest is not None and len(numbers) > longest:
            notes[row] = f"source longer than any in training, which had at most {longest:,} steps"
        steps[row] = channels.encode(numbers)
    return steps, notes
