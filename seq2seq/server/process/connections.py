"""Connections that are closed when the head of a request does not arrive in time.

uvicorn waits for it without end, so that clients that send nothing, or a byte a minute, would take all connections.
"""

import asyncio
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from uvicorn.protocols.http.h11_impl import H11Protocol as Protocol
else:
    from uvicorn.protocols.http.auto import AutoHTTPProtocol as Protocol  # with httptools, if it is installed

HEAD_SECONDS: Final = 10.0
"""Time in which a head has to arrive: as long as a body has."""


class TimedConnection(Protocol):
    """A connection of uvicorn with a time limit on the heads of requests."""

    _waiting: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as in uvicorn
        """Wait for the first head."""
        super().connection_made(transport)
        self._wait()

    def data_received(self, data: bytes) -> None:
        """Wait on, if that was not all of a head. Between requests, uvicorn's own time limit holds."""
        super().data_received(data)
        cycle: Any = self.cycle  # of the request whose head came last
        if cycle is None or cycle.response_complete:
            self._wait()
        else:
            self._stop_waiting()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the limit."""
        self._stop_waiting()
        super().connection_lost(exc)

    def _wait(self) -> None:
        if self._waiting is None:
            self._waiting = self.loop.call_later(HEAD_SECONDS, self.transport.abort)

    def _stop_waiting(self) -> None:
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None
