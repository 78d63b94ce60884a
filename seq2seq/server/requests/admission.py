"""How a request comes in: its client, its body and its parameters, in the order that spares the server most.

1. The head: whether its key is valid, whether its client asks too often, whether there is room in the queues, and
   whether a body as long as it says may come.
2. The body, as it comes. Where keys are needed and the head has none, no more of it is read than a text has until a key
   was found in it: behind the whole body of JSON, but behind any field of a form.
3. The parameters.
"""

import asyncio
from collections.abc import Awaitable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from starlette.requests import Request

from seq2seq.server.clients.access import Gate
from seq2seq.server.clients.bodies import HELD, HeldBody
from seq2seq.server.faults import RequestError
from seq2seq.server.requests.body import Body
from seq2seq.server.requests.common import Parameters
from seq2seq.server.requests.connected import while_connected
from seq2seq.server.requests.parameters import SentFile, body_values, checked, query_values
from seq2seq.server.server import Server, server_of
from seq2seq.server.settings import RequestLimits

P = TypeVar("P", bound=Parameters)
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Asked(Generic[P]):
    """A request that was let in."""

    request: Request
    server: Server
    parameters: P
    files: Mapping[str, SentFile]
    """By the names of their fields."""
    client: str
    """Who asks, for fairness."""
    deadline: float
    """Time of the event loop's clock until which the answer is of use."""

    @property
    def limits(self) -> RequestLimits:
        """What it may ask for."""
        return self.server.settings.request

    async def answer(self, work: Awaitable[T]) -> T:
        """The result of some work, which ends when the client leaves; see :func:`while_connected`."""
        return await while_connected(self.request, work)


async def admit(request: Request, kind: type[P], *, queued: bool = True, document: bool = False) -> Asked[P]:
    """Let a request in. Its body counts as in memory until the answer is sent (:class:`seq2seq.server.app.Measured`).

    Args:
        request: nothing of its body has been read.
        kind: of the parameters.
        queued: whether it needs a place in the queue of a model.
        document: whether it is a form with a file, for which other limits hold.

    Raises:
        RequestError: the key is missing (400) or wrong (403); the client asks too often, or too much is waiting (429,
            503); the body is too large (413), too slow (408), damaged (400) or of an unknown type (415); or a parameter
            is missing or wrong (400).
    """
    server = server_of(request)
    limits = server.settings.request
    most = limits.file_bytes if document else limits.body_bytes
    seconds = limits.file_seconds if document else limits.seconds
    deadline = asyncio.get_running_loop().time() + seconds
    client = _Client(request, server.gate, kind.key_field)
    held = request.scope[HELD] = HeldBody(server.bodies)
    body = Body(
        request,
        most=most,
        seconds=limits.body_seconds * most / limits.body_bytes,
        held=held,
        trusted=lambda: bool(client.name),
        unkeyed=limits.unkeyed_bytes,
    )
    try:
        values = query_values(request.url.query, limits.texts)
        client.look_at_head(values)
        held.client = client.name or client.address
        if queued:
            server.check_room(client.name)
        body.check_declared()
        sent = await body_values(
            body, request.headers, texts=limits.texts, files=int(document), seen=client.look_at_field
        )
        parameters = checked({**values, **sent}, kind)
        client.enter(getattr(parameters, kind.key_field, ""))
    except RequestError:
        await body.drain()
        raise
    files = {name: value for name, value in sent.items() if isinstance(value, SentFile)}
    return Asked(request, server, parameters, files, client.name, deadline)


class _Client:
    """The client of a request, which is let in once: as soon as it has shown its key, or at once if none is needed."""

    def __init__(self, request: Request, gate: Gate, key_field: str) -> None:
        self.address = request.client.host if request.client else ""
        self.name = ""
        """As :meth:`Gate.enter` has it; empty: it has not been let in yet."""
        self._gate = gate
        self._key_field = key_field
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        self._bearer = token.strip() if scheme.lower() == "bearer" else ""

    def look_at_head(self, query: Mapping[str, object]) -> None:
        """Let it in by a key of the query or the head, or if there are no keys."""
        key = query.get(self._key_field) or self._bearer
        if key or not self._gate.needs_key:
            self.enter(str(key))

    def look_at_field(self, name: str, value: str) -> None:
        """Let it in by a field of a form."""
        if value and name == self._key_field:
            self.enter(value)

    def enter(self, key: str) -> None:
        """Let it in, unless it is; raises as :meth:`Gate.enter` does."""
        if not self.name:
            self.name = self._gate.enter(self.address, key)
