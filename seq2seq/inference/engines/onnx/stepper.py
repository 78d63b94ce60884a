"""The stepper that search asks when the model is a pair of ONNX graphs: NumPy and ONNX Runtime, no torch.

The hypotheses of a step stand in a rectangle, K slots for each of B sentences, so that what is kept of a sentence is
there once. A slot may be empty, for a sentence with fewer hypotheses than others: its row is computed, and not shown.

Letters: R rows (hypotheses), S source length, W width of a proposal.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from seq2seq.inference.engines.onnx.shortlist import Chosen, Shortlist
from seq2seq.search.stepper import IntArray, Proposal
from seq2seq.special import BOS, EOS, PAD

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

Tensors = list[npt.NDArray[Any]]


@dataclass(frozen=True, slots=True)
class OnnxState:
    """What a step needs of the steps before it."""

    memory: Tensors
    """(B, ...) what is kept of each sentence."""
    layers: Tensors
    """(B x K, ...) the decoder's states, slot by slot."""
    slots: IntArray
    """(R,) the slot of each row."""
    width: int
    """K."""
    chosen: Chosen | None = None
    """The tokens that outputs are searched for over, if not all."""


class OnnxStepper:
    """Lets :mod:`seq2seq.search` ask a pair of graphs that :mod:`seq2seq.export.export` has written.

    Args:
        encoder: reads sources.
        step: takes a decoder's step.
        vocabulary: V of the target side.
        shortlist: what a step over a shortlist picks its tokens from; its log-probabilities are normalised over the
            list of each source alone.
    """

    def __init__(
        self,
        encoder: "InferenceSession",
        step: "InferenceSession",
        vocabulary: int,
        shortlist: Shortlist | None = None,
    ) -> None:
        self.vocabulary = vocabulary
        self._shortlist = shortlist
        self._encoder = encoder
        self._step = step
        names = [one.name for one in encoder.get_outputs()]
        self._states = [name for name in names if name.startswith("state.")]
        self._memory = [name for name in names if name.startswith("memory.")]
        self._kept = [*self._memory, *([] if shortlist is None else ["shortlist.bias"])]
        self._outputs = [one.name for one in step.get_outputs()]

    def start(self, sources: Sequence[Sequence[int]]) -> OnnxState:
        """Encode a batch of sources (token ids without EOS; one row each)."""
        found = self._encoder.run([*self._states, *self._memory], {"source": rectangle(sources)})
        count = len(self._states)
        chosen = None if self._shortlist is None else self._shortlist.choose(sources)
        memory = found[count:] if chosen is None else [*found[count:], chosen.bias]
        return OnnxState(memory, found[:count], np.arange(len(sources)), 1, chosen)

    def step(self, tokens: IntArray, state: OnnxState, width: int) -> tuple[Proposal, OnnxState]:
        """Read one token a row and propose the ``width`` likeliest next ones.

        Args:
            tokens: (R,) the previous token of every hypothesis, BOS at first.
            state: from :meth:`start`, :meth:`select` or the step before.
            width: tokens wanted; at most V - 2 come, since PAD and BOS are never proposed, and of a shortlist no more
                than there are.

        Returns:
            The proposal, log-probabilities in nats, normalised over the whole vocabulary (of a shortlist: over that of
            the row's source); and the next state.
        """
        slots = state.slots
        previous = np.full((len(state.layers[0]) // state.width, state.width), BOS)
        previous.ravel()[slots] = tokens
        wanted = min(width, self.vocabulary - 2)
        asked, inputs = (wanted + 2, {}) if state.chosen is None else state.chosen.inputs(wanted)
        given = {"tokens": previous, "width": np.array([asked]), **inputs}
        given.update(zip(self._states, state.layers, strict=True))
        given.update(zip(self._kept, state.memory, strict=True))
        log_probs, ids, *rest = self._step.run(self._outputs, given)
        if state.chosen is not None:
            ids, wanted = state.chosen.ids[ids], min(wanted, state.chosen.count)
        layers = rest[: len(self._states)]
        attention = None
        if len(rest) > len(layers):
            attention = rest[-1].reshape(previous.size, -1)
        if not np.array_equal(slots, np.arange(previous.size)):
            log_probs, ids = log_probs[slots], ids[slots]
            attention = None if attention is None else attention[slots]
        log_probs, ids = without_unwritable(log_probs, ids, wanted)
        return Proposal(log_probs, ids, attention), OnnxState(state.memory, layers, slots, state.width, state.chosen)

    def select(self, state: OnnxState, rows: IntArray) -> OnnxState:
        """Reorder, repeat or drop hypotheses: row i of the result is row ``rows[i]`` of ``state``.

        Sentences without a row left are dropped.
        """
        taken = state.slots[rows]
        sentences, place, counts = np.unique(taken // state.width, return_inverse=True, return_counts=True)
        width = int(counts.max(initial=1))
        # Rows of one sentence need not stand together: each gets the next free slot of its sentence.
        order = np.argsort(place, kind="stable")
        starts = np.cumsum(counts) - counts
        slots = np.empty_like(taken)
        slots[order] = place[order] * width + np.arange(taken.size) - np.repeat(starts, counts)
        filled = np.repeat(sentences * state.width, width)  # an empty slot holds a copy of some row
        filled[slots] = taken
        memory = state.memory
        if sentences.size * state.width < len(state.layers[0]):
            memory = [part[sentences] for part in memory]
        return OnnxState(memory, [part[filled] for part in state.layers], slots, width, state.chosen)


def rectangle(sources: Sequence[Sequence[int]]) -> IntArray:
    """(B, S) token ids, EOS added, filled up with PAD."""
    filled = np.full((len(sources), max(map(len, sources)) + 1), PAD)
    for row, source in enumerate(sources):
        filled[row, : len(source)] = source
        filled[row, len(source)] = EOS
    return filled


def without_unwritable(
    log_probs: npt.NDArray[np.float32], ids: IntArray, count: int
) -> tuple[npt.NDArray[np.float32], IntArray]:
    """The best ``count`` of every row, (R, count + 2), that are neither PAD nor BOS."""
    unwritable = (ids == PAD) | (ids == BOS)
    if not unwritable[:, :count].any():
        return log_probs[:, :count], ids[:, :count]
    kept = np.argsort(unwritable, axis=1, kind="stable")[:, :count]
    return np.take_along_axis(log_probs, kept, axis=1), np.take_along_axis(ids, kept, axis=1)
