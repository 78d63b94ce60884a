"""Text in other letter case: as in headings, and in capitals alone."""

import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

from seq2seq.config.data import CasingConfig

if TYPE_CHECKING:
    import numpy as np

_FIRST_LETTER: Final = re.compile(r"(?<![\w'’])\w")


def title(text: str) -> str:
    """The text with a capital at the beginning of each word."""
    return _FIRST_LETTER.sub(lambda letter: letter[0].upper(), text)


def draw_casing(config: CasingConfig, rng: "np.random.Generator") -> Callable[[str], str] | None:
    """What is done with the letter case of one row; usually nothing."""
    chance = rng.random()
    if chance < config.upper:
        return str.upper
    return title if chance < config.upper + config.title else None


def recase(text: str, change: Callable[[str], str], split: Callable[[str], Sequence[str]]) -> str:
    """A text in other letter case, its symbols as they are, which ``split`` puts in every second place."""
    return "".join(part if number % 2 else change(part) for number, part in enumerate(split(text)))
