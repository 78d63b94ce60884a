"""Whole searches as ONNX graphs: one call for a batch, instead of one per token.

They serve what needs nothing between two steps; :mod:`seq2seq.search` serves the rest, and is what they are tested
against.

Letters: N sentences, K hypotheses per sentence, C candidates per sentence, S source length, T steps.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from seq2seq.config.decoding import DecodingConfig
from seq2seq.inference.engines.onnx.safety import TRIPS
from seq2seq.inference.engines.onnx.stepper import rectangle
from seq2seq.search.constraints import require_finite
from seq2seq.search.hypothesis import STUCK, Hypothesis, described, truncated
from seq2seq.search.penalties import LengthPenalty
from seq2seq.search.stepper import FloatArray, IntArray
from seq2seq.special import EOS, PAD

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

Tensors = dict[str, NDArray[Any]]
_INPUTS: Final = frozenset({"source", "limits", TRIPS, "min_length"})
SEARCH_ENDS: Final = {
    "greedy": (_INPUTS, frozenset({"tokens", "log_probs"})),
    "beam": (_INPUTS | {"beam", "nbest", "divisors"}, frozenset({"log_probs", "tokens", "parents", "steps"})),
}
"""Inputs and outputs of each graph; a model that attends has the output ``attention`` as well."""


def serves(config: DecodingConfig) -> bool:
    """Whether graphs search as a config asks for."""
    return config.method == "beam" and not config.no_repeat_ngram and not config.allow_unknown


def greedy(
    session: InferenceSession,
    sources: Sequence[Sequence[int]],
    limits: IntArray,
    config: DecodingConfig,
    *,
    attention: bool,
) -> list[list[Hypothesis]]:
    """The outputs of ``greedy.onnx``; see :func:`seq2seq.search.beam.beam_search`."""
    found = _run(session, sources, limits, config, {}, attention=attention)
    log_probs, weights = found["log_probs"], found.get("attention")
    require_finite(log_probs)
    penalty = LengthPenalty(config.length_penalty, config.alpha)
    results = []
    for row, (source, limit) in enumerate(zip(sources, limits.tolist(), strict=True)):
        written = found["tokens"][:, row]
        length = int(np.argmax(np.append((written == EOS) | (written == PAD), True)))
        finished = length < len(written) and written[length] == EOS
        cut = truncated(limit) if length == limit else STUCK
        of_each = None if weights is None else weights[:length, row, : len(source) + 1].copy()
        results.append([_hypothesis(written[:length], float(log_probs[row]), penalty, of_each, finished, cut)])
    return results


def beam(
    session: InferenceSession,
    sources: Sequence[Sequence[int]],
    limits: IntArray,
    config: DecodingConfig,
    *,
    attention: bool,
) -> list[list[Hypothesis]]:
    """The outputs of ``beam.onnx``; see :func:`seq2seq.search.beam.beam_search`."""
    penalty = LengthPenalty(config.length_penalty, config.alpha)
    found = _run(session, sources, limits, config, _of_beam(config, limits), attention=attention)
    require_finite(found["log_probs"])
    weights = found.get("attention")
    results = []
    for row, (source, limit) in enumerate(zip(sources, limits.tolist(), strict=True)):
        steps = int(found["steps"][row])
        of_sentence = (found[name][:steps, row] for name in ("log_probs", "tokens", "parents"))
        tree = _Tree(*of_sentence, beam=config.beam)
        outputs = []
        for step, parent, log_prob, finished in tree.outputs():
            tokens, path = tree.trace(step, parent)
            of_each = None if weights is None else weights[np.arange(step), row, path, : len(source) + 1]
            cut = truncated(limit) if step == limit else STUCK
            outputs.append(_hypothesis(tokens, log_prob, penalty, of_each, finished, cut))
        outputs.sort(key=lambda output: (-output.score, output.tokens))
        results.append(outputs[: config.nbest])
    return results


def _of_beam(config: DecodingConfig, limits: IntArray) -> Tensors:
    """The inputs of a beam search beside those of all searches."""
    divisors = LengthPenalty(config.length_penalty, config.alpha).divisor(np.arange(int(limits.max()) + 2))
    return {"beam": np.array([config.beam]), "nbest": np.array([config.nbest]), "divisors": divisors}


class _Tree:
    """The candidates of one sentence at every step, as ``beam.onnx`` gives them."""

    def __init__(self, log_probs: FloatArray, tokens: IntArray, parents: IntArray, *, beam: int) -> None:
        self._log_probs, self._tokens, self._parents = log_probs, tokens, parents
        self._ends = tokens == EOS
        self._leading_ends = self._ends[:, :beam] & (log_probs[:, :beam] > -np.inf)
        self._survivors = np.argsort(self._ends, axis=1, kind="stable")[:, :beam]

    def outputs(self) -> list[tuple[int, int, float, bool]]:
        """Of each output, the tokens before EOS, its hypothesis, its log-probability, and whether it ended.

        If none ended, the best hypothesis as it is.
        """
        steps, columns = np.nonzero(self._leading_ends)
        if steps.size:
            parents, log_probs = self._parents[steps, columns], self._log_probs[steps, columns]
            return [(*each, True) for each in zip(steps.tolist(), parents.tolist(), log_probs.tolist(), strict=True)]
        last = len(self._tokens) - 1
        log_prob = float(self._log_probs[last - 1, self._survivors[last - 1, 0]]) if last else 0.0
        return [(last, 0, log_prob, False)]

    def trace(self, step: int, hypothesis: int) -> tuple[IntArray, IntArray]:
        """(step,) the tokens of a hypothesis of a step, and at each step the hypothesis that it continued."""
        tokens, path = np.empty(step, dtype=np.int64), np.empty(step, dtype=np.int64)
        for earlier in range(step - 1, -1, -1):
            column = self._survivors[earlier, hypothesis]
            tokens[earlier] = self._tokens[earlier, column]
            path[earlier] = hypothesis = self._parents[earlier, column]
        return tokens, path


def _run(
    session: InferenceSession,
    sources: Sequence[Sequence[int]],
    limits: IntArray,
    config: DecodingConfig,
    more: Tensors,
    *,
    attention: bool,
) -> Tensors:
    """Run a graph, and name its outputs; attention among them on request, if the model has any."""
    names = [end.name for end in session.get_outputs() if attention or end.name != "attention"]
    inputs = {
        "source": rectangle(sources),
        "limits": limits,
        TRIPS: limits.max(keepdims=True) + 1,
        "min_length": np.array([config.min_length]),
        **more,
    }
    return dict(zip(names, session.run(names, inputs), strict=True))


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
