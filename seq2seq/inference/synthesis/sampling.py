"""Sampled sequences of vectors: a network proposes a distribution of each number of the next step, and one is drawn.

The numbers are drawn with NumPy whatever runs the network, so that a seed gives the same sequences, to rounding, with
torch and with ONNX Runtime.

Letters: B sequences, S steps, F numbers of a step, P parameters of a distribution.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from seq2seq.series.series import Floats
from seq2seq.text.vocabulary.channels import LARGEST

if TYPE_CHECKING:  # NumPy loads its random numbers when they are used
    Sampler = Callable[[Floats, np.random.Generator], Floats]


class SynthesisNetwork(Protocol):
    """The network that writes vectors: a torch module, or a pair of ONNX graphs."""

    def start(self, sources: Sequence[Sequence[int]]) -> Any:
        """The state before the first step, from the ids of B sets of tags, without EOS."""

    def step(self, read: NDArray[np.float32], state: Any) -> tuple[Floats, Any]:
        """Read a step (B, F) of each sequence, zeros before the first: what follows, and the next state.

        What follows is (B, F x P + 1): the raw parameters of each number of the next step, then the log-odds that this
        step is the last.
        """


class Sampled(NamedTuple):
    """A sequence, in scaled numbers."""

    steps: Floats
    """(S, F)"""
    ended: bool
    """Whether the network ended it; otherwise, it was cut off."""


def sample_sequences(
    network: SynthesisNetwork,
    sampler: Sampler,
    sources: Sequence[Sequence[int]],
    *,
    channels: int,
    temperature: float,
    max_steps: int,
    random: Sequence[np.random.Generator],
) -> list[Sampled]:
    """A sequence from each set of tags.

    Args:
        network: of the model.
        sampler: draws numbers of raw parameters.
        sources: ids of B sets of tags, without EOS.
        channels: F.
        temperature: factor of the deviations, and divisor of the log-odds of the end; 0: means, and the likelier of
            the two.
        max_steps: of a sequence.
        random: B generators, so that a sequence is the same whatever is sampled beside it.
    """
    state = network.start(sources)
    read = np.zeros((len(sources), channels), np.float32)
    steps: list[Floats] = []
    lengths = np.zeros(len(sources), np.int64)
    while len(steps) < max_steps and not lengths.all():
        raw, state = network.step(read, state)
        numbers = raw[:, :-1].reshape(len(sources), channels, -1)
        # Widths are multiplied by the temperature; the first parameter of a distribution is its mean.
        means = numbers[..., 0]
        drawn = np.stack([sampler(own, one) for own, one in zip(numbers, random, strict=True)])
        logistic = np.array([one.logistic() for one in random])
        with np.errstate(over="ignore"):
            drawn = np.clip(means + temperature * (drawn - means), -LARGEST, LARGEST)
            # A logistic number is below x with the probability that has the log-odds x.
            least = temperature * logistic
        steps.append(drawn)
        lengths[(raw[:, -1] > least) & (lengths == 0)] = len(steps)
        read = drawn.astype(np.float32)
    together = np.stack(steps, axis=1)
    return [
        Sampled(own[: length or max_steps], bool(length))
        for own, length in zip(together, lengths.tolist(), strict=True)
    ]
