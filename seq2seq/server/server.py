"""What all routes share."""

from dataclasses import dataclass

from starlette.requests import Request

from seq2seq.server.access import Gate
from seq2seq.server.metrics import Metrics
from seq2seq.server.settings import Settings
from seq2seq.server.translation import TranslationService


@dataclass(frozen=True, slots=True)
class Server:
    """The parts of a running server."""

    settings: Settings
    service: TranslationService
    gate: Gate
    metrics: Metrics

    def enter(self, request: Request, key: str = "") -> str:
        """Let a client in, by its API key or its address; see :meth:`seq2seq.server.access.Gate.enter`."""
        scheme, _, bearer = request.headers.get("authorization", "").partition(" ")
        address = request.client.host if request.client else ""
        return self.gate.enter(address, key or (bearer.strip() if scheme.lower() == "bearer" else ""))


def server_of(request: Request) -> Server:
    """The server that a request came to."""
    server = request.app.state.server
    assert isinstance(server, Server)
    return server
