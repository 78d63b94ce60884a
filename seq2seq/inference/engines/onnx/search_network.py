"""The graph of a search, run some steps at a time.

A graph stops when a quarter of its sentences are done; the next call continues those that are not, without the others.

Letters: N sentences.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from seq2seq.config.search_settings import SearchSettings
from seq2seq.inference.engines.onnx.encoder import OnnxEncoder, Tensors
from seq2seq.inference.engines.onnx.safety import TRIPS
from seq2seq.search.stepper import IntArray

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

    from seq2seq.inference.engines.onnx.shortlist import Shortlist

Named = dict[str, NDArray[Any]]
GROUP: Final = 32
"""Tokens per group in the search for the best of a vocabulary or shortlist, which is filled up to whole groups."""
_INPUTS: Final = frozenset({"last", "limits", TRIPS, "min_length", "enough"})
SEARCH_ENDS: Final = {
    "greedy": (_INPUTS, frozenset({"tokens", "log_probs"})),
    "sampling": (_INPUTS | {"chances", "temperature", "top_k", "top_p"}, frozenset({"tokens", "log_probs"})),
    "beam": (
        _INPUTS | {"live", "best", "count", "beam", "nbest", "divisors"},
        frozenset({"log_probs", "tokens", "parents", "steps", "done"})
        | {"next.last", "next.live", "next.best", "next.count"},
    ),
}
"""Inputs and outputs of each graph, beside the states (``after.N``), the memory and the shortlist; a model that attends
has the output ``attention`` as well."""
_SOURCE: Final = frozenset({"source", TRIPS, "min_length"})
ENDS_OF_ONE: Final = {
    "greedy_one": (_SOURCE, frozenset({"tokens", "log_probs"})),
    "beam_one": (
        _SOURCE | {"limits", "beam", "nbest", "divisors"},
        frozenset({"log_probs", "tokens", "parents", "steps"}),
    ),
}
"""All inputs and outputs of each graph that reads one source and finds its outputs."""
_GOING: Final = 0.75
"""Share of the sentences of a call that may be left when it ends: sentences that are done cost as much as the others,
and a call costs about a tenth of a millisecond."""


class SearchNetwork:
    """The graph of a search, and what it is given at every call."""

    def __init__(
        self, encoder: OnnxEncoder, session: InferenceSession, shortlist: Shortlist | None = None, *, attention: bool
    ) -> None:
        self._encoder, self._session, self._shortlist = encoder, session, shortlist
        self._memory = [*encoder.memory, *([] if shortlist is None else ["shortlist.bias"])]
        self._after = [name.replace("state.", "after.") for name in encoder.states]
        self._names = [end.name for end in session.get_outputs() if attention or end.name != "attention"]
        self._listed: Named = {}

    def start(self, sources: Sequence[Sequence[int]]) -> tuple[Tensors, Tensors]:
        """The memory and the first states (N, ...) of sources."""
        memory, states = self._encoder.encode(sources)
        if self._shortlist is None:
            return memory, states
        selection = self._shortlist.select(sources)
        self._listed = {"shortlist.ids": selection.ids, **selection.inputs()}
        return [*memory, selection.bias], states

    def run(
        self,
        memory: Tensors,
        states: Tensors,
        limits: IntArray,
        config: SearchSettings,
        step: int,
        more: Named,
        most: int | None = None,
    ) -> tuple[Named, Tensors]:
        """Take the steps from ``step`` on, ``most`` at most; what is found, by name, and the states after them."""
        inputs = {
            **more,
            **self._listed,
            "limits": limits - step,
            TRIPS: limits.max(keepdims=True) - step + 1 if most is None else np.array([most]),
            "min_length": np.array([max(config.min_length - step, 0)]),
            "enough": np.array([int(_GOING * len(limits)) if len(limits) > 1 else 0]),
        }
        inputs.update(zip(self._memory, memory, strict=True))
        inputs.update(zip(self._encoder.states, states, strict=True))
        found = dict(zip(self._names, self._session.run(self._names, inputs), strict=True))
        return found, [found.pop(name) for name in self._after]
