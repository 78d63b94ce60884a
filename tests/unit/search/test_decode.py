"""Maximum lengths, and scoring of given outputs."""

import numpy as np
import pytest
from support.toy_stepper import ToyStepper, only

from seq2seq.config.decoding import DecodingConfig
from seq2seq.search.decode import max_lengths, score_targets, search
from seq2seq.special import EOS, PAD


def test_maximum_lengths_grow_with_the_source() -> None:
    config = DecodingConfig(max_length_ratio=1.3, max_length_extra=2)
    assert max_lengths([(4,), (4, 5), (4,) * 10], config).tolist() == [4, 5, 15]


def test_maximum_lengths_are_at_least_one() -> None:
    config = DecodingConfig(max_length_ratio=0.01, max_length_extra=0)
    assert max_lengths([(4,)], config).tolist() == [1]


def test_scores_are_the_chain_rule() -> None:
    toy = ToyStepper(seed=8)
    sources, targets = [(4, 5), (6,), (5, 5, 5)], [(4,), (6, 6, 5, 4), ()]
    expected = [toy.log_prob(source, target) for source, target in zip(sources, targets, strict=True)]
    np.testing.assert_allclose(score_targets(toy, sources, targets), expected)
    assert toy.rows == [3, 2, 1, 1, 1]


def test_scores_do_not_depend_on_the_batch() -> None:
    toy = ToyStepper(seed=8)
    sources, targets = [(4, 5), (6,), (5, 5, 5)], [(4,), (6, 6, 5, 4), (5, 6)]
    alone = [score_targets(toy, [s], [t])[0] for s, t in zip(sources, targets, strict=True)]
    assert score_targets(toy, sources, targets).tolist() == alone


@pytest.mark.parametrize("target", [(5,), (PAD,), (4, 4)])
def test_what_the_model_never_writes_has_no_probability(target: tuple[int, ...]) -> None:
    toy = ToyStepper(table=lambda _, prefix: only(7, {EOS: 1.0} if prefix else {4: 1.0}))
    assert score_targets(toy, [(4,)], [target]).tolist() == [-np.inf]


def test_nothing_to_score() -> None:
    assert score_targets(ToyStepper(), [], []).shape == (0,)


@pytest.mark.parametrize("method", ["beam", "sample"])
def test_the_model_writes_from_nothing_if_it_is_let(method: str) -> None:
    config = DecodingConfig.model_validate({"method": method, "beam": 2, "max_length_extra": 5})
    toy = ToyStepper(seed=4, from_nothing=True)
    sources: list[tuple[int, ...]] = [(), (4, 5), ()]
    written = search(toy, sources, config, offsets=[0, 1, 0], from_nothing=True)
    assert all(best.tokens for best, *_ in written)
    assert written[0] == written[2]
    best = written[0][0]
    assert best.log_prob == pytest.approx(toy.log_prob((), best.tokens, finished=best.finished))
    silent = search(ToyStepper(seed=4), sources, config)
    assert [one.tokens for one, *_ in silent] == [(), written[1][0].tokens, ()]
    assert silent[1] == search(toy, sources, config)[1]
    assert search(toy, [], config, from_nothing=True) == []
