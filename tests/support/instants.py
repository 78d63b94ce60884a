"""Training in children that kill themselves as they change their run folder for the n-th time.

The children are forked by this file run as a program, so that torch is imported once and no thread is forked:
`python instants.py RECIPE`, then on standard input a line `N FOLDER` for each training (0: it is left to its end). The
answer is a line each: the number of changes so far, and the exit code (-9: killed).
"""

import os
import signal
import subprocess
import sys
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any, Self

_CHANGES = ("os.rename", "os.remove", "os.rmdir", "os.mkdir", "os.truncate", "shutil.rmtree")
_WRITING = os.O_WRONLY | os.O_RDWR


class Children:
    """The program, running.

    Args:
        recipe: the file of a recipe, whose data have been prepared: that is left out of the count.
    """

    def __init__(self, recipe: Path) -> None:
        self._said = recipe.with_name("children.said").open("w+")
        command = [sys.executable, __file__, str(recipe)]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._said, text=True
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.kill()
        self._process.communicate()
        self._said.close()

    def train(self, run: Path, *, killed_at: int = 0) -> int:
        """Start a run or go on with it, until a change of the folder, or to its end; returns the changes."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        print(killed_at, run, file=self._process.stdin, flush=True)
        count, code = map(int, self._process.stdout.readline().split())
        assert code == (-signal.SIGKILL if killed_at else 0), Path(self._said.name).read_text()
        return count


def changes(event: str, arguments: tuple[Any, ...], folder: str) -> bool:
    """Whether one of Python's audit events is about to change a folder."""
    if event == "open":
        return str(arguments[0]).startswith(folder) and bool(arguments[2] & _WRITING)
    return event in _CHANGES


def _count(folder: str, last: int, tell: int, counted: list[str], event: str, arguments: tuple[Any, ...]) -> None:
    """Tell of every change, and die before the last."""
    if changes(event, arguments, folder):
        counted.append(event)
        os.write(tell, b".")
        if len(counted) == last:
            os.kill(os.getpid(), signal.SIGKILL)


def main(recipe: str) -> None:
    """Serve."""
    import matplotlib.backends.backend_agg
    import matplotlib.figure  # noqa: F401

    from seq2seq.config.load import load_recipe
    from seq2seq.training.fit import LaunchOptions, fit

    loaded = load_recipe(recipe)
    for line in sys.stdin:
        number, folder = line.rstrip("\n").split(" ", 1)
        reading, writing = os.pipe()
        child = os.fork()
        if not child:
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
            sys.addaudithook(partial(_count, folder, int(number), writing, []))
            fit(loaded, Path(folder), LaunchOptions(accelerator="cpu", devices=1))
            os._exit(0)
        os.close(writing)
        count = 0
        while found := os.read(reading, 1 << 16):
            count += len(found)
        os.close(reading)
        print(count, os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
