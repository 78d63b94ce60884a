"""Sampling outputs from a model, rather than searching for the likeliest.

Every sample of sentence i is determined by (seed, offset of i), whatever else is in the batch.

Letters: R rows (live samples), W proposals per row.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from seq2seq.config.search_settings import SearchSettings
from seq2seq.search.budgets import Budgets
from seq2seq.search.buffer import FinishedHypothesis, HypothesisBuffer
from seq2seq.search.constraints import Constraints, likeliest
from seq2seq.search.hypothesis import APPENDED, STUCK, Hypothesis, truncated
from seq2seq.search.penalties import LengthPenalty
from seq2seq.search.stepper import FloatArray, IntArray, State, Stepper, places_of
from seq2seq.special import BOS, EOS


def sample(
    stepper: Stepper[State],
    sources: Sequence[Sequence[int]],
    limits: IntArray,
    config: SearchSettings,
    *,
    offsets: Sequence[int],
    budgets: Budgets | None = None,
    attention: bool,
) -> list[list[Hypothesis]]:
    """Sample ``nbest`` outputs for each source of one batch.

    Args:
        stepper: the model.
        sources: token ids without EOS, none empty.
        limits: (N,) the most tokens of each output, EOS excluded, at least 1.
        config: temperature, top-k, top-p, seed, and the constraints.
        offsets: which sentence of the whole input each source is.
        budgets: of the sources; None: no token has one.
        attention: whether the outputs carry their attention weights.

    Returns:
        ``nbest`` samples per source, sorted by score; an output may occur more than once.
    """
    samples = config.nbest
    constraints = Constraints.from_config(config)
    hypotheses = HypothesisBuffer(
        len(sources) * samples, LengthPenalty(config.length_penalty, config.alpha), attention=attention
    )
    finished: list[list[FinishedHypothesis]] = [[] for _ in sources]

    sentences = np.repeat(np.arange(len(sources)), samples)
    chances = uniforms(config.seed, offsets, samples, limits)
    log_probs = np.zeros(sentences.size)
    last = np.full(sentences.size, BOS, dtype=np.int64)
    state = stepper.start(sources)
    if samples > 1:
        state = stepper.select(state, sentences)
    if budgets is not None:
        budgets.advance(sentences)
    while sentences.size:
        forbidden = constraints.forbidden(hypotheses.tokens, limits[sentences])
        room = limits[sentences] - hypotheses.written
        width = config.top_k or None
        proposal, state = likeliest(stepper, last, state, width, forbidden, budgets=budgets, room=room)
        hypotheses.record_attention(proposal.attention)
        steps = proposal.log_probs
        chosen, possible = choose(
            steps,
            chances[:, hypotheses.written],
            temperature=config.temperature,
            top_k=config.top_k,
            top_p=config.top_p,
        )
        extended = log_probs + steps[np.arange(sentences.size), chosen]
        last = tokens_at(chosen, steps, proposal.tokens)

        ends = possible & (last == EOS)
        at_limit = limits[sentences] == hypotheses.written
        done = ends | at_limit | ~possible
        for row in np.flatnonzero(done).tolist():
            sentence = int(sentences[row])
            if ends[row]:
                warning = APPENDED if budgets is not None and budgets.appended[row] else None
                ended = hypotheses.end(row, float(extended[row]), finished=True, warning=warning)
            else:
                warning = truncated(int(limits[sentence])) if at_limit[row] else STUCK
                ended = hypotheses.end(row, float(log_probs[row]), finished=False, warning=warning)
            finished[sentence].append(ended)

        rows = np.flatnonzero(~done)
        sentences, chances, log_probs, last = sentences[rows], chances[rows], extended[rows], last[rows]
        if rows.size:
            hypotheses.extend(rows, last)
            if budgets is not None:
                budgets.advance(rows, last)
            if done.any():
                state = stepper.select(state, rows)

    return [
        [hypotheses.hypothesis(ended, places_of(source)) for ended in sorted(outputs, key=FinishedHypothesis.rank)]
        for source, outputs in zip(sources, finished, strict=True)
    ]


def uniforms(seed: int, offsets: Sequence[int], samples: int, limits: IntArray) -> npt.NDArray[np.float64]:
    """(N x samples, longest limit + 1) numbers in [0, 1): one row of them determines the tokens of one sample."""
    chances = np.zeros((len(offsets), samples, int(limits.max(initial=0)) + 1))
    for sentence, (offset, limit) in enumerate(zip(offsets, limits.tolist(), strict=True)):
        chances[sentence, :, : limit + 1] = np.random.default_rng((seed, offset)).random((samples, limit + 1))
    return chances.reshape(len(offsets) * samples, -1)


def choose(
    log_probs: FloatArray, chances: npt.NDArray[np.float64], *, temperature: float, top_k: int, top_p: float
) -> tuple[IntArray, npt.NDArray[np.bool_]]:
    """Sample one column of every row, by the inverse of the cumulative distribution.

    Args:
        log_probs: (R, W) unnormalised, in descending order except -inf, which is never sampled.
        chances: (R,) uniform numbers in [0, 1).
        temperature: divides them.
        top_k: sample from the k likeliest (0: all).
        top_p: sample from the likeliest that together reach this share of the probability.

    Returns:
        (R,) columns, and (R,) whether any column is possible.
    """
    possible = log_probs > -np.inf
    feasible: npt.NDArray[np.bool_] = np.any(possible, axis=1)
    highest = np.where(feasible, log_probs.max(axis=1), 0.0)
    with np.errstate(over="ignore"):  # near 0, a temperature leaves the likeliest alone
        weights = np.exp((log_probs - highest[:, None]) / temperature)
    if top_k:
        weights[np.cumsum(possible, axis=1) > top_k] = 0.0
    if top_p < 1.0:
        cumulative = np.cumsum(weights, axis=1)
        weights[cumulative - weights >= top_p * cumulative[:, -1:]] = 0.0
    cumulative = np.cumsum(weights, axis=1)
    columns: IntArray = (cumulative <= (chances * cumulative[:, -1])[:, None]).sum(axis=1)
    last = weights.shape[1] - 1 - np.argmax(weights[:, ::-1] > 0.0, axis=1)  # rounding may point beyond it
    return np.minimum(columns, last), feasible


def tokens_at(columns: IntArray, log_probs: FloatArray, tokens: IntArray) -> IntArray:
    """(R,) the tokens in some columns of (R, W), as if equally likely tokens were in the order of their ids.

    An engine's order of them is arbitrary.
    """
    rows = np.arange(len(columns))
    found: IntArray = tokens[rows, columns]
    same = log_probs == log_probs[rows, columns][:, None]
    for row in np.flatnonzero(np.count_nonzero(same, axis=1) > 1).tolist():
        places = np.flatnonzero(same[row])
        found[row] = np.sort(tokens[row, places])[np.searchsorted(places, columns[row])]
    return found
