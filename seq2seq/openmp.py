"""How the threads of torch wait for each other on a CPU: awake on a quiet machine, asleep on a busy one.

A product is shared out among threads, which meet at its end, thousands of times per second. GNU's OpenMP, which torch
brings along, lets a thread that waits spin for some milliseconds before it sleeps. On a quiet machine that is right: a
thread that sleeps is woken late, which costs a quarter of the speed of training. Where other processes want the same
cores it is ruinous: a thread that spins uses up its turn, and is not there when there is work.

So the system is asked how much of the cores other processes use (`/proc/stat`, less our own time). Where our threads do
not fit in beside them, they are made to sleep while they wait. GOMP_SPINCOUNT is read when the library is loaded, and
cannot be changed later; but a program with more threads than there are cores spins 100 times only, a few microseconds
(libgomp's manual, under GOMP_SPINCOUNT). A team of threads that is made once and then sleeps is enough for that: with
it, all threads sleep; without it, they spin. The number of threads that compute is the same, and so is every bit of
what they compute.

Whoever sets OMP_WAIT_POLICY or GOMP_SPINCOUNT has decided, and nothing is changed. Nor is it where there is no Linux,
or another OpenMP than GNU's.
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
"""Seconds between two looks, at least: the system counts in hundredths."""
_SHARE: Final = 0.005
"""Of the time, that looks may cost: where there are many cores, they are rarer."""
_SLACK: Final = 0.15
"""Cores that may be wanted beside those that there are."""
_CALM: Final = 1.0
"""Seconds that there has to be room before threads spin again."""
_DECIDED: Final = ("OMP_WAIT_POLICY", "GOMP_SPINCOUNT")


class Times(NamedTuple):
    """What clocks say, in seconds."""

    now: float
    idle: float
    """Of our cores, taken together, with what a hypervisor gave to others."""
    own: float
    """Processor time of this process."""


class Waiting:
    """Decides how threads wait.

    Args:
        times: reads the clocks.
        cores: that this process may use.
        doze: makes threads sleep while they wait; returns what makes them spin again.
    """

    def __init__(self, times: Callable[[], Times], cores: int, doze: Callable[[], Callable[[], None]]) -> None:
        self._times, self._cores, self._doze = times, cores, doze
        self._lock = threading.Lock()
        self._seen, self._period = times(), _PERIOD
        self._spin: Callable[[], None] | None = None
        self._crowded_at = 0.0

    @property
    def asleep(self) -> bool:
        """Whether threads that wait sleep."""
        return self._spin is not None

    def look(self, threads: int) -> None:
        """See how busy the machine is, if that was not seen a moment ago; to be called often, from any thread.

        Args:
            threads: that compute together.
        """
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
    """Let torch's threads wait as this machine wants it now; to be called often while torch computes.

    Args:
        device: on which; where it is no CPU, its threads hardly matter, and nothing is done.
    """
    if torch.device(device).type != "cpu":
        return
    waiting, threads = _waiting(), torch.get_num_threads()
    if waiting is not None and threads > 1:
        waiting.look(threads)


@cache
def _waiting() -> Waiting | None:
    """What decides in this process; None where nothing is to be decided."""
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
    """Read the clocks.

    Raises:
        OSError: the system does not say what it does.
        ValueError: it says so in another way than Linux.
    """
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
