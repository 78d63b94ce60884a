"""What an output must not contain."""

import numpy as np
import pytest
from support.toy_stepper import ToyStepper, only

from seq2seq.errors import ModelError
from seq2seq.search.constraints import NOTHING, Constraints, allowed, in_order, largest, propose
from seq2seq.search.stepper import Proposal
from seq2seq.special import BOS, EOS, UNK

NONE = Constraints(min_length=0, no_repeat_ngram=0, allow_unknown=True)


def forbidden(constraints: Constraints, *history: list[int], limit: int = 9) -> list[set[int]]:
    tokens = np.array(history, dtype=np.int64).reshape(len(history), -1)
    found = constraints.forbidden(tokens, np.full(len(history), limit))
    return [set(row) - {NOTHING} for row in found.tolist()]


def test_no_rules_forbid_nothing() -> None:
    assert forbidden(NONE, [4, 4], [5, 4]) == [set(), set()]


def test_the_unknown_token_unless_allowed() -> None:
    assert forbidden(Constraints(0, 0, allow_unknown=False), [4, 4], [5, 4]) == [{UNK}, {UNK}]


@pytest.mark.parametrize(("written", "expected"), [([], {EOS}), ([4], {EOS}), ([4, 5], set())])
def test_no_end_before_the_minimum(written: list[int], expected: set[int]) -> None:
    assert forbidden(Constraints(2, 0, allow_unknown=True), written) == [expected]


def test_a_minimum_above_the_maximum_yields() -> None:
    assert forbidden(Constraints(5, 0, allow_unknown=True), [4, 4], limit=2) == [set()]


def test_no_token_twice() -> None:
    assert forbidden(Constraints(0, 1, allow_unknown=True), [4, 5, 4], [7, 8, 9]) == [{4, 5}, {7, 8, 9}]


def test_no_bigram_twice() -> None:
    rules = Constraints(0, 2, allow_unknown=True)
    assert forbidden(rules, [4, 5, 4], [4, 4, 4], [4, 5, 6]) == [{5}, {4}, set()]


def test_no_trigram_twice() -> None:
    rules = Constraints(0, 3, allow_unknown=True)
    assert forbidden(rules, [4, 5, 6, 7, 4, 5], [4, 5, 6, 7, 5, 4]) == [{6}, set()]
    assert forbidden(rules, [4, 5]) == [set()]


def test_largest_counts_the_row_that_forbids_most() -> None:
    assert largest(np.array([[1, 3, NOTHING], [1, NOTHING, NOTHING]])) == 2
    assert largest(np.empty((2, 0), dtype=np.int64)) == 0


def test_what_is_forbidden_becomes_impossible() -> None:
    proposal = Proposal(np.array([[-1.0, -2.0], [-1.0, -3.0]]), np.array([[4, EOS], [EOS, 5]]))
    found = allowed(proposal, np.array([[EOS, NOTHING], [5, EOS]]))
    np.testing.assert_array_equal(found, [[-1.0, -np.inf], [-np.inf, -np.inf]])
    np.testing.assert_array_equal(proposal.log_probs, [[-1.0, -2.0], [-1.0, -3.0]])


def test_equally_likely_tokens_come_in_the_order_of_their_ids() -> None:
    proposal = in_order(Proposal(np.array([[-1.0, -2.0, -2.0], [-3.0, -3.0, -3.0]]), np.array([[4, 6, 5], [6, 5, 4]])))
    assert proposal.tokens.tolist() == [[4, 5, 6], [4, 5, 6]]
    assert proposal.log_probs.tolist() == [[-1.0, -2.0, -2.0], [-3.0, -3.0, -3.0]]


@pytest.mark.parametrize("width", [1, 2, 3, 5, 9, 30])
def test_which_of_equally_likely_tokens_are_proposed_is_not_the_engines_choice(width: int) -> None:
    likely = {4: 0.3, 5: 0.1, 6: 0.1, 7: 0.1, 8: 0.1, 9: 0.3}
    found = []
    for contrary in (False, True):
        toy = ToyStepper(vocabulary=12, table=lambda *_: only(12, likely), contrary=contrary)
        proposal, _ = propose(toy, np.array([BOS]), toy.start([(4,)]), width)
        found.append(proposal.tokens[0].tolist())
    for tokens in found:
        assert tokens[:6] == [4, 9, 5, 6, 7, 8][:width]


def test_a_second_look_is_for_ties_at_the_border_alone() -> None:
    toy = ToyStepper(vocabulary=12, table=lambda *_: only(12, {4: 0.4, 5: 0.3, 6: 0.3}))
    for width, steps in ((1, 1), (2, 2), (3, 1), (4, 1)):  # of impossible tokens it does not matter which they are
        toy.steps = 0
        propose(toy, np.array([BOS]), toy.start([(4,)]), width)
        assert toy.steps == steps


def test_nan_is_the_models_fault_and_said_so() -> None:
    proposal = Proposal(np.array([[-1.0, np.nan]]), np.array([[4, 5]]))
    with pytest.raises(ModelError) as caught:
        allowed(proposal, np.empty((1, 0), dtype=np.int64))
    assert caught.value.code == "model.not-finite"
