"""Beam search against every output there is, and against a plain one that stops late."""

import heapq
import re

import numpy as np
import numpy.typing as npt
import pytest
from support.toy_stepper import Prefix, ToyStepper, normalised, only

from seq2seq.config.decoding import DecodingConfig
from seq2seq.errors import ConfigError
from seq2seq.search.decode import search
from seq2seq.search.hypothesis import EMPTY, LOOPS, STUCK
from seq2seq.search.penalties import LengthPenalty
from seq2seq.special import EOS, UNK

PENALTIES = [("none", 1.0), ("wu", 0.6), ("wu", 2.0), ("average", 0.5), ("average", 1.0)]


def plain_beam(toy: ToyStepper, source: Prefix, config: DecodingConfig, limit: int) -> list[tuple[float, Prefix]]:
    """A beam search one can read at a glance: one sentence, whole vocabulary, until a full beam that is ahead."""
    penalty = LengthPenalty(config.length_penalty, config.alpha)
    live: list[tuple[float, Prefix]] = [(0.0, ())]
    finished: list[tuple[float, Prefix]] = []
    for written in range(limit + 1):
        ranked = sorted(
            (
                (log_prob + float(step), prefix, token)
                for log_prob, prefix in live
                for token, step in enumerate(toy.log_probs(source, prefix))
                if token >= EOS and not (token == EOS and written < config.min_length)
            ),
            key=lambda candidate: -candidate[0],
        )
        finished += [
            (penalty.score(log_prob, written + 1), prefix)
            for log_prob, prefix, token in ranked[: config.beam]
            if token == EOS
        ]
        live = [(log_prob, (*prefix, token)) for log_prob, prefix, token in ranked if token != EOS][: config.beam]
        if len(finished) >= config.beam and max(finished)[0] >= penalty.score(live[0][0], written + 1):
            break
    return heapq.nlargest(config.nbest, finished)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("min_length", [1, 3])
@pytest.mark.parametrize(("penalty", "alpha"), PENALTIES)
def test_a_beam_wide_enough_finds_the_best_of_all_outputs(
    penalty: str, alpha: float, min_length: int, seed: int
) -> None:
    toy, source, limit = ToyStepper(seed=seed, end=-1.0), (4, 5), 4
    config = DecodingConfig(
        beam=130,
        nbest=7,
        length_penalty=penalty,
        alpha=alpha,
        min_length=min_length,
        max_length_ratio=1.0,
        max_length_extra=2,
    )
    rule = LengthPenalty(penalty, alpha)
    every = [
        (rule.score(toy.log_prob(source, tokens), len(tokens) + 1), tokens)
        for tokens in toy.outputs(limit, smallest=min_length)
    ]
    expected = heapq.nlargest(config.nbest, every)
    (found,) = search(toy, [source], config)
    assert [hypothesis.tokens for hypothesis in found] == [tokens for _, tokens in expected]
    assert [hypothesis.score for hypothesis in found] == pytest.approx([score for score, _ in expected])
    assert all(hypothesis.finished and hypothesis.warning is None for hypothesis in found)


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("beam", [1, 2, 3, 5])
@pytest.mark.parametrize(("penalty", "alpha"), PENALTIES)
def test_stopping_early_changes_nothing(penalty: str, alpha: float, beam: int, seed: int) -> None:
    toy, source = ToyStepper(vocabulary=9, seed=seed), (4, 5, 6)
    config = DecodingConfig(beam=beam, nbest=min(beam, 2), length_penalty=penalty, alpha=alpha)
    expected = plain_beam(toy, source, config, limit=16)
    (found,) = search(toy, [source], config)
    assert [hypothesis.tokens for hypothesis in found if hypothesis.finished] == [tokens for _, tokens in expected]


def test_a_row_that_ends_may_still_fill_the_beam() -> None:
    table = {(): {4: 0.9, 5: 0.1}, (4,): {EOS: 0.5, 6: 0.3, 4: 0.2}, (4, 6): {5: 0.5, EOS: 0.5}}
    toy = ToyStepper(table=lambda _, prefix: only(7, table.get(prefix, {EOS: 1.0})))
    config = DecodingConfig(beam=2, nbest=2, length_penalty="none", allow_unknown=True, min_length=0)
    (found,) = search(toy, [(5,)], config)
    assert [hypothesis.tokens for hypothesis in found] == [(4,), (4, 4)]


@pytest.mark.parametrize(("penalty", "alpha"), [("average", 1.0), ("wu", 1.0)])
def test_outputs_that_end_too_early_do_not_stop_it(penalty: str, alpha: float) -> None:
    """Beside the output of a model that is sure of every token, its beginnings are all that there is: five at once."""
    right = (4, 5, 6, 4, 5, 6, 4, 5)
    following = {right[:end]: {token: 0.9, EOS: 0.1} for end, token in enumerate(right)}
    toy = ToyStepper(table=lambda _, prefix: only(7, following.get(prefix, {EOS: 1.0})))
    config = DecodingConfig(beam=5, length_penalty=penalty, alpha=alpha, min_length=0)
    ((found,),) = search(toy, [(4,) * 8], config)
    assert found.tokens == right
    assert toy.steps == len(right) + 1


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize(("penalty", "alpha"), PENALTIES)
def test_how_many_outputs_are_wanted_changes_none_of_them(penalty: str, alpha: float, seed: int) -> None:
    def best(nbest: int) -> list[Prefix]:
        toy, config = ToyStepper(vocabulary=9, seed=seed), DecodingConfig(beam=5, nbest=nbest)
        config = config.model_copy(update={"length_penalty": penalty, "alpha": alpha})
        (found,) = search(toy, [(4, 5, 6)], config)
        return [hypothesis.tokens for hypothesis in found]

    whole = best(5)
    assert [best(nbest) for nbest in range(1, 5)] == [whole[:nbest] for nbest in range(1, 5)]


def test_it_does_stop_early() -> None:
    toy = ToyStepper(table=lambda _, prefix: only(7, {EOS: 0.9, 5: 0.1}) if prefix else only(7, {4: 1.0}))
    search(toy, [(4,) * 20], DecodingConfig(beam=5, length_penalty="none"))
    assert toy.steps == 2


@pytest.mark.parametrize("seed", range(10))
def test_a_beam_of_one_is_greedy(seed: int) -> None:
    toy, source = ToyStepper(seed=seed), (6, 4)
    written: list[int] = []
    log_prob = 0.0
    while True:
        steps = toy.log_probs(source, tuple(written)).copy()
        steps[[UNK] if written else [UNK, EOS]] = -np.inf
        token = int(steps.argmax())
        if token != EOS and len(written) == 14:
            break
        log_prob += steps[token]
        if token == EOS:
            break
        written.append(token)
    ((found,),) = search(toy, [source], DecodingConfig(beam=1))
    assert found.tokens == tuple(written)
    assert found.log_prob == pytest.approx(log_prob)


def test_finished_sentences_leave_the_batch() -> None:
    toy = ToyStepper(table=lambda source, prefix: only(7, {EOS: 1.0} if len(prefix) == source[0] else {5: 1.0}))
    found = search(toy, [(1, 4), (3, 4), (2, 4)], DecodingConfig(beam=1))
    assert [len(outputs[0].tokens) for outputs in found] == [1, 3, 2]
    assert toy.rows == [3, 3, 2, 1]


def test_an_empty_source_has_an_empty_output_and_no_model_sees_it() -> None:
    toy = ToyStepper()
    ((found,),) = search(toy, [()], DecodingConfig())
    assert (found.tokens, found.log_prob, found.finished, found.warning) == ((), 0.0, True, None)
    assert toy.steps == 0
    assert search(toy, [], DecodingConfig()) == []


def test_an_endless_output_is_cut_and_says_so() -> None:
    toy = ToyStepper(end=-np.inf)
    config = DecodingConfig(beam=3, nbest=3, max_length_ratio=1.5, max_length_extra=2)
    ((found,),) = search(toy, [(4, 5, 6)], config)
    assert len(found.tokens) == 7  # ceil(1.5 * 3 + 2)
    assert not found.finished
    assert found.warning is not None
    assert "cut at the maximum length of 7 tokens" in found.warning
    assert found.log_prob == pytest.approx(toy.log_prob((4, 5, 6), found.tokens, finished=False))
    assert found.score == pytest.approx(found.log_prob / 7)


def test_a_loop_is_noticed() -> None:
    toy = ToyStepper(table=lambda _, prefix: only(7, {4 + len(prefix) % 2: 1.0}))
    ((found,),) = search(toy, [(4, 5)], DecodingConfig())
    assert found.warning == f"{LOOPS}; cut at the maximum length of 14 tokens"


def test_the_guard_breaks_a_loop() -> None:
    toy = ToyStepper(seed=3, end=-4.0)
    ((found,),) = search(toy, [(4, 5, 6, 4)], DecodingConfig(no_repeat_ngram=2))
    pairs = list(zip(found.tokens, found.tokens[1:], strict=False))
    assert len(pairs) == len(set(pairs))


def test_an_early_end_is_put_off() -> None:
    toy = ToyStepper(table=lambda _, prefix: only(7, {EOS: 0.99, 4: 0.01} if len(prefix) < 3 else {EOS: 1.0}))
    ((found,),) = search(toy, [(5,)], DecodingConfig(min_length=2))
    assert found.tokens == (4, 4)
    assert found.warning is None


def test_an_output_that_is_empty_after_all_says_so() -> None:
    toy = ToyStepper(table=lambda *_: only(7, {EOS: 1.0}))
    ((found,),) = search(toy, [(5,)], DecodingConfig())
    assert (found.tokens, found.finished, found.warning) == ((), False, f"{EMPTY}; {STUCK}")


def test_an_empty_output_that_was_allowed_says_so_too() -> None:
    toy = ToyStepper(table=lambda *_: only(7, {EOS: 1.0}))
    ((found,),) = search(toy, [(5,)], DecodingConfig(min_length=0))
    assert (found.tokens, found.finished, found.warning) == ((), True, EMPTY)
    assert found.attention is not None
    assert found.attention.shape == (0, 2)


def test_a_dead_end_returns_what_there_is() -> None:
    toy = ToyStepper(table=lambda _, prefix: only(7, {4 + len(prefix) % 3: 1.0}))
    ((found,),) = search(toy, [(5,)], DecodingConfig(no_repeat_ngram=1))
    assert (found.tokens, found.finished, found.warning) == ((4, 5, 6), False, STUCK)


@pytest.mark.parametrize("allow", [False, True])
def test_unknown_tokens_only_where_allowed(allow: bool) -> None:
    toy = ToyStepper(table=lambda _, prefix: only(7, {EOS: 1.0} if prefix else {UNK: 0.9, 4: 0.1}))
    ((found,),) = search(toy, [(5,)], DecodingConfig(allow_unknown=allow))
    assert found.tokens == ((UNK,) if allow else (4,))


@pytest.mark.parametrize("vocabulary", [7, 12, 40])
@pytest.mark.parametrize("beam", [2, 20])
@pytest.mark.parametrize("contrary", [False, True])
def test_ties_are_broken_by_the_ids(contrary: bool, beam: int, vocabulary: int) -> None:
    def table(_: Prefix, prefix: Prefix) -> npt.NDArray[np.float64]:
        return only(vocabulary, {EOS: 1.0}) if len(prefix) == 2 else normalised(np.zeros(vocabulary))

    toy = ToyStepper(vocabulary=vocabulary, table=table, contrary=contrary)
    config = DecodingConfig(beam=beam, nbest=2, length_penalty="none", min_length=2)
    (found,) = search(toy, [(5,)], config)
    assert [hypothesis.tokens for hypothesis in found] == [(4, 4), (4, 5)]


def test_attention_is_that_of_the_output_s_own_path() -> None:
    toy, sources = ToyStepper(seed=5), [(4, 5, 6, 4, 5), (5,), (6, 5)]
    for source, outputs in zip(sources, search(toy, sources, DecodingConfig(beam=4, nbest=4)), strict=True):
        for found in outputs:
            assert found.attention is not None
            expected = [toy.weights(source, found.tokens[:step]) for step in range(len(found.tokens))]
            np.testing.assert_allclose(found.attention, np.array(expected), rtol=1e-6)


def test_attention_only_where_there_is_and_is_wanted() -> None:
    assert search(ToyStepper(attends=False), [(4,)], DecodingConfig())[0][0].attention is None
    assert search(ToyStepper(), [(4,)], DecodingConfig(), attention=False)[0][0].attention is None


def test_more_outputs_than_the_beam_holds_are_refused() -> None:
    with pytest.raises(ConfigError) as caught:
        search(ToyStepper(), [(4,)], DecodingConfig(nbest=6))
    assert caught.value.code == "decoding.nbest"
    assert re.findall(r"\d+", str(caught.value))[-2:] == ["6", "5"]
