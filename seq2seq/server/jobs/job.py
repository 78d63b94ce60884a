"""The interface of jobs."""

from collections.abc import Sequence
from typing import Protocol, TypeVar

EngineT = TypeVar("EngineT", contravariant=True)
ItemT = TypeVar("ItemT", contravariant=True)
ResultT = TypeVar("ResultT", covariant=True)


class Job(Protocol[EngineT, ItemT, ResultT]):
    """What is asked about some items. It is hashable: items of equal jobs share batches."""

    def run(self, engine: EngineT, items: Sequence[ItemT], /) -> Sequence[ResultT]:
        """The results of a batch, in the order of its items; in the engine's thread."""

    def tokens_of(self, item: ItemT, /) -> int:
        """What an item takes, as estimated."""

    def __hash__(self) -> int: ...
