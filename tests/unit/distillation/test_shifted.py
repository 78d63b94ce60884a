"""Lines beside the wrong lines are noticed by their lengths; lines that are merely odd are not taken for such."""

import random

import pytest

from seq2seq.distillation.shifted import looks_shifted


def pairs(count: int, seed: int = 1) -> tuple[list[str], list[str]]:
    """Sources of 3 to 30 words, and translations that are about a fifth longer."""
    generator = random.Random(seed)
    sources = [" ".join(["word"] * generator.randint(3, 30)) for _ in range(count)]
    targets = ["x" * round(len(source) * generator.uniform(1.0, 1.4)) for source in sources]
    return sources, targets


@pytest.mark.parametrize("seed", range(20))
def test_lines_in_their_places_are_not(seed: int) -> None:
    assert not looks_shifted(*pairs(1_000, seed))


@pytest.mark.parametrize("shift", [-2, -1, 1, 2])
def test_shifted_lines_are(shift: int) -> None:
    sources, targets = pairs(300)
    assert looks_shifted(sources, targets[shift:] + targets[:shift])


def test_a_stretch_is_enough() -> None:
    """A line is lost, and one is added much later."""
    sources, targets = pairs(1_000)
    assert looks_shifted(sources, [*targets[:300], *targets[301:500], "added", *targets[500:]])


@pytest.mark.parametrize("targets", ["same", "equal lengths", "random lengths", "reversed"])
def test_lengths_that_say_nothing_are_not(targets: str) -> None:
    sources, good = pairs(1_000)
    odd = {
        "same": ["yes"] * 1_000,
        "equal lengths": [f"{number:05d}" for number in range(1_000)],
        "random lengths": pairs(1_000, seed=2)[1],
        "reversed": good[::-1],
    }
    assert not looks_shifted(sources, odd[targets])


def test_few_lines_say_too_little() -> None:
    sources, targets = pairs(50)
    assert not looks_shifted(sources, targets[1:] + targets[:1])
