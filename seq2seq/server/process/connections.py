"""Connections that are closed when the head of a request does not arrive in time, and when the server stops.

uvicorn waits for a head without end, so that clients that send nothing, or a byte a minute, would take all connections.
When it stops, it closes the connections that there are; one that was being accepted at this moment would be kept for as
long as its client asks, and the server with it.
"""

import asyncio
from typing import TYPE_CHECKING, Any, Final
from weakref import WeakSet

from uvicorn.server import ServerState

if TYPE_CHECKING:
    from uvicorn.protocols.http.h11_impl import H11Protocol as Protocol
else:
    from uvicorn.protocols.http.auto import AutoHTTPProtocol as Protocol  # with httptools, if it is installed

_STOPPING: Final[WeakSet[ServerState]] = WeakSet()
"""Servers that have closed their connections."""
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
            if self.server_state in _STOPPING:
                cycle.keep_alive = False

    def shutdown(self) -> None:
        """Close the connection after its request; those that come later, likewise."""
        _STOPPING.add(self.server_state)
        super().shutdown()

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
