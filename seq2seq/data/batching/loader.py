"""Batches of an epoch, one after the other, put together in a background thread while the last one is learnt from."""

import queue
import threading
from collections.abc import Iterator, Sequence
from contextlib import suppress

import numpy as np
from numpy.typing import NDArray

from seq2seq.config.tokenizer import SamplingConfig
from seq2seq.data.batching.batch import Batch, Ids, collate
from seq2seq.data.batching.sampler import TokenBudgetSampler
from seq2seq.data.preparing.split import Split
from seq2seq.text.protection import Protection
from seq2seq.text.vocabulary_pair import VocabularyPair

AHEAD = 8
"""Batches that wait, at most."""
_DRAWS = 0x5EED
"""Keeps the draws of segmentations apart from those of the sampler."""


class Loader:
    """Reads the batches that a sampler chose.

    Args:
        split: the examples.
        sampler: which of them share a batch, for each epoch.
        tokenizers: draw other segmentations when ``sampling`` is given.
        sampling: subword regularisation (``None``: the tokens as prepared). A sampled segmentation may be longer than
            the prepared one that the sampler counts, so that the budget holds only on average.
        seed: with epoch and row, decides every draw.
        protection: the text that is copied.
        pin: put batches in page-locked memory, for a GPU.
    """

    def __init__(
        self,
        split: Split,
        sampler: TokenBudgetSampler,
        tokenizers: VocabularyPair,
        sampling: SamplingConfig | None = None,
        *,
        seed: int,
        protection: Protection | None = None,
        pin: bool = False,
    ) -> None:
        self.split = split
        self.sampler = sampler
        self.tokenizers = tokenizers
        self.sampling = sampling
        self.seed = seed
        self.protection = protection
        self.pin = pin
        self._last: tuple[int, list[NDArray[np.int64]]] | None = None

    def len_epoch(self, epoch: int) -> int:
        """Batches of an epoch."""
        return len(self._epoch(epoch))

    def batches(self, epoch: int, start: int = 0) -> Iterator[Batch]:
        """The batches of an epoch from number ``start`` on.

        Closing the iterator early stops the background thread; an error in that thread is raised here.
        """
        chosen = self._epoch(epoch)[start:]
        waiting: queue.Queue[Batch | BaseException | None] = queue.Queue(maxsize=AHEAD)
        stop = threading.Event()

        def put(item: Batch | BaseException | None) -> None:
            while not stop.is_set():
                with suppress(queue.Full):
                    waiting.put(item, timeout=0.1)
                    return

        def fill() -> None:
            try:
                for rows in chosen:
                    if stop.is_set():
                        return
                    put(self.collate(rows.tolist(), epoch))
                put(None)
            except BaseException as error:  # handed to the reader, whatever it is
                put(error)

        thread = threading.Thread(target=fill, name="seq2seq-loader", daemon=True)
        thread.start()
        try:
            while (item := waiting.get()) is not None:
                if isinstance(item, BaseException):
                    raise item
                yield item
        finally:
            stop.set()
            thread.join()

    def collate(self, rows: Sequence[int], epoch: int) -> Batch:
        """One batch: a pure function of the rows, the epoch and the seed."""
        sampled = self.sampling
        sources: list[Ids]
        targets: list[Ids]
        if sampled is None or not (sampled.source or sampled.target):
            sources = [self.split.source_ids(row) for row in rows]
            targets = [self.split.target_ids(row) for row in rows]
        else:
            sources, targets = self._sample(rows, epoch, sampled)
        batch = collate(sources, targets, rows)
        return batch.pin() if self.pin else batch

    def _sample(self, rows: Sequence[int], epoch: int, sampling: SamplingConfig) -> tuple[list[Ids], list[Ids]]:
        """Segmentations sampled by a generator per row, so that its neighbours change nothing."""
        sources: list[Ids] = []
        targets: list[Ids] = []
        for row in rows:
            rng = np.random.default_rng((_DRAWS, self.seed, epoch, row))
            source, target = self.split.texts(row)
            if self.protection is not None:
                source, target, *_ = self.protection.protect_pair(source, target)
            sources.append(
                self.tokenizers.source.sample(source, rng=rng, alpha=sampling.alpha, candidates=sampling.candidates)
                if sampling.source
                else self.split.source_ids(row)
            )
            targets.append(
                self.tokenizers.target.sample(target, rng=rng, alpha=sampling.alpha, candidates=sampling.candidates)
                if sampling.target
                else self.split.target_ids(row)
            )
        return sources, targets

    def _epoch(self, epoch: int) -> list[NDArray[np.int64]]:
        """The sampler's batches, cached while the same epoch is requested."""
        if self._last is None or self._last[0] != epoch:
            self._last = (epoch, self.sampler.epoch(epoch))
        return self._last[1]
