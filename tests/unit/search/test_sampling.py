"""Draws follow the distribution that was asked for, and depend on nothing else."""

import numpy as np
import pytest
from support.toy_stepper import ToyStepper, only

from seq2seq.config.decoding import DecodingConfig
from seq2seq.search.decode import search
from seq2seq.search.hypothesis import EMPTY, LOOPS, STUCK
from seq2seq.search.sampling import choose, uniforms
from seq2seq.special import EOS

SHARES = np.array([0.5, 0.3, 0.15, 0.05])
LIKELY = {4: 0.4, 5: 0.1, 6: 0.1, 7: 0.1, 8: 0.1, 9: 0.1, 10: 0.1}
END = {EOS: 1.0}
EVEN = (np.arange(1000) + 0.5) / 1000  # stands for all uniform numbers


def drawn(log_weights: np.ndarray, *, top_k: int = 0, top_p: float = 1.0) -> list[float]:
    columns, possible = choose(np.tile(log_weights, (1000, 1)), EVEN, temperature=1.0, top_k=top_k, top_p=top_p)
    assert possible.all()
    return (np.bincount(columns, minlength=len(log_weights)) / 1000).tolist()


def test_all_tokens_are_drawn_as_often_as_they_are_likely() -> None:
    assert drawn(np.log(SHARES)) == pytest.approx([0.5, 0.3, 0.15, 0.05], abs=0.002)


def test_weights_need_not_sum_to_one() -> None:
    assert drawn(np.log(SHARES) - 700) == pytest.approx([0.5, 0.3, 0.15, 0.05], abs=0.002)


def test_top_k_draws_from_the_k_likeliest() -> None:
    assert drawn(np.log(SHARES), top_k=2) == pytest.approx([0.625, 0.375, 0, 0], abs=0.002)


def test_top_k_counts_what_is_allowed() -> None:
    weights = np.log(SHARES)
    weights[0] = -np.inf
    assert drawn(weights, top_k=2) == pytest.approx([0, 2 / 3, 1 / 3, 0], abs=0.002)


@pytest.mark.parametrize(
    ("top_p", "expected"),
    [(0.1, [1, 0, 0, 0]), (0.6, [0.625, 0.375, 0, 0]), (0.9, [10 / 19, 6 / 19, 3 / 19, 0])],
)
def test_top_p_draws_from_the_fewest_that_hold_the_share(top_p: float, expected: list[float]) -> None:
    assert drawn(np.log(SHARES), top_p=top_p) == pytest.approx(expected, abs=0.002)


def test_the_largest_uniform_number_draws_something_possible() -> None:
    weights = np.array([[0.0, -1.0, -np.inf], [-np.inf, -np.inf, -np.inf]])
    columns, possible = choose(weights, np.full(2, np.nextafter(1.0, 0.0)), temperature=1.0, top_k=0, top_p=1.0)
    assert columns[0] == 1
    assert possible.tolist() == [True, False]


def test_draws_are_keyed_by_seed_and_offset() -> None:
    table = uniforms(3, [10, 11], 2, np.array([4, 6]))
    assert table.shape == (4, 7)
    np.testing.assert_array_equal(uniforms(3, [11], 1, np.array([6])), table[2:3])
    assert not np.array_equal(uniforms(4, [11], 1, np.array([6])), table[2:3])


def test_another_seed_draws_other_outputs() -> None:
    toy, sources = ToyStepper(end=-2.0), [(4, 5, 6)]
    one, same, other = (search(toy, sources, DecodingConfig(method="sample", seed=seed)) for seed in (1, 1, 2))
    assert one == same
    assert one != other


def test_equal_sources_get_draws_of_their_own() -> None:
    toy = ToyStepper(end=-2.0)
    first, second = search(toy, [(4, 5), (4, 5)], DecodingConfig(method="sample"))
    assert first != second
    (moved,) = search(toy, [(4, 5)], DecodingConfig(method="sample"), offsets=[1])
    assert moved == second


def test_a_low_temperature_is_greedy() -> None:
    toy, sources = ToyStepper(seed=2), [(4, 5), (6,)]
    greedy = search(toy, sources, DecodingConfig(beam=1))
    for temperature in (1e-3, 1e-320):
        cold = search(toy, sources, DecodingConfig(method="sample", temperature=temperature))
        assert [outputs[0].tokens for outputs in cold] == [outputs[0].tokens for outputs in greedy]


def test_top_k_of_one_is_greedy() -> None:
    toy, sources = ToyStepper(seed=2), [(4, 5), (6,)]
    assert search(toy, sources, DecodingConfig(method="sample", top_k=1)) == search(
        toy, sources, DecodingConfig(beam=1)
    )


def test_log_probabilities_are_the_models_own_whatever_the_temperature() -> None:
    toy = ToyStepper(seed=4)
    (found,) = search(toy, [(4, 5)], DecodingConfig(method="sample", nbest=5, temperature=1.7))
    assert len(found) == 5
    for hypothesis in found:
        expected = toy.log_prob((4, 5), hypothesis.tokens, finished=hypothesis.finished)
        assert hypothesis.log_prob == pytest.approx(expected)
    assert [h.score for h in found] == sorted((h.score for h in found), reverse=True)


def test_first_tokens_follow_the_model() -> None:
    toy = ToyStepper(table=lambda _, prefix: only(7, {EOS: 1.0} if prefix else {4: 0.6, 5: 0.3, 6: 0.1}))
    (found,) = search(toy, [(4,)], DecodingConfig(method="sample", nbest=2000))
    shares = np.bincount([hypothesis.tokens[0] for hypothesis in found], minlength=7)[4:] / 2000
    np.testing.assert_allclose(shares, [0.6, 0.3, 0.1], atol=0.05)


def test_an_endless_output_is_cut_and_says_so() -> None:
    toy = ToyStepper(table=lambda *_: only(7, {5: 1.0}))
    ((found,),) = search(toy, [(4,)], DecodingConfig(method="sample"))
    assert (found.tokens, found.finished) == ((5,) * 12, False)
    assert found.warning == f"{LOOPS}; cut at the maximum length of 12 tokens"


def test_nothing_to_draw_is_said() -> None:
    toy = ToyStepper(table=lambda *_: only(7, {EOS: 1.0}))
    ((found,),) = search(toy, [(4,)], DecodingConfig(method="sample"))
    assert (found.tokens, found.finished, found.warning) == ((), False, f"{EMPTY}; {STUCK}")


def test_attention_follows_a_draw_as_others_leave() -> None:
    toy = ToyStepper(seed=1, end=1.0)
    sources = [(4, 5, 6), (5,), (6, 4)]
    for source, outputs in zip(sources, search(toy, sources, DecodingConfig(method="sample", nbest=3)), strict=True):
        for found in outputs:
            assert found.attention is not None
            expected = [toy.weights(source, found.tokens[:step]) for step in range(len(found.tokens))]
            np.testing.assert_allclose(found.attention, np.array(expected), rtol=1e-6)


@pytest.mark.parametrize(("top_k", "possible"), [(3, {4, 5, 6}), (0, set(LIKELY))])
def test_which_of_equally_likely_tokens_is_sampled_is_not_the_engines_choice(top_k: int, possible: set[int]) -> None:
    config = DecodingConfig(method="sample", top_k=top_k, nbest=40, seed=3, allow_unknown=True)
    found = []
    for contrary in (False, True):
        toy = ToyStepper(
            vocabulary=12, contrary=contrary, table=lambda _, prefix: only(12, LIKELY if not prefix else END)
        )
        (outputs,) = search(toy, [(4,)], config)
        found.append([output.tokens for output in outputs])
    assert found[0] == found[1]
    assert {token for (token,) in found[0]} == possible
