"""Work for a client that is still there."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from starlette.requests import Request
from starlette.types import Message

from seq2seq.server.faults import RequestError

T = TypeVar("T")


async def while_connected(request: Request, work: Awaitable[T]) -> T:
    """The result of some work, which is cancelled when the client leaves; its body has been read.

    Raises:
        RequestError: the client has left (499, as nginx counts it); nobody reads the answer.
    """
    own = asyncio.current_task()
    assert own is not None
    cancelled = own.cancelling()
    watch = asyncio.ensure_future(_left(request.receive))

    def leave(watch: asyncio.Future[None]) -> None:
        if not watch.cancelled() and watch.exception() is None:
            own.cancel()

    watch.add_done_callback(leave)
    try:
        return await work
    except asyncio.CancelledError:
        if watch.done() and own.uncancel() <= cancelled:  # nobody else has cancelled this task
            raise RequestError(499, "the client has left", code="serve.client-left") from None
        raise
    finally:
        watch.remove_done_callback(leave)
        watch.cancel()


async def _left(receive: Callable[[], Awaitable[Message]]) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
