"""Requirements of phrases for tests of search."""

from collections.abc import Sequence

import numpy as np

from seq2seq.search.phrases import Borders, Phrase, PhraseAutomaton, PhraseState, Requirement


def plain(*phrases: Sequence[int]) -> Requirement:
    """Alternatives without borders."""
    return Requirement(tuple(Phrase(tuple(phrase)) for phrase in phrases))


def borders(
    vocabulary: int = 10, *, openers: Sequence[int] = (), starters: Sequence[int] = (), closers: Sequence[int] = ()
) -> Borders:
    """Some tokens beside which words begin and end."""
    ids = np.arange(vocabulary)
    return Borders(np.isin(ids, openers), np.isin(ids, starters), np.isin(ids, closers))


def followed(automaton: PhraseAutomaton, tokens: Sequence[int]) -> PhraseState:
    """The state after some tokens."""
    state = automaton.start()
    for token in tokens:
        state = state.after(token)
    return state
