"""Batches of an epoch, one after the other, put together in a background thread while the last one is learnt from."""

import queue
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

import numpy as np

from seq2seq.config.data import CasingConfig
from seq2seq.config.tokenizer import SamplingConfig
from seq2seq.data.batching.batch import Batch, Ids, collate
from seq2seq.data.batching.sampler import Epoch, TokenBudgetSampler
from seq2seq.data.batching.terms import TermAnnotator
from seq2seq.data.preparing.split import Split
from seq2seq.text.casing import draw_casing, recase
from seq2seq.text.protection import Protection
from seq2seq.text.tokenizer import Tokenizer
from seq2seq.text.vocabulary.labels import LabelVocabulary
from seq2seq.text.vocabulary.pair import Vocabulary, VocabularyPair
from seq2seq.text.vocabulary.soft_labels import distribution

AHEAD = 8
"""Batches that wait, at most."""
_DRAWS = 0x5EED
"""Keeps the draws of segmentations apart from those of the sampler."""
_TERMS = 0x7E25
"""Keeps the draws of annotated rows apart from others."""
_CASES = 0xCA5E
"""Keeps the draws of letter case apart from others."""


@dataclass(eq=False)
class Loader:
    """Reads the batches that a sampler chose."""

    split: Split
    sampler: TokenBudgetSampler
    """Which examples share a batch, for each epoch."""
    tokenizers: VocabularyPair
    sampling: SamplingConfig | None = None
    """Subword regularisation (``None``: the tokens as prepared). A sampled segmentation may be longer than the prepared
    one that the sampler counts, so that the budget holds only on average."""
    casing: CasingConfig | None = None
    """Other letter case for some rows (``None``: for none)."""
    seed: int = field(kw_only=True)
    """With epoch and row, decides every draw."""
    protection: Protection | None = field(default=None, kw_only=True)
    """The text that is copied."""
    terms: TermAnnotator | None = field(default=None, kw_only=True)
    """Annotates the terms of some sources (``None``: of none)."""
    soft_labels: LabelVocabulary | None = field(default=None, kw_only=True)
    """Targets are the probabilities of these labels, (1, C) each (``None``: ids)."""
    pin: bool = field(default=False, kw_only=True)
    """Whether batches are in page-locked memory, for a GPU."""
    _last: tuple[int, Epoch] | None = field(default=None, init=False)

    def len_epoch(self, epoch: int) -> int:
        """Batches of an epoch."""
        return len(self._epoch(epoch))

    def batches(self, epoch: int, start: int = 0) -> Iterator[Batch]:
        """The batches of an epoch from number ``start`` on.

        Closing the iterator early stops the background thread; an error in that thread is raised here.
        """
        chosen = self._epoch(epoch).start(start)
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
        examples = [self._example(row, epoch) for row in rows]
        batch = collate([source for source, _ in examples], [target for _, target in examples], rows)
        return batch.pin() if self.pin else batch

    def _example(self, row: int, epoch: int) -> tuple[Ids, Ids]:
        """Token ids of a row; generators of its own sample what is sampled, so that its neighbours change nothing."""
        target_ids: Ids = self.split.target_ids(row)
        if self.soft_labels is not None:
            target_ids = distribution(self.split.texts(row)[1], self.soft_labels)
        prepared: tuple[Ids, Ids] = self.split.source_ids(row), target_ids
        change = None
        if self.casing is not None:
            change = draw_casing(self.casing, np.random.default_rng((_CASES, self.seed, epoch, row)))
        sampling, of_terms = self.sampling, None
        if self.terms is not None:
            drawn = np.random.default_rng((_TERMS, self.seed, epoch, row))
            of_terms = drawn if drawn.random() < self.terms.share else None
        if change is None and of_terms is None and (sampling is None or not (sampling.source or sampling.target)):
            return prepared
        rng = np.random.default_rng((_DRAWS, self.seed, epoch, row))
        (source, target), both = self.split.texts(row), self.tokenizers
        if self.protection is not None:
            source, target = self.protection.protect_pair(source, target)[:2]
        annotated = self.terms.annotate(source, target, of_terms) if self.terms and of_terms else None
        source, target = annotated or (source, target)
        of_source = sampling if sampling and sampling.source else None
        of_target = sampling if sampling and sampling.target else None
        return (
            _read(None if annotated else prepared[0], source, both.source, change, of_source, rng),
            _read(None if annotated else prepared[1], target, both.target, change, of_target, rng),
        )

    def _epoch(self, epoch: int) -> Epoch:
        """The sampler's batches, cached while the same epoch is requested."""
        if self._last is None or self._last[0] != epoch:
            self._last = (epoch, self.sampler.epoch(epoch))
        return self._last[1]


def _read(
    prepared: Ids | None,
    text: str,
    vocabulary: Vocabulary,
    change: Callable[[str], str] | None,
    sampling: SamplingConfig | None,
    rng: np.random.Generator,
) -> Ids:
    """Token ids of one side of a row, in other letter case and segmented at random, where that is asked for.

    ``prepared`` are those of the text; None if it has changed since.
    """
    if prepared is not None and (not isinstance(vocabulary, Tokenizer) or (change is None and sampling is None)):
        return prepared
    assert isinstance(vocabulary, Tokenizer)
    if change is not None:
        text = recase(text, change, vocabulary.split_symbols)
    if sampling is None:
        return vocabulary.encode(text)
    return vocabulary.sample(text, rng=rng, alpha=sampling.alpha, candidates=sampling.candidates)
