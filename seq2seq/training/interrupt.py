"""Ctrl-C and SIGTERM while training: finish the step, save everything, then stop."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from seq2seq import log


class Interrupted(Exception):  # noqa: N818 - no error
    """Work was abandoned because a signal asks training to stop."""


class Interrupt:
    """Notices a signal that asks training to stop.

    Attributes:
        signal: the signal; None: none has arrived.
    """

    def __init__(self) -> None:
        self.signal: signal.Signals | None = None
        self._reported = False

    def received(self) -> signal.Signals | None:
        """The signal, if one has arrived; the first call reports it.

        Not the handler: that may interrupt anything, such as the writing of another line.
        """
        if self.signal is not None and not self._reported:
            self._reported = True
            again = "Press" if self.signal is signal.SIGINT else "Send it"
            log.say(f"{self.signal.name}: saving a checkpoint, then stopping. {again} again to abort.")
        return self.signal

    def check(self) -> None:
        """Raise :class:`Interrupted` if a signal has arrived, in long work that can be repeated."""
        if self.received() is not None:
            raise Interrupted


@contextmanager
def catch_interrupts() -> Iterator[Interrupt]:
    """Turn the first SIGINT or SIGTERM into a flag; a second one has its default effect.

    Signals reach the main thread only; in any other thread this changes nothing.
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
