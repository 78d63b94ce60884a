"""Figures for Prometheus. No label has a client's address, a key or a text."""

from collections.abc import Callable, Mapping

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
_UNITS = (1, 2, 4, 8, 16, 32, 64, 128, 256)


class Metrics:
    """The figures of one server.

    Args:
        depths: units that wait, by loaded model.
    """

    def __init__(self, depths: Callable[[], Mapping[str, int]]) -> None:
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
        self._refused = Counter(
            "seq2seq_refused", "Requests that were not answered as asked.", ["code"], registry=self._registry
        )
        self._registry.register(_Depths(depths))

    def request(self, endpoint: str, status: int, seconds: float) -> None:
        """Count a request."""
        self._requests.labels(endpoint, str(status)).observe(seconds)

    def refused(self, code: str) -> None:
        """Count an error that a client was told."""
        self._refused.labels(code).inc()

    def translated(self, model: str, characters: int) -> None:
        """Count texts."""
        self._characters.labels(model).inc(characters)

    def observer_of(self, model: str) -> "BatchObserver":
        """Counts the batches of a model."""
        return BatchObserver(self._sizes.labels(model), self._seconds.labels(model))

    def text(self) -> bytes:
        """All figures in Prometheus' text format."""
        return generate_latest(self._registry)


class BatchObserver:
    """Counts the batches of one model."""

    def __init__(self, sizes: Histogram, seconds: Histogram) -> None:
        self._sizes = sizes
        self._seconds = seconds

    def batch(self, units: int, tokens: int, seconds: float) -> None:  # noqa: ARG002 - the estimate is not for people
        """Count a batch."""
        self._sizes.observe(units)
        self._seconds.observe(seconds)


class _Depths(Collector):
    """Figures that are read when they are asked for."""

    def __init__(self, depths: Callable[[], Mapping[str, int]]) -> None:
        self._depths = depths

    def collect(self) -> list[GaugeMetricFamily]:
        depths = self._depths()
        waiting = GaugeMetricFamily("seq2seq_queue_depth", "Lines that wait.", labels=["model"])
        for model, depth in depths.items():
            waiting.add_metric([model], depth)
        return [waiting, GaugeMetricFamily("seq2seq_models_loaded", "Models in memory.", value=len(depths))]
