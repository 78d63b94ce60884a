"""Whole searches as ONNX graphs: few calls for a batch, instead of one per token.

Graphs serve what needs nothing between two steps; :mod:`seq2seq.search` serves the rest, and is what they are tested
against.

Letters: N sentences, K hypotheses per sentence, C candidates per sentence, S source length, T steps.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from seq2seq.config.search_settings import SearchSettings
from seq2seq.inference.engines.onnx.encoder import Tensors, source_inputs
from seq2seq.inference.engines.onnx.safety import TRIPS
from seq2seq.inference.engines.onnx.search_network import GROUP, Named, SearchNetwork
from seq2seq.search.constraints import require_finite
from seq2seq.search.hypothesis import STUCK, Hypothesis, described, truncated
from seq2seq.search.penalties import LengthPenalty
from seq2seq.search.stepper import FloatArray, IntArray, places_of
from seq2seq.special import BOS, EOS, PAD

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

_MOST_SAMPLES: Final = 4
"""Most samples of a source: each has its memory in the graph, which in NumPy's search they share."""
_SAME: Final = 1e-9
"""Share of a score by which rounding may change it."""


def serves(config: SearchSettings) -> bool:
    """Whether graphs search as a config asks for."""
    many = config.method == "sample" and config.nbest > _MOST_SAMPLES
    return not (config.no_repeat_ngram or config.allow_unknown or many)


def greedy(
    network: SearchNetwork, sources: Sequence[Sequence[int]], limits: IntArray, config: SearchSettings
) -> list[list[Hypothesis]]:
    """The outputs of ``greedy.onnx``; see :func:`seq2seq.search.beam.beam_search`."""
    lengths = [places_of(source) for source in sources]
    written = _write(network, *network.start(sources), lengths, limits, config, lambda *_: {})
    return [[output] for output in written]


def greedy_one(
    session: InferenceSession, source: Sequence[int], limit: int, config: SearchSettings
) -> list[Hypothesis]:
    """The output of ``greedy_one.onnx`` for one source, of at most ``limit`` tokens: as of :func:`greedy`."""
    given = source_inputs([source])["source"]  # one source has no padding
    inputs = {"source": given, TRIPS: np.array([limit + 1]), "min_length": np.array([config.min_length])}
    tokens, log_probs = (found[:, 0] for found in session.run(["tokens", "log_probs"], inputs))
    require_finite(log_probs)
    possible = log_probs > -np.inf
    length = int(np.argmin(np.append(((tokens > EOS) & possible)[:limit], False)))
    written = tokens[:length]  # behind them: EOS, none that can be written, or one too many
    finished = bool(length < len(tokens) and tokens[length] == EOS and possible[length])
    totals = np.cumsum(log_probs[: len(written) + finished], dtype=np.float64)
    cut = truncated(limit) if len(written) == limit else STUCK
    penalty = LengthPenalty(config.length_penalty, config.alpha)
    return [_hypothesis(written, float(totals[-1]) if totals.size else 0.0, penalty, None, finished, cut)]


def sample(
    network: SearchNetwork,
    sources: Sequence[Sequence[int]],
    limits: IntArray,
    config: SearchSettings,
    *,
    offsets: Sequence[int],
) -> list[list[Hypothesis]]:
    """The outputs of ``sampling.onnx``; see :func:`seq2seq.search.sampling.sample`."""
    from seq2seq.search.sampling import uniforms

    samples = config.nbest
    chances = uniforms(config.seed, offsets, samples, limits)
    settings = {
        "temperature": np.array([config.temperature]),
        "top_k": np.array([config.top_k]),
        "top_p": np.array([config.top_p]),
    }

    def more(rows: IntArray, step: int) -> Named:
        return {"chances": np.ascontiguousarray(chances[rows, step:].T), **settings}

    memory, states = ([np.repeat(part, samples, axis=0) for part in parts] for parts in network.start(sources))
    lengths = [places_of(source) for source in sources for _ in range(samples)]
    written = _write(network, memory, states, lengths, np.repeat(limits, samples), config, more)
    return [sorted(written[first : first + samples], key=_rank) for first in range(0, len(written), samples)]


def _write(
    network: SearchNetwork,
    memory: Tensors,
    states: Tensors,
    lengths: Sequence[int],
    limits: IntArray,
    config: SearchSettings,
    more: Callable[[IntArray, int], Named],
) -> list[Hypothesis]:
    """The outputs of a graph that writes one token per row and step.

    Args:
        network: the graph.
        memory: (R, ...) of the rows.
        states: (R, ...) the first.
        lengths: R places of the sources that may be attended to.
        limits: (R,) the most tokens of each output.
        config: of the search.
        more: further inputs, for the rows that are left, from a step on.
    """
    rows, last, step = np.arange(len(lengths)), np.full(len(lengths), BOS), 0
    log_probs = np.zeros(len(lengths))
    texts: list[list[IntArray]] = [[] for _ in lengths]
    weights: list[list[FloatArray]] = [[] for _ in lengths]
    while True:
        found, states = network.run(memory, states, limits[rows], config, step, {"last": last, **more(rows, step)})
        log_probs[rows] += found["log_probs"]
        for place, row in enumerate(rows.tolist()):
            texts[row].append(found["tokens"][:, place])
            if "attention" in found:
                weights[row].append(found["attention"][:, place])
        last = found["tokens"][-1]
        going = last > EOS
        step += len(found["tokens"])
        rows, last = rows[going], last[going]
        if not rows.size:
            break
        memory, states = [part[going] for part in memory], [part[going] for part in states]
    require_finite(log_probs)
    penalty = LengthPenalty(config.length_penalty, config.alpha)
    results = []
    for row, (source, limit) in enumerate(zip(lengths, limits.tolist(), strict=True)):
        written = np.concatenate(texts[row])
        length = int(np.argmax(np.append((written == EOS) | (written == PAD), True)))
        finished = length < len(written) and bool(written[length] == EOS)
        cut = truncated(limit) if length == limit else STUCK
        of_each = np.concatenate(weights[row])[:length, :source] if weights[row] else None
        results.append(_hypothesis(written[:length], float(log_probs[row]), penalty, of_each, finished, cut))
    return results


def beam(
    network: SearchNetwork, sources: Sequence[Sequence[int]], limits: IntArray, config: SearchSettings
) -> list[list[Hypothesis]]:
    """The outputs of ``beam.onnx``; see :func:`seq2seq.search.beam.beam_search`."""
    divisors = LengthPenalty(config.length_penalty, config.alpha).divisor(np.arange(int(limits.max()) + 2))
    width = config.beam
    memory, states = network.start(sources)
    rows, step = np.arange(len(sources)), 0
    # One hypothesis each is cheaper at first, but takes a call of its own, which one sentence does not win back. It has
    # enough candidates for a beam of less than a group.
    first = 1 if len(sources) > 1 and width < GROUP else width
    states = [np.repeat(part, first, axis=0) for part in states]
    progress: Named = {
        "last": np.full((len(sources), first), BOS),
        "live": np.where(np.arange(first) == 0, 0.0, np.full((len(sources), 1), -np.inf)),
        "best": np.full((len(sources), config.nbest), -np.inf),
        "count": np.zeros(len(sources), dtype=np.int64),
    }
    steps: list[list[_Steps]] = [[] for _ in sources]
    while True:
        more = {**progress, "beam": np.array([width]), "nbest": np.array([config.nbest]), "divisors": divisors[step:]}
        most = 1 if progress["last"].shape[1] < width else None
        found, states = network.run(memory, states, limits[rows], config, step, more, most)
        require_finite(found["log_probs"])
        for place, (row, taken) in enumerate(zip(rows.tolist(), found["steps"].tolist(), strict=True)):
            of_row = _Steps(*(found[name][:taken, place] for name in _Steps._fields if name in found))
            steps[row].append(of_row if most is None else of_row.widened(width))
        going = ~found["done"]
        step += len(found["tokens"])
        rows = rows[going]
        if not rows.size:
            break
        memory = [part[going] for part in memory]
        states = [part[np.repeat(going, width)] for part in states]
        progress = {name: found[f"next.{name}"][going] for name in progress}
    each = zip(steps, map(places_of, sources), limits.tolist(), strict=True)
    return [_outputs(of_row, source, limit, divisors, config) for of_row, source, limit in each]


def beam_one(session: InferenceSession, source: Sequence[int], limit: int, config: SearchSettings) -> list[Hypothesis]:
    """The outputs of ``beam_one.onnx`` for one source, of at most ``limit`` tokens: as of :func:`beam`."""
    divisors = LengthPenalty(config.length_penalty, config.alpha).divisor(np.arange(limit + 2))
    inputs = {
        "source": source_inputs([source])["source"],  # one source has no padding
        "limits": np.array([limit]),
        TRIPS: np.array([limit + 1]),
        "min_length": np.array([config.min_length]),
        "beam": np.array([config.beam]),
        "nbest": np.array([config.nbest]),
        "divisors": divisors,
    }
    steps, *found = session.run(["steps", "log_probs", "tokens", "parents"], inputs)
    require_finite(found[0])
    taken = int(steps[0])
    return _outputs([_Steps(*(part[:taken, 0] for part in found))], places_of(source), limit, divisors, config)


def _outputs(
    steps: Sequence[_Steps], source: int, limit: int, divisors: FloatArray, config: SearchSettings
) -> list[Hypothesis]:
    """The best outputs of one sentence, whose ``source`` places may be attended to."""
    penalty = LengthPenalty(config.length_penalty, config.alpha)
    tree = _Tree(steps, beam=config.beam)
    outputs = []
    for length, parent, log_prob, finished in _best(tree.outputs(), divisors, config.nbest):
        tokens, path = tree.trace(length, parent)
        of_each = None if tree.attention is None else tree.attention[np.arange(length), path, :source]
        cut = truncated(limit) if length == limit else STUCK
        outputs.append(_hypothesis(tokens, log_prob, penalty, of_each, finished, cut))
    outputs.sort(key=_rank)
    return outputs[: config.nbest]


def _best(outputs: Sequence[_Output], divisors: FloatArray, count: int) -> Sequence[_Output]:
    """The ``count`` outputs with the best scores, and those as good, in no order: the others need no tokens."""
    if len(outputs) <= count:
        return outputs
    scores = [output.log_prob / float(divisors[output.length + 1]) for output in outputs]
    least = sorted(scores)[-count]
    return [output for output, score in zip(outputs, scores, strict=True) if score >= least - _SAME * abs(least)]


class _Output(NamedTuple):
    """An output of a search, without its tokens."""

    length: int
    """Tokens before EOS."""
    hypothesis: int
    """That it is, or was when it ended."""
    log_prob: float
    finished: bool
    """Whether it ended."""


class _Steps(NamedTuple):
    """The candidates of one sentence at some steps, as ``beam.onnx`` gives them."""

    log_probs: FloatArray
    """(T, C)."""
    tokens: IntArray
    """(T, C)."""
    parents: IntArray
    """(T, C)."""
    attention: FloatArray | None = None
    """(T, K, S)."""

    def widened(self, beam: int) -> _Steps:
        """Those of one hypothesis, with 2 K candidates and K hypotheses like the others."""
        missing = [(0, 0), (0, 2 * beam - self.tokens.shape[1])]
        return _Steps(
            np.pad(self.log_probs, missing, constant_values=-np.inf),
            np.pad(self.tokens, missing),
            np.pad(self.parents, missing),
            None if self.attention is None else np.repeat(self.attention, beam, axis=1),
        )


class _Tree:
    """The candidates of one sentence at every step."""

    def __init__(self, steps: Sequence[_Steps], *, beam: int) -> None:
        self._log_probs, self._tokens, self._parents = (
            np.concatenate([each[part] for each in steps]) for part in range(3)
        )
        weights = [each.attention for each in steps if each.attention is not None]
        self.attention = np.concatenate(weights) if weights else None
        self._ends = self._tokens == EOS
        self._leading_ends = self._ends[:, :beam] & (self._log_probs[:, :beam] > -np.inf)
        self._survivors = np.argsort(self._ends, axis=1, kind="stable")[:, :beam]

    def outputs(self) -> list[_Output]:
        """All that ended; if none did, the best hypothesis as it is."""
        steps, columns = np.nonzero(self._leading_ends)
        if steps.size:
            parents, log_probs = self._parents[steps, columns], self._log_probs[steps, columns]
            ended = zip(steps.tolist(), parents.tolist(), log_probs.tolist(), strict=True)
            return [_Output(*each, finished=True) for each in ended]
        last = len(self._tokens) - 1
        log_prob = float(self._log_probs[last - 1, self._survivors[last - 1, 0]]) if last else 0.0
        return [_Output(last, 0, log_prob, finished=False)]

    def trace(self, step: int, hypothesis: int) -> tuple[IntArray, IntArray]:
        """(step,) the tokens of a hypothesis of a step, and at each step the hypothesis that it continued."""
        tokens, path = np.empty(step, dtype=np.int64), np.empty(step, dtype=np.int64)
        for earlier in range(step - 1, -1, -1):
            column = self._survivors[earlier, hypothesis]
            tokens[earlier] = self._tokens[earlier, column]
            path[earlier] = hypothesis = self._parents[earlier, column]
        return tokens, path


def _rank(output: Hypothesis) -> tuple[float, tuple[int, ...]]:
    """Sort key: the better score first, then the smaller ids."""
    return -output.score, output.tokens


def _hypothesis(
    tokens: IntArray,
    log_prob: float,
    penalty: LengthPenalty,
    attention: FloatArray | None,
    finished: bool,
    cut: str,
) -> Hypothesis:
    written = tuple(tokens.tolist())
    score = penalty.score(log_prob, len(written) + finished)
    return described(
        written, log_prob, score, finished=finished, attention=attention, warning=None if finished else cut
    )
