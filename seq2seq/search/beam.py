"""Beam search; a beam of 1 is greedy search.

At each step the hypotheses of a sentence propose their continuations; the ``beam`` best that do not end live on.
A continuation with EOS is an output if it is among the ``beam`` best of all. A sentence is done, and leaves the
batch, as soon as
- its ``nbest`` best outputs beat whatever the live hypotheses can still become (:mod:`seq2seq.search.penalties`), or
- it has ``beam`` outputs, or
- its outputs would grow longer than its limit, or nothing is allowed to follow.

Letters: N sentences still in the batch, K live hypotheses a sentence (in the order of their log-probabilities;
dead ones have -inf), R = N x K rows, W proposals a row, C candidates a sentence.
"""

import heapq
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from seq2seq.config.decoding import DecodingConfig
from seq2seq.search.buffer import FinishedHypothesis, HypothesisBuffer
from seq2seq.search.constraints import Constraints, allowed, largest, propose
from seq2seq.search.hypothesis import STUCK, Hypothesis, truncated
from seq2seq.search.penalties import LengthPenalty
from seq2seq.search.stepper import IntArray, State, Stepper
from seq2seq.special import BOS, EOS


class Outputs:
    """The outputs found so far, sentence by sentence."""

    def __init__(self, sentences: int, nbest: int) -> None:
        self.endings: list[list[FinishedHypothesis]] = [[] for _ in range(sentences)]
        self.count = np.zeros(sentences, dtype=np.int64)
        self.worst = np.full(sentences, -np.inf)
        """The score that the next output must beat to be among the ``nbest``; -inf while there are fewer."""
        self._nbest = nbest
        self._best: list[list[float]] = [[] for _ in range(sentences)]

    def add(self, sentence: int, ending: FinishedHypothesis) -> None:
        """Take in one output."""
        self.endings[sentence].append(ending)
        self.count[sentence] += 1
        best = self._best[sentence]
        if len(best) < self._nbest:
            heapq.heappush(best, ending.score)
        else:
            heapq.heappushpop(best, ending.score)
        if len(best) == self._nbest:
            self.worst[sentence] = best[0]


def beam_search(
    stepper: Stepper[State],
    sources: Sequence[Sequence[int]],
    limits: IntArray,
    config: DecodingConfig,
    *,
    attention: bool,
) -> list[list[Hypothesis]]:
    """Search for the likeliest outputs of one batch.

    Args:
        stepper: the model.
        sources: token ids without EOS, none empty.
        limits: (N,) the most tokens of each output, EOS excluded, at least 1.
        config: the beam, the constraints and the length penalty.
        attention: whether the outputs carry their attention weights.

    Returns:
        At most ``nbest`` distinct outputs a source, the best first. If none ends, the best hypothesis as it is.
    """
    penalty = LengthPenalty(config.length_penalty, config.alpha)
    constraints = Constraints.of(config)
    ceilings = penalty.divisor(limits + 1)
    outputs = Outputs(len(sources), config.nbest)
    trace = HypothesisBuffer(len(sources), penalty, attention=attention)

    sentences = np.arange(len(sources))
    log_probs = np.zeros((len(sources), 1))
    last = np.full(len(sources), BOS, dtype=np.int64)
    state = stepper.start(sources)
    while sentences.size:
        live = log_probs.shape[1]
        forbidden = constraints.forbidden(trace.tokens, np.repeat(limits[sentences], live))
        # Of one row, `beam` continuations can live on and one can end: no candidate beyond them matters.
        proposal, state = propose(stepper, last, state, config.beam + 1 + largest(forbidden))
        trace.record_attention(proposal.attention)
        steps = allowed(proposal, forbidden)
        best, tokens, parents = candidates(log_probs, steps, proposal.tokens, count=2 * config.beam)

        ends = tokens == EOS
        ending = ends[:, : config.beam] & (best[:, : config.beam] > -np.inf)
        for place, column in np.argwhere(ending).tolist():
            ended = trace.end(int(parents[place, column]), float(best[place, column]), finished=True)
            outputs.add(int(sentences[place]), ended)

        each = np.arange(sentences.size)[:, None]
        survivors = each, np.argsort(ends, axis=1, kind="stable")[:, : config.beam]  # the best that do not end
        survived = np.where(ends[survivors], -np.inf, best[survivors])
        hopeless = outputs.worst[sentences] > survived[:, 0] / ceilings[sentences]
        full = outputs.count[sentences] >= config.beam
        at_limit = limits[sentences] == trace.written
        stuck = survived[:, 0] == -np.inf
        done = hopeless | full | at_limit | stuck
        for place in np.flatnonzero(done & (outputs.count[sentences] == 0)).tolist():
            sentence = int(sentences[place])
            warning = truncated(int(limits[sentence])) if at_limit[place] else STUCK
            ended = trace.end(place * live, float(log_probs[place, 0]), finished=False, warning=warning)
            outputs.add(sentence, ended)

        going = ~done
        rows = parents[survivors][going].ravel()
        last = tokens[survivors][going].ravel()
        sentences, log_probs = sentences[going], survived[going]
        if sentences.size:
            trace.extend(rows, last)
            if rows.size != len(proposal.tokens) or (rows != np.arange(rows.size)).any():
                state = stepper.select(state, rows)

    return [
        [trace.hypothesis(ended, len(source)) for ended in sorted(endings, key=FinishedHypothesis.rank)[: config.nbest]]
        for source, endings in zip(sources, outputs.endings, strict=True)
    ]


def candidates(
    log_probs: npt.NDArray[np.float64], steps: npt.NDArray[np.float64], tokens: IntArray, *, count: int
) -> tuple[npt.NDArray[np.float64], IntArray, IntArray]:
    """The likeliest continuations of each sentence.

    Args:
        log_probs: (N, K) of the live hypotheses.
        steps: (N x K, W) log-probabilities of what may follow each.
        tokens: (N x K, W) the ids of what may follow.
        count: continuations wanted a sentence.

    Returns:
        Log-probabilities in descending order, tokens, and the rows that they continue, all (N, C), C at most ``count``.
    """
    sentences, live = log_probs.shape
    width = steps.shape[1]
    totals = (log_probs[:, :, None] + steps.reshape(sentences, live, width)).reshape(sentences, -1)
    each = np.arange(sentences)[:, None]
    order = np.argsort(-totals, axis=1, kind="stable")[:, :count]
    return totals[each, order], tokens.reshape(sentences, -1)[each, order], order // width + each * live
