"""Beam search; a beam of 1 is greedy search.

Every step has five parts:

propose     the model proposes continuations of the live hypotheses
finish      a continuation with EOS is an output if it is among the ``beam`` best of all
survive     the ``beam`` best that do not end live on
stop        sentences that are done get no further step
advance     the survivors become the live hypotheses; sentences that are done leave the batch

A sentence is done as soon as
- its ``nbest`` best outputs beat whatever the live hypotheses can still become (:mod:`seq2seq.search.penalties`), or
- it has ``beam`` outputs, and the best of them scores no lower than the best live hypothesis as it is (a model that is
  sure of every token fills its beam with outputs that end too early), or
- its outputs would grow longer than its limit, or nothing is allowed to follow.

With phrases that must occur, the beam is shared in another way (:mod:`seq2seq.search.forced_phrases`).

Letters: N sentences still in the batch, K live hypotheses per sentence (dead ones have -inf), R = N x K rows, W
proposals per row, C candidates per sentence.
"""

import heapq
from collections.abc import Sequence
from typing import Generic, NamedTuple

import numpy as np
import numpy.typing as npt

from seq2seq.config.search_settings import SearchSettings
from seq2seq.search.budgets import Budgets
from seq2seq.search.buffer import FinishedHypothesis, HypothesisBuffer
from seq2seq.search.candidates import Candidates, FloatArray, best_candidates
from seq2seq.search.constraints import Constraints, likeliest
from seq2seq.search.forced_phrases import BEAM, RequiredPhrases
from seq2seq.search.hypothesis import APPENDED, STUCK, Hypothesis, truncated
from seq2seq.search.penalties import LengthPenalty
from seq2seq.search.stepper import IntArray, State, Stepper, places_of
from seq2seq.special import BOS, EOS


class Outputs:
    """The finished outputs of every sentence."""

    def __init__(self, sentences: int, nbest: int) -> None:
        self.finished: list[list[FinishedHypothesis]] = [[] for _ in range(sentences)]
        self.count = np.zeros(sentences, dtype=np.int64)
        self.best = np.full(sentences, -np.inf)
        """(N,) the highest score; -inf while there is none."""
        self.worst = np.full(sentences, -np.inf)
        """(N,) scores that the next output must beat to be among the ``nbest``; -inf while there are fewer."""
        self._nbest = nbest
        self._scores: list[list[float]] = [[] for _ in range(sentences)]

    def add(self, sentence: int, output: FinishedHypothesis) -> None:
        """Add one output."""
        self.finished[sentence].append(output)
        self.count[sentence] += 1
        self.best[sentence] = max(self.best[sentence], output.score)
        scores = self._scores[sentence]
        if len(scores) < self._nbest:
            heapq.heappush(scores, output.score)
        else:
            heapq.heappushpop(scores, output.score)
        if len(scores) == self._nbest:
            self.worst[sentence] = scores[0]


class Survivors(NamedTuple):
    """The hypotheses of the next step."""

    log_probs: FloatArray
    """(N, K), descending unless phrases are required; -inf if there is none."""
    tokens: IntArray
    """(N, K) their last tokens."""
    rows: IntArray
    """(N, K) the rows that they continue."""


def beam_search(
    stepper: Stepper[State],
    sources: Sequence[Sequence[int]],
    limits: IntArray,
    config: SearchSettings,
    *,
    budgets: Budgets | None = None,
    required: RequiredPhrases | None = None,
    attention: bool,
) -> list[list[Hypothesis]]:
    """Search for the likeliest outputs of one batch.

    Args:
        stepper: the model.
        sources: token ids without EOS, none empty.
        limits: (N,) the most tokens of each output, EOS excluded, at least 1.
        config: the beam, the constraints and the length penalty.
        budgets: of the sources; None: no token has one.
        required: phrases that the outputs must contain; None: there are none.
        attention: whether the outputs carry their attention weights.

    Returns:
        At most ``nbest`` distinct outputs per source, the best first. If none ends, the best hypothesis as it is.
    """
    search = _BeamSearch(stepper, sources, limits, config, budgets=budgets, required=required, attention=attention)
    while search.sentences.size:
        candidates = search.propose()
        search.finish(candidates)
        survivors = search.survive(candidates)
        done = search.stop(survivors)
        search.advance(survivors, ~done)
    return search.results()


class _BeamSearch(Generic[State]):
    """The state of one search; see :func:`beam_search`."""

    def __init__(
        self,
        stepper: Stepper[State],
        sources: Sequence[Sequence[int]],
        limits: IntArray,
        config: SearchSettings,
        *,
        budgets: Budgets | None,
        required: RequiredPhrases | None,
        attention: bool,
    ) -> None:
        self._stepper, self._config, self._required = stepper, config, required
        self._beam = config.beam if required is None else max(config.beam, BEAM)
        self._limits = limits
        self._places = [places_of(source) for source in sources]
        penalty = LengthPenalty(config.length_penalty, config.alpha)
        self._constraints = Constraints.from_config(config)
        self._budgets = budgets
        self._penalty = penalty
        self._ceilings = penalty.divisor(limits + 1)
        """(N,) divisors of the longest outputs, by which no hypothesis can score better than now."""
        self._outputs = Outputs(len(sources), config.nbest)
        self._hypotheses = HypothesisBuffer(len(sources), penalty, attention=attention)

        self.sentences: IntArray = np.arange(len(sources))
        """(N,) the sentences still in the batch, as indices into the sources."""
        self._log_probs = np.zeros((len(sources), 1))
        """(N, K) of the live hypotheses."""
        self._last: IntArray = np.full(len(sources), BOS, dtype=np.int64)
        """(R,) their last tokens."""
        self._state = stepper.start(sources) if required is None else required.start(stepper, sources)

    def propose(self) -> Candidates:
        """Let the model read the last tokens; the likeliest 2 K continuations of each sentence."""
        limits = np.repeat(self._limits[self.sentences], self._log_probs.shape[1])
        forbidden = self._constraints.forbidden(self._hypotheses.tokens, limits)
        if self._required is not None:
            forbidden = self._required.repeatable(forbidden)
        # Of one row, `beam` continuations can live on and one can end: no candidate beyond them matters.
        proposal, self._state = likeliest(
            self._stepper,
            self._last,
            self._state,
            self._beam + 1 if self._required is None else None,
            forbidden,
            budgets=self._budgets,
            room=limits - self._hypotheses.written,
            ordered=self._required is None,
        )
        self._hypotheses.record_attention(proposal.attention)
        if self._required is not None:
            room = self._limits[self.sentences] - self._hypotheses.written
            ended = self._outputs.count[self.sentences]
            return self._required.candidates(self._log_probs, proposal, room, ended, beam=self._beam)
        return best_candidates(self._log_probs, proposal.log_probs, proposal.tokens, count=2 * self._beam)

    def finish(self, candidates: Candidates) -> None:
        """Make outputs of the ``beam`` best candidates that end."""
        best = candidates.log_probs[:, : self._beam]
        ended = (candidates.tokens[:, : self._beam] == EOS) & (best > -np.inf)
        for place, column in np.argwhere(ended).tolist():
            row, log_prob = int(candidates.rows[place, column]), float(best[place, column])
            warning = APPENDED if self._budgets is not None and self._budgets.appended[row] else None
            self._outputs.add(
                int(self.sentences[place]), self._hypotheses.end(row, log_prob, finished=True, warning=warning)
            )

    def survive(self, candidates: Candidates) -> Survivors:
        """The ``beam`` best candidates that do not end."""
        ends = candidates.tokens == EOS
        index = np.arange(self.sentences.size)[:, None], np.argsort(ends, axis=1, kind="stable")[:, : self._beam]
        log_probs = np.where(ends[index], -np.inf, candidates.log_probs[index])
        return Survivors(log_probs, candidates.tokens[index], candidates.rows[index])

    def stop(self, survivors: Survivors) -> npt.NDArray[np.bool_]:
        """(N,) whether a sentence is done; one that is done without an output gets its best hypothesis as it is."""
        best = survivors.log_probs.max(axis=1)
        hopeless = self._outputs.worst[self.sentences] > best / self._ceilings[self.sentences]
        # By the best output alone, so that it does not depend on ``nbest``.
        ahead = self._outputs.best[self.sentences] >= best / self._penalty.divisor(self._hypotheses.written + 1)
        full = (self._outputs.count[self.sentences] >= self._beam) & ahead
        at_limit = self._limits[self.sentences] == self._hypotheses.written
        stuck = best == -np.inf
        done: npt.NDArray[np.bool_] = hopeless | full | at_limit | stuck
        for place in np.flatnonzero(done & (self._outputs.count[self.sentences] == 0)).tolist():
            sentence, row = int(self.sentences[place]), place * self._log_probs.shape[1]
            warning = truncated(int(self._limits[sentence])) if at_limit[place] else STUCK
            log_prob = float(self._log_probs[place, 0])
            self._outputs.add(sentence, self._hypotheses.end(row, log_prob, finished=False, warning=warning))
        return done

    def advance(self, survivors: Survivors, going: npt.NDArray[np.bool_]) -> None:
        """Extend the hypotheses of the sentences that are ``going`` on, and drop the others."""
        rows = survivors.rows[going].ravel()
        read = self._last.size
        self.sentences = self.sentences[going]
        self._log_probs = survivors.log_probs[going]
        self._last = survivors.tokens[going].ravel()
        if self.sentences.size:
            self._hypotheses.extend(rows, self._last)
            if self._required is not None:
                self._required.advance(rows, self._last)
            if self._budgets is not None:
                self._budgets.advance(rows, self._last)
            if rows.size != read or (rows != np.arange(rows.size)).any():
                self._state = self._stepper.select(self._state, rows)

    def results(self) -> list[list[Hypothesis]]:
        """At most ``nbest`` outputs per source, the best first."""
        return [
            [
                self._hypotheses.hypothesis(output, places)
                for output in sorted(finished, key=FinishedHypothesis.rank)[: self._config.nbest]
            ]
            for places, finished in zip(self._places, self._outputs.finished, strict=True)
        ]
