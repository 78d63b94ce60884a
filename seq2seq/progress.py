"""How far long work has come: a bar on a terminal, lines elsewhere."""

import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, Self

from seq2seq import log

if TYPE_CHECKING:
    from rich.progress import Progress as RichProgress
    from rich.progress import Task, TaskID

INTERVAL: Final = 10.0
"""Seconds between the lines of a progress report that is not a bar."""
_BAR: Final = 20
"""Columns of a bar, at most."""
_SHARE: Final = len(" 100%  ")
_POINTS, _SPACING = 60, 5.0
"""The time left is estimated from this many points in time, at least this many seconds apart."""
Fact = tuple[int, str]
"""Part of a line, and its rank: where there is no room for all, those of the highest number go first."""


class Progress:
    """How far long work has come: a bar on a terminal, else lines.

    Args:
        task: what is being done, such as `tokenising`.
        total: units in all (None: unknown).
        unit: what is counted, in the plural.
    """

    def __init__(self, task: str = "", *, total: float | None = None, unit: str = "items") -> None:
        self._task, self._total, self._unit = task, total, unit
        self._done = 0.0
        self._start = self._last_line = self._moved_at = time.monotonic()
        self._points: deque[tuple[float, float]] = deque(maxlen=_POINTS)
        self._wrote = False
        self._bar: tuple[RichProgress, TaskID] | None = None

    @contextmanager
    def shown(self, *, quiet: bool = False) -> "Iterator[Self]":
        """Draw a bar while the block runs, unless ``quiet``, if the terminal can draw one."""
        if quiet or not log.on_terminal():
            yield self
            return
        with _rich_bar(self.facts) as bar:
            self._bar = bar, bar.add_task(self._task, total=self._total)
            yield self

    @property
    def done(self) -> float:
        """Units that are done."""
        return self._done

    def advance(self, count: float = 1) -> None:
        """Count more units as done; writes a line at most every 10 s."""
        self.move(self._done + count)
        if self._moved_at - self._last_line >= INTERVAL:
            self._last_line, self._wrote = self._moved_at, True
            of = "" if self._total is None else f" of {self._total:,.0f}"
            share = "" if self._total is None else f" ({100 * self._done / max(self._total, 1):.0f} %)"
            rate = self._done / max(self._moved_at - self._start, 1e-9)
            self.write(f"{self._task}: {self._done:,.0f}{of} {self._unit}{share}, {rate:,.0f} per second")

    def move(self, done: float) -> None:
        """Set how many units are done; writes nothing."""
        self._done, self._moved_at = done, time.monotonic()
        if not self._points or self._moved_at - self._points[-1][0] >= _SPACING:
            self._points.append((self._moved_at, done))
        if self._bar is not None:
            bar, task = self._bar
            bar.update(task, completed=done)

    def write(self, line: str) -> None:
        """Write a line for people, or into the log files alone where a bar shows the same."""
        if self._bar is None:
            log.say(line)
        else:
            log.write_to_files(line)

    def finish(self) -> None:
        """Sum up work that took long enough for a line; short work leaves none."""
        if self._wrote:
            seconds = time.monotonic() - self._start
            self.write(f"{self._task}: {self._done:,.0f} {self._unit}, done in {seconds:,.0f} s")

    def facts(self) -> "Sequence[Fact]":
        """What stands behind the bar, where there is room for it."""
        count = f"{self._done:,.0f}" + ("" if self._total is None else f" of {self._total:,.0f}")
        elapsed = format_seconds(time.monotonic() - self._start)
        return [(0, f"{count} {self._unit}"), (1, self.left()), (2, f"{elapsed} elapsed")]

    def left(self) -> str:
        """The time that the rest will take at the pace of the last minutes, in words."""
        if self._total is None or not self._points:
            return ""
        then, before = self._points[0]
        if self._done <= before:
            return ""
        seconds = (self._moved_at - then) * (self._total - self._done) / (self._done - before)
        return f"{format_seconds(max(0.0, seconds - (time.monotonic() - self._moved_at)))} left"


@contextmanager
def show_progress(task: str, *, total: float | None = None, unit: str = "items") -> Iterator[Progress]:
    """Show how far long work has come: a bar on a terminal, else a line at most every 10 s; see :class:`Progress`."""
    with Progress(task, total=total, unit=unit).shown() as bar:
        yield bar
        bar.finish()


def format_seconds(seconds: float) -> str:
    """A length of time as a clock shows it: ``0:42``, ``1:05:00``."""
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes // 60}:{minutes % 60:02}:{rest:02}" if minutes >= 60 else f"{minutes}:{rest:02}"


def _rich_bar(facts: "Callable[[], Sequence[Fact]]") -> "RichProgress":
    """A bar for a terminal: description, bar, share, and behind it as many facts as there is room for."""
    from rich.progress import BarColumn, ProgressColumn, TaskProgressColumn, TextColumn
    from rich.progress import Progress as RichProgress
    from rich.text import Text

    class Facts(ProgressColumn):
        def render(self, task: "Task") -> Text:
            room = log.console().width - (len(task.description) + 1) - _SHARE
            bar.bar_width = max(4, min(room // 7, _BAR))
            return Text(fit(facts(), room - bar.bar_width), no_wrap=True)

    bar = BarColumn(bar_width=_BAR)
    return RichProgress(
        TextColumn("{task.description}", markup=False), bar, TaskProgressColumn(), Facts(), console=log.console()
    )


def fit(facts: "Sequence[Fact]", room: int) -> str:
    """As many facts as there is room for, whole and in their order."""
    shown = [fact for fact in facts if fact[1]]
    while shown and len("  ".join(text for _, text in shown)) > room:
        last = max(rank for rank, _ in shown)
        shown = [fact for fact in shown if fact[0] != last]
    return "  ".join(text for _, text in shown)
