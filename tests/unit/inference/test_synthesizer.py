"""Sampled sequences of vectors: what decides them, and that they follow the distribution."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from support import synthesis
from support.refused import refused

from seq2seq.config.decoding import SynthesisConfig
from seq2seq.inference.engines.torch.synthesizer import TorchSynthesizer
from seq2seq.inference.synthesis.sampling import SynthesisNetwork, sample_sequences
from seq2seq.inference.synthesis.synthesizer import VectorSynthesizer
from seq2seq.series.distributions import SAMPLERS
from seq2seq.series.series import Floats
from seq2seq.text.vocabulary.channels import LARGEST, Channels
from seq2seq.text.vocabulary.pair import VocabularyPair


class Fixed:
    """A network that says the same at every step, whatever it reads: mean 1, some width, and log-odds of the end."""

    def __init__(self, *, width: float = 0.5, end: float = 0.0) -> None:
        self.raw = np.array([1.0, np.log(np.expm1(width - 1e-3)), end])
        self.read: list[NDArray[np.float32]] = []

    def start(self, sources: Sequence[Sequence[int]]) -> Any:
        return len(sources)

    def step(self, read: NDArray[np.float32], state: Any) -> tuple[Floats, Any]:
        self.read.append(read)
        return np.tile(self.raw, (state, 1)), state


def sampled(network: Fixed, *, temperature: float = 1.0, count: int = 800, max_steps: int = 200) -> list[Any]:
    random = [np.random.default_rng([1, row]) for row in range(count)]
    return sample_sequences(
        network,
        SAMPLERS["gaussian"],
        [[]] * count,
        channels=1,
        temperature=temperature,
        max_steps=max_steps,
        random=random,
    )


def generator(**decoding: Any) -> VectorSynthesizer:
    config = SynthesisConfig.model_validate({"max_steps": 6, **decoding})
    network = TorchSynthesizer(synthesis.synthesizer())
    return VectorSynthesizer(network, synthesis.tokenizers(), "gaussian", config)


@pytest.mark.parametrize(("temperature", "odds"), [(1.0, -1.0), (0.5, -0.5)])
def test_numbers_and_lengths_follow_the_distribution(temperature: float, odds: float) -> None:
    found = sampled(Fixed(end=odds), temperature=temperature)
    numbers = np.concatenate([one.steps for one in found])
    share = 1 / (1 + np.exp(-odds / temperature))  # of a geometric distribution
    assert numbers.mean() == pytest.approx(1.0, abs=0.03)
    assert numbers.std() == pytest.approx(0.5 * temperature, rel=0.05)
    assert np.mean([len(one.steps) for one in found]) == pytest.approx(1 / share, rel=0.1)
    assert all(one.ended for one in found)


def test_a_temperature_of_0_gives_means_and_the_likelier_end() -> None:
    (early,), (late,) = (sampled(Fixed(end=end), temperature=0.0, count=1, max_steps=9) for end in (0.1, -0.1))
    assert (early.steps.tolist(), early.ended) == ([[1.0]], True)
    assert (len(late.steps), late.ended) == (9, False)


def test_zeros_are_read_before_the_first_step_then_what_was_drawn() -> None:
    network = Fixed(end=-50.0)
    found = sampled(network, count=2, max_steps=3)
    assert network.read[0].tolist() == [[0.0], [0.0]]
    np.testing.assert_allclose(network.read[2], np.stack([one.steps[1] for one in found]), rtol=1e-6)


def test_a_sequence_is_the_same_whatever_is_generated_beside_it() -> None:
    few, many = generator(), generator(batch_size=2)
    alone = few.generate(["up"], start=3)[0]
    third = many.generate(["down", "up"], count=3)[3]
    np.testing.assert_allclose(third.vectors, alone.vectors, rtol=1e-5)
    other = few.generate(["up"], SynthesisConfig(max_steps=6, seed=2), start=3)[0]
    assert other.vectors.shape != alone.vectors.shape or not np.allclose(other.vectors, alone.vectors)


def test_numbers_are_in_the_units_of_the_data() -> None:
    (mean,) = generator(temperature=0, max_steps=1).generate()
    raw, _ = TorchSynthesizer(synthesis.synthesizer()).step(
        np.zeros((1, 2), np.float32), TorchSynthesizer(synthesis.synthesizer()).start([[]])
    )
    np.testing.assert_allclose(mean.vectors[0], [10 + 2 * raw[0, 0], raw[0, 2]], rtol=1e-6)
    assert mean.tags == ""


def test_what_does_not_end_has_a_note() -> None:
    (cut,) = one_channel(Fixed(end=-50)).generate(["up down"])
    assert (len(cut.vectors), "3 steps" in (cut.note or "")) == (3, True)


def one_channel(network: SynthesisNetwork) -> VectorSynthesizer:
    tokenizers = VocabularyPair(synthesis.tokenizers().source, Channels([0], [1], [], scaling="none"))
    return VectorSynthesizer(network, tokenizers, "gaussian", SynthesisConfig(max_steps=3))


@pytest.mark.parametrize("temperature", [1e300, 1.7e308])
def test_numbers_are_finite_at_any_temperature(temperature: float) -> None:
    settings = SynthesisConfig(temperature=temperature, max_steps=3)
    found = one_channel(Fixed(width=5.0)).generate(count=40, config=settings)
    assert max(np.abs(one.vectors).max() for one in found) == LARGEST


def test_a_network_whose_numbers_are_not_finite_is_named() -> None:
    broken = Fixed()
    broken.raw[0] = np.nan
    with refused("inference.not-finite", "temperature"):
        one_channel(broken).generate()


def test_an_unknown_tag() -> None:
    with refused("inference.unknown-tag", "sideways", "up"):
        generator().generate(["sideways"])


def test_other_methods_are_named() -> None:
    with pytest.raises(AttributeError, match=r"for synthesis, not for translation: call \.generate"):
        _ = generator().translate
