"""Training in several processes: started as a user starts them, looked at, killed."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

_POLL = 0.003


class Group:
    """A command, and the processes that it starts.

    Args:
        arguments: of Python.
        said: the file for what it says to people.
        prefix: a command that runs it, such as one for another network.
        environment: in addition to this process's.
    """

    def __init__(
        self,
        arguments: list[str],
        said: Path,
        *,
        prefix: Sequence[str] = (),
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self._file = said
        with said.open("w") as file:
            self.leader = subprocess.Popen(
                [*prefix, sys.executable, *arguments],
                stdout=subprocess.DEVNULL,
                stderr=file,
                start_new_session=True,
                env={**os.environ, "OMP_NUM_THREADS": "1", **(environment or {})},
            )

    @property
    def others(self) -> list[int]:
        """The processes that the command has started, those of its children included."""
        found = [self.leader.pid]
        for pid in found:
            found += [child for child, parent in _parents().items() if parent == pid]
        return found[1:]

    def said(self) -> str:
        """What all of them have said."""
        return self._file.read_text()

    def wait_for(self, come: Callable[[], bool], timeout: float = 120.0) -> None:
        """Wait until something has come about; the command must not end before."""
        end = time.monotonic() + timeout
        while not come():
            assert self.leader.poll() is None, self.said()
            assert time.monotonic() < end, self.said()
            time.sleep(_POLL)

    def signal_all(self, number: signal.Signals) -> None:
        """Send a signal to all at once, as a terminal does."""
        os.killpg(self.leader.pid, number)

    def end(self, timeout: float = 120.0) -> int:
        """Wait for the end of the command, and soon after of all that it has started; returns the exit code."""
        others = self.others
        code = self.leader.wait(timeout)
        end = time.monotonic() + 20
        while any(map(_runs, others)):
            assert time.monotonic() < end, f"a process was left behind; what was said:\n{self.said()}"
            time.sleep(_POLL)
        return code


@contextmanager
def started(
    arguments: list[str], said: Path, *, prefix: Sequence[str] = (), environment: Mapping[str, str] | None = None
) -> Iterator[Group]:
    """Start a command, see :class:`Group`; nothing of it is left behind."""
    group = Group(arguments, said, prefix=prefix, environment=environment)
    try:
        yield group
    finally:
        left = [group.leader.pid, *group.others]
        for pid in left:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        group.leader.wait()


def _parents() -> dict[int, int]:
    """Of every process, its parent."""
    found = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            number, _, rest = stat.read_text().partition(" (")
            found[int(number)] = int(rest.rpartition(") ")[2].split()[1])
    return found


def _runs(pid: int) -> bool:
    """Whether a process runs; one that is dead but not yet buried does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2][0] not in "ZX"
    except OSError:
        return False
