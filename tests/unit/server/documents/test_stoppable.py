import asyncio
import re
import threading
import time
from contextlib import suppress

import pytest
from support import own_loop

from seq2seq.server.documents.stoppable import StoppableThreads


class Endless:
    """Work that ends when it is stopped."""

    def __init__(self) -> None:
        self.began = threading.Event()
        self.ended = threading.Event()

    def __call__(self) -> None:
        self.began.set()
        try:
            while True:
                with suppress(Exception):  # as parsers may have it
                    re.sub("a", "b", "ab")
        finally:
            self.ended.set()


def test_results_and_errors() -> None:
    async def scenario() -> None:
        threads = StoppableThreads(2)
        assert await threads.run(lambda: 3) == 3
        with pytest.raises(ZeroDivisionError):
            await threads.run(lambda: 1 // 0)

    own_loop.run(scenario())


@pytest.mark.parametrize("cancel", [False, True])
def test_work_that_nobody_waits_for_is_stopped_and_makes_room(
    capsys: pytest.CaptureFixture[str], *, cancel: bool
) -> None:
    work = Endless()

    async def scenario() -> None:
        threads = StoppableThreads(1)
        if cancel:
            task = asyncio.create_task(threads.run(work))
            assert await asyncio.to_thread(work.began.wait, 60)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
        else:
            with pytest.raises(TimeoutError):
                await threads.run(work, seconds=0.01)
        assert await asyncio.wait_for(threads.run(lambda: 3), 60) == 3

    own_loop.run(scenario())
    assert work.ended.is_set()
    assert capsys.readouterr().err == ""


def test_no_more_threads_than_may_be() -> None:
    now = most = 0

    def work() -> None:
        nonlocal now, most
        now += 1
        most = max(most, now)
        time.sleep(0.01)
        now -= 1

    async def scenario() -> None:
        threads = StoppableThreads(2)
        await asyncio.gather(*(threads.run(work) for _ in range(6)))

    own_loop.run(scenario())
    assert most == 2


def test_a_thread_that_outlives_the_server_says_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    work = Endless()

    async def scenario() -> None:
        with pytest.raises(TimeoutError):
            await StoppableThreads(1).run(work, seconds=0.01)

    own_loop.run(scenario())  # closes its loop at once
    assert work.ended.wait(60)
    for thread in threading.enumerate():
        if thread.name == "seq2seq-document":
            thread.join(60)
    assert capsys.readouterr().err == ""
