"""Bytes of bodies that are in memory: of all clients, and of each."""

from collections import Counter
from typing import Final

from seq2seq.server.faults import RequestError

SHARE: Final = 0.25
"""Share of the memory that the bodies of one client may take, as of the queue."""
HELD: Final = "seq2seq.held"
"""Name of a request's :class:`HeldBody` in its scope."""
_RETRY_SECONDS: Final = 5
"""Bodies of texts are gone within seconds, those of documents within minutes; nobody knows which it will be."""


class Bodies:
    """The memory for bodies of one process.

    Args:
        capacity: most bytes of all bodies; one that is larger is read while there is no other.
    """

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._by_client: Counter[str] = Counter()
        self.size = 0
        """Bytes of all bodies now."""

    def check(self, client: str, held: int, more: int) -> None:
        """Refuse a body that does not fit.

        Args:
            client: whose it is.
            held: bytes of it that are counted already.
            more: bytes that are to come.

        Raises:
            RequestError: the client has too much in memory (429), or all clients have (503).
        """
        own = self._by_client[client]
        if own > held and own + more > SHARE * self._capacity:
            message = "too much of this client is being answered"
            raise RequestError(429, message, code="serve.memory-share", retry_after=_RETRY_SECONDS)
        if self.size > held and self.size + more > self._capacity:
            message = "too much is being answered"
            raise RequestError(503, message, code="serve.memory", retry_after=_RETRY_SECONDS)

    def count(self, client: str, size: int) -> None:
        """Count bytes that have come, or that are gone."""
        self.size += size
        self._by_client[client] += size
        if not self._by_client[client]:
            del self._by_client[client]


class HeldBody:
    """The part of a body that is in memory, until its request is answered.

    Args:
        bodies: count it.
    """

    def __init__(self, bodies: Bodies) -> None:
        self._bodies = bodies
        self.client = ""
        """Whose it is; it is set before the first byte is counted."""
        self.size = 0
        """Bytes so far."""

    def check(self, more: int) -> None:
        """Refuse so many bytes more that do not fit; see :meth:`Bodies.check`."""
        self._bodies.check(self.client, self.size, more)

    def add(self, more: int) -> None:
        """Count bytes that have come, if they fit."""
        self.check(more)
        self._bodies.count(self.client, more)
        self.size += more

    def release(self) -> None:
        """Count it no longer."""
        self._bodies.count(self.client, -self.size)
        self.size = 0
