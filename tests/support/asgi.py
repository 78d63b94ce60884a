"""A client for applications in this process, as a server calls them."""

import asyncio
import json
from collections.abc import Awaitable, Mapping
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
    body: bytes = b"",
    headers: Mapping[str, str] | None = None,
    address: str = "192.0.2.1",
    left: Awaitable[object] | None = None,
) -> Response:
    """Send one request; ``left``: an awaitable after which the client leaves (default: it stays)."""
    sent = {"host": "test", **(headers or {})}
    if json_body is not None:
        body, sent["content-type"] = json.dumps(json_body).encode(), "application/json"
    elif form is not None:
        body, sent["content-type"] = urlencode(form, doseq=True).encode(), "application/x-www-form-urlencoded"
    messages: list[Message] = [
        {"type": "http.request", "body": body[start : start + 1000], "more_body": start + 1000 < len(body)}
        for start in range(0, max(len(body), 1), 1000)
    ]
    answers: list[Message] = []

    async def receive() -> Message:
        if messages:
            return messages.pop(0)
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
