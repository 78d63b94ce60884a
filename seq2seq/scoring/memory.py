"""Memory that work takes, measured while it runs."""

import gc
import threading
from pathlib import Path
from types import TracebackType
from typing import Final, Self

_STATM: Final = Path("/proc/self/statm")
_STEP: Final = 0.01
"""Seconds between measurements: they take 0.2 % of one core, and batches take longer."""


class MemoryRise:
    """Rise of this process's resident memory during a ``with`` block, above what it held before.

    :attr:`bytes` is None where the system has no ``/proc``. Memory that a GPU holds is not counted.
    """

    def __init__(self) -> None:
        self.bytes: int | None = None
        self._before = self._most = 0
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Self:
        """Begin to measure."""
        gc.collect()  # what nobody uses would be given out again, and not count
        if _STATM.exists():
            self._before = self._most = _resident_pages()
            self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop, and keep the figure."""
        self._done.set()
        if self._thread.is_alive():
            self._thread.join()
        if _STATM.exists():
            self._most = max(self._most, _resident_pages())
            self.bytes = (self._most - self._before) * _page_size()

    def _watch(self) -> None:
        while not self._done.wait(_STEP):
            self._most = max(self._most, _resident_pages())


def _resident_pages() -> int:
    return int(_STATM.read_text().split()[1])


def _page_size() -> int:
    import resource

    return resource.getpagesize()
