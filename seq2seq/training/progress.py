"""How far training has come, for people: a live bar on a terminal, plain lines in a log."""

import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from seq2seq import log
from seq2seq.config.duration import format_duration

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

_SCALE = 10_000
_PACE = 20


class ProgressDisplay:
    """Shows figures as they come."""

    def __init__(self, drawn: "tuple[Progress, TaskID] | None") -> None:
        self._drawn = drawn
        self._pace: deque[tuple[float, float]] = deque(maxlen=_PACE)

    def update(self, *, done: float, text: str) -> None:
        """Move on.

        Args:
            done: how much of training is over, 0 to 1.
            text: figures.
        """
        left = self._left(done)
        if self._drawn is None:
            log.say(f"{text}  {left}".rstrip())
            return
        log.write_to_files(text)
        progress, task = self._drawn
        progress.update(task, completed=done * _SCALE, figures=text, left=left)

    def detail(self, text: str) -> None:
        """Put lines into the log that a bar has no room for."""
        if self._drawn is None:
            log.say(text)
        else:
            log.write_to_files(text)

    def _left(self, done: float) -> str:
        """The time that the rest will take at the pace of the last updates, in words."""
        now = time.monotonic()
        self._pace.append((now, done))
        then, before = self._pace[0]
        return f"{format_duration((now - then) * (1 - done) / (done - before))} left" if done > before else ""


@contextmanager
def show_progress(*, quiet: bool) -> Iterator[ProgressDisplay]:
    """Show how far training has come while the block runs: no bar if ``quiet`` (a process that does not lead)."""
    if quiet or not log.on_terminal():
        yield ProgressDisplay(None)
        return
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

    columns = (
        BarColumn(bar_width=20),
        TaskProgressColumn(),
        TextColumn("{task.fields[figures]}", markup=False),
        TimeElapsedColumn(),
        TextColumn("{task.fields[left]}", markup=False),
    )
    with Progress(*columns, console=log.console()) as progress:
        yield ProgressDisplay((progress, progress.add_task("training", total=_SCALE, figures="", left="")))
