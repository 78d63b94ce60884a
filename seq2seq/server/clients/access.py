"""Who a client is, whether it may ask, and how often: API keys and rate limits."""

import hashlib
from collections.abc import Callable
from pathlib import Path

from seq2seq.errors import ConfigError
from seq2seq.server.clients.rates import Rates
from seq2seq.server.faults import RequestError
from seq2seq.server.settings import Settings


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


class Gate:
    """Lets clients in.

    Args:
        settings: keys and rates.
        clock: seconds; all processes of a server share it.
        rates: how often clients have asked (default: nobody has).
    """

    def __init__(self, settings: Settings, clock: Callable[[], float], rates: Rates | None = None) -> None:
        # By digest: how long a look-up takes says nothing of the keys.
        self._keys = {_digest(key): rate for key, rate in settings.keys.items()}
        self._rate = settings.requests_per_minute
        self._clock = clock
        self._rates = Rates() if rates is None else rates

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
        wait = 0 if rate is None else self._rates.take(client, rate, self._clock())
        if wait:
            raise RequestError(429, f"more than {rate} requests per minute", code="serve.rate", retry_after=wait)
        return client


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()
