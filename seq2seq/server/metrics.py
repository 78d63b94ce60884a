"""Figures for Prometheus. No label has a client's address, a key or a text.

Several processes of a server write theirs to files in a folder (PROMETHEUS_MULTIPROC_DIR, which has to be set before
this module is imported); whichever is asked adds them up.
"""

import os
import struct
import time
from contextlib import suppress
from pathlib import Path
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead

_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
_UNITS = (1, 2, 4, 8, 16, 32, 64, 128, 256)
_ATTEMPTS: Final = 100
_PAUSE: Final = 0.01
"""Seconds between attempts to read the files."""


class Metrics:
    """The figures of one server.

    Args:
        shared: the folder of the processes' files; None: this process is alone.
    """

    def __init__(self, shared: Path | None = None) -> None:
        self._shared = shared
        self._registry = CollectorRegistry()
        self._requests = Histogram(
            "seq2seq_request_seconds",
            "Time from a request to its answer.",
            ["endpoint", "status"],
            buckets=_SECONDS,
            registry=self._registry,
        )
        self._sizes = Histogram(
            "seq2seq_batch_size", "Lines per batch.", ["model"], buckets=_UNITS, registry=self._registry
        )
        self._seconds = Histogram(
            "seq2seq_batch_seconds", "Time per batch.", ["model"], buckets=_SECONDS, registry=self._registry
        )
        self._characters = Counter(
            "seq2seq_characters",
            "Characters of texts that were answered.",
            ["model"],
            registry=self._registry,
        )
        self._steps = Counter(
            "seq2seq_forecast_steps", "Steps of series that were forecast.", ["model"], registry=self._registry
        )
        self._refused = Counter(
            "seq2seq_refused", "Requests that were not answered as asked.", ["code"], registry=self._registry
        )
        self._depths = Gauge(
            "seq2seq_queue_depth", "Lines that wait.", ["model"], registry=self._registry, multiprocess_mode="livesum"
        )
        self._loaded = Gauge(
            "seq2seq_models_loaded", "Models in memory.", registry=self._registry, multiprocess_mode="livesum"
        )

    def request(self, endpoint: str, status: int, seconds: float) -> None:
        """Count a request."""
        self._requests.labels(endpoint, str(status)).observe(seconds)

    def refused(self, code: str) -> None:
        """Count an error in an answer."""
        self._refused.labels(code).inc()

    def translated(self, model: str, characters: int) -> None:
        """Count texts."""
        self._characters.labels(model).inc(characters)

    def forecast(self, model: str, steps: int) -> None:
        """Count steps of series."""
        self._steps.labels(model).inc(steps)

    def loaded(self, models: int) -> None:
        """So many models are in memory."""
        self._loaded.set(models)

    def observer_of(self, model: str) -> "BatchObserver":
        """Counts the batches of a model."""
        return BatchObserver(self._sizes.labels(model), self._seconds.labels(model), self._depths.labels(model))

    def text(self) -> bytes:
        """All figures in Prometheus' text format."""
        if self._shared is None:
            return generate_latest(self._registry)
        _forget_dead_processes(self._shared)
        registry = CollectorRegistry()
        MultiProcessCollector(registry, path=str(self._shared))  # type: ignore[no-untyped-call]
        for _ in range(_ATTEMPTS - 1):
            with suppress(struct.error):  # the file of a process that has just begun to count is empty for a moment
                return generate_latest(registry)
            time.sleep(_PAUSE)
        return generate_latest(registry)


class BatchObserver:
    """Counts the batches of one model."""

    def __init__(self, sizes: Histogram, seconds: Histogram, depth: Gauge) -> None:
        self._sizes = sizes
        self._seconds = seconds
        self._depth = depth

    def batch(self, units: int, tokens: int, seconds: float) -> None:  # noqa: ARG002 - the estimate is not for people
        """Count a batch."""
        self._sizes.observe(units)
        self._seconds.observe(seconds)

    def waiting(self, units: int) -> None:
        """Note how many lines wait."""
        self._depth.set(units)


def _forget_dead_processes(folder: Path) -> None:
    """Leave out what waited in processes that have ended; what they counted stays counted."""
    for pid in {int(file.stem.rpartition("_")[2]) for file in folder.glob("gauge_live*.db")}:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            with suppress(FileNotFoundError):  # another process does the same
                mark_process_dead(pid, str(folder))  # type: ignore[no-untyped-call]
