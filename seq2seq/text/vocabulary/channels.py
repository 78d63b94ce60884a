"""The channels of sequences of vectors: how their numbers are scaled, and how missing ones are marked.

Channels stand where a vocabulary stands for text, and a step where a token stands. A step is a vector, not an id: what
other vocabularies give as lists of ids are arrays here.

Letters: S steps, F channels, N numbers that the network reads per step.
"""

import hashlib
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from seq2seq.errors import DataError, ModelError
from seq2seq.text.vectors import Vectors, read_vectors, write_vectors
from seq2seq.wording import plural

Scaling = Literal["standard", "none"]
LARGEST: Final = 1e18
"""Largest scaled number, of either sign, that a network reads: its products with weights are finite in float32."""
_ROUNDING: Final = 1e-6
"""What rounding to float32 leaves of 0 is less than this share of the mean."""
ENDING: Final = "channels.json"
"""Ending of the file of one side in a folder: ``source.channels.json``."""


class Channels:
    """The scaling of F channels.

    Attributes:
        mean: (F,) what is subtracted from each channel.
        deviation: (F,) what the rest is divided by, above 0.
        marked: channels of which the network also reads where a number is missing, ascending.
        scaling: the rule by which the first two were found.
        size: N: F, and one for each marked channel.
        fingerprint: SHA-256 of the above, in hexadecimal.
    """

    kind: Final = "vectors"

    def __init__(
        self, mean: Sequence[float], deviation: Sequence[float], marked: Sequence[int], *, scaling: Scaling
    ) -> None:
        self.mean = np.array(mean, dtype=np.float64)
        self.deviation = np.array(deviation, dtype=np.float64)
        self.marked = tuple(marked)
        self.scaling = scaling
        self.width = len(self.mean)
        self.size = self.width + len(self.marked)
        self.fingerprint = hashlib.sha256(self.to_bytes()).hexdigest()

    @property
    def normalisation(self) -> str:
        """The rule of scaling."""
        return self.scaling

    @classmethod
    def collect(cls, texts: Iterable[str], *, scaling: Scaling) -> "Channels":
        """The channels of sequences that all have the same number of them, and the mean and deviation of each.

        Sums of squares are merged sequence by sequence, which large means do not spoil (Chan et al. 1983, "Algorithms
        for computing the sample variance", section 3). A constant channel is divided by 1.
        """
        count = mean = squares = missing = np.zeros(1)
        for text in texts:
            numbers = read_vectors(text)
            there = ~np.isnan(numbers)
            own_count = there.sum(axis=0)
            own_mean = np.where(there, numbers, 0).sum(axis=0) / np.maximum(own_count, 1)
            own_squares = np.where(there, (numbers - own_mean) ** 2, 0).sum(axis=0)
            total = count + own_count
            apart = own_mean - mean
            mean = mean + apart * own_count / np.maximum(total, 1)
            squares = squares + own_squares + apart**2 * count * own_count / np.maximum(total, 1)
            count, missing = total, missing + len(numbers) - own_count
        deviation = np.sqrt(squares / np.maximum(count, 1))
        # What rounding leaves of a constant channel is none.
        deviation = np.where(deviation > 1e-12 * np.abs(mean), deviation, 1.0)
        if scaling == "none":
            mean, deviation = np.zeros_like(mean), np.ones_like(deviation)
        return cls(mean.tolist(), deviation.tolist(), np.flatnonzero(missing).tolist(), scaling=scaling)

    @classmethod
    def load(cls, path: Path) -> "Channels":
        """Read what :meth:`save` wrote; raises :class:`ModelError` if it is missing or damaged."""
        try:
            content = json.loads(path.read_text(encoding="utf-8"))
            found = cls(content["mean"], content["deviation"], content["marked"], scaling=content["scaling"])
            good = found.width > 0 and found.mean.shape == found.deviation.shape == (found.width,)
            good = good and bool(np.isfinite(found.mean).all()) and bool((found.deviation > 0).all())
            good = good and bool(np.isfinite(found.deviation).all()) and set(found.marked) <= set(range(found.width))
            good = good and all(type(channel) is int for channel in found.marked)
            if good and found.scaling in ("standard", "none") and list(found.marked) == sorted(set(found.marked)):
                return found
        except OSError as error:
            raise ModelError(f"{path}: cannot be read: {error.strerror}.", code="model.unreadable") from error
        except (ValueError, KeyError, TypeError, RecursionError):
            pass  # as below
        message = f"{path}: not the scaling of channels, or a damaged one. Copy the model folder again."
        raise ModelError(message, code="model.damaged")

    def to_bytes(self) -> bytes:
        """As JSON."""
        content = {
            "scaling": self.scaling,
            "mean": self.mean.tolist(),
            "deviation": self.deviation.tolist(),
            "marked": self.marked,
        }
        return json.dumps(content, indent=1).encode()

    def save(self, path: Path) -> None:
        """Write the scaling to ``path``."""
        path.write_bytes(self.to_bytes())

    def __repr__(self) -> str:
        """The number of channels, and the start of the fingerprint."""
        return f"Channels({self.width}, {self.fingerprint[:8]})"

    def read(self, value: object) -> Vectors:
        """(S, F) numbers of a sequence, as :func:`~seq2seq.text.vectors.read_vectors` takes it, not scaled.

        Raises:
            DataError: it is no sequence of vectors, or has another number of channels.
        """
        try:
            numbers = read_vectors(value)
        except ValueError as error:
            raise DataError(f"no sequence of vectors: {error}", code="data.no-vectors") from error
        if numbers.shape[1] != self.width:
            found = plural(numbers.shape[1], "channel")
            raise DataError(f"{found} per step, and the model reads {self.width}", code="data.other-channels")
        return numbers

    def encode(self, text: Any) -> Any:
        """(S, N) float32 that the network reads: scaled numbers, 0 where one is missing; then marks of missing ones.

        Raises:
            DataError: as :meth:`read`.
        """
        numbers = self.read(text)
        missing = np.isnan(numbers)
        scaled = np.where(missing, 0.0, (numbers - self.mean) / self.deviation).clip(-LARGEST, LARGEST)
        return np.concatenate([scaled, missing[:, list(self.marked)]], axis=1, dtype=np.float32, casting="unsafe")

    def encode_batch(self, texts: Sequence[Any]) -> list[Any]:
        """:meth:`encode` for many sequences."""
        return [self.encode(text) for text in texts]

    def decode(self, ids: Any) -> str:
        """The text of (S, N) steps, in the units of the data."""
        return write_vectors(self.restore(ids))

    def pieces(self, ids: Any) -> list[str]:
        """The steps, one text each, in the units of the data."""
        return [" ".join("–" if number != number else f"{number:.4g}" for number in step) for step in self.restore(ids)]

    def normalise(self, text: str) -> str:
        """The numbers of a text, in the form of :meth:`decode`."""
        return write_vectors(self.read(text))

    def unknown(self, text: str) -> list[str]:  # noqa: ARG002
        """No number is unknown."""
        return []

    def is_byte(self, token: int) -> bool:  # noqa: ARG002
        """No step is a byte."""
        return False

    def restore(self, ids: Any) -> NDArray[np.float64]:
        """(S, F) numbers in the units of the data, NaN where one is marked as missing."""
        steps = np.asarray(ids, dtype=np.float64).reshape(-1, self.size)
        numbers = steps[:, : self.width] * self.deviation + self.mean
        # Scaled numbers are float32: what their rounding leaves of a 0 is none.
        numbers = np.where(np.abs(numbers) < _ROUNDING * np.abs(self.mean), 0.0, numbers)
        numbers[:, list(self.marked)] = np.where(steps[:, self.width :] > 0, np.nan, numbers[:, list(self.marked)])
        return numbers
