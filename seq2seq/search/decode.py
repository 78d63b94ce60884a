"""Search for the outputs of sources, and scores of given outputs."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from seq2seq.config.search_settings import SearchSettings
from seq2seq.errors import ConfigError
from seq2seq.search.budgets import Budgets
from seq2seq.search.hypothesis import Hypothesis
from seq2seq.search.stepper import IntArray, Scorer, State, Stepper, step_whole
from seq2seq.search.whole import whole_search
from seq2seq.special import BOS, EOS

if TYPE_CHECKING:
    from seq2seq.search.phrases import Requirements

NO_OUTPUT = Hypothesis(tokens=(), log_prob=0.0, score=0.0, finished=True)
"""The output of an empty source."""


def search(
    stepper: Stepper[State],
    sources: Sequence[Sequence[int]],
    config: SearchSettings,
    *,
    offsets: Sequence[int] | None = None,
    budgets: Sequence[Mapping[int, int]] | None = None,
    pairs: Mapping[int, int] | None = None,
    space: int | None = None,
    required: Requirements | None = None,
    attention: bool = True,
    from_nothing: bool = False,
) -> list[list[Hypothesis]]:
    """Search for, or sample, the outputs of every source.

    No output depends on which sources share a call, on their order, or on ``config.batch_size``.

    Args:
        stepper: the model.
        sources: token ids without EOS; or vectors (S, N).
        config: how to search.
        offsets: position of each source in the whole input, for `sample` (by default 0, 1, 2 ...).
        budgets: for each source, how often some tokens (the same for all sources) occur in its output: exactly so
            often, as far as the model gives them a probability. The limits of length and other constraints yield.
        pairs: the opening token of each closing one among those with budgets, of which every source has equally many.
            They are nested in the output, as brackets are.
        space: the token of a space, which may stand between tokens with budgets that are left at the end.
        required: phrases that the outputs must contain. A source with some is searched with a beam of at least
            :data:`~seq2seq.search.forced_phrases.BEAM`; its output lacks those that do not fit into the maximum length,
            or have no probability.
        attention: whether the outputs carry their attention weights, if the model has any.
        from_nothing: whether the model reads empty sources; if not, their output is empty.

    Returns:
        For every source at least one output and at most ``nbest``, the best first; those of a beam are distinct.

    Raises:
        ConfigError: ``nbest`` exceeds the beam; or outputs with required phrases are to be sampled.
        ModelError: the model computes NaN.
    """
    if config.method == "beam" and config.nbest > config.beam:
        problem = f"nbest: {config.nbest} outputs need a beam of at least as many, not of {config.beam}"
        raise ConfigError("decoding", [problem], code="decoding.nbest")
    if config.method == "sample" and required is not None:
        problem = "method: outputs with required phrases are searched for with a beam, not sampled"
        raise ConfigError("decoding", [problem], code="decoding.required")
    if offsets is None:
        offsets = range(len(sources))
    results: list[list[Hypothesis]] = [[NO_OUTPUT] for _ in sources]
    # Sentences of similar length end together, and waste little padding; those with required phrases have wider beams.
    free: list[int] = []
    bound: list[int] = []
    read = (i for i, source in enumerate(sources) if len(source) or from_nothing)
    for i in sorted(read, key=lambda i: -len(sources[i])):
        (bound if required is not None and required.of_sources[i] else free).append(i)
    size = config.batch_size
    for batch in [group[start : start + size] for group in (free, bound) for start in range(0, len(group), size)]:
        batch_sources = [sources[i] for i in batch]
        limits = max_lengths(batch_sources, config)
        if budgets is None:
            of_batch = None
        else:
            of_batch = Budgets([budgets[i] for i in batch], stepper.vocabulary, pairs, space)
            limits = np.maximum(limits, of_batch.total())
        phrases = None
        if required is not None and required.of_sources[batch[0]]:
            from seq2seq.search.forced_phrases import RequiredPhrases

            phrases = RequiredPhrases([required.of_sources[i] for i in batch], required.borders, limits)
        batch_offsets = [offsets[i] for i in batch]
        plain = budgets is None and phrases is None
        whole = whole_search(stepper, config, sources=len(batch), attention=attention) if plain else None
        if whole is not None:
            outputs = whole(batch_sources, limits, config, offsets=batch_offsets, attention=attention)
        elif config.method == "beam":
            from seq2seq.search.beam import beam_search

            outputs = beam_search(
                stepper, batch_sources, limits, config, budgets=of_batch, required=phrases, attention=attention
            )
        else:
            from seq2seq.search.sampling import sample

            outputs = sample(
                stepper, batch_sources, limits, config, offsets=batch_offsets, budgets=of_batch, attention=attention
            )
        for i, output in zip(batch, outputs, strict=True):
            results[i] = output
    return results


def max_lengths(sources: Sequence[Sequence[int]], config: SearchSettings) -> IntArray:
    """(N,) the most tokens of each output, EOS excluded; at least 1."""
    ratio, extra = config.max_length_ratio, config.max_length_extra
    return np.array([math.ceil(ratio * len(source) + extra) for source in sources], dtype=np.int64)


def score_targets(
    stepper: Stepper[State], sources: Sequence[Sequence[int]], targets: Sequence[Sequence[int]]
) -> npt.NDArray[np.float64]:
    """Log-probabilities of given outputs.

    Args:
        stepper: the model.
        sources: token ids without EOS, N of them, none empty.
        targets: the output of each, without EOS.

    Returns:
        (N,) log-probabilities in nats, that of EOS included; -inf if the model never writes it.
    """
    log_probs = np.zeros(len(sources))
    if not len(sources):
        return log_probs
    if isinstance(stepper, Scorer):
        return stepper.score(sources, targets).astype(np.float64)
    lengths = np.array([len(target) for target in targets])
    forced = np.full((len(sources), int(lengths.max()) + 1), EOS, dtype=np.int64)
    for row, target in enumerate(targets):
        forced[row, : len(target)] = target
    live = np.arange(len(sources))
    last = np.full(len(sources), BOS, dtype=np.int64)
    state = stepper.start(sources)
    for step in range(forced.shape[1]):
        wanted = forced[live, step]
        proposal, state = step_whole(stepper, last, state)
        log_probs[live] += proposal.log_probs[np.arange(len(live)), wanted]
        rows = np.flatnonzero(lengths[live] > step)
        live, last = live[rows], wanted[rows]
        if 0 < rows.size < len(proposal.tokens):
            state = stepper.select(state, rows)
    return log_probs
