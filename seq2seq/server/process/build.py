"""Puts the parts of a server together."""

import asyncio
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from fastapi import FastAPI

from seq2seq.inference.engines.open import EngineOptions
from seq2seq.server.app import allow_origins, create_app
from seq2seq.server.clients.access import Gate
from seq2seq.server.clients.bodies import Bodies
from seq2seq.server.clients.rates import Rates
from seq2seq.server.documents.results import Results
from seq2seq.server.metrics import Metrics
from seq2seq.server.models.catalogue import Catalogue, Place
from seq2seq.server.models.loading import LoadedModel, load_model, size_on_disk
from seq2seq.server.models.store import Loader, ModelStore
from seq2seq.server.server import Server
from seq2seq.server.settings import Settings
from seq2seq.server.translation.service import TranslationService


def build_app(
    places: Sequence[Place], settings: Settings, options: EngineOptions, shared: Path | None = None
) -> FastAPI:
    """The application of one process.

    Args:
        places: where the models are.
        settings: of the server.
        options: of the models' engines.
        shared: a folder for what the processes of a server share; None: there is one.
    """
    app = create_app(partial(_open_server, places, settings, options, shared))
    allow_origins(app, settings.origins)
    return app


def _open_server(places: Sequence[Place], settings: Settings, options: EngineOptions, shared: Path | None) -> Server:
    """The parts of a server, in the event loop that they run in."""
    clock = asyncio.get_running_loop().time
    metrics = Metrics(shared)
    loader: Loader[LoadedModel] = Loader(
        lambda place: load_model(place, options, settings.queue, metrics.observer_of),
        partial(size_on_disk, options=options),
        changed=metrics.loaded,
    )
    models = ModelStore(places, loader, limit=settings.memory, clock=clock)
    gate = Gate(settings, clock, Rates(shared / "rates.sqlite" if shared else None))
    results = None if settings.results is None else Results(settings.results, shared=shared is not None)
    return Server(
        settings, TranslationService(Catalogue(places, clock), models), gate, metrics, Bodies(settings.bodies), results
    )
