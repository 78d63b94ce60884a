"""A prompt is what the model would have read anyway, and a listener hears what it reads."""

from collections.abc import Sequence

import pytest
from support.toy_stepper import Prefix, ToyStepper, only

from seq2seq.config.decoding import DecodingConfig
from seq2seq.search.decode import score_targets, search
from seq2seq.search.hypothesis import Hypothesis
from seq2seq.search.steppers.prompt import ObservedStepper, PrefixStepper
from seq2seq.special import EOS

SOURCES = [(4, 5), (6,), (5, 5, 5)]
PROMPTS: list[Prefix] = [(), (4,), (5, 6, 6)]
METHODS = {
    "sample": DecodingConfig(method="sample", seed=3, max_length_extra=6),
    "greedy": DecodingConfig(beam=1, max_length_extra=6),
    "beam": DecodingConfig(beam=4, nbest=3, max_length_extra=6),
}


class Continuing(ToyStepper):
    """Reads a prompt by hand: what it gives after a prefix is what the model gives after the prompt and the prefix."""

    def __init__(self, model: ToyStepper, prompt: Prefix) -> None:
        super().__init__(model.vocabulary)
        self.table = lambda source, prefix: model.log_probs(source, (*prompt, *prefix))


def outputs(found: Sequence[Sequence[Hypothesis]]) -> list[list[tuple[Prefix, float]]]:
    return [[(one.tokens, pytest.approx(one.log_prob)) for one in of] for of in found]


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("prompt", PROMPTS)
def test_a_prompt_equals_a_model_that_has_read_it(method: str, prompt: Prefix) -> None:
    model = ToyStepper(seed=5, end=0.5, attends=False)
    prompted = search(PrefixStepper(model, prompt), SOURCES, METHODS[method])
    by_hand = search(Continuing(model, prompt), SOURCES, METHODS[method])
    assert outputs(prompted) == outputs(by_hand)


def test_prompts_make_a_difference() -> None:
    model = ToyStepper(seed=5)
    found = [search(PrefixStepper(model, prompt), SOURCES, METHODS["greedy"]) for prompt in PROMPTS]
    assert len({tuple(best.tokens for best, *_ in of) for of in found}) == len(PROMPTS)


@pytest.mark.parametrize("prompt", PROMPTS)
def test_a_continuation_is_as_likely_as_the_chain_rule_says(prompt: Prefix) -> None:
    model = ToyStepper(seed=2)
    for source, (best, *_) in zip(
        SOURCES, search(PrefixStepper(model, prompt), SOURCES, METHODS["sample"]), strict=True
    ):
        written = (*prompt, *best.tokens, *([EOS] if best.finished else []))
        each = [model.log_probs(source, written[:i])[written[i]] for i in range(len(prompt), len(written))]
        assert best.log_prob == pytest.approx(sum(each))
    whole = score_targets(model, SOURCES, [(*prompt, 4)] * 3) - score_targets(
        PrefixStepper(model, prompt), SOURCES, [(4,)] * 3
    )
    assert whole == pytest.approx(
        [sum(model.log_probs(source, prompt[:i])[token] for i, token in enumerate(prompt)) for source in SOURCES]
    )


def test_the_prompt_counts_in_no_limit_and_in_no_rule() -> None:
    """Limits, repetition and the earliest end are those of what is written."""
    model = ToyStepper(table=lambda *_: only(7, {4: 0.9, EOS: 0.1}))
    config = DecodingConfig(beam=1, max_length_ratio=0.01, max_length_extra=2, no_repeat_ngram=3)
    (best,) = search(PrefixStepper(model, (4, 4, 4, 4)), [(5,)], config)[0]
    assert best.tokens == (4, 4, 4)
    (ended,) = search(PrefixStepper(ToyStepper(table=lambda *_: only(7, {EOS: 1.0})), (4, 4)), [(5,)], config)[0]
    assert ended.tokens == ()


@pytest.mark.parametrize("method", ["sample", "greedy"])
@pytest.mark.parametrize("prompt", PROMPTS)
@pytest.mark.parametrize("order", ["inside", "outside"])
def test_every_token_is_heard_once_and_in_order(method: str, prompt: Prefix, order: str) -> None:
    """Inside a prompt, the listener hears the prompt as well."""
    for seed in range(12):  # some end, others are cut
        heard: list[int] = []
        model = ToyStepper(seed=seed, end=0.5)
        stepper = (
            PrefixStepper(ObservedStepper(model, heard.append), prompt)
            if order == "inside"
            else ObservedStepper(PrefixStepper(model, prompt), heard.append)
        )
        ((best,),) = search(stepper, [(4, 5)], METHODS[method])
        assert heard == [*(prompt if order == "inside" else ()), *best.tokens]


def test_a_token_is_heard_once_though_the_model_is_asked_twice() -> None:
    heard: list[int] = []
    table = {(): {4: 1.0}, (4,): {5: 0.5, 6: 0.5}, (4, 5): {EOS: 1.0}}
    model = ToyStepper(vocabulary=12, contrary=True, table=lambda _, prefix: only(12, table[prefix]))
    ((best,),) = search(ObservedStepper(model, heard.append), [(4, 5)], DecodingConfig(beam=1, allow_unknown=True))
    assert heard == [4, 5] == [*best.tokens]


@pytest.mark.parametrize("method", METHODS)
def test_listening_changes_nothing(method: str) -> None:
    model = ToyStepper(seed=9)
    config = METHODS[method]
    heard = search(ObservedStepper(model, lambda _: None), SOURCES[:1], config)
    assert outputs(heard) == outputs(search(model, SOURCES[:1], config))


def test_the_vocabulary_is_that_of_the_model() -> None:
    model = ToyStepper(vocabulary=11)
    assert PrefixStepper(model, [4]).vocabulary == ObservedStepper(model, print).vocabulary == 11
