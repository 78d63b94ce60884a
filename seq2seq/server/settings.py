"""Settings of the server, with the reasons for their defaults."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueLimits:
    """Of one model. Tokens are estimated from the texts' bytes."""

    batch_tokens: int = 1024
    """Most tokens of a batch per worker of the engine: about 64 sentences, with which engines are about as fast as with
    more; it is also how long a new request waits for the one before it."""
    queue_tokens: int = 131_072
    """Most tokens that wait: half a minute's work for a small model on one core. Who waits longer has given up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestLimits:
    """Of one request."""

    body_bytes: int = 1 << 20
    """Most bytes of a body."""
    unkeyed_bytes: int = 1_200_000
    """Most bytes of a body that are read before its key has been seen, where keys are needed: as many as the texts of
    a request have by default."""
    body_seconds: float = 10.0
    """Time in which a body has to arrive."""
    file_bytes: int = 10 << 20
    """Most bytes of a document, which is in memory while it is translated."""
    file_characters: int = 500_000
    """Most characters of its words: those of a long novel."""
    file_seconds: float = 300.0
    """Time in which a document is translated."""
    file_reading_seconds: float = 60.0
    """Time in which it is read; some are made so that it never ends."""
    characters: int = 100_000
    """Most characters of all its texts."""
    texts: int = 1_000
    """Most texts of a list."""
    alternatives: int = 10
    """Most translations of a text beside the best."""
    beam: int = 20
    """Most hypotheses per step of a search; its time grows with them."""
    prefix: int = 1_000
    """Most characters of the beginning of translations: each of its tokens is a step of the search, for every line."""
    explained: int = 10_000
    """Most characters of texts whose labels are explained: each is classified up to 128 times."""
    searched: int = 1_000
    """Most characters of texts whose search is returned: it has a node for each hypothesis of each step."""
    terms: int = 1_000
    """Most terms of a glossary."""
    protected: int = 100
    """Most strings that are not to be translated: all are looked for at every character."""
    generated: int = 16
    """Most texts to generate."""
    tokens: int = 2_000
    """Most tokens of a generated text, and steps of a generated sequence of vectors."""
    numbers: int = 100_000
    """Most numbers of all its series, covariates included."""
    levels: int = 100
    """Most quantiles of a forecast."""
    paths: int = 1_000
    """Most sampled continuations of a series."""
    sampled: int = 5_000_000
    """Most steps of all sampled continuations: some seconds' work for a small model on one core."""
    returned: int = 100_000
    """Most steps of those that are returned; and most numbers of all generated sequences of vectors."""
    seconds: float = 30.0
    """Time in which it is answered; the client of Weblate waits for 20 s."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Of the server."""

    queue: QueueLimits = QueueLimits()
    request: RequestLimits = RequestLimits()
    requests_per_minute: int | None = None
    """Of one client; None: as many as it likes."""
    keys: Mapping[str, int | None] = field(default_factory=dict)
    """Requests per minute (None: the above) by API key; empty: no key is needed."""
    bodies: int = 128 << 20
    """Most bytes of all bodies in the memory of one process; documents are there until they are translated."""
    results: Path | None = None
    """Folder for translated documents until they are fetched; None: they are not offered for later."""
    origins: tuple[str, ...] = ()
    """Origins whose pages may read answers (CORS): ``https://example.org``, or ``*`` for all."""
    memory: int | None = None
    """Most bytes of the models' files in one process; None: no limit."""
    preload: bool = False
    """Whether models are loaded, and used once, before the first request is answered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listening:
    """Where requests come from."""

    host: str = "127.0.0.1"
    port: int = 5000
    """0: any free one."""
    processes: int = 1
    """Processes that answer at the same address."""
    proxies: tuple[str, ...] = ()
    """Addresses and networks of proxies, which are believed who the client is: ``10.0.0.0/8``, or ``*`` for all."""
