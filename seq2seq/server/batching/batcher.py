"""Batches across requests: many callers, one engine.

The engine is idle or works on one batch. It starts at once when it is idle; what arrives while it works is the next
batch. So there is nothing to wait for: batches grow by themselves with the load.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from math import ceil
from typing import Final, Generic, Protocol, TypeVar

from seq2seq.server.batching.queue import FairQueue, Item, Kind, Unit
from seq2seq.server.faults import RequestError

_LATEST: Final = 0.2
"""Weight of the latest batch in the pace: it follows a change within about five batches, and one batch is no trend."""

Result = TypeVar("Result")


class Observer(Protocol):
    """Is told of batches; for metrics."""

    def batch(self, units: int, tokens: int, seconds: float) -> None:
        """A batch was answered."""

    def waiting(self, units: int) -> None:
        """So many units wait now."""


@dataclass(eq=False, slots=True)
class _Request(Generic[Item, Result]):
    """What one caller waits for."""

    done: "asyncio.Future[None]"
    missing: int
    """Units without a result."""
    results: dict[int, Result] = field(default_factory=dict)
    """By the index of the unit."""


_Place = tuple[_Request[Item, Result], int, Item]
"""A unit's request, its index there, and what the engine gets."""


class Batcher(Generic[Kind, Item, Result]):
    """Collects the units of all requests, and gives them to an engine in batches.

    Args:
        run: the engine: results of the items of a batch, in their order. It is awaited before it is called again. Its
            third argument says, in any thread, whether a caller still waits for the batch; if not, the engine may raise
            anything to end early.
        tokens_of: what an item takes, as estimated.
        budget: most tokens of a batch.
        capacity: most tokens that wait.
        observer: is told of batches.
    """

    def __init__(
        self,
        run: Callable[[Kind, Sequence[Item], Callable[[], bool]], Awaitable[Sequence[Result]]],
        *,
        tokens_of: Callable[[Item], int],
        budget: int,
        capacity: int,
        observer: Observer | None = None,
    ) -> None:
        self._engine = run
        self._tokens_of = tokens_of
        self._budget = budget
        self._queue: FairQueue[Kind, _Place[Item, Result]] = FairQueue(capacity)
        self._observer = observer
        self._wake = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._closing = False
        self._pace: float | None = None

    @property
    def depth(self) -> int:
        """Units that wait."""
        return self._queue.units

    async def submit(
        self,
        client: str,
        kind: Kind,
        items: Sequence[Item],
        *,
        deadline: float | None = None,
        tokens_of: Callable[[Item], int] | None = None,
    ) -> list[Result]:
        """Results of some items, in their order.

        A caller that is cancelled takes those of its items that still wait out of the queue.

        Args:
            client: who asks; clients get equal shares of the engine.
            kind: items of one batch have the same.
            items: what the engine gets.
            deadline: time of the event loop's clock until which the results are of use.
            tokens_of: what an item of this kind takes (default: what any item takes).

        Raises:
            RequestError: too much is waiting (429), the deadline has passed (504), or the server stops (503).
            Exception: what the engine raised for one of the items.
        """
        if self._closing:
            raise RequestError(503, "the server is stopping", code="serve.stopping", retry_after=1)
        if not items:
            return []
        loop = asyncio.get_running_loop()
        request: _Request[Item, Result] = _Request(loop.create_future(), len(items))
        cost = tokens_of or self._tokens_of
        units = [Unit(client, kind, (request, index, item), cost(item)) for index, item in enumerate(items)]
        wait = self.wait(client, sum(unit.tokens for unit in units))
        if wait:
            raise overloaded(wait)
        self._queue.add(units)
        self._note_depth()
        self._start(loop)
        try:
            async with asyncio.timeout_at(deadline):
                await request.done
        except TimeoutError as error:
            if not request.done.cancelled():  # the engine's own
                raise
            raise RequestError(504, "no answer within the time limit", code="serve.deadline") from error
        finally:
            request.done.cancel()
            self._queue.remove(units)
            self._note_depth()
        return [request.results[index] for index in range(len(items))]

    async def close(self) -> None:
        """Accept nothing more, and return when everything that was accepted is finished."""
        self._closing = True
        self._wake.set()
        if self._task is not None:
            await self._task

    def _note_depth(self) -> None:
        if self._observer is not None:
            self._observer.waiting(self._queue.units)

    # --------------------------------------------------------------------------------------------------- before a batch

    def wait(self, client: str, tokens: int) -> int:
        """Seconds after which a client may add some tokens, by the pace of the latest batches; 0: now."""
        excess = self._queue.excess(client, tokens)
        if not excess:
            return 0
        return 1 if self._pace is None else max(1, ceil(excess / self._pace))

    def _start(self, loop: asyncio.AbstractEventLoop) -> None:
        self._wake.set()
        if self._task is None:
            self._task = loop.create_task(self._work(), name="seq2seq-batches")

    async def _work(self) -> None:
        """Run batches for as long as the server is open or anything waits."""
        while True:
            batch = self._queue.take(self._budget)
            self._note_depth()
            if batch:
                await self._answer(batch)
            elif self._closing:
                return
            else:
                self._wake.clear()
                await self._wake.wait()
                await asyncio.sleep(0)  # callers that are ready to submit join

    # ------------------------------------------------------------------------------------------------------- in a batch

    async def _answer(self, batch: Sequence[Unit[Kind, _Place[Item, Result]]]) -> None:
        """Run a batch; if that fails, its halves, so that only units fail that do so alone."""
        batch = [unit for unit in batch if not unit.item[0].done.done()]  # callers leave meanwhile
        if not batch:
            return
        try:
            results = await self._timed(batch)
        except Exception as error:
            if len(batch) == 1:
                _finish(batch[0].item[0].done, error)
                return
            middle = len(batch) // 2
            await self._answer(batch[:middle])
            await self._answer(batch[middle:])
            return
        for unit, result in zip(batch, results, strict=True):
            request, index, _ = unit.item
            request.results[index] = result
            request.missing -= 1
            if not request.missing:
                _finish(request.done)

    async def _timed(self, batch: Sequence[Unit[Kind, _Place[Item, Result]]]) -> Sequence[Result]:
        """The engine's results for a batch; keeps the pace."""
        clock = asyncio.get_running_loop().time
        start = clock()
        requests = {unit.item[0] for unit in batch}

        def wanted() -> bool:
            return not all(request.done.done() for request in requests)

        results = await self._engine(batch[0].kind, [unit.item[2] for unit in batch], wanted)
        if len(results) != len(batch):
            raise RuntimeError(f"the engine gave {len(results)} results for {len(batch)} items")
        seconds, tokens = clock() - start, sum(unit.tokens for unit in batch)
        if seconds > 0:
            pace = tokens / seconds
            self._pace = pace if self._pace is None else (1 - _LATEST) * self._pace + _LATEST * pace
        if self._observer is not None:
            self._observer.batch(len(batch), tokens, seconds)
        return results


def overloaded(wait: int) -> RequestError:
    """Too much is waiting; it says after how many seconds to ask again."""
    return RequestError(429, "too many requests are waiting", code="serve.overloaded", retry_after=wait)


def _finish(done: "asyncio.Future[None]", error: Exception | None = None) -> None:
    """Wake a caller, unless it has left."""
    if done.done():
        return
    if error is None:
        done.set_result(None)
    else:
        done.set_exception(error)
