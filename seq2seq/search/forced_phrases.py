"""Beam search with phrases that must occur: dynamic beam allocation (Post and Vilar 2018; Hu et al. 2019).

The hypotheses of a sentence are divided into banks, by the number of tokens that they still need to meet their
requirements. The beam is shared between the banks, however unlikely their hypotheses are, so that some hypothesis
meets everything at last; which requirement is met when, and where in the output, is left to the model.

The candidates of a step are (Post and Vilar 2018, section 3.1)
- the likeliest continuations of all hypotheses,
- the likeliest of each hypothesis,
- those that begin or continue a phrase, and the likeliest that completes a word which must not continue.
A phrase is begun where the model attends to the source tokens that it translates, so that it stands in the place of
another translation; elsewhere only if it is likely there anyway, or the output would end without it.

No candidate ends an output with unmet requirements, or leaves more to be written than the maximum length allows. Places
are given to the best candidate of each bank, then to the second of each, and so on (Hu et al. 2019, section 3.1).

Letters: N sentences, K live hypotheses per sentence, R = N x K rows, V target vocabulary, W proposals per row,
C candidates per sentence.
"""

from collections.abc import Sequence
from itertools import zip_longest

import numpy as np

from seq2seq.search.budgets import NOTHING
from seq2seq.search.candidates import Candidates, FloatArray, best_candidates, distinct
from seq2seq.search.phrases import Borders, PhraseAutomaton, PhraseState, Requirement
from seq2seq.search.stepper import FloatArray as AnyFloats
from seq2seq.search.stepper import IntArray, Proposal, State, Stepper, start_with
from seq2seq.special import EOS

BEAM = 10
"""Fewest hypotheses per step of a sentence with requirements (as in Post and Vilar 2018, section 4), so that every bank
gets some: also in greedy search."""

_ATTENDED = 0.5
"""Attention to a term, as a share of the greatest to another token, above which its translation may begin."""
_IMPOSSIBLE = 1 << 40
"""Bank, and rank, of candidates that get no place."""


class RequiredPhrases:
    """The requirements of a batch, and the progress of its live hypotheses.

    Args:
        requirements: of every sentence; the last ones are dropped if all do not fit into its maximum length.
        borders: of words.
        limits: (N,) the most tokens of each output, EOS excluded.
    """

    def __init__(self, requirements: Sequence[Sequence[Requirement]], borders: Borders, limits: IntArray) -> None:
        self._closers = borders.closers
        self._automata = [
            PhraseAutomaton(_fitting(of_sentence, limit), borders)
            for of_sentence, limit in zip(requirements, limits.tolist(), strict=True)
        ]
        self._tokens = sorted(set().union(*(automaton.tokens for automaton in self._automata)))
        self._states = [automaton.start() for automaton in self._automata]
        """(R,) of every live hypothesis."""

    def start(self, stepper: Stepper[State], sources: Sequence[Sequence[int]]) -> State:
        """Start the model; a shortlist gets the tokens of the phrases."""
        return start_with(stepper, sources, [sorted(automaton.tokens) for automaton in self._automata])

    def repeatable(self, forbidden: IntArray) -> IntArray:
        """The forbidden tokens (R, F) without those that begin or continue a phrase."""
        if not np.isin(forbidden, self._tokens).any():
            return forbidden
        advancing = [np.isin(row, list(state.advancing)) for row, state in zip(forbidden, self._states, strict=True)]
        return np.where(advancing, NOTHING, forbidden)

    def candidates(
        self, log_probs: FloatArray, proposal: Proposal, room: IntArray, ended: IntArray, *, beam: int
    ) -> Candidates:
        """The first ``2 x beam`` continuations of each sentence, in the order in which they get a place.

        Args:
            log_probs: (N, K) of the live hypotheses.
            proposal: the whole vocabulary by token id (R, V), -inf where a token is forbidden.
            room: (N,) tokens that may still be written, EOS excluded.
            ended: (N,) outputs of each sentence so far.
            beam: places per sentence.
        """
        head = _head(proposal.log_probs, beam + 1)
        late = self._late(head, room, ended)
        forced = self._forced(proposal, late)
        single, count = head.tokens[:, :1], log_probs.shape[1]
        several = (
            best_candidates(log_probs, forced.log_probs, forced.tokens, count=count * forced.tokens.shape[1]),
            best_candidates(log_probs, head.log_probs[:, :1], single, count=count),
            best_candidates(log_probs, head.log_probs, head.tokens, count=2 * beam),
        )
        joined = Candidates(*(np.concatenate(parts, axis=1) for parts in zip(*several, strict=True)))
        return self._shared(distinct(joined), room, count=2 * beam)

    def advance(self, rows: IntArray, tokens: IntArray) -> None:
        """Continue rows (any selection, in any order) by one token each."""
        pairs = zip(rows.tolist(), tokens.tolist(), strict=True)
        self._states = [self._states[row].after(token) for row, token in pairs]

    def _late(self, head: Proposal, room: IntArray, ended: IntArray) -> list[bool]:
        """For every row, whether phrases must begin, though the model attends to something else.

        They must where the model would rather end, or just enough room is left, unless another hypothesis of the
        sentence needs fewer tokens, or has ended.
        """
        remaining = np.array([state.remaining for state in self._states]).reshape(room.size, -1)
        pressed = (head.tokens[:, 0] == EOS).reshape(remaining.shape) | (remaining >= room[:, None])
        first = (remaining == remaining.min(axis=1, keepdims=True)) & (ended == 0)[:, None]
        late: list[bool] = (pressed & first).ravel().tolist()
        return late

    def _forced(self, proposal: Proposal, late: Sequence[bool]) -> Proposal:
        """For every row, the tokens that bring it closer to its requirements, and the best that completes a word.

        A phrase begins where the model attends to what it translates, more than to any other token of the source.
        """
        log_probs, rows = proposal.log_probs, np.arange(len(self._states))
        allowed: list[list[int]] = []
        for row, state in enumerate(self._states):
            attention = None if proposal.attention is None or late[row] else proposal.attention[row]
            attended = -1 if attention is None else self._attended(state, attention)
            allowed.append([token for token, begun in state.advancing.items() if begun < 0 or begun & attended])
        columns = [np.array(column, dtype=np.int64) for column in zip_longest(*allowed, fillvalue=NOTHING)]
        waiting = [row for row, state in enumerate(self._states) if state.waiting]
        closing: IntArray = np.full(rows.size, NOTHING, dtype=np.int64)
        closing[waiting] = np.where(self._closers, log_probs[waiting], -np.inf).argmax(axis=1)
        tokens = np.stack([*columns, closing], axis=1)
        missing = tokens == NOTHING
        return Proposal(np.where(missing, -np.inf, log_probs[rows[:, None], tokens]), np.where(missing, EOS, tokens))

    @staticmethod
    def _attended(state: PhraseState, attention: FloatArray) -> int:
        """The unmet requirements, as bits, to whose source the model attends; those without a source included."""
        attended = 0
        for number, requirement in enumerate(state.automaton.requirements):
            if state.progress.unmet >> number & 1:
                start, end = requirement.source or (0, 0)
                others = max(attention[:start].max(initial=0), attention[end:].max(initial=0))
                if start == end or attention[start:end].sum() >= _ATTENDED * others:
                    attended |= 1 << number
        return attended

    def _shared(self, candidates: Candidates, room: IntArray, *, count: int) -> Candidates:
        """Give places to the candidates of all banks in turn."""
        log_probs, tokens, rows = candidates
        banks = np.full(log_probs.shape, _IMPOSSIBLE)
        for place, column in np.argwhere(log_probs > -np.inf).tolist():
            state, token = self._states[rows[place, column]], int(tokens[place, column])
            if token != EOS:
                banks[place, column] = state.after(token).remaining
            elif state.complete:
                banks[place, column] = 0
        ends = tokens == EOS
        fits = (banks < room[:, None]) | (ends & (banks < _IMPOSSIBLE))
        possible = np.where(fits.any(axis=1, keepdims=True), fits, banks < _IMPOSSIBLE)
        banks = np.where(possible, banks, _IMPOSSIBLE)

        sentence = np.arange(len(banks))[:, None]
        order = np.lexsort((-log_probs, banks), axis=-1)
        sorted_banks = banks[sentence, order]
        positions = np.arange(order.shape[-1])
        begins = np.diff(sorted_banks, axis=1, prepend=-1) > 0
        ranks = positions - np.maximum.accumulate(np.where(begins, positions, 0), axis=1)
        ranks = np.where(sorted_banks == _IMPOSSIBLE, _IMPOSSIBLE, ranks)
        order = order[sentence, np.lexsort((sorted_banks, ranks), axis=-1)[:, :count]]
        chosen = np.where(possible, log_probs, -np.inf)[sentence, order]
        return Candidates(chosen, tokens[sentence, order], rows[sentence, order])


def _fitting(requirements: Sequence[Requirement], limit: int) -> list[Requirement]:
    """The first requirements, as many as an output of at most ``limit`` tokens can meet."""
    needed = np.cumsum([requirement.shortest for requirement in requirements])
    return list(requirements[: int((needed <= limit).sum())])


def _head(log_probs: AnyFloats, width: int) -> Proposal:
    """The likeliest ``width`` tokens of each row of (R, V), equally likely ones in the order of their ids."""
    width = min(width, log_probs.shape[1])
    tokens = np.argpartition(-log_probs, width - 1, axis=1)[:, :width]
    least = np.take_along_axis(log_probs, tokens, axis=1).min(axis=1)
    tied = ((log_probs >= least[:, None]).sum(axis=1) > width) & (least > -np.inf)
    tokens[tied] = np.argsort(-log_probs[tied], axis=1, kind="stable")[:, :width]
    best = np.take_along_axis(log_probs, tokens, axis=1)
    order = np.lexsort((tokens, -best), axis=-1)
    return Proposal(np.take_along_axis(best, order, axis=1), np.take_along_axis(tokens, order, axis=1))
