"""The server's application with models, in an event loop of its own thread."""

import asyncio
import threading
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

from fastapi import FastAPI
from support.asgi import Response, ask

from seq2seq.server.models.catalogue import parse_places
from seq2seq.server.process.build import build_app
from seq2seq.server.settings import Settings

T = TypeVar("T")


class Served:
    """A running application."""

    def __init__(self, app: FastAPI, loop: asyncio.AbstractEventLoop) -> None:
        self.app = app
        self._loop = loop

    def run(self, work: Callable[[], Awaitable[T]]) -> T:
        """Do something in the application's event loop."""

        async def inside() -> T:
            return await work()

        return asyncio.run_coroutine_threadsafe(inside(), self._loop).result(timeout=60)

    def post(self, path: str, **body: object) -> Response:
        """Send JSON."""
        return self.run(lambda: ask(self.app, "POST", path, json_body=body))

    def get(self, path: str, **query: object) -> Response:
        """Send a query."""
        return self.run(lambda: ask(self.app, "GET", path, query=query))


@contextmanager
def served(models: Sequence[str], settings: Settings | None = None) -> Iterator[Served]:
    """An application with models, as the command line names them; on the CPU."""
    app = build_app(parse_places(models), settings or Settings(), {"device": "cpu"})
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    running = Served(app, loop)
    context: Any = app.router.lifespan_context(app)
    try:
        running.run(context.__aenter__)
        yield running
        running.run(lambda: context.__aexit__(None, None, None))
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
