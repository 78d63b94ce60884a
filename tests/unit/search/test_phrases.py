"""Which requirements an output meets, token by token."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.phrases import borders, followed, plain

from seq2seq.search.phrases import Phrase, PhraseAutomaton, Requirement, Start

WORDS = borders(openers=[8], starters=[9], closers=[7, 8, 9])
"""8 is a bracket, 9 a full stop; 7 begins a word."""


def automaton(*requirements: Requirement | tuple[Phrase, ...]) -> PhraseAutomaton:
    wrapped = [Requirement(one) if isinstance(one, tuple) else one for one in requirements]
    return PhraseAutomaton(wrapped, WORDS)


@pytest.mark.parametrize(
    ("tokens", "complete"),
    [
        ([4, 5], True),
        ([6, 4, 5, 6], True),
        ([4, 4, 5], True),
        ([4, 6, 5], False),
        ([5, 4], False),
    ],
)
def test_a_phrase_occurs_as_a_whole(tokens: list[int], *, complete: bool) -> None:
    assert followed(automaton(plain([4, 5])), tokens).complete == complete


@pytest.mark.parametrize(("tokens", "complete"), [([4], True), ([5, 6], True), ([5], False), ([6], False)])
def test_any_alternative_meets_a_requirement(tokens: list[int], *, complete: bool) -> None:
    assert followed(automaton(plain([4], [5, 6])), tokens).complete == complete


def test_each_requirement_needs_an_occurrence_of_its_own() -> None:
    twice = automaton(plain([4, 5]), plain([4, 5]))
    assert not followed(twice, [4, 5, 6]).complete
    assert followed(twice, [4, 5, 6, 4, 5]).complete


def test_the_longest_phrase_is_taken() -> None:
    nested = automaton(plain([4, 5]), plain([5]))  # New York, and York
    assert not followed(nested, [4, 5]).complete
    assert followed(nested, [4, 5, 5]).complete
    assert followed(nested, [5, 4, 5]).complete


def test_a_phrase_that_fails_hides_none_that_begins_within() -> None:
    assert followed(automaton(plain([4, 4, 5]), plain([4, 6])), [4, 4, 6, 4, 4, 5]).complete
    assert followed(automaton(plain([4, 5, 6]), plain([5, 7])), [4, 5, 7, 4, 5, 6]).complete


def test_a_shared_phrase_counts_for_the_requirement_that_takes_most_without_it() -> None:
    assert followed(automaton(plain([4], [5]), plain([4])), [4, 5]).complete


def test_a_word_must_not_continue() -> None:
    word = automaton((Phrase((7, 4), before_closer=True),))
    assert followed(word, [7, 4]).complete  # the end closes it
    assert followed(word, [7, 4, 9]).complete
    assert not followed(word, [7, 4, 5]).complete
    assert followed(word, [7, 4, 5, 7, 4, 8]).complete


def test_a_word_without_a_space_follows_an_opener() -> None:
    word = automaton((Phrase((7, 4), before_closer=True), Phrase((4,), Start.AFTER_OPENER, before_closer=True)))
    assert followed(word, [8, 4]).complete
    assert followed(word, [8, 4, 8]).complete
    assert not followed(word, [6, 4]).complete
    assert not followed(word, [8, 4, 5]).complete


def test_a_capital_only_begins_a_sentence() -> None:
    word = automaton((Phrase((6, 4), Start.SENTENCE),))
    assert followed(word, [6, 4]).complete
    assert followed(word, [5, 9, 6, 4]).complete
    assert not followed(word, [5, 6, 4]).complete
    assert word.start().advancing == {6: 1}
    assert word.start().after(5).advancing == {}


def test_what_remains_falls_by_one_with_every_advancing_token() -> None:
    both = automaton(plain([4, 5, 6]), plain([5]))
    state = both.start()
    assert (state.remaining, list(state.advancing)) == (4, [4, 5])
    for token, remaining in ((4, 3), (5, 2), (6, 1), (5, 0)):
        assert token in state.advancing
        state = state.after(token)
        assert state.remaining == remaining
    assert state.complete
    assert state.advancing == {}


def test_a_phrase_that_counts_in_some_places_only_is_no_measure_of_what_remains() -> None:
    start = automaton((Phrase((7, 4), before_closer=True), Phrase((4,), Start.AFTER_OPENER))).start()
    assert (start.remaining, list(start.advancing)) == (2, [7])
    assert list(start.after(8).advancing) == [4, 7]


def test_leaving_a_phrase_costs_its_tokens() -> None:
    state = automaton(plain([4, 5, 6])).start().after(4).after(5)
    assert (state.remaining, state.advancing) == (1, {6: -1})
    assert state.after(7).remaining == 3


def test_states_are_shared() -> None:
    start = automaton(plain([4, 5])).start()
    assert start.after(6) is start.after(7).after(6)


phrases = st.lists(st.integers(4, 6), min_size=1, max_size=3)
required = st.lists(st.lists(phrases, min_size=1, max_size=2), min_size=1, max_size=3)


@settings(max_examples=200, deadline=None)
@given(required, st.lists(st.integers(4, 7), max_size=8))
def test_what_is_complete_contains_every_phrase_apart(requirements: list[list[list[int]]], tokens: list[int]) -> None:
    state = followed(automaton(*(plain(*one) for one in requirements)), tokens)
    if state.complete:
        assert placed(requirements, tokens)
    if all(len(one) == 1 for one in requirements) and len({tuple(one[0]) for one in requirements}) == 1:
        assert state.complete == placed(requirements, tokens)


@settings(max_examples=200, deadline=None)
@given(required, st.lists(st.integers(4, 7), max_size=6))
def test_advancing_tokens_lead_to_the_end(requirements: list[list[list[int]]], tokens: list[int]) -> None:
    state = followed(automaton(*(plain(*one) for one in requirements)), tokens)
    for _ in range(20):
        assert state.complete == (state.remaining == 0)
        # A phrase that begins like a longer alternative may need another token behind it.
        state = state if state.complete else state.after(next(iter(state.advancing), 7))
    assert state.complete


def placed(requirements: list[list[list[int]]], tokens: list[int]) -> bool:
    """Whether every requirement has an occurrence that overlaps no other's, by trying all."""
    if not requirements:
        return True
    first, *others = requirements
    return any(
        placed(others, [*tokens[:start], *[0] * len(phrase), *tokens[start + len(phrase) :]])
        for phrase in first
        for start in range(len(tokens) - len(phrase) + 1)
        if tokens[start : start + len(phrase)] == phrase
    )
