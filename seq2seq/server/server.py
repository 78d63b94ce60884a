"""What all routes share."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Final, Protocol

from starlette.requests import Request

from seq2seq.server.batching.batcher import overloaded
from seq2seq.server.clients.access import Gate
from seq2seq.server.clients.bodies import Bodies
from seq2seq.server.documents.results import Results
from seq2seq.server.documents.stoppable import StoppableThreads
from seq2seq.server.faults import RequestError
from seq2seq.server.metrics import Metrics
from seq2seq.server.models.loading import LoadedModel
from seq2seq.server.settings import Settings
from seq2seq.server.translation.service import TranslationService

_DOCUMENTS: Final = 4
"""Documents that are read at a time: each is in memory several times over, and takes its share of the processor."""


class ByModel(Protocol):
    """What a model has answered."""

    @property
    def model(self) -> str | None:
        """Its name; None: no model was needed."""

    @property
    def version(self) -> str | None:
        """Its version."""


@dataclass(frozen=True, slots=True)
class Server:
    """The parts of a running server."""

    settings: Settings
    service: TranslationService
    gate: Gate
    metrics: Metrics
    bodies: Bodies
    results: Results | None = None
    """Translated documents until they are fetched; None: they are not kept."""
    threads: StoppableThreads = field(default_factory=lambda: StoppableThreads(_DOCUMENTS))
    """Read and write documents."""

    def check_room(self, client: str) -> None:
        """Refuse a request while no queue has room, whichever model it is for.

        Args:
            client: who asks; empty: it is not known yet.

        Raises:
            RequestError: all queues are full, or this client's shares of them (429).
        """
        loaded = self.service.models.loaded
        if len(loaded) == len(self.service.models.names):
            wait = min((model.batcher.wait(client, 1) for model in loaded.values()), default=0)
            if wait:
                raise overloaded(wait)

    def find_model(self, task: str, name: str | None) -> str:
        """The name of a model for a task: the one asked for, or the first.

        Raises:
            RequestError: there is none (404), or it is for another task (400).
        """
        known = self.service.catalogue.models()
        if name is None:
            found = next((model for model, about in known.items() if about.task == task), None)
            if found is None:
                raise RequestError(404, f"there is no model for {task} here", code="serve.no-such-model")
            return found
        if name not in self.service.models.names:
            raise RequestError(404, f"there is no model {name!r}", code="serve.no-such-model")
        if name in known and known[name].task != task:
            message = f"model {name!r} is for {known[name].task}, not for {task}"
            raise RequestError(400, message, code="serve.other-task")
        return name

    @asynccontextmanager
    async def use(self, task: str, name: str) -> AsyncIterator[LoadedModel]:
        """A model that is for a task; see :meth:`seq2seq.server.models.store.ModelStore.use`."""
        async with self.service.models.use(name) as model:
            if model.task != task:  # its folder has been replaced at this moment
                raise RequestError(503, f"model {name!r} is being replaced", code="serve.other-task", retry_after=1)
            yield model

    def count(self, texts: Sequence[str], results: Sequence[ByModel]) -> None:
        """Count the characters of texts that were answered."""
        for text, result in zip(texts, results, strict=True):
            if result.model is not None:
                self.metrics.translated(result.model, len(text))


def server_of(request: Request) -> Server:
    """The server that a request came to."""
    server = request.app.state.server
    assert isinstance(server, Server)
    return server
