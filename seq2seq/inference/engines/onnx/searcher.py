"""The stepper of an export with whole searches: beside the encoder, networks are opened when they are first used.

A model that translates with a beam needs the beam search, and no network of single steps.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from functools import partial
from threading import Lock
from typing import TYPE_CHECKING, Literal

from seq2seq.config.decoding import DecodingConfig
from seq2seq.inference.engines.onnx import searches
from seq2seq.inference.engines.onnx.encoder import OnnxEncoder
from seq2seq.inference.engines.onnx.search_network import SearchNetwork
from seq2seq.inference.engines.onnx.stepper import OnnxState, OnnxStepper
from seq2seq.search.hypothesis import Hypothesis
from seq2seq.search.stepper import IntArray, Proposal
from seq2seq.search.whole import WholeSearch

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

    from seq2seq.inference.engines.onnx.shortlist import Shortlist

SearchName = Literal["greedy", "beam", "sampling"]


class OnnxSearcher:
    """Stepper and searcher of :mod:`seq2seq.search` over one model.

    Args:
        vocabulary: size V of the target vocabulary.
        encoder: of the sources of a search.
        open_stepper: opens the networks of single steps.
        open_search: opens the graph of a search.
        names: the searches that there are.
        shortlist: of searches over a shortlist.
    """

    def __init__(
        self,
        vocabulary: int,
        encoder: OnnxEncoder,
        open_stepper: Callable[[], OnnxStepper],
        open_search: Callable[[SearchName], InferenceSession],
        names: Collection[SearchName],
        shortlist: Shortlist | None = None,
    ) -> None:
        self.vocabulary = vocabulary
        self._encoder = encoder
        self._open_stepper = open_stepper
        self._open_search = open_search
        self._names = names
        self._shortlist = shortlist
        self._stepper: OnnxStepper | None = None
        self._searches: dict[SearchName, InferenceSession] = {}
        self._lock = Lock()

    # -------------------------------------------------------------------------------------------------- whole searches

    def whole_search(self, config: DecodingConfig) -> WholeSearch | None:
        """The search inside a graph, for configs that graphs serve."""
        name: SearchName = "sampling" if config.method == "sample" else "greedy" if config.beam == 1 else "beam"
        return partial(self._run, name) if name in self._names and searches.serves(config) else None

    def _run(
        self,
        name: SearchName,
        sources: Sequence[Sequence[int]],
        limits: IntArray,
        config: DecodingConfig,
        *,
        offsets: Sequence[int],
        attention: bool,
    ) -> list[list[Hypothesis]]:
        network = SearchNetwork(self._encoder, self._search(name), self._shortlist, attention=attention)
        if name == "sampling":
            return searches.sample(network, sources, limits, config, offsets=offsets)
        run = searches.greedy if name == "greedy" else searches.beam
        return run(network, sources, limits, config)

    def _search(self, name: SearchName) -> InferenceSession:
        with self._lock:
            if name not in self._searches:
                self._searches[name] = self._open_search(name)
            return self._searches[name]

    # ---------------------------------------------------------------------------------------------------- single steps

    @property
    def stepper(self) -> OnnxStepper:
        """The stepper over the networks of single steps."""
        with self._lock:
            if self._stepper is None:
                self._stepper = self._open_stepper()
            return self._stepper

    def start(self, sources: Sequence[Sequence[int]]) -> OnnxState:
        """See :meth:`OnnxStepper.start`."""
        return self.stepper.start(sources)

    def start_with(self, sources: Sequence[Sequence[int]], tokens: Sequence[Sequence[int]]) -> OnnxState:
        """See :meth:`OnnxStepper.start_with`."""
        return self.stepper.start_with(sources, tokens)

    def step(self, tokens: IntArray, state: OnnxState, width: int) -> tuple[Proposal, OnnxState]:
        """See :meth:`OnnxStepper.step`."""
        return self.stepper.step(tokens, state, width)

    def step_whole(self, tokens: IntArray, state: OnnxState) -> tuple[Proposal, OnnxState]:
        """See :meth:`OnnxStepper.step_whole`."""
        return self.stepper.step_whole(tokens, state)

    def select(self, state: OnnxState, rows: IntArray) -> OnnxState:
        """See :meth:`OnnxStepper.select`."""
        return self.stepper.select(state, rows)
