"""Waiting of torch's CPU threads: they spin on an idle machine, and sleep on a busy one.

A matrix product is divided among threads, which synchronise at its end, thousands of times per second. GNU OpenMP,
which torch ships, lets a waiting thread spin for some milliseconds before it sleeps. On an idle machine that is right:
waking a sleeping thread takes long, and would cost a quarter of the training speed. If other processes need the same
cores, it is ruinous: a spinning thread uses up its time slice, and does not run when there is work.

Therefore the load of other processes is measured (`/proc/stat`, minus our own time). If our threads do not fit on the
remaining cores, they sleep while they wait. GOMP_SPINCOUNT is read when the library is loaded, and cannot be changed
later; but a program with more threads than cores spins only 100 times, a few microseconds (libgomp manual, section
GOMP_SPINCOUNT). One extra team of sleeping threads suffices for that: with it, all threads sleep; without it, they
spin. The number of computing threads, and every bit of their results, stay the same.

Nothing is changed if the user has set OMP_WAIT_POLICY or GOMP_SPINCOUNT, on systems other than Linux, or with an OpenMP
other than GNU's.
"""

import ctypes
import os
import threading
import time
from collections.abc import Callable, Collection
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

import torch

_PERIOD: Final = 0.5
"""Minimum seconds between two measurements: the system counts in hundredths."""
_SHARE: Final = 0.005
"""Share of time that measurements may cost: with many cores, they are rarer."""
_SLACK: Final = 0.15
"""Cores that may be requested beyond the existing ones."""
_CALM: Final = 1.0
"""Seconds of sufficient idle cores before threads spin again."""
_DECIDED: Final = ("OMP_WAIT_POLICY", "GOMP_SPINCOUNT")


class Times(NamedTuple):
    """Clock readings, in seconds."""

    now: float
    idle: float
    """Idle time summed over our cores, including time that a hypervisor gave to others."""
    own: float
    """Processor time of this process."""


class Waiting:
    """Chooses between spinning and sleeping.

    Args:
        times: reads the clocks.
        cores: number of cores available to this process.
        doze: makes waiting threads sleep; returns a function that makes them spin again.
    """

    def __init__(self, times: Callable[[], Times], cores: int, doze: Callable[[], Callable[[], None]]) -> None:
        self._times, self._cores, self._doze = times, cores, doze
        self._lock = threading.Lock()
        self._seen, self._period = times(), _PERIOD
        self._spin: Callable[[], None] | None = None
        self._crowded_at = 0.0

    @property
    def asleep(self) -> bool:
        """Whether waiting threads sleep."""
        return self._spin is not None

    def look(self, threads: int) -> None:
        """Measure the load beside our threads, unless that was done a moment ago; called often, from any thread."""
        if time.monotonic() - self._seen.now < self._period or not self._lock.acquire(blocking=False):
            return
        try:
            before, self._seen = self._seen, self._times()
            self._period = max(_PERIOD, (time.monotonic() - self._seen.now) / _SHARE)
            now, idle, own = self._seen
            others = self._cores - (idle - before.idle + own - before.own) / (now - before.now)
            self._decide(crowded=others + threads > self._cores + _SLACK, now=now)
        finally:
            self._lock.release()

    def _decide(self, *, crowded: bool, now: float) -> None:
        if crowded:
            self._crowded_at = now
            self._spin = self._spin or self._doze()
        elif self._spin is not None and now - self._crowded_at >= _CALM:
            self._spin()
            self._spin = None


def adapt(device: torch.device | str) -> None:
    """Adapt the waiting of torch's threads to the load, if the device is the CPU; called often while torch computes."""
    if torch.device(device).type != "cpu":
        return
    waiting, threads = _waiting(), torch.get_num_threads()
    if waiting is not None and threads > 1:
        waiting.look(threads)


@cache
def _waiting() -> Waiting | None:
    """The decision of this process (None: there is none to make)."""
    library = _gnu_openmp()
    if library is None or any(name in os.environ for name in _DECIDED):
        return None
    cores = os.sched_getaffinity(0)
    try:
        return Waiting(lambda: _times(cores), len(cores), lambda: _crowd(library))
    except (OSError, ValueError):  # no /proc/stat, or another one
        return None


def _gnu_openmp() -> ctypes.CDLL | None:
    """The OpenMP that torch is linked with, if it is GNU's."""
    try:
        library = ctypes.CDLL(str(Path(torch.__file__).parent / "lib" / "libtorch_cpu.so"))  # loaded already
    except OSError:
        return None
    gnu = hasattr(library, "GOMP_parallel") and not hasattr(library, "kmp_set_blocktime")
    return library if gnu else None


def _times(cores: Collection[int]) -> Times:
    """Read the clocks; raises OSError or ValueError if the system does not report its load as Linux does."""
    ticks = 0
    found = 0
    for line in Path("/proc/stat").read_text(encoding="ascii").splitlines():
        name, *numbers = line.split()
        if name[:3] == "cpu" and name[3:].isdigit() and int(name[3:]) in cores:
            idle, waiting_for_disks, stolen = numbers[3], numbers[4], numbers[7]
            ticks += int(idle) + int(waiting_for_disks) + int(stolen)
            found += 1
    if found != len(cores):
        raise ValueError("/proc/stat does not have all of our cores")
    return Times(time.monotonic(), ticks / os.sysconf("SC_CLK_TCK"), time.process_time())


def _crowd(library: ctypes.CDLL) -> Callable[[], None]:
    """Have more threads than cores; returns what ends those that are too many.

    They are a team that another thread has made, for work that is none, and that lives as long as that thread.
    """
    made, enough = threading.Event(), threading.Event()
    size = max(2, library.omp_get_num_procs() - torch.get_num_threads() + 2)

    def keep() -> None:
        library.GOMP_parallel(ctypes.cast(library.omp_get_thread_num, ctypes.c_void_p), None, size, 0)
        made.set()
        enough.wait()

    threading.Thread(target=keep, name="seq2seq-crowd", daemon=True).start()
    made.wait()
    return enough.set
