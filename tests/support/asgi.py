"""A client for applications in this process, as a server calls them."""

import asyncio
import json
from collections.abc import Awaitable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from starlette.types import ASGIApp, Message


@dataclass(frozen=True)
class Response:
    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


async def ask(
    app: ASGIApp,
    method: str,
    path: str,
    *,
    query: Mapping[str, object] | None = None,
    json_body: object = None,
    form: Mapping[str, object] | None = None,
    body: bytes | Iterable[bytes] = b"",
    headers: Mapping[str, str] | None = None,
    address: str = "192.0.2.1",
    left: Awaitable[object] | None = None,
    cut: int | None = None,
) -> Response:
    """Send one request.

    Args:
        body: in pieces, if need be, which are taken as they are read.
        cut: bytes of the body after which the client leaves (default: it sends all).
        left: an awaitable after which the client leaves (default: it stays).
    """
    sent = {"host": "test", **(headers or {})}
    if json_body is not None:
        body, sent["content-type"] = json.dumps(json_body).encode(), "application/json"
    elif form is not None:
        body, sent["content-type"] = urlencode(form, doseq=True).encode(), "application/x-www-form-urlencoded"
    pieces = (body[place : place + 1000] for place in range(0, len(body), 1000)) if isinstance(body, bytes) else body
    messages = _messages(pieces, cut)
    answers: list[Message] = []

    async def receive() -> Message:
        message = next(messages, None)
        if message is not None:
            return message
        if left is not None:
            await left
            return {"type": "http.disconnect"}
        await asyncio.Event().wait()
        raise AssertionError

    async def send(message: Message) -> None:
        answers.append(message)

    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": urlencode(query or {}, doseq=True).encode(),
        "headers": [(name.lower().encode(), value.encode()) for name, value in sent.items()],
        "client": (address, 1234),
        "server": ("test", 80),
    }
    await app(scope, receive, send)
    start, *rest = answers
    return Response(
        start["status"],
        {name.decode().lower(): value.decode() for name, value in start["headers"]},
        b"".join(message.get("body", b"") for message in rest),
    )


def _messages(pieces: Iterable[bytes], cut: int | None) -> Iterator[Message]:
    sent = 0
    for piece in pieces:
        if cut is not None and sent >= cut:
            yield {"type": "http.disconnect"}
            return
        sent += len(piece)
        yield {"type": "http.request", "body": piece, "more_body": True}
    yield {"type": "http.request", "body": b"", "more_body": False}
