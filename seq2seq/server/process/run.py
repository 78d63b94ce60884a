"""From the settings of a command line to processes that listen at one address."""

import asyncio
import gc
import os
import signal
import socket
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from multiprocessing import parent_process
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import uvicorn
from fastapi import FastAPI
from uvicorn.supervisors import Multiprocess

from seq2seq import log
from seq2seq.errors import ConfigError, reason_of
from seq2seq.inference.engines.open import EngineOptions
from seq2seq.server.models.catalogue import Place
from seq2seq.server.process.build import build_app
from seq2seq.server.process.connections import TimedConnection
from seq2seq.server.settings import Listening, Settings

_FIGURES: Final = "PROMETHEUS_MULTIPROC_DIR"
_WORKER_SECONDS: Final = 30
"""Seconds after which a process that says nothing to its parent is replaced."""


def serve(places: Sequence[Place], settings: Settings, options: EngineOptions, listening: Listening) -> None:
    """Answer requests until the process is told to stop; then finish what was accepted.

    Raises:
        ConfigError: the address cannot be listened at.
    """
    _allow_many_connections()
    with _listen(listening) as listener, _shared_folder(listening.processes) as shared:
        host = f"[{listening.host}]" if listener.family == socket.AF_INET6 else listening.host
        log.say(f"listening on http://{host}:{listener.getsockname()[1]} (Ctrl-C to stop)")
        config = uvicorn.Config(
            partial(_app_of_process, places, settings, options, shared),
            factory=True,
            workers=listening.processes,
            http=TimedConnection,
            ws="none",
            proxy_headers=bool(listening.proxies),
            forwarded_allow_ips=list(listening.proxies),
            log_config=None,
            log_level="error",
            access_log=False,  # its lines have the texts of GET requests
            server_header=False,
            timeout_graceful_shutdown=round(max(settings.request.seconds, settings.request.file_seconds)) + 5,
            timeout_worker_healthcheck=_WORKER_SECONDS,
            lifespan="on",
        )
        if shared is None:
            uvicorn.Server(config).run(sockets=[listener])
        else:
            Multiprocess(config, sockets=[listener]).run()


def _listen(listening: Listening) -> socket.socket:
    family = socket.AF_INET6 if ":" in listening.host else socket.AF_INET
    try:
        listener = socket.create_server((listening.host, listening.port), family=family, backlog=2048)
    except (OSError, OverflowError) as error:
        where = f"--host {listening.host} --port {listening.port}"
        raise ConfigError(where, [reason_of(error)], code="serve.address") from error
    # For its connections: asyncio does so only for sockets of its own making. Without, the body of an answer waits
    # 40 ms for the client to confirm its head.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


def _allow_many_connections() -> None:
    """As many open files as the system allows this process; by default, a process has 1,024."""
    if sys.platform != "win32":
        import resource

        _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


# ---------------------------------------------------------------------------------------------------- several processes


@contextmanager
def _shared_folder(processes: int) -> Iterator[Path | None]:
    """A folder for what processes share; none for one process."""
    if processes == 1:
        yield None
        return
    with TemporaryDirectory(prefix="seq2seq-serve-") as folder:
        os.environ[_FIGURES] = folder  # processes that begin now read it
        yield Path(folder)


def _app_of_process(
    places: Sequence[Place], settings: Settings, options: EngineOptions, shared: Path | None
) -> FastAPI:
    """The application of one process, in that process; one of several stops when its parent is gone."""
    parent = parent_process()
    if parent is not None:
        asyncio.get_running_loop().add_reader(parent.sentinel, _stop_without, parent.sentinel)
    app = build_app(places, settings, options, shared)
    # Modules, routes and schemas stay as long as the process: without this, each collection of garbage under load would
    # look through all of them, in which time no request is answered.
    gc.collect()
    gc.freeze()
    return app


def _stop_without(parent: int) -> None:
    """The sentinel of the parent can be read: it has ended."""
    asyncio.get_running_loop().remove_reader(parent)
    signal.raise_signal(signal.SIGTERM)
