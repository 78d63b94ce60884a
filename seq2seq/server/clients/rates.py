"""How often clients ask: token buckets, which all processes of a server share."""

import sqlite3
import weakref
from contextlib import closing
from math import ceil
from pathlib import Path
from typing import Final

_MINUTE: Final = 60.0
_SWEEP: Final = 1_000
"""Requests after which buckets that are full again are removed, so that they take no memory."""

_EXACT: Final = 1e-6
"""Requests and seconds that make no difference: sums of fractions are not exact."""


class Rates:
    """The buckets of clients; each holds the requests of a minute, and fills again with time.

    Args:
        file: a database for all processes, which is made if need be; None: this process is alone.
    """

    def __init__(self, file: Path | None = None) -> None:
        # Each statement is a transaction by itself, unless one is begun.
        self._database = sqlite3.connect(file or ":memory:", isolation_level=None, check_same_thread=False)
        weakref.finalize(self, self._database.close)
        self._database.execute("PRAGMA synchronous = OFF")  # what a crash of the machine takes is of no use after it
        self._database.execute(
            "CREATE TABLE IF NOT EXISTS buckets (client TEXT PRIMARY KEY, left REAL, at REAL) WITHOUT ROWID"
        )
        self._taken = 0

    def take(self, client: str, rate: int, now: float) -> int:
        """Count a request of a client, unless its bucket is empty.

        Args:
            client: its name.
            rate: its requests per minute.
            now: seconds, of a clock that all processes share.

        Returns:
            Seconds after which the client may ask; 0: now, and the request has been counted.
        """
        self._database.execute("BEGIN IMMEDIATE")
        try:
            return self._take(client, rate, now)
        finally:
            self._database.execute("COMMIT")

    def _take(self, client: str, rate: int, now: float) -> int:
        self._taken += 1
        if self._taken % _SWEEP == 0:
            self._database.execute("DELETE FROM buckets WHERE at < ?", (now - _MINUTE,))
        found = self._database.execute("SELECT left, at FROM buckets WHERE client = ?", (client,)).fetchone()
        left = float(rate) if found is None else min(rate, found[0] + (now - found[1]) * rate / _MINUTE)
        wait = 0 if left >= 1 - _EXACT else ceil((1 - left) * _MINUTE / rate - _EXACT)
        values = (client, left if wait else left - 1, now)
        self._database.execute("INSERT OR REPLACE INTO buckets VALUES (?, ?, ?)", values)
        return wait

    def __len__(self) -> int:
        """Clients that are remembered."""
        with closing(self._database.execute("SELECT count(*) FROM buckets")) as found:
            return int(found.fetchone()[0])
