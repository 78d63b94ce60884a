"""Ctrl-C and SIGTERM while training: finish the step, keep everything, then stop."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from seq2seq import log


class Interrupted(Exception):  # noqa: N818 - no error
    """A piece of work was given up, since somebody wants training to stop."""


class Interrupt:
    """Whether somebody wants training to stop.

    Attributes:
        signal: what came, if anything did.
    """

    def __init__(self) -> None:
        self.signal: signal.Signals | None = None
        self._said = False

    def received(self) -> signal.Signals | None:
        """The signal that came, if one did; people are told the first time.

        Here, and not in the handler: that runs in the middle of anything, such as the writing of another line.
        """
        if self.signal is not None and not self._said:
            self._said = True
            log.say(f"{self.signal.name}: stopping as soon as what was learnt is kept; once more aborts")
        return self.signal

    def check(self) -> None:
        """Raise :class:`Interrupted` if somebody does: where work is long and can be done again."""
        if self.received() is not None:
            raise Interrupted


@contextmanager
def catch_interrupts() -> Iterator[Interrupt]:
    """Turn the first SIGINT or SIGTERM into a flag; a second one acts as ever.

    Signals reach the main thread alone; in any other this changes nothing.
    """
    caught = Interrupt()
    if threading.current_thread() is not threading.main_thread():
        yield caught
        return
    watched = (signal.SIGINT, signal.SIGTERM)
    before = {number: signal.getsignal(number) for number in watched}

    def restore() -> None:
        for number, handler in before.items():
            signal.signal(number, handler)

    def handle(number: int, _frame: FrameType | None) -> None:
        caught.signal = signal.Signals(number)
        restore()

    for number in watched:
        signal.signal(number, handle)
    try:
        yield caught
    finally:
        restore()
