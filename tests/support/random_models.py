"""Models of random weights of every shape, in which searches inside graphs are compared with those of NumPy."""

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from itertools import chain
from types import SimpleNamespace
from typing import Any, Final, cast

import numpy as np
import pytest
import torch
from onnxruntime import InferenceSession
from support.exported import SOURCE_VOCABULARY, TARGET_VOCABULARY, built, many_to_many, opened, shortlist_of

from seq2seq.config.decoding import DecodingConfig
from seq2seq.config.model import OneToManyConfig
from seq2seq.export.onnx.networks import graphs
from seq2seq.inference.engines.onnx import searches
from seq2seq.inference.engines.onnx.encoder import OnnxEncoder
from seq2seq.inference.engines.onnx.search_network import GROUP, SearchNetwork
from seq2seq.inference.engines.onnx.shortlist import Lists
from seq2seq.inference.engines.onnx.stepper import OnnxStepper
from seq2seq.models.seq2seq import Seq2Seq
from seq2seq.search.beam import beam_search
from seq2seq.search.hypothesis import Hypothesis
from seq2seq.search.sampling import sample
from seq2seq.search.stepper import IntArray
from seq2seq.special import EOS, UNK

TOLERANCE = 1e-4
SEVERAL_GROUPS = 150
"""A vocabulary of which only a part is sorted."""


def cells(encoder: str, decoder: str, *, layers: int = 1, **more: Any) -> dict[str, Any]:
    return {
        "encoder": {"cell": encoder, "hidden": 4, "layers": layers},
        "decoder": {"cell": decoder, "hidden": 8, "layers": layers},
        **more,
    }


_CONFIGS: dict[str, dict[str, Any]] = {
    "lstm": cells("lstm", "lstm"),
    "two gru": cells("lstm", "gru", layers=2),
    "tanh, two heads": cells("gru", "rnn_tanh", attention={"score": "additive", "heads": 2}),
    "relu, normalised": cells("lstm", "rnn_relu", layers=2, layer_norm=True, residual=True),
    "input feeding": cells("lstm", "lstm", layers=2, attention={"score": "general", "input_feeding": True}),
    "with embeddings": cells("lstm", "lstm", attention={"embeddings": True}),
    "fixed": cells("gru", "lstm", attention=None),
    "fixed and fed": cells("gru", "gru", layers=2, attention=None, feed_context=True),
    "copied": cells("lstm", "lstm", layers=2, bridge="copy"),
}


def as_it_is(model: Seq2Seq) -> None:
    """Leave the weights random."""


def first_twin(token: int, vocabulary: int) -> int:
    """Every token has several ids, in one group of the vocabulary or in several."""
    return 4 + (token - 4) % (7 if vocabulary < GROUP else 37)


def twins(model: Seq2Seq) -> None:
    """Outputs tie: exactly if they continue one hypothesis, else to rounding."""
    for table in (model.target_embedding.weight, model.projection.weight, model.projection.bias):
        table[4:] = table[[first_twin(token, len(table)) for token in range(4, len(table))]]


def indifferent(model: Seq2Seq) -> None:
    """All tokens are as likely at every step."""
    model.projection.weight.zero_()
    model.projection.bias.zero_()


def final(model: Seq2Seq) -> None:
    """The end is likely from the beginning."""
    model.projection.bias[3] += 2.0


_CHANGES: dict[str, Callable[[Seq2Seq], None]] = {
    "as it is": as_it_is,
    "twins": twins,
    "indifferent": indifferent,
    "final": final,
}


SHAPES: Final = (*_CONFIGS, "tags")
"""Names of cells, attention and connections; "tags": without a text to read."""
CHANGES: Final = tuple(_CHANGES)
"""What is done to the weights."""


def random_model(shape: str, change: str, seed: int, vocabulary: int = TARGET_VOCABULARY) -> Seq2Seq:
    """A model of a shape, changed."""
    if shape == "tags":
        config = OneToManyConfig.model_validate({"embedding": 6, "decoder": {"cell": "gru", "hidden": 8}})
        model = built(config, seed=seed, scale=2.0, vocabulary=vocabulary)
    else:
        model = built(many_to_many(**_CONFIGS[shape]), seed=seed, scale=2.0, vocabulary=vocabulary)
    assert isinstance(model, Seq2Seq)
    with torch.no_grad():
        _CHANGES[change](model)
    return model


class Networks:
    """A stepper, and the searches over the same weights; ``lists``: over a shortlist."""

    def __init__(self, model: Seq2Seq, *, int8: bool = False, lists: Lists | None = None) -> None:
        made = graphs(model, int8=int8, shortlist=lists is not None)
        ending = "" if lists is None else ".shortlist"
        encoder, step = opened(made["encoder"]), opened(made[f"step{ending}"])
        self.shortlist = None if lists is None else shortlist_of(model, lists, int8=int8)
        self.stepper = OnnxStepper(encoder, step, model.projection.out_features, self.shortlist)
        self.calls: list[tuple[int, int]] = []
        """Rows, and steps, of every call of the last search."""
        self._encoder = OnnxEncoder(encoder)
        self._searches = {name: opened(made[f"{name}{ending}"]) for name in ("greedy", "beam", "sampling")}
        self._of_one = {name: opened(made[f"{name}_one"]) for name in ("greedy", "beam")}

    def search(
        self, sources: list[list[int]], limits: IntArray, config: DecodingConfig, *, attention: bool, beam: bool = True
    ) -> list[list[Hypothesis]]:
        """That of a graph; without ``beam`` the greedy one."""
        run = searches.beam if beam else searches.greedy
        return run(self._network("beam" if beam else "greedy", attention=attention), sources, limits, config)

    def one_by_one(
        self, sources: list[list[int]], limits: IntArray, config: DecodingConfig, *, beam: bool = False
    ) -> list[list[Hypothesis]]:
        """That of the graph for one source; without ``beam`` the greedy one."""
        run, session = (searches.beam_one if beam else searches.greedy_one), self._of_one["beam" if beam else "greedy"]
        return [run(session, source, limit, config) for source, limit in zip(sources, limits.tolist(), strict=True)]

    def sample(
        self, sources: list[list[int]], limits: IntArray, config: DecodingConfig, *, attention: bool
    ) -> list[list[Hypothesis]]:
        """Outputs sampled in a graph."""
        network = self._network("sampling", attention=attention)
        return searches.sample(network, sources, limits, config, offsets=range(3, 3 + len(sources)))

    def in_numpy(
        self, sources: list[list[int]], limits: IntArray, config: DecodingConfig, *, attention: bool
    ) -> list[list[Hypothesis]]:
        """What the search in NumPy finds, or samples, step by step."""
        if config.method == "beam":
            return beam_search(self.stepper, sources, limits, config, attention=attention)
        offsets = range(3, 3 + len(sources))
        return sample(self.stepper, sources, limits, config, offsets=offsets, attention=attention)

    def _network(self, name: str, *, attention: bool) -> SearchNetwork:
        self.calls.clear()
        session = self._searches[name]

        def run(names: list[str], inputs: dict[str, Any]) -> list[Any]:
            found = session.run(names, inputs)
            self.calls.append((len(inputs["limits"]), len(found[names.index("tokens")])))
            return found

        counting = cast(InferenceSession, SimpleNamespace(run=run, get_outputs=session.get_outputs))
        return SearchNetwork(self._encoder, counting, self.shortlist, attention=attention)


@cache
def networks(
    shape: str, change: str, seed: int = 0, vocabulary: int = SEVERAL_GROUPS, *, int8: bool = False
) -> Networks:
    """Of one model."""
    return Networks(random_model(shape, change, seed, vocabulary), int8=int8)


def assert_same(found: list[list[Hypothesis]], expected: list[list[Hypothesis]]) -> None:
    """Two searches found the same."""
    assert [[one.tokens for one in line] for line in found] == [[one.tokens for one in line] for line in expected]
    for line, other in zip(found, expected, strict=True):
        for one, two in zip(line, other, strict=True):
            assert one.log_prob == pytest.approx(two.log_prob, abs=TOLERANCE)
            assert one.score == pytest.approx(two.score, abs=TOLERANCE)
            assert (one.finished, one.warning) == (two.finished, two.warning)
            assert type(one.finished) is bool
            assert (one.attention is None) is (two.attention is None)
            if one.attention is not None and two.attention is not None:
                np.testing.assert_allclose(one.attention, two.attention, atol=TOLERANCE)


def assert_same_samples(found: list[list[Hypothesis]], expected: list[list[Hypothesis]]) -> None:
    """The same was sampled twice: in the order of scores, in which those that tie have no order of their own."""
    scores = [[one.score for line in outputs for one in line] for outputs in (found, expected)]
    assert scores[0] == pytest.approx(scores[1], abs=TOLERANCE)
    one, two = ([sorted(line, key=lambda sample: sample.tokens) for line in outputs] for outputs in (found, expected))
    assert_same(one, two)


def assert_as_good(
    found: list[list[Hypothesis]], expected: list[list[Hypothesis]], change: str, *, vocabulary: int, beam: int
) -> None:
    """Two searches found the same, or something as good: hypotheses that tie have no order of their own.

    In batches of another size, and at their ends, rows are rounded otherwise.
    """
    if beam > 1 and change == "indifferent":
        scores = [[[one.score for one in line] for line in outputs] for outputs in (found, expected)]
        assert [len(line) for line in scores[0]] == [len(line) for line in scores[1]]
        assert list(chain(*scores[0])) == pytest.approx(list(chain(*scores[1])), abs=TOLERANCE)
    elif beam > 1 and change == "twins":
        assert_same(*(_without_twins(outputs, vocabulary) for outputs in (found, expected)))
    else:
        assert_same(found, expected)


def _without_twins(outputs: list[list[Hypothesis]], vocabulary: int) -> list[list[Hypothesis]]:
    return [
        [replace(one, tokens=tuple(first_twin(token, vocabulary) for token in one.tokens)) for one in line]
        for line in outputs
    ]


@cache
def networks_over_lists(
    shape: str, change: str, vocabulary: int, always: int, each: int, *, int8: bool = False
) -> Networks:
    """Of one model, over lists."""
    return Networks(random_model(shape, change, 0, vocabulary), int8=int8, lists=_lists(vocabulary, always, each))


def _lists(vocabulary: int, always: int, each: int) -> Lists:
    """``always`` tokens in every list, and ``each`` more per source token."""
    rng = np.random.default_rng((vocabulary, always, each))
    starts = np.arange(SOURCE_VOCABULARY + 1) * each
    targets = rng.integers(EOS + 1, vocabulary, size=starts[-1])
    frequent = rng.choice(np.arange(EOS + 1, vocabulary), always, replace=False)
    return Lists(np.array([UNK, EOS, *sorted(frequent)]), starts, targets, vocabulary)


def assert_same_over_lists(
    made: Networks, sources: list[list[int]], limits: IntArray, config: DecodingConfig, change: str
) -> None:
    """Every search finds what NumPy's finds, in the lists."""
    expected = made.in_numpy(sources, limits, config, attention=True)
    assert made.shortlist is not None
    for source, outputs in zip(sources, expected, strict=True):
        listed = set(np.flatnonzero(made.shortlist.lists.allowed([source])[0]))
        assert all(set(output.tokens) <= listed for output in outputs)
    if config.method == "sample":
        assert_same_samples(made.sample(sources, limits, config, attention=True), expected)
        return
    for beam in (True, False) if config.beam == 1 else (True,):
        found = made.search(sources, limits, config, attention=True, beam=beam)
        assert_as_good(found, expected, change, vocabulary=made.stepper.vocabulary, beam=config.beam)
