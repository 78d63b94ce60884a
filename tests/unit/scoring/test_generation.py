"""A generator on texts: what they cost, and how that is shown."""

import math

import pytest
from rich.console import Console
from support import tiny
from support.refused import refused

from seq2seq.config.decoding import DecodingConfig
from seq2seq.config.training import WindowsConfig
from seq2seq.data.reading.examples import Examples
from seq2seq.evaluation.likelihood import LikelihoodReport
from seq2seq.inference.engines.torch.stepper import TorchStepper
from seq2seq.inference.generator import Generator
from seq2seq.scoring.generation import score
from seq2seq.scoring.likelihood import measure
from seq2seq.scoring.scored import Scored
from seq2seq.text.sketch import Sketch


def generator() -> Generator:
    return Generator(TorchStepper(tiny.generator()), tiny.tune_tokenizers(), DecodingConfig())


def shown(found: Scored[LikelihoodReport]) -> str:
    console = Console(width=120)
    with console.capture() as capture:
        console.print(found.render())
    return capture.get()


@pytest.mark.parametrize(
    ("windows", "continuous", "forget"),
    [(None, False, None), (WindowsConfig(tokens=5), True, None), (WindowsConfig(tokens=5, carry_state=False), True, 5)],
)
def test_scores_are_those_of_the_likelihood(
    windows: WindowsConfig | None, continuous: bool, forget: int | None
) -> None:
    sources, targets = zip(*tiny.TUNES, strict=True)
    found = score(generator(), Examples("tunes", sources, targets), windows=windows)
    expected = measure(tiny.generator(), tiny.tune_tokenizers(), tiny.TUNES, continuous=continuous, forget=forget)
    content = found.to_dict()
    assert content["bits_per_byte"] == pytest.approx(expected.nats / math.log(2) / expected.bytes)
    assert content["perplexity"] == pytest.approx(math.exp(expected.nats / expected.tokens))
    assert (content["data"], content["sequences"], content["skipped"]) == ("tunes", 4, 0)
    assert f"{expected.bits_per_byte:.3f}" in shown(found)
    assert (found.count, found.unit) == (expected.tokens, "tokens")
    assert found.name == "tunes"


def test_texts_that_the_model_was_trained_on() -> None:
    """The texts are what tells, not the tags that they start from."""
    sources, targets = zip(*tiny.TUNES, strict=True)
    examples = Examples("tunes", sources, targets)
    found = score(generator(), examples, windows=None, sketch=Sketch.from_texts([*targets[:3], *sources]))
    assert found.to_dict()["trained_on"] == {"share": 0.75, "seen": 3, "compared": 4, "exact": True}
    assert "note: The model was trained on 3 of 4 texts: the scores say little" in shown(found)


def test_rows_that_were_left_out_are_reported(said: list[str]) -> None:
    found = score(generator(), Examples("tunes", ["K:G"], ["GBd|"], skipped=1), windows=None)
    assert found.to_dict()["skipped"] == 1
    assert any("1 malformed row of tunes" in line for line in said)


def test_tags_that_the_model_does_not_know_are_named(said: list[str]) -> None:
    sources, targets = zip(*tiny.TUNES, strict=True)
    score(generator(), Examples("tunes", sources, targets), windows=None)
    assert said == []
    score(generator(), Examples("tunes", [*sources[:3], f"{sources[3]} K:H"], targets), windows=None)
    (line,) = said
    assert [part in line for part in ("tunes", "1 row ", "'K:H'")] == [True] * 3


def test_nothing_has_no_score() -> None:
    found = score(generator(), Examples("none", [], []), windows=WindowsConfig())
    with refused("evaluation.empty"):
        found.render()
