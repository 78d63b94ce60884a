"""Beam search with phrases that must occur."""

import numpy as np
import pytest
from support.phrases import borders, plain
from support.refused import refused
from support.toy_stepper import Prefix, ToyStepper, only

from seq2seq.config.decoding import DecodingConfig
from seq2seq.search.candidates import Candidates, distinct
from seq2seq.search.decode import search
from seq2seq.search.hypothesis import Hypothesis
from seq2seq.search.penalties import LengthPenalty
from seq2seq.search.phrases import Phrase, Requirement, Requirements
from seq2seq.special import EOS

LIMIT = 4
CONFIG = DecodingConfig(beam=300, max_length_ratio=0.0001, max_length_extra=LIMIT - 1)
FREE = borders(9)


def find(toy: ToyStepper, *required: Requirement, config: DecodingConfig = CONFIG) -> list[Hypothesis]:
    (outputs,) = search(toy, [(4, 5)], config, required=Requirements([required], borders(toy.vocabulary)))
    return outputs


def contains(tokens: Prefix, phrase: list[int]) -> bool:
    return any(tokens[i : i + len(phrase)] == tuple(phrase) for i in range(len(tokens)))


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize(
    "required", [[[[4]]], [[[6, 6]]], [[[4, 5]], [[6]]], [[[4, 5, 6], [6, 4]]], [[[4]], [[5]], [[6]]]], ids=str
)
@pytest.mark.parametrize(("penalty", "alpha"), [("average", 1.0), ("none", 1.0), ("wu", 0.6)])
def test_a_beam_wide_enough_finds_the_best_output_with_all_phrases(
    required: list[list[list[int]]], penalty: str, alpha: float, seed: int
) -> None:
    toy = ToyStepper(vocabulary=7, seed=seed)
    config = CONFIG.model_copy(update={"length_penalty": penalty, "alpha": alpha})
    divisor = LengthPenalty(penalty, alpha)  # type: ignore[arg-type]
    expected = max(
        (divisor.score(toy.log_prob((4, 5), tokens), len(tokens) + 1), tokens)
        for tokens in toy.outputs(LIMIT)
        if all(any(contains(tokens, phrase) for phrase in phrases) for phrases in required)
    )
    best, *_ = find(toy, *(plain(*phrases) for phrases in required), config=config)
    assert (best.score, best.tokens) == (pytest.approx(expected[0]), expected[1])
    assert best.log_prob == pytest.approx(toy.log_prob((4, 5), best.tokens))


@pytest.mark.parametrize("beam", [1, 2, 5])
@pytest.mark.parametrize("seed", range(10))
def test_however_unlikely_the_phrases_occur(seed: int, beam: int) -> None:
    rng = np.random.default_rng(seed)
    toy = ToyStepper(vocabulary=40, seed=seed, end=2.0)
    phrases = [rng.integers(4, 40, size=length).tolist() for length in (1, 2, 3)]
    config = DecodingConfig(beam=beam, nbest=beam)
    (outputs,) = search(toy, [(4, 5, 6)], config, required=Requirements([[plain(p) for p in phrases]], borders(40)))
    for output in outputs:
        assert output.finished
        assert all(contains(output.tokens, phrase) for phrase in phrases)


def test_a_phrase_exactly_as_long_as_the_output_may_be() -> None:
    best, *_ = find(ToyStepper(vocabulary=7, end=5.0), plain([4, 5]), plain([6, 6]), config=CONFIG)
    assert best.finished
    assert sorted(best.tokens) == [4, 5, 6, 6]


def test_what_does_not_fit_is_left_out() -> None:
    best, *_ = find(ToyStepper(vocabulary=7), plain([4, 5]), plain([6, 6, 4]))
    assert best.finished
    assert contains(best.tokens, [4, 5])
    assert len(best.tokens) <= LIMIT


def test_what_the_model_never_writes_is_left_out() -> None:
    def table(_: Prefix, __: Prefix) -> np.ndarray:
        return only(7, {4: 0.6, EOS: 0.4})

    best, *_ = find(ToyStepper(table=table), plain([5]))
    assert 5 not in best.tokens


def test_sources_without_phrases_are_searched_as_always() -> None:
    toy, sources = ToyStepper(vocabulary=9, seed=3), [(4, 5), (6,), (7, 8, 4)]
    config = DecodingConfig(beam=3, nbest=3)
    mixed = search(toy, sources, config, required=Requirements([[], [plain([8, 8])], []], FREE))
    alone = search(toy, sources, config)
    assert mixed[0] == alone[0]
    assert mixed[2] == alone[2]
    assert all(contains(output.tokens, [8, 8]) for output in mixed[1])


def test_no_output_depends_on_its_neighbours() -> None:
    toy, sources = ToyStepper(vocabulary=9, seed=5), [(4, 5), (6,), (7, 8, 4)]
    required = [[plain([8, 8])], [plain([4]), plain([5, 6])], [plain([7], [8])]]
    together = search(toy, sources, DecodingConfig(beam=4), required=Requirements(required, FREE))
    for source, one, expected in zip(sources, required, together, strict=True):
        assert search(toy, [source], DecodingConfig(beam=4), required=Requirements([one], FREE)) == [expected]


def test_a_phrase_is_exempt_from_the_guard_against_repetition() -> None:
    config = DecodingConfig(beam=4, no_repeat_ngram=1)
    best, *_ = find(ToyStepper(vocabulary=9), plain([4, 4]), plain([5, 4]), config=config)
    assert contains(best.tokens, [4, 4])
    assert contains(best.tokens, [5, 4])


def test_a_word_is_not_continued() -> None:
    def table(_: Prefix, prefix: Prefix) -> np.ndarray:
        """After 4, the model would continue the word by 5."""
        return only(10, {5: 0.97, EOS: 0.01, 7: 0.02} if prefix[-1:] == (4,) else {7: 0.5, EOS: 0.5})

    def with_four(source: Prefix, prefix: Prefix) -> np.ndarray:
        return np.logaddexp(table(source, prefix), only(10, {4: 1e-6}))

    required = Requirement((Phrase((4,), before_closer=True),))
    toy = ToyStepper(vocabulary=10, table=with_four)
    ((best, *_),) = search(
        toy, [(4, 5)], DecodingConfig(), required=Requirements([[required]], borders(closers=[7, EOS]))
    )
    assert not contains(best.tokens, [4, 5])
    assert 4 in best.tokens


@pytest.mark.parametrize(
    ("attends", "source", "expected"), [(True, (1, 2), (6, 8)), (True, None, (6, 7, 8)), (False, (1, 2), (6, 7, 8))]
)
def test_a_phrase_begins_where_its_source_is_attended_to(
    attends: bool, source: tuple[int, int] | None, expected: Prefix
) -> None:
    """Elsewhere it would be a little likelier: at the end."""

    class Monotone(ToyStepper):
        def weights(self, source: Prefix, prefix: Prefix) -> np.ndarray:
            return np.eye(len(source) + 1)[min(len(prefix), len(source))]

    def table(_: Prefix, prefix: Prefix) -> np.ndarray:
        usual = (6, 7, EOS)[min(len(prefix), 2)]
        others = dict.fromkeys(range(9, 30), 1e-3)  # so many that 8 is no candidate by itself
        return only(30, others | {usual: 0.9, 8: 2e-4 if usual == EOS else 1e-4})

    toy = Monotone(vocabulary=30, table=table, attends=attends)
    best, *_ = find(toy, Requirement((Phrase((8,)),), source), config=DecodingConfig(length_penalty="none"))
    assert best.tokens == expected


def test_budgets_hold_beside_phrases() -> None:
    toy = ToyStepper(vocabulary=9, seed=1)
    ((best, *_),) = search(
        toy,
        [(4, 5, 6)],
        DecodingConfig(),
        budgets=[{8: 2, 7: 0}],
        required=Requirements([[plain([5, 6, 5])]], FREE),
    )
    assert contains(best.tokens, [5, 6, 5])
    assert (best.tokens.count(8), best.tokens.count(7)) == (2, 0)


def test_attention_follows_the_output() -> None:
    toy = ToyStepper(vocabulary=9, seed=2)
    best, *_ = find(toy, plain([8, 4]), config=DecodingConfig())
    assert best.attention is not None
    expected = [toy.weights((4, 5), best.tokens[:i]) for i in range(len(best.tokens))]
    assert best.attention == pytest.approx(np.array(expected, dtype=np.float32))


def test_a_candidate_that_occurs_again_is_impossible_only_the_second_time() -> None:
    impossible = -np.inf
    found = distinct(
        Candidates(
            np.array([[impossible, -1.0, -2.0, -1.0, -3.0], [impossible, impossible, -1.0, -1.5, -1.0]]),
            np.array([[4, 4, 5, 4, 4], [6, 7, 7, 6, 7]]),
            np.array([[0, 0, 0, 0, 1], [2, 2, 2, 2, 2]]),
        )
    )
    assert found.log_probs.tolist() == [
        [impossible, -1.0, -2.0, impossible, -3.0],
        [impossible, impossible, -1.0, -1.5, impossible],
    ]


def test_samples_cannot_be_required_to_contain_phrases() -> None:
    with refused("decoding.required"):
        find(ToyStepper(), plain([4]), config=DecodingConfig(method="sample"))
