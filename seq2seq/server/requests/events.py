"""Answers that are sent piece by piece: server-sent events (WHATWG HTML, section 9.2)."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping

from starlette.requests import Request
from starlette.responses import StreamingResponse

from seq2seq.server.faults import RequestError
from seq2seq.server.requests.connected import while_connected
from seq2seq.server.server import server_of

Send = Callable[[str], None]
"""Sends an event; of the event loop's thread alone."""


def event(data: object, *, name: str = "") -> str:
    """An event with some data as JSON."""
    text = json.dumps(data, ensure_ascii=False)  # one line
    return f"event: {name}\ndata: {text}\n\n" if name else f"data: {text}\n\n"


async def stream(
    request: Request,
    work: Callable[[Send], Awaitable[None]],
    *,
    failed: Callable[[RequestError], str],
    headers: MutableMapping[str, str],
) -> StreamingResponse:
    """Events as they come. The work is cancelled when the client leaves.

    Args:
        request: its body has been read.
        work: sends them.
        failed: the event that says that the work has failed, once others have been sent.
        headers: of the answer; the work may add some before its first event.

    Raises:
        RequestError: the work failed before its first event, or the client has left.
    """
    queue: asyncio.Queue[str | None] = asyncio.Queue()
    task = asyncio.ensure_future(work(queue.put_nowait))
    task.add_done_callback(lambda _: queue.put_nowait(None))
    try:
        first = await while_connected(request, queue.get())
    except BaseException:
        task.cancel()
        raise
    if first is None:
        await task

    async def events() -> AsyncIterator[str]:
        piece = first
        try:
            while piece is not None:
                yield piece
                piece = await queue.get()
            await task
        except RequestError as error:
            server_of(request).metrics.refused(error.code)
            yield failed(error)
        finally:
            task.cancel()

    return StreamingResponse(
        events(),
        media_type="text/event-stream",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no", **headers},
    )
