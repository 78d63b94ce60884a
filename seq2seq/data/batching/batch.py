"""A rectangle of token ids (or vectors), as a model reads it.

Letters: B rows of the batch, S longest source, T longest target; EOS is counted on both sides; N numbers of a vector.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from seq2seq.special import BOS, EOS, PAD
from seq2seq.text.vectors import padded

Ids = Sequence[int] | NDArray[Any]
"""Token ids of one sentence, without BOS and EOS; or the vectors (S, N) of one sequence."""


@dataclass(frozen=True)
class Batch:
    """Examples side by side; int64, on the CPU until :meth:`to` moves the ids."""

    source: Tensor
    """(B, S) token ids, ended by EOS, filled with PAD; or (B, S, N) vectors, float32, filled with zeros."""
    source_lengths: Tensor
    """(B,) tokens of each source, EOS included, or steps; always on the CPU, where no device has to be waited for."""
    target: Tensor
    """(B, T+1) BOS y1 .. yT EOS, filled with PAD: a decoder reads ``[:, :-1]`` and is asked for ``[:, 1:]``; or
    (B, T, N) vectors, float32, filled with NaN."""
    target_lengths: Tensor
    """(B,) tokens asked for, EOS included, or steps; always on the CPU."""
    rows: tuple[int, ...]
    """Row numbers in the split, for error messages."""
    source_tokens: int
    """Sum of ``source_lengths``, known without waiting for a device."""
    target_tokens: int
    """Sum of ``target_lengths``."""
    first: bool = True
    """Whether the rows begin here; otherwise each continues where the same row of the previous batch ended."""

    def __len__(self) -> int:
        return self.source.size(0)

    def to(self, device: torch.device | str) -> "Batch":
        """The same batch with its ids on ``device``; the copy is asynchronous from pinned memory."""
        return self._map(lambda tensor: tensor.to(device, non_blocking=True))

    def pin(self) -> "Batch":
        """The same batch with its ids in page-locked memory, from which a GPU copies without waiting."""
        return self._map(Tensor.pin_memory)

    def halves(self) -> tuple["Batch", ...]:
        """Two batches of half the rows, each cut to its longest; a batch of one row as it is."""
        middle = len(self) // 2
        return (self,) if middle == 0 else (self._part(slice(middle)), self._part(slice(middle, None)))

    def _part(self, rows: slice) -> "Batch":
        source_lengths, target_lengths = self.source_lengths[rows], self.target_lengths[rows]
        return replace(
            self,
            source=self.source[rows, : int(source_lengths.max())],
            source_lengths=source_lengths,
            target=self.target[rows, : int(target_lengths.max()) + 1],
            target_lengths=target_lengths,
            rows=self.rows[rows],
            source_tokens=int(source_lengths.sum()),
            target_tokens=int(target_lengths.sum()),
        )

    def _map(self, change: Callable[[Tensor], Tensor]) -> "Batch":
        return replace(self, source=change(self.source), target=change(self.target))


def collate(sources: Sequence[Ids], targets: Sequence[Ids], rows: Sequence[int] | None = None) -> Batch:
    """Put sentences side by side.

    Args:
        sources: B sequences of ids, without BOS and EOS; or of vectors, (S, N) each.
        targets: B sequences of ids, without BOS and EOS; or of vectors, (T, N) each.
        rows: B row numbers (``None``: 0 .. B-1).
    """
    source, source_lengths = _side(sources, start=None)
    target, target_lengths = _side(targets, start=BOS)
    return Batch(
        source=torch.from_numpy(source),
        source_lengths=torch.from_numpy(source_lengths),
        target=torch.from_numpy(target),
        target_lengths=torch.from_numpy(target_lengths),
        rows=tuple(range(len(sources))) if rows is None else tuple(int(row) for row in rows),
        source_tokens=int(source_lengths.sum()),
        target_tokens=int(target_lengths.sum()),
    )


def _side(sequences: Sequence[Ids], *, start: int | None) -> tuple[NDArray[Any], NDArray[np.int64]]:
    """One side of a batch, and the lengths of its rows."""
    if isinstance(sequences[0], np.ndarray) and sequences[0].ndim == 2:
        # No number of a source tells padding from data, and none has to; of a target, only its steps are learnt.
        return padded(sequences, 0.0 if start is None else np.nan)  # type: ignore[arg-type]
    return _rectangle(sequences, start=start)


def _rectangle(sequences: Sequence[Ids], *, start: int | None) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """``[start] ids EOS`` row by row, padded with PAD; and the lengths with EOS, without ``start``."""
    offset = 0 if start is None else 1
    lengths = np.fromiter(map(len, sequences), dtype=np.int64, count=len(sequences)) + 1
    filled = np.full((len(sequences), int(lengths.max(initial=0)) + offset), PAD, dtype=np.int64)
    if start is not None:
        filled[:, 0] = start
    for row, ids in enumerate(sequences):
        end = offset + len(ids)
        filled[row, offset:end] = ids
        filled[row, end] = EOS
    return filled, lengths
