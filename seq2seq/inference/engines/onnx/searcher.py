"""The stepper of an export with whole searches: beside the encoder, networks are opened when they are first used.

A model that translates with a beam needs the beam search, and no network of single steps. A network that cannot be
opened then may be replaced: a search by single steps, and these by another engine.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from threading import Lock
from typing import TYPE_CHECKING, Any, Final, Literal, Protocol

from seq2seq import log
from seq2seq.config.search_settings import SearchSettings
from seq2seq.errors import ModelError, reason_of
from seq2seq.inference.engines.onnx import searches
from seq2seq.inference.engines.onnx.encoder import OnnxEncoder
from seq2seq.inference.engines.onnx.search_network import SearchNetwork
from seq2seq.search.hypothesis import Hypothesis
from seq2seq.search.stepper import IntArray, Proposal, Stepper, WholeStepper
from seq2seq.search.whole import WholeSearch

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

    from seq2seq.inference.engines.onnx.shortlist import Shortlist

SearchName = Literal["greedy", "greedy_one", "beam", "beam_one", "sampling"]


_OF_ONE: Final[Mapping[SearchName, SearchName]] = {"greedy": "greedy_one", "beam": "beam_one"}
"""The graphs for one source, of those for batches."""


class SingleSteps(Stepper[Any], WholeStepper, Protocol):
    """What takes single steps."""


Fallback = Callable[[ModelError], SingleSteps]
"""Gives what takes single steps if the networks cannot be opened, after a warning; or raises the error."""
EXPORT_AGAIN: Final = "To repair the networks, export the model again (seq2seq export)."
REPLACED: Final = "model.replaced"
"""Code of the error that the files are no longer those of the model that was loaded: nothing of them is used."""


class OnnxSearcher:
    """Stepper and searcher of :mod:`seq2seq.search` over one model.

    Args:
        vocabulary: size V of the target vocabulary.
        encoder: of the sources of a search.
        open_stepper: opens the networks of single steps.
        open_search: opens the graph of a search.
        names: the searches that there are.
        shortlist: of searches over a shortlist.
        fallback: for networks that cannot be opened; None: that is an error.
    """

    def __init__(
        self,
        vocabulary: int,
        encoder: OnnxEncoder,
        open_stepper: Callable[[], SingleSteps],
        open_search: Callable[[SearchName], InferenceSession],
        names: Collection[SearchName],
        shortlist: Shortlist | None = None,
        *,
        fallback: Fallback | None = None,
    ) -> None:
        self.vocabulary = vocabulary
        self._encoder = encoder
        self._open_stepper = open_stepper
        self._open_search = open_search
        self._names = names
        self._shortlist = shortlist
        self._fallback = fallback
        self._stepper: SingleSteps | None = None
        self._searches: dict[SearchName, InferenceSession | None] = {}
        self._lock = Lock()

    # -------------------------------------------------------------------------------------------------- whole searches

    def whole_search(self, config: SearchSettings, *, sources: int, attention: bool) -> WholeSearch | None:
        """The search inside a graph, for configs that graphs serve.

        Raises:
            ModelError: the graph cannot be opened, and there is no fallback.
        """
        name: SearchName = "sampling" if config.method == "sample" else "greedy" if config.beam == 1 else "beam"
        if sources == 1 and not attention and _OF_ONE.get(name) in self._names:
            name = _OF_ONE[name]
        if name not in self._names or not searches.serves(config) or (session := self._search(name)) is None:
            return None
        return partial(self._run, name, session)

    def _run(
        self,
        name: SearchName,
        session: InferenceSession,
        sources: Sequence[Sequence[int]],
        limits: IntArray,
        config: SearchSettings,
        *,
        offsets: Sequence[int],
        attention: bool,
    ) -> list[list[Hypothesis]]:
        if name in _OF_ONE.values():
            run_one = searches.greedy_one if name == "greedy_one" else searches.beam_one
            return [run_one(session, sources[0], int(limits[0]), config)]
        network = SearchNetwork(self._encoder, session, self._shortlist, attention=attention)
        if name == "sampling":
            return searches.sample(network, sources, limits, config, offsets=offsets)
        run = searches.greedy if name == "greedy" else searches.beam
        return run(network, sources, limits, config)

    def _search(self, name: SearchName) -> InferenceSession | None:
        """The graph of a search; None: single steps serve instead."""
        with self._lock:
            if name not in self._searches:
                try:
                    self._searches[name] = self._open_search(name)
                except ModelError as error:
                    self._stepper = self._step_instead(error)
                    self._searches[name] = None
            return self._searches[name]

    def _step_instead(self, error: ModelError) -> SingleSteps:
        """What takes single steps, of a search that cannot be opened; with one warning."""
        fallback = self._way_out(error)
        try:
            stepper = self._stepper or self._open_stepper()
        except ModelError as second:
            self._way_out(second)
            return fallback(error)
        message = f"{reason_of(error)}\n  Searching token by token, which is slower. {EXPORT_AGAIN}"
        log.warn(message, code="inference.fallback")
        return stepper

    def _way_out(self, error: ModelError) -> Fallback:
        """What takes single steps after an error, which is raised if nothing may."""
        if self._fallback is None or error.code == REPLACED:
            raise error
        return self._fallback

    # ---------------------------------------------------------------------------------------------------- single steps

    @property
    def stepper(self) -> SingleSteps:
        """What takes single steps."""
        with self._lock:
            if self._stepper is None:
                try:
                    self._stepper = self._open_stepper()
                except ModelError as error:
                    self._stepper = self._way_out(error)(error)
            return self._stepper

    def start(self, sources: Sequence[Sequence[int]]) -> Any:
        """See :meth:`~seq2seq.inference.engines.onnx.stepper.OnnxStepper.start`."""
        return self.stepper.start(sources)

    def start_with(self, sources: Sequence[Sequence[int]], tokens: Sequence[Sequence[int]]) -> Any:
        """See :meth:`~seq2seq.inference.engines.onnx.stepper.OnnxStepper.start_with`."""
        return self.stepper.start_with(sources, tokens)

    def step(self, tokens: IntArray, state: Any, width: int) -> tuple[Proposal, Any]:
        """See :meth:`~seq2seq.inference.engines.onnx.stepper.OnnxStepper.step`."""
        return self.stepper.step(tokens, state, width)

    def step_whole(self, tokens: IntArray, state: Any) -> tuple[Proposal, Any]:
        """See :meth:`~seq2seq.inference.engines.onnx.stepper.OnnxStepper.step_whole`."""
        return self.stepper.step_whole(tokens, state)

    def select(self, state: Any, rows: IntArray) -> Any:
        """See :meth:`~seq2seq.inference.engines.onnx.stepper.OnnxStepper.select`."""
        return self.stepper.select(state, rows)
