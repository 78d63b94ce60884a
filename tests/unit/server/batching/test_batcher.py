"""The batcher over an engine of virtual time: it writes texts in capitals, one second for each batch."""

import asyncio
from collections.abc import Callable, Sequence

import pytest
from support.virtual_time import run

from seq2seq.server.batching.batcher import Batcher
from seq2seq.server.faults import RequestError


class Engine:
    def __init__(self, seconds: float = 1.0) -> None:
        self.seconds = seconds
        self.batches: list[list[str]] = []
        self.working = 0

    async def __call__(self, kind: str, items: Sequence[str], _wanted: Callable[[], bool]) -> list[str]:
        self.batches.append(list(items))
        self.working += 1
        assert self.working == 1, "an engine does one batch at a time"
        await asyncio.sleep(self.seconds)
        self.working -= 1
        if "bad" in items:
            raise ValueError("bad")
        return [f"{kind}:{item.upper()}" for item in items]


def batcher(engine: Engine, *, budget: int = 100, capacity: int = 1000) -> Batcher[str, str, str]:
    return Batcher(engine, tokens_of=len, budget=budget, capacity=capacity)


def test_results_are_in_the_order_of_the_items() -> None:
    async def work() -> list[str]:
        return await batcher(Engine(), budget=2).submit("me", "en", ["a", "b", "c", "d", "e"])

    assert run(work()) == ["en:A", "en:B", "en:C", "en:D", "en:E"]


def test_no_items_need_no_engine() -> None:
    engine = Engine()
    assert run(batcher(engine).submit("me", "en", [])) == []
    assert engine.batches == []


def test_an_idle_engine_starts_at_once_and_what_arrives_meanwhile_is_the_next_batch() -> None:
    engine = Engine()

    async def work() -> float:
        queue = batcher(engine)
        first = asyncio.create_task(queue.submit("1", "en", ["a"]))
        await asyncio.sleep(0.5)
        others = [asyncio.create_task(queue.submit(str(number), "en", ["b"])) for number in range(5)]
        await asyncio.gather(first, *others)
        return asyncio.get_running_loop().time()

    assert run(work()) == 2.0
    assert engine.batches == [["a"], ["b"] * 5]


def test_callers_of_the_same_moment_share_the_first_batch() -> None:
    engine = Engine()

    async def work() -> None:
        queue = batcher(engine)
        await asyncio.gather(*(queue.submit(str(number), "en", ["a"]) for number in range(3)))

    run(work())
    assert engine.batches == [["a"] * 3]


def test_kinds_do_not_mix() -> None:
    engine = Engine()

    async def work() -> list[list[str]]:
        queue = batcher(engine)
        return await asyncio.gather(queue.submit("1", "de", ["a"]), queue.submit("2", "fr", ["b"]))

    assert run(work()) == [["de:A"], ["fr:B"]]
    assert engine.batches == [["a"], ["b"]]


def test_a_bad_item_fails_its_own_request_only() -> None:
    engine = Engine()

    async def work() -> list[list[str] | BaseException]:
        queue = batcher(engine)
        texts = [["a", "b"], ["c", "bad", "d"], ["e"]]
        asked = (queue.submit(str(number), "en", one) for number, one in enumerate(texts))
        return await asyncio.gather(*asked, return_exceptions=True)

    first, second, third = run(work())
    assert (first, third) == (["en:A", "en:B"], ["en:E"])
    assert isinstance(second, ValueError)
    assert ["bad"] in engine.batches


def test_after_a_failure_the_next_request_is_answered() -> None:
    async def work() -> list[str]:
        queue = batcher(Engine())
        with pytest.raises(ValueError, match="bad"):
            await queue.submit("me", "en", ["bad"])
        return await queue.submit("me", "en", ["good"])

    assert run(work()) == ["en:GOOD"]


def test_a_request_that_has_failed_is_not_run_further() -> None:
    engine = Engine()
    with pytest.raises(ValueError, match="bad"):
        run(batcher(engine).submit("me", "en", ["bad", "bad"]))
    assert engine.batches == [["bad", "bad"], ["bad"]]


def test_an_engine_that_loses_results_is_found_out() -> None:
    async def lossy(_kind: str, _items: Sequence[str], _wanted: Callable[[], bool]) -> list[str]:
        return []

    async def work() -> None:
        await Batcher(lossy, tokens_of=len, budget=10, capacity=10).submit("me", "en", ["a"])

    with pytest.raises(RuntimeError, match="0 results for 1"):
        run(work())


def test_a_deadline_ends_the_wait_and_empties_the_queue() -> None:
    engine = Engine()

    async def work() -> tuple[str, float, int, list[str]]:
        queue, loop = batcher(engine, budget=1), asyncio.get_running_loop()
        with pytest.raises(RequestError) as caught:
            await queue.submit("slow", "en", ["a", "b", "c", "d", "e"], deadline=2.5)
        assert caught.value.status == 504
        return caught.value.code, loop.time(), queue.depth, await queue.submit("next", "en", ["x"])

    assert run(work()) == ("serve.deadline", 2.5, 0, ["en:X"])
    assert engine.batches == [["a"], ["b"], ["c"], ["x"]]


def test_a_time_out_of_the_engine_is_no_deadline() -> None:
    async def failing(_kind: str, _items: Sequence[str], _wanted: Callable[[], bool]) -> list[str]:
        raise TimeoutError("the engine's")

    with pytest.raises(TimeoutError, match="the engine's"):
        run(Batcher(failing, tokens_of=len, budget=9, capacity=9).submit("me", "en", ["a"], deadline=5.0))


def test_what_a_caller_that_left_had_waiting_is_not_run() -> None:
    engine = Engine()

    async def work() -> list[str]:
        queue = batcher(engine, budget=1)
        leaves = asyncio.create_task(queue.submit("leaves", "en", ["a", "b", "c"]))
        stays = asyncio.create_task(queue.submit("stays", "en", ["x", "y"]))
        await asyncio.sleep(0.5)
        leaves.cancel()
        return await stays

    assert run(work()) == ["en:X", "en:Y"]
    assert engine.batches == [["a"], ["x"], ["y"]]


def test_a_full_queue_refuses_and_says_when_to_try_again() -> None:
    async def work() -> tuple[int, str, int | None]:
        queue = batcher(Engine(), budget=10, capacity=100)
        await queue.submit("warm", "en", ["x" * 10])  # its pace: 10 tokens per second
        held = [asyncio.create_task(queue.submit(str(number), "en", ["x" * 20])) for number in range(5)]
        await asyncio.sleep(0.5)  # one of the five is running, and 80 tokens wait
        with pytest.raises(RequestError) as caught:
            await queue.submit("late", "en", ["x" * 51])
        await asyncio.gather(*held)
        return caught.value.status, caught.value.code, caught.value.retry_after

    # 80 + 51 tokens are 31 too many, and at 10 a second they need 3.1 s.
    assert run(work()) == (429, "serve.overloaded", 4)


def test_before_the_first_batch_the_advice_is_one_second() -> None:
    async def work() -> int | None:
        queue = batcher(Engine(), capacity=10)
        first = asyncio.create_task(queue.submit("1", "en", ["x" * 9]))
        second = asyncio.create_task(queue.submit("2", "en", ["x" * 9]))
        await asyncio.sleep(0)
        with pytest.raises(RequestError) as caught:
            await queue.submit("3", "en", ["x" * 9])
        results = await asyncio.gather(first, second, return_exceptions=True)
        assert isinstance(results[1], RequestError)
        return caught.value.retry_after

    assert run(work()) == 1


def test_closing_finishes_what_was_accepted_and_accepts_nothing_more() -> None:
    async def work() -> tuple[list[str], float, str]:
        queue = batcher(Engine(), budget=1)
        asked = asyncio.create_task(queue.submit("me", "en", ["a", "b", "c"]))
        await asyncio.sleep(0.5)
        closing = asyncio.create_task(queue.close())
        await asyncio.sleep(0)
        with pytest.raises(RequestError) as caught:
            await queue.submit("late", "en", ["x"])
        await closing
        return await asked, asyncio.get_running_loop().time(), caught.value.code

    assert run(work()) == (["en:A", "en:B", "en:C"], 3.0, "serve.stopping")


def test_an_idle_batcher_closes_at_once() -> None:
    async def work() -> float:
        unused, used = batcher(Engine()), batcher(Engine())
        await used.submit("me", "en", ["a"])
        await unused.close()
        await used.close()
        return asyncio.get_running_loop().time()

    assert run(work()) == 1.0


def test_batches_are_observed() -> None:
    seen: list[tuple[int, int, float]] = []
    depths: list[int] = []

    class Observer:
        def batch(self, units: int, tokens: int, seconds: float) -> None:
            seen.append((units, tokens, seconds))

        def waiting(self, units: int) -> None:
            depths.append(units)

    async def work() -> None:
        queue: Batcher[str, str, str] = Batcher(Engine(), tokens_of=len, budget=5, capacity=100, observer=Observer())
        await queue.submit("me", "en", ["aa", "bbb", "c"])

    run(work())
    assert seen == [(2, 5, 1.0), (1, 1, 1.0)]
    assert list(dict.fromkeys(depths)) == [3, 1, 0]
    assert depths[-1] == 0


def test_an_engine_may_end_when_nobody_waits_for_its_batch() -> None:
    seen: list[list[bool]] = []

    async def engine(_kind: str, items: Sequence[str], wanted: Callable[[], bool]) -> list[str]:
        seen.append([])
        while len(seen[-1]) < 10:
            await asyncio.sleep(1)
            seen[-1].append(wanted())
            if not wanted():
                raise ValueError("nobody waits")
        return list(items)

    async def work() -> list[str]:
        queue: Batcher[str, str, str] = Batcher(engine, tokens_of=len, budget=100, capacity=1000)
        leaving = [
            asyncio.create_task(queue.submit("a", "en", ["a", "b"], deadline=2.5)),
            asyncio.create_task(queue.submit("b", "en", ["c"])),
        ]
        await asyncio.sleep(4.5)
        leaving[1].cancel()
        left = await asyncio.gather(*leaving, return_exceptions=True)
        assert [type(one) for one in left] == [RequestError, asyncio.CancelledError]
        return await queue.submit("c", "en", ["d"])

    assert run(work()) == ["d"]
    # One caller's time is over after 2.5 s, the other leaves after 4.5 s; the next batch is whole.
    assert seen == [[True] * 4 + [False], [True] * 10]
