"""The time of a run."""

import time

from seq2seq.training.run_folder.state import TrainingState


class Stopwatch:
    """Adds the seconds of training and validation to those of a run's state."""

    def __init__(self, state: TrainingState) -> None:
        self._state = state
        self.start()

    def start(self) -> None:
        """Start now; what passed before does not count."""
        self._last = time.monotonic()
        self._untaken = 0.0

    def lap(self) -> None:
        """Add the seconds since the last lap to the run's."""
        now = time.monotonic()
        self._state.seconds += now - self._last
        self._untaken += now - self._last
        self._last = now

    def take(self) -> float:
        """End a lap; returns the seconds of all laps since the last call, such as those of several queued steps."""
        self.lap()
        taken, self._untaken = self._untaken, 0.0
        return taken
