"""What a forecaster reads of a series, step by step: a value, and what is known in advance.

It stands where a vocabulary stands for text, one for both sides, and a step where a token stands.

Letters: S steps, K numbers known in advance.
"""

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from seq2seq.errors import ModelError
from seq2seq.text.vectors import read_vectors, write_vectors
from seq2seq.wording import plural

FILE: Final = "series.json"
"""Its file in a folder."""

Clock = Literal["utc", "local"]
"""What times say: UTC, or what the clock of their place showed."""


class SeriesFormat:
    """Frequency and season of the series, the parts that they are cut into, and what is known of each step.

    Attributes:
        frequency: interval between two steps, in words (``monthly``); None: steps without a calendar.
        season: steps per season; 1: there is none.
        horizon: steps that are forecast in training.
        context: most steps that are read before them.
        calendar: names of the features of the calendar, which need no scaling.
        channels: names of the channels that are read and forecast together; none: a series has one, of any name.
        covariates: names of the covariates.
        past: those of them that are not known of the steps to be forecast.
        mean: what is subtracted from each covariate.
        deviation: what the rest is divided by, above 0.
        clock: by which times with offsets from UTC are read.
        width: numbers of channels, at least 1.
        size: numbers of a step: the values of all channels, and K.
        fingerprint: SHA-256 of the above, in hexadecimal.
    """

    kind: Final = "series"
    normalisation: Final = "none"

    def __init__(
        self,
        *,
        frequency: str | None,
        season: int,
        horizon: int,
        context: int,
        calendar: Sequence[str] = (),
        covariates: Sequence[str] = (),
        mean: Sequence[float] = (),
        deviation: Sequence[float] = (),
        past: Sequence[str] = (),
        channels: Sequence[str] = (),
        clock: Clock = "local",
    ) -> None:
        self.frequency = frequency
        self.season = season
        self.horizon = horizon
        self.context = context
        self.calendar = tuple(calendar)
        self.covariates = tuple(covariates)
        self.past = tuple(past)
        self.channels = tuple(channels)
        self.clock = clock
        self.width = max(len(self.channels), 1)
        self.mean = np.array(mean, dtype=np.float64)
        self.deviation = np.array(deviation, dtype=np.float64)
        self.size = self.width + len(self.calendar) + len(self.covariates)
        self.fingerprint = hashlib.sha256(self.to_bytes()).hexdigest()

    @classmethod
    def load(cls, path: Path) -> "SeriesFormat":
        """Read what :meth:`save` wrote; raises :class:`ModelError` if it is missing or damaged."""
        try:
            found = cls(**json.loads(path.read_text(encoding="utf-8")))
            if found._is_sound():
                return found
        except OSError as error:
            raise ModelError(f"{path}: cannot be read: {error.strerror}.", code="model.unreadable") from error
        except (ValueError, TypeError, RecursionError):
            pass  # as below
        message = f"{path}: not the format of series, or a damaged one. Copy the model folder again."
        raise ModelError(message, code="model.damaged")

    def _is_sound(self) -> bool:
        counts = (self.season, self.horizon, self.context)
        names = (*self.channels, *self.calendar, *self.covariates)
        numbers = (self.mean, self.deviation)
        return (
            all(type(count) is int and count > 0 for count in counts)
            and type(self.frequency) in (str, type(None))
            and self.clock in get_args(Clock)
            and all(type(name) is str for name in names)
            and set(self.past) <= set(self.covariates)
            and all(part.shape == (len(self.covariates),) and bool(np.isfinite(part).all()) for part in numbers)
            and bool((self.deviation > 0).all())
        )

    def to_bytes(self) -> bytes:
        """As JSON."""
        content = {
            "frequency": self.frequency,
            "season": self.season,
            "horizon": self.horizon,
            "context": self.context,
            "calendar": self.calendar,
            "covariates": self.covariates,
            "mean": self.mean.tolist(),
            "deviation": self.deviation.tolist(),
            **({"past": self.past} if self.past else {}),
            **({"channels": self.channels} if self.channels else {}),
            **({"clock": self.clock} if self.clock != "local" else {}),
        }
        return json.dumps(content, indent=1).encode()

    def save(self, path: Path) -> None:
        """Write the format to ``path``."""
        path.write_bytes(self.to_bytes())

    def __repr__(self) -> str:
        """Frequency, horizon, and the start of the fingerprint."""
        return f"SeriesFormat({self.frequency}, horizon {self.horizon}, {self.fingerprint[:8]})"

    def __str__(self) -> str:
        """``hourly in UTC, season of 24 steps; 3 numbers per step: value, hour of day, price``."""
        season = f"season of {plural(self.season, 'step')}" if self.season > 1 else "no season"
        names = ", ".join((*(self.channels or ("value",)), *self.calendar, *self.covariates))
        clock = " in UTC" if self.clock == "utc" else ""
        return f"{self.frequency or 'no calendar'}{clock}, {season}; {plural(self.size, 'number')} per step: {names}"

    def encode(self, text: Any) -> Any:
        """(S, C + K) float32 of some steps of C channels; a value is NaN where it is missing."""
        return read_vectors(text).astype(np.float32)

    def encode_batch(self, texts: Sequence[Any]) -> list[Any]:
        """:meth:`encode` for many texts."""
        return [self.encode(text) for text in texts]

    def decode(self, ids: Any) -> str:
        """The text of (S, C + K) steps."""
        return write_vectors(np.asarray(ids, dtype=np.float64))

    def pieces(self, ids: Any) -> list[str]:
        """The values of the steps, one text for each step."""
        steps: NDArray[np.float64] = np.asarray(ids, dtype=np.float64).reshape(-1, self.size)
        return [
            " ".join("–" if value != value else f"{value:.4g}" for value in step)
            for step in steps[:, : self.width].tolist()
        ]

    def normalise(self, text: str) -> str:
        """The numbers of a text, in the form of :meth:`decode`."""
        return write_vectors(read_vectors(text))

    def unknown(self, text: str) -> list[str]:  # noqa: ARG002
        """No number is unknown."""
        return []

    def is_byte(self, token: int) -> bool:  # noqa: ARG002
        """No step is a byte."""
        return False
