"""The stepper of an exported model: a pair of ONNX graphs, run with NumPy and ONNX Runtime, without torch.

The hypotheses of a step form a rectangle, K slots for each of B sentences, so that the memory of a sentence is stored
once. Slots of sentences with fewer hypotheses are empty: their rows are computed and ignored.

Letters: R rows (hypotheses), S source length, W width of a proposal.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from seq2seq.inference.engines.onnx.encoder import OnnxEncoder, Tensors
from seq2seq.search.stepper import IntArray, Proposal, by_token
from seq2seq.special import BOS, PAD

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

    from seq2seq.inference.engines.onnx.shortlist import Selection, Shortlist

DISTRIBUTION: Final = "distribution"
"""Output of log-probabilities by id, which graphs of earlier releases lack."""
COLUMNS: Final = "columns"
"""Input of the number of them, which graphs of earlier releases lack: they give all, at every step."""


@dataclass(frozen=True, slots=True)
class OnnxState:
    """The state between two steps."""

    memory: Tensors
    """(B, ...) memory of each sentence."""
    layers: Tensors
    """(B x K, ...) decoder states, by slot."""
    slots: IntArray
    """(R,) slot of each row."""
    width: int
    """Slots K per sentence."""
    selection: Selection | None = None
    """The tokens that outputs are restricted to (None: all)."""


class OnnxStepper:
    """Stepper of :mod:`seq2seq.search` for graphs written by :mod:`seq2seq.export.export`.

    Args:
        encoder: graph that encodes sources.
        step: graph of one decoder step.
        vocabulary: size V of the target vocabulary.
        shortlist: of a step over a shortlist; log-probabilities are then normalised over the list of each source.
    """

    def __init__(
        self, encoder: InferenceSession, step: InferenceSession, vocabulary: int, shortlist: Shortlist | None = None
    ) -> None:
        self.vocabulary = vocabulary
        self._shortlist = shortlist
        self._encoder = OnnxEncoder(encoder)
        self._step = step
        self._states = self._encoder.states
        self._memory_inputs = [*self._encoder.memory, *([] if shortlist is None else ["shortlist.bias"])]
        outputs = [end.name for end in step.get_outputs()]
        self._after = [name for name in outputs if name not in ("log_probs", "ids", DISTRIBUTION)]
        """The next states, and attention if the model has it."""
        self._has_distribution = DISTRIBUTION in outputs
        self._asks_columns = COLUMNS in [end.name for end in step.get_inputs()]

    def start(self, sources: Sequence[Sequence[int]]) -> OnnxState:
        """Encode a batch of sources (token ids without EOS; one row each)."""
        return self.start_with(sources, ())

    def start_with(self, sources: Sequence[Sequence[int]], tokens: Sequence[Sequence[int]]) -> OnnxState:
        """:meth:`start`, with more tokens in the shortlist of each source, if there are shortlists."""
        memory, states = self._encoder.encode(sources)
        selection = None if self._shortlist is None else self._shortlist.select(sources, tokens)
        if selection is not None:
            memory = [*memory, selection.bias]
        return OnnxState(memory, states, np.arange(len(sources)), 1, selection)

    def step(self, tokens: IntArray, state: OnnxState, width: int) -> tuple[Proposal, OnnxState]:
        """Read one token per row and propose the ``width`` most probable next ones.

        Args:
            tokens: (R,) the previous token of every hypothesis, BOS at first.
            state: from :meth:`start`, :meth:`select` or the step before.
            width: number of tokens; at most V - 2, since PAD and BOS are never proposed, and at most those of the
                shortlist.

        Returns:
            The proposal, with log-probabilities in nats, normalised over the vocabulary (or the shortlist of the row's
            source); and the next state.
        """
        wanted = min(width, self.vocabulary - 2)
        asked = wanted + 2 if state.selection is None else state.selection.asked(wanted)
        (log_probs, ids), attention, after = self._run(["log_probs", "ids"], tokens, state, asked)
        if state.selection is not None:
            ids, wanted = state.selection.ids[ids], min(wanted, state.selection.count)
        return Proposal(*without_unwritable(log_probs, ids, wanted), attention), after

    def step_whole(self, tokens: IntArray, state: OnnxState) -> tuple[Proposal, OnnxState]:
        """:meth:`step` with every token id as a column; slow where the graph does not give its distribution."""
        if not self._has_distribution:
            proposal, after = self.step(tokens, state, self.vocabulary)
            return by_token(proposal, self.vocabulary), after
        columns = self.vocabulary if state.selection is None else state.selection.ids.size
        (log_probs,), attention, after = self._run([DISTRIBUTION], tokens, state, 1, columns)
        ids = np.broadcast_to(np.arange(self.vocabulary), (len(log_probs), self.vocabulary))
        if state.selection is not None:
            listed = log_probs
            log_probs = np.full(ids.shape, -np.inf, dtype=listed.dtype)
            log_probs[:, state.selection.ids] = listed
        log_probs = log_probs[:, : self.vocabulary]
        log_probs[:, [PAD, BOS]] = -np.inf
        return Proposal(log_probs, ids, attention), after

    def _run(
        self, outputs: list[str], tokens: IntArray, state: OnnxState, width: int, columns: int = 0
    ) -> tuple[Tensors, npt.NDArray[Any] | None, OnnxState]:
        """Run the graph of a step: some of its outputs by row, the attention by row, and the next state."""
        slots = state.slots
        previous = np.full((len(state.layers[0]) // state.width, state.width), BOS)
        previous.ravel()[slots] = tokens
        inputs = {} if state.selection is None else state.selection.inputs()
        values = {"tokens": previous, "width": np.array([width]), **inputs}
        if self._asks_columns:
            values[COLUMNS] = np.array([columns])
        values.update(zip(self._states, state.layers, strict=True))
        values.update(zip(self._memory_inputs, state.memory, strict=True))
        found: Tensors = self._step.run([*outputs, *self._after], values)
        by_row, layers = found[: len(outputs)], found[len(outputs) :]
        attention = layers.pop().reshape(previous.size, -1) if len(layers) > len(self._states) else None
        if not np.array_equal(slots, np.arange(previous.size)):
            by_row = [part[slots] for part in by_row]
            attention = None if attention is None else attention[slots]
        return by_row, attention, OnnxState(state.memory, layers, slots, state.width, state.selection)

    def select(self, state: OnnxState, rows: IntArray) -> OnnxState:
        """Reorder, repeat or drop hypotheses: row i of the result is row ``rows[i]`` of ``state``.

        Sentences without a row are dropped.
        """
        selected = state.slots[rows]
        sentences, place, counts = np.unique(selected // state.width, return_inverse=True, return_counts=True)
        width = int(counts.max(initial=1))
        # Rows of one sentence need not be adjacent: each gets the next free slot of its sentence.
        order = np.argsort(place, kind="stable")
        starts = np.cumsum(counts) - counts
        slots = np.empty_like(selected)
        slots[order] = place[order] * width + np.arange(selected.size) - np.repeat(starts, counts)
        filled = np.repeat(sentences * state.width, width)  # empty slots have a copy of some row
        filled[slots] = selected
        memory = state.memory
        if sentences.size * state.width < len(state.layers[0]):
            memory = [part[sentences] for part in memory]
        return OnnxState(memory, [part[filled] for part in state.layers], slots, width, state.selection)


def without_unwritable(
    log_probs: npt.NDArray[np.float32], ids: IntArray, count: int
) -> tuple[npt.NDArray[np.float32], IntArray]:
    """The best ``count`` of every row (R, count + 2), without PAD and BOS."""
    unwritable = (ids == PAD) | (ids == BOS)
    if not unwritable[:, :count].any():
        return log_probs[:, :count], ids[:, :count]
    order = np.argsort(unwritable, axis=1, kind="stable")[:, :count]
    return np.take_along_axis(log_probs, order, axis=1), np.take_along_axis(ids, order, axis=1)
