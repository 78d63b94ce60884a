"""The interface of jobs."""

from collections.abc import Callable, Sequence
from math import ceil
from typing import Protocol, TypeVar

from seq2seq.config.search_settings import SearchSettings

EngineT = TypeVar("EngineT", contravariant=True)
ItemT = TypeVar("ItemT", contravariant=True)
ResultT = TypeVar("ResultT", covariant=True)


Advance = Callable[[float], None]
"""Called between the parts of a batch, with how much of it is done; raises if nobody waits for the batch any more."""


class Job(Protocol[EngineT, ItemT, ResultT]):
    """What is asked about some items. It is hashable: items of equal jobs share batches."""

    def run(self, engine: EngineT, items: Sequence[ItemT], advance: Advance, /) -> Sequence[ResultT]:
        """The results of a batch, in the order of its items; in the engine's thread."""

    def tokens_of(self, item: ItemT, default: SearchSettings, /) -> int:
        """What an item takes, as estimated; ``default`` are the model's own settings, whose search is the measure."""

    def __hash__(self) -> int: ...


def searched(tokens: int, config: SearchSettings, default: SearchSettings) -> int:
    """Tokens that take as long by the model's own search as some do by another: its time grows with the beam.

    Measured with a small model: 0.3, 0.5, 1, 2.2 and 4.8 times as long as a beam of 5 for one of 1, 2, 5, 10 and 20
    (``benchmarks/LOG.md``).
    """
    return ceil(tokens * _beam(config) / _beam(default))


def _beam(config: SearchSettings) -> int:
    return config.beam if config.method == "beam" else 1
