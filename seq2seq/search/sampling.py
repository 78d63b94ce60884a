"""Drawing outputs from a model, rather than searching for the likeliest.

Every draw of sentence i is decided by (seed, offset of i), whatever else is in the batch.

Letters: R rows (live draws), W proposals a row.
"""

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


def sample(
    stepper: Stepper[State],
    sources: Sequence[Sequence[int]],
    limits: IntArray,
    config: DecodingConfig,
    *,
    offsets: Sequence[int],
    attention: bool,
) -> list[list[Hypothesis]]:
    """Draw ``nbest`` outputs for each source of one batch.

    Args:
        stepper: the model.
        sources: token ids without EOS, none empty.
        limits: (N,) the most tokens of each output, EOS excluded, at least 1.
        config: temperature, top-k, top-p, seed, and the constraints.
        offsets: which sentence of the whole input each source is.
        attention: whether the outputs carry their attention weights.

    Returns:
        ``nbest`` draws a source, sorted by score; a draw may occur more than once.
    """
    draws = config.nbest
    constraints = Constraints.from_config(config)
    trace = HypothesisBuffer(
        len(sources) * draws, LengthPenalty(config.length_penalty, config.alpha), attention=attention
    )
    endings: list[list[FinishedHypothesis]] = [[] for _ in sources]

    sentences = np.repeat(np.arange(len(sources)), draws)
    chances = uniforms(config.seed, offsets, draws, limits)
    log_probs = np.zeros(sentences.size)
    last = np.full(sentences.size, BOS, dtype=np.int64)
    state = stepper.start(sources)
    if draws > 1:
        state = stepper.select(state, sentences)
    while sentences.size:
        forbidden = constraints.forbidden(trace.tokens, limits[sentences])
        if config.top_k:
            proposal, state = propose(stepper, last, state, config.top_k + largest(forbidden))
        else:
            proposal, state = stepper.step(last, state, stepper.vocabulary)
        trace.record_attention(proposal.attention)
        steps = allowed(proposal, forbidden)
        chosen, possible = choose(
            steps / config.temperature, chances[:, trace.written], top_k=config.top_k, top_p=config.top_p
        )
        each = np.arange(sentences.size)
        extended = log_probs + steps[each, chosen]
        last = proposal.tokens[each, chosen]

        ends = possible & (last == EOS)
        at_limit = limits[sentences] == trace.written
        done = ends | at_limit | ~possible
        for row in np.flatnonzero(done).tolist():
            sentence = int(sentences[row])
            if ends[row]:
                ended = trace.end(row, float(extended[row]), finished=True)
            else:
                warning = truncated(int(limits[sentence])) if at_limit[row] else STUCK
                ended = trace.end(row, float(log_probs[row]), finished=False, warning=warning)
            endings[sentence].append(ended)

        rows = np.flatnonzero(~done)
        sentences, chances, log_probs, last = sentences[rows], chances[rows], extended[rows], last[rows]
        if rows.size:
            trace.extend(rows, last)
            if done.any():
                state = stepper.select(state, rows)

    return [
        [trace.hypothesis(ended, len(source)) for ended in sorted(drawn, key=FinishedHypothesis.rank)]
        for source, drawn in zip(sources, endings, strict=True)
    ]


def uniforms(seed: int, offsets: Sequence[int], draws: int, limits: IntArray) -> npt.NDArray[np.float64]:
    """(N x draws, longest limit + 1) numbers in [0, 1): row for row, those that decide the tokens of one draw."""
    chances = np.zeros((len(offsets), draws, int(limits.max(initial=0)) + 1))
    for sentence, (offset, limit) in enumerate(zip(offsets, limits.tolist(), strict=True)):
        chances[sentence, :, : limit + 1] = np.random.default_rng((seed, offset)).random((draws, limit + 1))
    return chances.reshape(len(offsets) * draws, -1)


def choose(
    log_weights: npt.NDArray[np.float64], chances: npt.NDArray[np.float64], *, top_k: int, top_p: float
) -> tuple[IntArray, npt.NDArray[np.bool_]]:
    """Draw one column of every row, by the inverse of the cumulative distribution.

    Args:
        log_weights: (R, W) unnormalised, in descending order but for -inf, which is never drawn.
        chances: (R,) uniform numbers in [0, 1).
        top_k: draw from so many of the likeliest (0: all).
        top_p: draw from the likeliest that hold this share of the probability, the one that reaches it included.

    Returns:
        (R,) columns, and (R,) whether there was anything to draw.
    """
    possible = log_weights > -np.inf
    anything: npt.NDArray[np.bool_] = np.any(possible, axis=1)
    highest = np.where(anything, log_weights.max(axis=1), 0.0)
    weights = np.exp(log_weights - highest[:, None])
    if top_k:
        weights[np.cumsum(possible, axis=1) > top_k] = 0.0
    if top_p < 1.0:
        cumulative = np.cumsum(weights, axis=1)
        weights[cumulative - weights >= top_p * cumulative[:, -1:]] = 0.0
    cumulative = np.cumsum(weights, axis=1)
    columns: IntArray = (cumulative <= (chances * cumulative[:, -1])[:, None]).sum(axis=1)
    last = weights.shape[1] - 1 - np.argmax(weights[:, ::-1] > 0.0, axis=1)  # rounding may point beyond it
    return np.minimum(columns, last), anything
