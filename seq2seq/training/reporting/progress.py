"""How far training has come, for people: a live bar on a terminal, plain lines in a log."""

import time
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from seq2seq import log
from seq2seq.config.duration import format_duration

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

_SCALE = 10_000
_PACE, _SPACING = 60, 5.0
"""The time left is estimated from so many points in time, this many seconds apart or more."""


class ProgressDisplay:
    """Shows figures as they come, and how far training is between them."""

    def __init__(self) -> None:
        self.drawn: tuple[Progress, TaskID] | None = None
        """The bar, if there is one."""
        self._points: deque[tuple[float, float]] = deque(maxlen=_PACE)
        self._figures: Sequence[log.Fact] = ()
        self._step, self._done = "", 0.0
        self._seconds, self._at = 0.0, time.monotonic()
        self._doing = ""

    def move(self, *, step: int, done: float, seconds: float) -> None:
        """Move the bar on; nothing is written.

        Args:
            step: the last one taken.
            done: how much of training is over, 0 to 1.
            seconds: spent on it so far, those before the run was resumed included.
        """
        self._step, self._done, self._seconds, self._at = f"step {step:,}", done, seconds, time.monotonic()
        if not self._points or self._at - self._points[-1][0] >= _SPACING:
            self._points.append((self._at, done))
        if self.drawn is not None:
            progress, task = self.drawn
            progress.update(task, completed=done * _SCALE)

    def report(self, text: str, figures: Sequence[log.Fact]) -> None:
        """Show new figures: ``text`` is the line of a log, ``figures`` are those that a bar has room for."""
        self._figures = figures
        if self.drawn is None:
            log.say(f"{text}  {self._left()}".rstrip())
        else:
            log.write_to_files(text)

    @contextmanager
    def doing(self, what: str) -> Iterator[None]:
        """Show that training stands still meanwhile, and for what."""
        self._doing = what
        try:
            yield
        finally:
            self._doing = ""

    def detail(self, text: str) -> None:
        """Put lines into the log that a bar has no room for."""
        if self.drawn is None:
            log.say(text)
        else:
            log.write_to_files(text)

    def facts(self) -> list[log.Fact]:
        """What stands behind the bar, where there is room for it."""
        passed = self._seconds + time.monotonic() - self._at
        return [
            (0, self._left()),
            (1, self._doing or self._step),
            *self._figures,
            (6, f"{format_duration(round(passed))} passed"),
        ]

    def _left(self) -> str:
        """The time that the rest will take at the pace of the last minutes, in words."""
        if not self._points:
            return ""
        then, before = self._points[0]
        if self._done <= before:
            return ""
        seconds = (self._at - then) * (1 - self._done) / (self._done - before)
        return f"{format_duration(round(max(0.0, seconds - (time.monotonic() - self._at))))} left"


@contextmanager
def show_progress(*, quiet: bool) -> Iterator[ProgressDisplay]:
    """Show how far training has come while the block runs: no bar if ``quiet`` (a process that does not lead)."""
    if quiet or not log.on_terminal():
        yield ProgressDisplay()
        return
    display = ProgressDisplay()  # first: the bar is drawn by a thread of its own, which asks for the facts at once
    with log.bar_of(lambda _: display.facts()) as progress:
        display.drawn = (progress, progress.add_task("", total=_SCALE))
        yield display
