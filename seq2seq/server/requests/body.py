"""The body of a request as it comes: no more than may be, in time, and counted among all bodies in memory."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import suppress
from typing import Final

from starlette.requests import Request

from seq2seq.server.clients.bodies import HeldBody
from seq2seq.server.faults import RequestError

_DISCARDED: Final = 1 << 24
"""Bytes that are read of a body that is refused: who is still sending reads no answer."""


class Body:
    """The body of a request.

    Args:
        request: nothing of its body has been read.
        most: bytes that it may have.
        seconds: time in which it has to arrive.
        held: counts what is kept of it.
        trusted: whether its client has been let in; until then, it may have ``unkeyed`` bytes.
        unkeyed: bytes.
    """

    def __init__(
        self,
        request: Request,
        *,
        most: int,
        seconds: float,
        held: HeldBody,
        trusted: Callable[[], bool],
        unkeyed: int,
    ) -> None:
        self._receive = request.receive
        self._most = most
        self._seconds = seconds
        self._deadline = asyncio.get_running_loop().time() + seconds
        self._held = held
        self._trusted = trusted
        self._unkeyed = unkeyed
        length = request.headers.get("content-length", "")
        self._declared = int(length) if length.isdecimal() else 0
        self._waits = "expect" in request.headers
        self._size = 0
        self._complete = False

    def check_declared(self) -> None:
        """Refuse by its declared length, before anything is read.

        Raises:
            RequestError: the body is too large (413), or does not fit into memory beside others (429, 503).
        """
        if self._declared > self._most:
            raise self._too_large()
        self._held.check(self._declared)

    async def chunks(self) -> AsyncGenerator[bytes, None]:
        """The body, piece by piece.

        Raises:
            RequestError: it is too large (413) or too slow (408), or does not fit into memory beside others (429, 503);
                or the client has left (499).
        """
        while not self._complete:
            chunk = await self._next()
            if self._size > self._most:
                raise self._too_large()
            if self._size > self._unkeyed and not self._trusted():
                message = (
                    f"a body of more than {self._unkeyed:,} bytes needs its API key in the header Authorization, in "
                    "the query, or in a form before the file"
                )
                raise RequestError(413, message, code="serve.key-first")
            self._held.add(len(chunk))
            yield chunk

    async def read(self) -> bytes:
        """The whole body; raises as :meth:`chunks` does."""
        return b"".join([chunk async for chunk in self.chunks()])

    async def drain(self) -> None:
        """Read the rest of a body that is refused, and keep nothing of it.

        A client that waits to be told to send its body (``Expect: 100-continue``) is not told so.
        """
        if self._waits and not self._size:
            return
        most = self._most + _DISCARDED
        with suppress(RequestError):
            while not self._complete and max(self._size, self._declared) <= most:
                await self._next()

    async def _next(self) -> bytes:
        try:
            async with asyncio.timeout_at(self._deadline):
                message = await self._receive()
        except TimeoutError as error:
            problem = f"the body did not arrive within {self._seconds:g} seconds"
            raise RequestError(408, problem, code="serve.body-time") from error
        if message["type"] == "http.disconnect":
            self._complete = True
            raise RequestError(499, "the client has left", code="serve.client-left")
        chunk: bytes = message.get("body", b"")
        self._size += len(chunk)
        self._complete = not message.get("more_body", False)
        return chunk

    def _too_large(self) -> RequestError:
        return RequestError(413, f"the body is larger than {self._most:,} bytes", code="serve.body-size")
