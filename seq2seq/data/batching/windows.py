"""Texts read as one continuous text, window by window: truncated back-propagation through time.

All targets are put one after the other, each ended by EOS, and the whole is cut into streams of equal length, which are
rows of every batch; window after window moves along them. The state of a row at the end of a window is the one at the
start of the next, unless ``carry`` is off.
"""

from collections.abc import Iterator

import numpy as np
import torch

from seq2seq.config.training import WindowsConfig
from seq2seq.data.batching.batch import Batch
from seq2seq.data.preparing.split import Split
from seq2seq.errors import NoExamples
from seq2seq.special import BOS, EOS
from seq2seq.wording import plural


class WindowLoader:
    """Reads a split in windows; the row that a batch names for a stream is the one in which its window begins.

    The streams of an epoch start at a random offset, so that the cuts fall elsewhere every time; the text
    before the offset comes last.

    Args:
        split: the texts, in order.
        config: tokens of a window, streams side by side.
        seed: with the epoch, decides the offset (``None``: 0, and what does not fill all streams is read as well, so
            that all of a split is evaluated).
        rank: which of the ``ranks`` processes this is: each reads its share of the streams.
        ranks: processes.
        pin: put batches in page-locked memory, for a GPU.

    Raises:
        NoExamples: there are fewer tokens than streams.
    """

    def __init__(
        self, split: Split, config: WindowsConfig, *, seed: int | None, rank: int = 0, ranks: int = 1, pin: bool = False
    ) -> None:
        self.split = split
        self._config, self._seed, self._pin = config, seed, pin
        self._tokens = split.joined_targets()
        self._ends = np.cumsum(split.lengths[:, 1], dtype=np.int64)
        count = len(self._tokens)
        streams = config.streams * ranks
        if seed is None:  # a short split has fewer, and longer, streams
            streams = max(1, min(streams, count // (4 * config.tokens)))
        if count < 2 * streams:
            raise NoExamples(
                f"{plural(count, 'token')} of text cannot fill {plural(streams, 'stream')}.\n"
                "  Lower training.batch.windows.streams, or give more text.",
                code="data.too-little-text",
            )
        self._length = count // streams if seed is not None else -(-count // streams)
        self._streams = range(rank * streams // ranks, (rank + 1) * streams // ranks)

    def len_epoch(self, epoch: int) -> int:  # noqa: ARG002 - all epochs are alike
        """Windows of an epoch."""
        return -(-self._length // self._config.tokens)

    def batches(self, epoch: int, start: int = 0) -> Iterator[Batch]:
        """The windows of an epoch from number ``start`` on."""
        offset = 0
        if self._seed is not None:
            offset = int(np.random.default_rng((self._seed, epoch)).integers(len(self._tokens)))
        for number in range(start, self.len_epoch(epoch)):
            batch = self._window(offset, number)
            yield batch.pin() if self._pin else batch

    def _window(self, offset: int, number: int) -> Batch:
        """Batch number ``number``: inputs and labels overlap by all but one token."""
        first = number * self._config.tokens
        size = min(self._config.tokens, self._length - first)
        begins = np.asarray(self._streams) * self._length + first
        places = begins[:, None] + np.arange(-1, size)[None]
        lengths = np.full(len(begins), size)
        if self._seed is None:  # the last stream may end early
            lengths = np.clip(len(self._tokens) - begins, 0, size)
        window = self._tokens[(offset + places) % len(self._tokens)].astype(np.int64)
        if number == 0:
            window[:, 0] = BOS
        real = np.arange(-1, size)[None] < lengths[:, None]
        window = np.where(real, window, 0)
        rows = np.full((len(begins), 1), EOS, dtype=np.int64)
        return Batch(
            source=torch.from_numpy(rows),
            source_lengths=torch.ones(len(begins), dtype=torch.int64),
            target=torch.from_numpy(window),
            target_lengths=torch.from_numpy(lengths.astype(np.int64)),
            rows=tuple(np.searchsorted(self._ends, (offset + begins) % len(self._tokens), side="right").tolist()),
            source_tokens=len(begins),
            target_tokens=int(lengths.sum()),
            first=number == 0 or not self._config.carry_state,
        )
