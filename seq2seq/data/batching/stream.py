"""Batches of a stream of shards: each epoch reads a split of its own."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from seq2seq.data.batching.batch import Batch
from seq2seq.data.batching.loader import Loader
from seq2seq.data.preparing.split import Split


@dataclass(eq=False)
class StreamLoader:
    """Reads the batches of each epoch from the split that is opened for it."""

    split: Split
    """A sample of all."""
    open: Callable[[int], Split]
    """The examples of an epoch."""
    loader: Callable[[Split], Loader]
    """Reads a split."""
    _now: tuple[int, Loader] | None = field(default=None, init=False)

    def len_epoch(self, epoch: int) -> int:
        """Batches of an epoch."""
        return self._at(epoch).len_epoch(epoch)

    def batches(self, epoch: int, start: int = 0) -> Iterator[Batch]:
        """The batches of an epoch from number ``start`` on."""
        return self._at(epoch).batches(epoch, start)

    def where(self, row: int) -> str:
        """``file:line`` of a row of the epoch that was opened last."""
        split = self._now[1].split if self._now else self.split
        return split.where(row)

    def _at(self, epoch: int) -> Loader:
        if self._now is None or self._now[0] != epoch:
            self._now = None  # nothing holds the files of the last epoch any more
            self._now = epoch, self.loader(self.open(epoch))
        return self._now[1]
