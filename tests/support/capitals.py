"""The server's application over an engine that writes lines in capitals; their second translation is backwards."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from fastapi import FastAPI
from support import own_loop
from support.asgi import Response, ask

from seq2seq.errors import DataError, Seq2SeqError
from seq2seq.server.app import allow_origins, create_app
from seq2seq.server.batching.batcher import Batcher
from seq2seq.server.clients.access import Gate
from seq2seq.server.clients.bodies import Bodies
from seq2seq.server.jobs.engine import Answer, Kind
from seq2seq.server.metrics import Metrics
from seq2seq.server.models.catalogue import About, Catalogue, Place
from seq2seq.server.models.loading import LoadedModel
from seq2seq.server.models.store import Loader, ModelStore
from seq2seq.server.server import Server
from seq2seq.server.settings import RequestLimits, Settings
from seq2seq.server.translation.service import TranslationService

T = TypeVar("T")
PLACES = [Place("small", "small"), Place("other", "other"), Place("a ü", "named")]
LIMITS = RequestLimits(body_bytes=20_000, characters=100, texts=5, alternatives=3, seconds=300, body_seconds=300)


class Languages(Catalogue):
    def models(self) -> dict[str, About]:
        return {
            "small": About("translation", "0", (("en", "de"),)),
            "other": About("translation", "1", (("de", "en"), ("fr", "de"))),
            "a ü": About("translation", "2", (("fr", "en"),)),
        }

    def problems(self) -> dict[str, Seq2SeqError]:
        return {}


class Engine:
    def __init__(self) -> None:
        self.batches: list[tuple[Kind, list[str]]] = []
        self.gate = asyncio.Event()
        self.gate.set()

    async def __call__(self, kind: Kind, texts: Sequence[str], _wanted: object) -> list[Answer]:
        self.batches.append((kind, list(texts)))
        await self.gate.wait()
        if "archive" in texts:
            raise DataError("the text: an archive\n  Unpack it.", code="data.not-text")
        if "bug" in texts:
            raise RuntimeError("a text of a user")
        return [(text.upper(), text[::-1])[: kind.nbest] for text in texts]


class Running:
    """An application that has started."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.engine = Engine()
        self.app: FastAPI = create_app(self._open)
        allow_origins(self.app, settings.origins)

    def _open(self) -> Server:
        clock = asyncio.get_running_loop().time
        metrics = Metrics()

        async def load(place: Place) -> LoadedModel:
            batcher = Batcher(
                self.engine, tokens_of=len, budget=100, capacity=1000, observer=metrics.observer_of(place.name)
            )
            return LoadedModel(place.name, "0123456789ab", batcher, ThreadPoolExecutor(1))

        models = ModelStore(PLACES, Loader(load, lambda _: 1, lambda _: 1), limit=None, clock=clock)
        service = TranslationService(Languages(PLACES, clock), models)
        return Server(self.settings, service, Gate(self.settings, clock), metrics, Bodies(self.settings.bodies))

    @property
    def waiting(self) -> int:
        """Lines in the queue of the model that has been loaded."""
        return sum(model.batcher.depth for model in self.app.state.server.service.models.loaded.values())

    async def post(self, path: str, **body: object) -> Response:
        return await ask(self.app, "POST", path, json_body=body)


async def until(condition: Callable[[], object]) -> None:
    while not condition():
        await asyncio.sleep(0)


def served(work: Callable[[Running], Awaitable[T]], settings: Settings | None = None) -> T:
    async def run() -> T:
        running = Running(settings or Settings(request=LIMITS))
        async with running.app.router.lifespan_context(running.app):
            return await work(running)

    return own_loop.run(run())


def error(response: Response) -> tuple[int, str]:
    content = response.json()
    assert set(content) == {"error", "code"}
    assert isinstance(content["error"], str)
    return response.status, content["code"]
