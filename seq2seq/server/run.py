"""From the settings of a command line to a server that listens."""

import asyncio
import socket
from collections.abc import Sequence
from functools import partial

import uvicorn
from fastapi import FastAPI

from seq2seq import log
from seq2seq.errors import ConfigError, reason_of
from seq2seq.inference.engines.open import EngineOptions
from seq2seq.server.access import Gate
from seq2seq.server.app import allow_origins, create_app
from seq2seq.server.catalogue import Catalogue, Place
from seq2seq.server.loading import LoadedModel, load_model, size_on_disk
from seq2seq.server.metrics import Metrics
from seq2seq.server.models import Loader, ModelStore
from seq2seq.server.server import Server
from seq2seq.server.settings import Settings
from seq2seq.server.translation import TranslationService


def build_app(
    places: Sequence[Place], settings: Settings, options: EngineOptions, *, memory: int | None = None
) -> FastAPI:
    """The application for some models.

    Args:
        places: where the models are.
        settings: of the server.
        options: of the models' engines.
        memory: most bytes for all models; None: no limit.
    """

    def open_server() -> Server:
        clock = asyncio.get_running_loop().time
        metrics = Metrics(lambda: {name: model.batcher.depth for name, model in models.loaded.items()})
        loader: Loader[LoadedModel] = Loader(
            lambda place: load_model(place, options, settings.queue, metrics.observer_of),
            partial(size_on_disk, options=options),
        )
        models = ModelStore(places, loader, limit=memory, clock=clock)
        service = TranslationService(Catalogue(places, clock), models)
        return Server(settings, service, Gate(settings, clock), metrics)

    app = create_app(open_server)
    allow_origins(app, settings.origins)
    return app


def serve(app: FastAPI, settings: Settings, *, host: str, port: int) -> None:
    """Answer requests until the process is told to stop; then finish what was accepted.

    Raises:
        ConfigError: the address cannot be listened at.
    """
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        listening = socket.create_server((host, port), family=family, backlog=2048)
    except (OSError, OverflowError) as error:
        raise ConfigError(f"--host {host} --port {port}", [reason_of(error)], code="serve.address") from error
    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,  # its lines have the texts of GET requests
        server_header=False,
        timeout_graceful_shutdown=round(settings.request.seconds) + 5,
        lifespan="on",
    )
    shown = f"[{host}]" if family == socket.AF_INET6 else host
    log.say(f"listening on http://{shown}:{listening.getsockname()[1]} (Ctrl-C to stop)")
    with listening:
        uvicorn.Server(config).run(sockets=[listening])
