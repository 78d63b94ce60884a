"""Connections of a real server in this process, with a time limit of a tenth of a second."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest
import uvicorn
from starlette.types import Receive, Scope, Send
from support import own_loop
from uvicorn.server import ServerState

from seq2seq.server.process import connections

HEAD = b"POST / HTTP/1.1\r\nHost: test\r\nContent-Length: 1\r\n\r\n"
Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


async def app(scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG001 - ASGI's signature
    while (await receive()).get("more_body"):
        pass
    await send({"type": "http.response.start", "status": 204, "headers": []})
    await send({"type": "http.response.body"})


@pytest.fixture(autouse=True)
def _short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "HEAD_SECONDS", 0.1)


def connected(work: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]) -> None:
    async def run() -> None:
        config = uvicorn.Config(app, lifespan="off", log_config=None)
        config.load()
        loop = asyncio.get_running_loop()
        server = await loop.create_server(
            lambda: connections.TimedConnection(config, ServerState(), {}), "127.0.0.1", 0
        )
        async with server:
            reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
            await work(reader, writer)
            writer.close()

    own_loop.run(run())


async def closed(reader: asyncio.StreamReader) -> bool:
    try:
        return await asyncio.wait_for(reader.read(), 5) == b""
    except ConnectionResetError:
        return True


@pytest.mark.parametrize("sent", [b"", b"POST / HT"])
def test_a_connection_without_a_head_is_closed(sent: bytes) -> None:
    async def work(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(sent)
        assert await closed(reader)

    connected(work)


def test_a_head_that_comes_byte_by_byte_gets_no_more_time() -> None:
    async def work(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        begun = asyncio.get_running_loop().time()
        ended = asyncio.create_task(closed(reader))
        for byte in HEAD:
            if ended.done():
                break
            writer.write(bytes([byte]))
            await asyncio.sleep(0.02)
        assert await ended
        assert asyncio.get_running_loop().time() - begun < 0.02 * len(HEAD)

    connected(work)


def test_a_body_has_a_time_limit_of_its_own_and_so_has_each_head() -> None:
    async def work(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for _ in range(2):
            writer.write(HEAD)
            await asyncio.sleep(0.2)
            writer.write(b"x")
            assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 204")
            await asyncio.sleep(0.2)
        writer.write(HEAD[:9])
        assert await closed(reader)

    connected(work)


def test_a_connection_that_comes_while_the_server_stops_is_closed_after_a_request() -> None:
    async def run() -> None:
        config = uvicorn.Config(app, lifespan="off", log_config=None)
        config.load()
        state = ServerState()
        loop = asyncio.get_running_loop()
        server = await loop.create_server(lambda: connections.TimedConnection(config, state, {}), "127.0.0.1", 0)
        async with server:
            address = server.sockets[0].getsockname()
            first, leaving = await asyncio.open_connection(*address)
            while not state.connections:
                await asyncio.sleep(0)
            for connection in list(state.connections):
                connection.shutdown()
            assert await closed(first)
            leaving.close()
            late, writer = await asyncio.open_connection(*address)
            writer.write(HEAD + b"x")
            assert (await late.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 204")
            assert await closed(late)
            assert not state.connections
            writer.close()

    own_loop.run(run())
