"""Whatever the schedule: nothing lost, nothing twice, order kept, and nobody waits longer than the bound."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st
from support.virtual_time import run

from seq2seq.server.batching.batcher import Batcher
from seq2seq.server.batching.queue import FairQueue, Unit
from seq2seq.server.faults import RequestError

CLIENTS = st.sampled_from("abcd")
KINDS = st.sampled_from(["text", "html"])


@dataclass(frozen=True)
class Arrival:
    at: float
    client: str
    kind: str
    sizes: tuple[int, ...]
    patience: float | None
    """Seconds until the deadline."""
    leaves: float | None
    """Seconds after which the caller is cancelled."""


SECONDS = st.integers(0, 512).map(lambda number: number / 64)
ARRIVALS = st.lists(
    st.builds(
        Arrival,
        at=SECONDS,
        client=CLIENTS,
        kind=KINDS,
        sizes=st.lists(st.integers(1, 30), max_size=6).map(tuple),
        patience=st.none() | SECONDS,
        leaves=st.none() | SECONDS,
    ),
    max_size=12,
)
STEPS = st.lists(
    st.tuples(CLIENTS, KINDS, st.lists(st.integers(1, 12), min_size=1, max_size=5)) | st.none(), max_size=30
)


@given(ARRIVALS, st.integers(1, 60), st.integers(1, 200), st.floats(0.01, 2), st.sets(st.integers(0, 30)))
def test_every_request_ends_as_it_should(
    arrivals: list[Arrival], budget: int, capacity: int, seconds: float, bad: set[int]
) -> None:
    runs: dict[tuple[int, int], int] = {}
    batches: list[list[str]] = []

    async def engine(kind: str, items: Sequence[tuple[int, int, str, int]], _wanted: object) -> list[tuple[int, int]]:
        batches.append([item[2] for item in items])
        assert all(item[2] == kind for item in items)
        assert len(items) == 1 or sum(item[3] for item in items) <= budget
        await asyncio.sleep(seconds)
        if any(item[3] in bad for item in items):
            raise ValueError
        for number, index, _, _ in items:
            runs[number, index] = runs.get((number, index), 0) + 1
        return [item[:2] for item in items]

    async def work() -> None:
        loop = asyncio.get_running_loop()
        queue: Batcher[str, tuple[int, int, str, int], tuple[int, int]] = Batcher(
            engine, tokens_of=lambda item: item[3], budget=budget, capacity=capacity
        )

        async def caller(number: int, one: Arrival) -> None:
            await asyncio.sleep(one.at)
            deadline = None if one.patience is None else loop.time() + one.patience
            items = [(number, index, one.kind, size) for index, size in enumerate(one.sizes)]
            try:
                results = await queue.submit(one.client, one.kind, items, deadline=deadline)
            except (RequestError, ValueError) as error:
                check_error(error, one, passed=deadline is not None and loop.time() >= deadline)
            else:
                assert results == [item[:2] for item in items]
                assert deadline is None or loop.time() <= deadline
                assert not bad & set(one.sizes)

        def check_error(error: RequestError | ValueError, one: Arrival, *, passed: bool) -> None:
            if isinstance(error, ValueError):
                assert bad & set(one.sizes)
            elif error.status == 504:
                assert passed
            else:
                assert error.status == 429
                assert (error.retry_after or 0) >= 1

        tasks = [asyncio.create_task(caller(number, one)) for number, one in enumerate(arrivals)]
        for task, one in zip(tasks, arrivals, strict=True):
            if one.leaves is not None:
                loop.call_later(one.at + one.leaves, task.cancel)
        for ended in await asyncio.gather(*tasks, return_exceptions=True):
            assert ended is None or isinstance(ended, asyncio.CancelledError), ended
        assert queue.depth == 0
        await queue.close()

    run(work())
    assert all(count == 1 for count in runs.values())


@given(STEPS, st.integers(1, 30))
def test_a_clients_oldest_unit_waits_for_one_batch_per_client_at_most(
    steps: list[tuple[str, str, list[int]] | None], budget: int
) -> None:
    queue: FairQueue[str, int] = FairQueue(10**9)
    waiting: dict[str, list[int]] = {}
    bound: dict[int, int] = {}
    number = 0
    everything: list[int] = []
    for step in [*steps, *[None] * 200]:
        if step is not None:
            client, kind, sizes = step
            units = [Unit(client, kind, number + place, size) for place, size in enumerate(sizes)]
            number += len(sizes)
            queue.add(units)
            waiting.setdefault(client, []).extend(unit.item for unit in units)
        else:
            batch = queue.take(budget)
            assert len({unit.kind for unit in batch}) <= 1
            for item in bound:
                bound[item] -= 1
            for unit in batch:
                everything.append(unit.item)
                waiting[unit.client].remove(unit.item)
                bound.pop(unit.item, None)
            assert all(left > 0 for left in bound.values()), "a client's oldest unit has waited too long"
        lanes = [items for items in waiting.values() if items]
        for items in lanes:
            bound.setdefault(items[0], len(lanes))
    assert sorted(everything) == list(range(number))
    assert queue.tokens == queue.units == 0


@given(st.integers(2, 6), st.integers(1, 10), st.integers(1, 6))
def test_clients_with_enough_waiting_get_equal_tokens(clients: int, rounds: int, size: int) -> None:
    """Within a batch, tokens of two clients that both have more differ by one unit at most."""
    queue: FairQueue[str, int] = FairQueue(10**9)
    for client in range(clients):
        largest = size if client else 1  # the first has the shortest units
        queue.add([Unit(str(client), "text", 0, largest) for _ in range(1000)])
    for _ in range(rounds):
        shares = dict.fromkeys(map(str, range(clients)), 0)
        for unit in queue.take(60):
            shares[unit.client] += unit.tokens
        assert max(shares.values()) - min(shares.values()) <= size
