"""Tokens that an output has exactly as often as its budget says."""

from collections import Counter

import numpy as np
import pytest
from support.toy_stepper import ToyStepper, only

from seq2seq.config.decoding import DecodingConfig
from seq2seq.search.budgets import Budgets
from seq2seq.search.constraints import NOTHING
from seq2seq.search.decode import search
from seq2seq.search.hypothesis import APPENDED
from seq2seq.special import EOS

METHODS = {
    "greedy": {"beam": 1},
    "beam": {"beam": 8, "nbest": 3},
    "sample": {"method": "sample", "nbest": 3},
    "top-k": {"method": "sample", "nbest": 3, "top_k": 2},
}


@pytest.mark.parametrize("settings", METHODS.values(), ids=METHODS)
def test_a_token_occurs_as_often_as_its_budget_says(settings: dict[str, object]) -> None:
    toy = ToyStepper(vocabulary=40, seed=3, end=1.0)
    sources = [(4, 5), (6,), (7, 8, 9)]
    budgets = [{30: 2, 31: 0, 32: 1}, {30: 0, 31: 0, 32: 0}, {30: 0, 31: 3, 32: 0}]
    for budget, outputs in zip(
        budgets, search(toy, sources, DecodingConfig.model_validate(settings), budgets=budgets), strict=True
    ):
        for output in outputs:
            written = Counter(output.tokens)
            assert {token: written[token] for token in budget} == budget


@pytest.mark.parametrize("settings", METHODS.values(), ids=METHODS)
def test_budgets_that_no_output_touches_change_nothing(settings: dict[str, object]) -> None:
    def table(source: tuple[int, ...], prefix: tuple[int, ...]) -> np.ndarray:
        log_probs = ToyStepper(vocabulary=12, seed=5).log_probs(source, prefix)
        log_probs[[10, 11]] = -np.inf
        return log_probs

    toy = ToyStepper(vocabulary=12, table=table)
    config = DecodingConfig.model_validate(settings)
    sources = [(4, 5), (6,), (7, 8, 9)]
    assert search(toy, sources, config, budgets=[{10: 0, 11: 0}] * 3) == search(toy, sources, config)


def test_where_the_model_would_end_it_writes_the_rest_first() -> None:
    toy = ToyStepper(vocabulary=8, table=lambda *_: only(8, {EOS: 0.9, 4: 0.09, 6: 0.01}))
    (output,) = search(toy, [(5,)], DecodingConfig(beam=1, min_length=0), budgets=[{6: 2}])[0]
    assert output.tokens == (6, 6)
    assert output.warning == APPENDED


def test_spaces_may_stand_between_what_is_left_at_the_end() -> None:
    toy = ToyStepper(vocabulary=8, table=lambda *_: only(8, {EOS: 0.9, 4: 0.05, 5: 0.04, 6: 0.01}))
    config = DecodingConfig(beam=1, min_length=0)
    (output,) = search(toy, [(7,)], config, budgets=[{6: 2}], space=5)[0]
    assert output.tokens == (5, 6, 5, 6)
    tight = config.model_copy(update={"max_length_ratio": 1.0, "max_length_extra": 2})
    assert search(toy, [(7,)], tight, budgets=[{6: 2}], space=5)[0][0].tokens == (5, 6, 6)


def test_what_the_model_writes_in_time_is_not_appended() -> None:
    def table(_: object, prefix: tuple[int, ...]) -> np.ndarray:
        return only(8, {6: 0.6, EOS: 0.3, 4: 0.1} if len(prefix) < 2 else {EOS: 0.9, 4: 0.1})

    for settings in METHODS.values():
        config = DecodingConfig.model_validate({**settings, "temperature": 0.01})
        (output, *_) = search(ToyStepper(vocabulary=8, table=table), [(5,)], config, budgets=[{6: 2}])[0]
        assert output.tokens == (6, 6)
        assert output.warning is None


def test_the_limit_of_length_leaves_room_for_what_is_to_be_written() -> None:
    toy = ToyStepper(vocabulary=8, table=lambda *_: only(8, {4: 0.9, EOS: 0.09, 6: 0.01}))
    config = DecodingConfig(beam=1, max_length_ratio=1.0, max_length_extra=0)
    assert search(toy, [(5, 5, 5)], config, budgets=[{6: 2}])[0][0].tokens == (4, 6, 6)
    assert search(toy, [(5,)], config, budgets=[{6: 2}])[0][0].tokens == (6, 6)


def test_an_ngram_of_budgeted_tokens_may_repeat() -> None:
    toy = ToyStepper(vocabulary=8, table=lambda *_: only(8, {6: 0.9, EOS: 0.1}))
    config = DecodingConfig(beam=1, no_repeat_ngram=1)
    assert search(toy, [(5,)], config, budgets=[{6: 3}])[0][0].tokens == (6, 6, 6)


def test_a_token_without_probability_leaves_an_unfinished_output() -> None:
    toy = ToyStepper(vocabulary=8, table=lambda *_: only(8, {4: 0.9, EOS: 0.1}))
    (output,) = search(toy, [(5,)], DecodingConfig(beam=1, max_length_extra=2), budgets=[{6: 1}])[0]
    assert not output.finished
    assert output.warning


def test_the_likeliest_output_is_that_of_a_search_over_all_tokens() -> None:
    """The proposals are narrow; what is unlikely but must follow is requested."""
    sources = [(4, seed) for seed in range(5, 25)]
    budgets = [{30: 1, 31: 0, 39: 1}] * len(sources)
    for beam in (1, 3):
        config = DecodingConfig(beam=beam, max_length_extra=5)
        toy = ToyStepper(vocabulary=40)
        whole = _Whole(vocabulary=40)
        assert search(toy, sources, config, budgets=budgets) == search(whole, sources, config, budgets=budgets)


class _Whole(ToyStepper):
    """Proposes all tokens, however few are asked for."""

    def step(self, tokens, state, width):  # type: ignore[no-untyped-def]  # noqa: ARG002
        return super().step(tokens, state, self.vocabulary)


@pytest.mark.parametrize("settings", METHODS.values(), ids=METHODS)
def test_pairs_are_nested(settings: dict[str, object]) -> None:
    config = DecodingConfig.model_validate({**settings, "max_length_extra": 3})
    sources = [(4, seed) for seed in range(5, 25)]
    budget = {30: 2, 31: 2, 32: 1, 33: 1, 34: 1}
    pairs = {31: 30, 33: 32}
    for outputs in search(ToyStepper(vocabulary=36), sources, config, budgets=[budget] * len(sources), pairs=pairs):
        for output in outputs:
            assert {token: output.tokens.count(token) for token in budget} == budget
            opened: list[int] = []
            for token in output.tokens:
                if token in pairs:
                    assert opened.pop() == pairs[token]
                elif token in pairs.values():
                    opened.append(token)


def test_rows_continue_in_any_order() -> None:
    budgets = Budgets([{5: 1, 6: 0}, {5: 0, 6: 2}], 8)
    assert budgets.total().tolist() == [1, 2]
    budgets.advance(np.array([1, 1, 0]), np.array([6, 4, 5]))
    assert budgets.total().tolist() == [1, 2, 0]
    assert budgets.repeatable(np.array([[5, NOTHING, 4]])).tolist() == [[NOTHING, NOTHING, 4]]
