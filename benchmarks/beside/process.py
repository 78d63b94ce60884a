"""Run a program to its end: what it printed, how long it took, the most memory that it had."""

import json
import os
import subprocess
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_INTERVAL = 0.05
_LINES = 15


class Failed(Exception):  # noqa: N818 - it says what happened
    """A program failed, or something that is needed is not there; the text says what, and how to fix it."""


@dataclass(frozen=True, slots=True)
class Finished:
    """A program that came to its end."""

    output: str
    """What it printed, on both streams."""
    seconds: float
    """Wall-clock time from its start to its end."""
    megabytes: float | None
    """Peak resident memory of it and its children: the sum of every process's own peak, so that pages which they share
    count more than once (None: the system does not tell)."""

    def report(self) -> dict[str, Any]:
        """The JSON object in the last line that is one."""
        for line in reversed(self.output.splitlines()):
            if line.startswith("{"):
                found: dict[str, Any] = json.loads(line)
                return found
        raise Failed(f"no report was printed:\n{_last_lines(self.output)}")


def run(
    command: Sequence[str | Path], *, threads: int, log: Path, environment: Mapping[str, str] | None = None
) -> Finished:
    """Run a program on this many threads; its output stays in ``log``.

    Raises:
        Failed: it cannot be started, or its exit code is not 0.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    wanted = {"OMP_NUM_THREADS": str(threads), "MKL_NUM_THREADS": str(threads), **(environment or {})}
    # Modules are compiled once, as those of installed programs are.
    inherited = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    with log.open("wb") as sink:
        start = time.perf_counter()
        try:
            process = subprocess.Popen(
                [str(part) for part in command],
                env=inherited | wanted,
                stdin=subprocess.DEVNULL,
                stdout=sink,
                stderr=subprocess.STDOUT,
            )
        except OSError as error:
            raise Failed(f"{command[0]} cannot be started: {error.strerror}") from error
        with _Memory(process.pid) as memory:
            try:
                code = process.wait()
            except BaseException:
                process.kill()
                process.wait()
                raise
        seconds = time.perf_counter() - start
    output = log.read_text(encoding="utf-8", errors="replace")
    if code:
        raise Failed(f"{command[0]} ended with exit code {code}; all it said is in {log}:\n{_last_lines(output)}")
    return Finished(output, seconds, memory.megabytes)


def _last_lines(text: str) -> str:
    return "\n".join(f"  {line}" for line in text.splitlines()[-_LINES:])


class _Memory:
    """Looks again and again at the peak memory of a process and its descendants (Linux).

    What `wait` would tell is no use: the system counts in it what the process that started the program had.
    """

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._peaks: dict[int, int] = {}
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    @property
    def megabytes(self) -> float | None:
        return sum(self._peaks.values()) / 1024 if self._peaks else None

    def __enter__(self) -> "_Memory":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        while True:
            for pid in family(self._pid):
                self._peaks[pid] = max(self._peaks.get(pid, 0), _peak(pid))
            if self._over.wait(_INTERVAL):
                return


def family(pid: int) -> Iterator[int]:
    """A process and all that descend from it, as far as they live."""
    yield pid
    for children in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(OSError):
            for child in children.read_text().split():
                yield from family(int(child))


def _peak(pid: int) -> int:
    """Kilobytes that a process has had resident at most; 0 if it is gone."""
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1])
    return 0
