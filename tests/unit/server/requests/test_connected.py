"""Work goes on for as long as its client is there."""

import asyncio
from collections.abc import Coroutine

import pytest
from starlette.requests import Request
from starlette.types import Message

from seq2seq.server.faults import RequestError
from seq2seq.server.requests.connected import while_connected


class Client:
    """One that sends what it is told to."""

    def __init__(self) -> None:
        self.sent: asyncio.Queue[Message] = asyncio.Queue()
        self.request = Request({"type": "http"}, self.sent.get)

    def leave(self) -> None:
        self.sent.put_nowait({"type": "http.disconnect"})


class Work:
    """Work that says how it ended."""

    ended = ""

    async def run(self, seconds: float) -> str:
        try:
            await asyncio.sleep(seconds)
        except asyncio.CancelledError:
            self.ended = "cancelled"
            raise
        self.ended = "done"
        return "result"


def run(work: Coroutine[None, None, None]) -> None:
    asyncio.run(asyncio.wait_for(work, 60))


def test_a_client_that_stays_gets_the_result() -> None:
    async def test() -> None:
        client = Client()
        client.sent.put_nowait({"type": "http.request", "body": b"more"})
        assert await while_connected(client.request, Work().run(0.01)) == "result"
        client.leave()
        await asyncio.sleep(0.01)  # nobody is cancelled afterwards

    run(test())


def test_work_ends_when_its_client_leaves() -> None:
    async def test() -> None:
        client, work = Client(), Work()
        asyncio.get_running_loop().call_later(0.01, client.leave)
        with pytest.raises(RequestError) as error:
            await while_connected(client.request, work.run(60))
        assert (error.value.status, error.value.code) == (499, "serve.client-left")
        assert work.ended == "cancelled"
        current = asyncio.current_task()
        assert current is not None
        assert current.cancelling() == 0
        await asyncio.sleep(0)

    run(test())


@pytest.mark.parametrize("left", [False, True])
def test_who_is_cancelled_from_outside_stays_cancelled(left: bool) -> None:
    async def test() -> None:
        client, work = Client(), Work()
        task = asyncio.ensure_future(while_connected(client.request, work.run(60)))
        await asyncio.sleep(0.01)
        task.cancel()
        if left:
            client.leave()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert work.ended == "cancelled"

    run(test())


def test_a_time_limit_around_it_is_one() -> None:
    async def test() -> None:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.01):
                await while_connected(Client().request, Work().run(60))

    run(test())


def test_an_error_of_the_work_is_raised() -> None:
    async def fail() -> None:
        raise ValueError("no")

    async def test() -> None:
        with pytest.raises(ValueError, match="no"):
            await while_connected(Client().request, fail())

    run(test())
