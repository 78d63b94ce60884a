"""How far training has come, for people: a live bar on a terminal, plain lines in a log."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from seq2seq import progress


class TrainingProgress(progress.Progress):
    """Shows the latest figures, and how far training is between them."""

    def __init__(self) -> None:
        super().__init__(total=1.0)
        self._figures: Sequence[progress.Fact] = ()
        self._step, self._activity = "", ""
        self._seconds = 0.0

    def move_to(self, *, step: int, done: float, seconds: float) -> None:
        """Move the bar to the last step, with the share ``done`` (0 to 1) and the seconds so far; writes nothing."""
        self._step, self._seconds = f"step {step:,}", seconds
        self.move(done)

    def report(self, text: str, figures: Sequence[progress.Fact]) -> None:
        """Show new figures: ``text`` is the line of a log, ``figures`` are for the bar, as there is room."""
        self._figures = figures
        self.write(text if self._bar else f"{text}  {self.left()}".rstrip())

    @contextmanager
    def during(self, activity: str) -> Iterator[None]:
        """Show what training waits for while the block runs."""
        self._activity = activity
        try:
            yield
        finally:
            self._activity = ""

    def facts(self) -> Sequence[progress.Fact]:
        """What stands behind the bar, where there is room for it."""
        elapsed = progress.format_seconds(self._seconds + time.monotonic() - self._moved_at)
        return [(0, self.left()), (1, self._activity or self._step), *self._figures, (6, f"{elapsed} elapsed")]
