"""Who a client is, whether it may ask, and how often: API keys and rate limits."""

import hashlib
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from typing import Final

from seq2seq.errors import ConfigError
from seq2seq.server.faults import RequestError
from seq2seq.server.settings import Settings

_CLIENTS: Final = 10_000
"""Clients whose rates are remembered; of more, those that asked least recently are forgotten."""


def read_keys(file: Path) -> dict[str, int | None]:
    """API keys from a file: one per line, and after white space its requests per minute; ``#`` begins a comment.

    Raises:
        ConfigError: a line is something else, or there is no key.
    """
    keys: dict[str, int | None] = {}
    problems = []
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
        match line.partition("#")[0].split():
            case []:
                continue
            case [key] if key not in keys:
                keys[key] = None
            case [key, rate] if key not in keys and rate.isascii() and rate.isdigit() and int(rate) > 0:
                keys[key] = int(rate)
            case _:  # the line itself is a secret
                problems.append(f"line {number}: expected a key that is not there yet, and perhaps requests per minute")
    if not keys and not problems:
        problems = ["there is no key in it; without --api-keys, no key is needed"]
    if problems:
        raise ConfigError(str(file), problems, code="serve.api-keys")
    return keys


@dataclass(slots=True)
class _Bucket:
    """What a client may still ask for: requests, which come back with time."""

    left: float
    at: float


class Gate:
    """Lets clients in.

    Args:
        settings: keys and rates.
        clock: seconds.
    """

    def __init__(self, settings: Settings, clock: Callable[[], float]) -> None:
        # By digest: how long a look-up takes says nothing of the keys.
        self._keys = {_digest(key): rate for key, rate in settings.keys.items()}
        self._rate = settings.requests_per_minute
        self._clock = clock
        self._buckets: OrderedDict[str, _Bucket] = OrderedDict()

    @property
    def needs_key(self) -> bool:
        """Whether there are keys."""
        return bool(self._keys)

    def enter(self, address: str, key: str) -> str:
        """Count a request of a client.

        Args:
            address: of the client.
            key: its API key; empty: it has none.

        Returns:
            A name for the client, for fairness; it says nothing of the key.

        Raises:
            RequestError: it has no key (400) or a wrong one (403), or asks too often (429).
        """
        client, rate = f"address {address}", self._rate
        if self._keys:
            if not key:
                raise RequestError(400, "an API key is needed: api_key", code="serve.key-needed")
            digest = _digest(key)
            if digest not in self._keys:
                raise RequestError(403, "the API key is not valid", code="serve.wrong-key")
            client, rate = f"key {digest}", self._keys[digest] or rate
        if rate is not None:
            self._count(client, rate)
        return client

    def _count(self, client: str, rate: int) -> None:
        """Take a request out of a client's bucket, which holds those of a minute."""
        now = self._clock()
        bucket = self._buckets.setdefault(client, _Bucket(rate, now))
        self._buckets.move_to_end(client)
        while len(self._buckets) > _CLIENTS:
            self._buckets.popitem(last=False)
        bucket.left = min(rate, bucket.left + (now - bucket.at) * rate / 60)
        bucket.at = now
        if bucket.left < 1:
            wait = ceil((1 - bucket.left) * 60 / rate)
            raise RequestError(429, f"more than {rate} requests per minute", code="serve.rate", retry_after=wait)
        bucket.left -= 1


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()
