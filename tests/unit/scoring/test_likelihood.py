"""What a model says of given texts equals what it says token by token."""

import math

import pytest
from support import tiny
from support.refused import refused

from seq2seq.inference.engines.torch import forced
from seq2seq.inference.engines.torch.stepper import TorchStepper
from seq2seq.scoring import likelihood
from seq2seq.scoring.likelihood import measure
from seq2seq.search.decode import score_targets

TUNES = list(tiny.TUNES)
MUSIC = [("", tune) for _, tune in tiny.TUNES]


def stepped(texts: list[tuple[str, str]], *, tags: bool = True) -> float:
    """Nats of texts, each by itself, one token after the other."""
    both = tiny.tune_tokenizers(tags=tags)
    stepper = TorchStepper(tiny.generator(tags=tags))
    sources, targets = (both.source.encode(tag) for tag, _ in texts), (both.target.encode(text) for _, text in texts)
    return -float(score_targets(stepper, list(sources), list(targets)).sum())


def test_texts_are_as_likely_as_they_are_token_by_token() -> None:
    found = measure(tiny.generator(), tiny.tune_tokenizers(), TUNES, continuous=False)
    assert found.nats == pytest.approx(stepped(TUNES), rel=1e-5)
    assert found.sequences == 4
    assert found.tokens == sum(len(tiny.tune_tokenizers().target.encode(tune)) + 1 for _, tune in TUNES)
    assert found.bytes == sum(len(tune) + 1 for _, tune in TUNES)
    assert found.bits_per_byte == pytest.approx(found.nats / math.log(2) / found.bytes)


def test_a_sum_is_that_of_its_parts_and_tags_count() -> None:
    model, both = tiny.generator(), tiny.tune_tokenizers()
    whole = measure(model, both, TUNES, continuous=False)
    parts = sum(
        (measure(model, both, [one], continuous=False) for one in TUNES[1:]),
        measure(model, both, TUNES[:1], continuous=False),
    )
    assert (parts.tokens, parts.bytes, parts.sequences) == (whole.tokens, whole.bytes, whole.sequences)
    assert parts.nats == pytest.approx(whole.nats, rel=1e-5)
    others = [("M:3/4 K:D", tune) for _, tune in TUNES]
    assert measure(model, both, others, continuous=False).nats != pytest.approx(whole.nats, rel=1e-3)


@pytest.mark.parametrize("continuous", [True, False])
def test_what_fits_into_memory_changes_nothing(monkeypatch: pytest.MonkeyPatch, continuous: bool) -> None:
    """A window at a time, a few logits at a time: as at once."""
    model, both = tiny.generator(tags=False), tiny.tune_tokenizers(tags=False)
    at_once = measure(model, both, MUSIC, continuous=continuous)
    for window, logits in ((1, 1), (7, 200), (29, 1)):
        monkeypatch.setattr(likelihood, "_WINDOW", window)
        monkeypatch.setattr(forced, "_LOGITS", logits)
        found = measure(model, both, MUSIC, continuous=continuous)
        assert found.nats == pytest.approx(at_once.nats, rel=1e-5)
        assert (found.tokens, found.bytes) == (at_once.tokens, at_once.bytes)


def test_what_is_forgotten_is_of_no_use() -> None:
    """A state that begins anew after every token knows only the token before; after very many, it never begins anew."""
    model, both = tiny.generator(), tiny.tune_tokenizers()
    whole = measure(model, both, MUSIC, continuous=True)
    assert measure(model, both, MUSIC, continuous=True, forget=10_000).nats == pytest.approx(whole.nats)
    assert measure(model, both, MUSIC, continuous=True, forget=1).nats != pytest.approx(whole.nats, rel=1e-3)


def test_a_text_that_goes_on_remembers_what_came_before() -> None:
    model, both = tiny.generator(tags=False), tiny.tune_tokenizers(tags=False)
    first, rest = measure(model, both, MUSIC[:1], continuous=True), measure(model, both, MUSIC, continuous=True)
    # The first text of a stream begins as every text does; the others are read with all before them.
    assert first.nats == pytest.approx(stepped(MUSIC[:1], tags=False), rel=1e-5)
    assert rest.nats != pytest.approx(stepped(MUSIC, tags=False), rel=1e-4)
    assert rest.tokens == measure(model, both, MUSIC, continuous=False).tokens


def test_bytes_are_those_of_utf8() -> None:
    """Whatever the vocabulary makes of them."""
    model, both = tiny.generator(tags=False), tiny.tune_tokenizers(tags=False)
    found = measure(model, both, [("", "größe"), ("", "犬 d2")], continuous=False)
    assert found.bytes == (5 + 2 + 1) + (3 + 3 + 1)


@pytest.mark.parametrize("continuous", [True, False])
def test_progress_counts_every_text(continuous: bool) -> None:
    steps: list[int] = []
    measure(tiny.generator(), tiny.tune_tokenizers(), TUNES * 30, continuous=continuous, advance=steps.append)
    assert sum(steps) == 120


@pytest.mark.parametrize("continuous", [True, False])
def test_nothing_has_no_likelihood(continuous: bool) -> None:
    found = measure(tiny.generator(), tiny.tune_tokenizers(), [], continuous=continuous)
    assert (found.nats, found.tokens, found.bytes) == (0, 0, 0)
    with refused("evaluation.empty"):
        found.to_dict()
