"""How training is going, for people: a live bar on a terminal, plain lines in a log."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from seq2seq import log
from seq2seq.config.duration import format_duration

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

_SCALE = 10_000


class Report:
    """Shows figures as they come."""

    def __init__(self, drawn: "tuple[Progress, TaskID] | None") -> None:
        self._drawn = drawn
        self._started = time.monotonic()
        self._from: float | None = None

    def update(self, *, done: float, text: str) -> None:
        """Move the bar.

        Args:
            done: how much of training is over, 0 to 1.
            text: figures beside it.
        """
        if self._drawn is not None:
            progress, task = self._drawn
            progress.update(task, completed=done * _SCALE, figures=text, left=self.left(done))

    def left(self, done: float) -> str:
        """The time that the rest will take at the pace so far, in words."""
        if self._from is None:
            self._from = done
        passed = time.monotonic() - self._started
        gained = done - self._from
        return f"{format_duration(round(passed * (1 - done) / gained))} left" if gained > 0 else ""

    def line(self, text: str) -> None:
        """Put a line into the log: to the file always, to the screen where there is no bar."""
        if self._drawn is None:
            log.say(text)
        else:
            log.write_to_files(text)


@contextmanager
def report(*, quiet: bool) -> Iterator[Report]:
    """Show the progress of training while the block runs; nothing if ``quiet`` (a process that does not lead)."""
    if quiet or not log.on_terminal():
        yield Report(None)
        return
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

    columns = (
        TextColumn("training"),
        BarColumn(bar_width=24),
        TaskProgressColumn(),
        TextColumn("{task.fields[figures]}", markup=False),
        TimeElapsedColumn(),
        TextColumn("{task.fields[left]}", markup=False),
    )
    with Progress(*columns, console=log.console()) as progress:
        yield Report((progress, progress.add_task("training", total=_SCALE, figures="", left="")))
