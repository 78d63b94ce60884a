"""What holds for every model, every source and every setting of a search."""

import math

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from support.phrases import borders, followed, plain
from support.toy_stepper import ToyStepper

from seq2seq.config.decoding import DecodingConfig
from seq2seq.search.decode import max_lengths, score_targets, search
from seq2seq.search.hypothesis import EMPTY
from seq2seq.search.penalties import LengthPenalty
from seq2seq.search.phrases import PhraseAutomaton, Requirements
from seq2seq.special import EOS, UNK

quick = settings(max_examples=40, deadline=None)
sources = st.lists(st.lists(st.integers(4, 8), max_size=4).map(tuple), min_size=1, max_size=6)
toys = st.builds(ToyStepper, vocabulary=st.integers(5, 9), seed=st.integers(0, 99), end=st.floats(-2.0, 2.0))


@st.composite
def settings_of_a_search(draw: st.DrawFn) -> DecodingConfig:
    beam = draw(st.integers(1, 6))
    return DecodingConfig(
        method=draw(st.sampled_from(["beam", "sample"])),
        beam=beam,
        nbest=draw(st.integers(1, beam)),
        length_penalty=draw(st.sampled_from(["none", "wu", "average"])),
        alpha=draw(st.sampled_from([0.0, 0.6, 1.0])),
        max_length_ratio=draw(st.sampled_from([0.5, 1.0, 2.0])),
        max_length_extra=draw(st.integers(0, 4)),
        min_length=draw(st.integers(0, 4)),
        no_repeat_ngram=draw(st.integers(0, 3)),
        allow_unknown=draw(st.booleans()),
        temperature=draw(st.sampled_from([0.5, 1.0, 2.0])),
        top_k=draw(st.sampled_from([0, 1, 3])),
        top_p=draw(st.sampled_from([0.5, 0.9, 1.0])),
        seed=draw(st.integers(0, 5)),
    )


@quick
@given(toys, sources, settings_of_a_search())
def test_outputs_are_sorted_and_no_more_than_asked(
    toy: ToyStepper, batch: list[tuple[int, ...]], config: DecodingConfig
) -> None:
    found = search(toy, batch, config)
    assert len(found) == len(batch)
    for outputs in found:
        scores = [hypothesis.score for hypothesis in outputs]
        assert 1 <= len(outputs) <= config.nbest
        assert scores == sorted(scores, reverse=True)
        if config.method == "beam":
            assert len({hypothesis.tokens for hypothesis in outputs}) == len(outputs)


@quick
@given(toys, sources, settings_of_a_search(), st.data())
def test_required_phrases_occur_wherever_they_fit(
    toy: ToyStepper, batch: list[tuple[int, ...]], config: DecodingConfig, data: st.DataObject
) -> None:
    config = config.model_copy(update={"method": "beam"})
    words = st.lists(st.integers(4, toy.vocabulary - 1), min_size=1, max_size=3)
    phrases = data.draw(st.lists(st.lists(words, max_size=3), min_size=len(batch), max_size=len(batch)))
    required = Requirements([[plain(word) for word in of_source] for of_source in phrases], borders(toy.vocabulary))
    for source, limit, of_source, outputs in zip(
        batch, max_lengths(batch, config).tolist(), phrases, search(toy, batch, config, required=required), strict=True
    ):
        needed = np.cumsum([len(phrase) for phrase in of_source])
        fitting = of_source[: int((needed <= limit).sum())]
        for output in outputs:
            assert len(output.tokens) <= limit
            if source and output.finished:
                assert followed(
                    PhraseAutomaton([plain(word) for word in fitting], required.borders), output.tokens
                ).complete


@quick
@given(toys, sources, settings_of_a_search(), st.data())
def test_budgets_are_spent_exactly(
    toy: ToyStepper, batch: list[tuple[int, ...]], config: DecodingConfig, data: st.DataObject
) -> None:
    tokens = data.draw(st.lists(st.integers(EOS + 1, toy.vocabulary - 1), min_size=1, unique=True))
    pairs = dict(zip(tokens[::3], tokens[1::3], strict=False))
    counts = st.fixed_dictionaries({token: st.integers(0, 3) for token in tokens if token not in pairs})
    drawn = [data.draw(counts) for _ in batch]
    budgets = [budget | {closing: budget[opening] for closing, opening in pairs.items()} for budget in drawn]
    outputs = search(toy, batch, config, budgets=budgets, pairs=pairs)
    for source, budget, hypotheses in zip(batch, budgets, outputs, strict=True):
        for hypothesis in hypotheses if source else ():
            assert {token: hypothesis.tokens.count(token) for token in tokens} == budget
            opened: list[int] = []
            for token in hypothesis.tokens:
                if token in pairs:
                    assert opened.pop() == pairs[token]
                elif token in pairs.values():
                    opened.append(token)


@quick
@given(toys, sources, settings_of_a_search())
def test_constraints_hold_and_notes_tell(toy: ToyStepper, batch: list[tuple[int, ...]], config: DecodingConfig) -> None:
    limits = max_lengths(batch, config).tolist()
    for source, limit, outputs in zip(batch, limits, search(toy, batch, config), strict=True):
        for hypothesis in outputs:
            tokens, n = hypothesis.tokens, config.no_repeat_ngram
            if not source:
                assert tokens == ()
                continue
            assert EOS not in tokens
            assert config.allow_unknown or UNK not in tokens
            assert len(tokens) <= limit
            if hypothesis.finished:
                assert len(tokens) >= min(config.min_length, limit)
            else:
                assert hypothesis.warning is not None
            if not tokens:
                assert EMPTY in (hypothesis.warning or "")
            if n:
                grams = [tokens[i : i + n] for i in range(len(tokens) - n + 1)]
                assert len(set(grams)) == len(grams)


@quick
@given(toys, sources, settings_of_a_search(), st.randoms(use_true_random=False))
def test_no_output_depends_on_batch_size_or_order(
    toy: ToyStepper, batch: list[tuple[int, ...]], config: DecodingConfig, shuffler: object
) -> None:
    order = list(range(len(batch)))
    shuffler.shuffle(order)  # type: ignore[attr-defined]
    expected = search(toy, batch, config)
    for size in (1, 2, 64):
        sized = config.model_copy(update={"batch_size": size})
        assert search(toy, batch, sized) == expected
        shuffled = search(toy, [batch[i] for i in order], sized, offsets=order)
        assert shuffled == [expected[i] for i in order]


@quick
@given(toys, sources, settings_of_a_search())
def test_scoring_an_output_gives_its_reported_score(
    toy: ToyStepper, batch: list[tuple[int, ...]], config: DecodingConfig
) -> None:
    penalty = LengthPenalty(config.length_penalty, config.alpha)
    pairs = [
        (source, hypothesis)
        for source, outputs in zip(batch, search(toy, batch, config), strict=True)
        for hypothesis in outputs
        if source and hypothesis.finished
    ]
    scored = score_targets(toy, [source for source, _ in pairs], [hypothesis.tokens for _, hypothesis in pairs])
    np.testing.assert_allclose(scored, [hypothesis.log_prob for _, hypothesis in pairs], rtol=1e-9)
    for _, hypothesis in pairs:
        expected = penalty.score(hypothesis.log_prob, len(hypothesis.tokens) + 1)
        assert math.isclose(hypothesis.score, expected)
