"""Batches of a stream of shards: each epoch reads a split of its own."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from seq2seq import log
from seq2seq.data.batching.batch import Batch
from seq2seq.data.batching.loader import Loader
from seq2seq.data.batching.windows import WindowLoader
from seq2seq.data.preparing.split import Split
from seq2seq.errors import NoExamples


@dataclass(eq=False)
class StreamLoader:
    """Reads the batches of each epoch from the split that is opened for it; one without an example has no batch."""

    split: Split
    """A sample of all."""
    open: Callable[[int], Split]
    """The examples of an epoch."""
    loader: Callable[[Split], Loader | WindowLoader]
    """Reads a split."""
    whole: int
    """Epochs that have all shards."""
    _now: tuple[int, Loader | WindowLoader | None] | None = field(default=None, init=False)
    _without: int = field(default=0, init=False)
    """Epochs without an example that came one after the other."""

    def len_epoch(self, epoch: int) -> int:
        """Batches of an epoch."""
        loader = self._at(epoch)
        return 0 if loader is None else loader.len_epoch(epoch)

    def batches(self, epoch: int, start: int = 0) -> Iterator[Batch]:
        """The batches of an epoch from number ``start`` on."""
        loader = self._at(epoch)
        return iter(()) if loader is None else loader.batches(epoch, start)

    def where(self, row: int) -> str:
        """``file:line`` of a row of the epoch that was opened last."""
        loader = self._now[1] if self._now else None
        return (self.split if loader is None else loader.split).where(row)

    def _at(self, epoch: int) -> Loader | WindowLoader | None:
        """Reads an epoch; None, with a warning: it has no example.

        Raises:
            DataError: a shard is missing or wrong, or there is no example in any.
        """
        if self._now is None or self._now[0] != epoch:
            self._now = None  # nothing holds the files of the last epoch any more
            try:
                self._now = epoch, self.loader(self.open(epoch))
                self._without = 0
            except NoExamples as error:
                self._without += 1
                if self._without == self.whole:
                    raise
                log.warn(f"epoch {epoch + 1} is passed over: {error}", code="data.stream-epoch-without-examples")
                self._now = epoch, None
        return self._now[1]
