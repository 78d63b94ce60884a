"""Sequences of vectors that a synthesizer writes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from seq2seq.config.search_settings import SearchSettings
from seq2seq.inference.synthesis.synthesizer import Synthesized, VectorSynthesizer
from seq2seq.server.jobs.job import Advance

_PER_TOKEN: Final = 4
"""Sampled steps that take about as long as a token of a text, in small models (``benchmarks/LOG.md``)."""


@dataclass(frozen=True, slots=True)
class Synthesis:
    """Sequences are sampled; each item is its tags, and its number, which decides the random numbers."""

    seed: int | None
    """None: as the model's recipe says."""
    temperature: float | None
    """Likewise."""
    max_steps: int

    def run(self, engine: VectorSynthesizer, items: Sequence[tuple[str, int]], advance: Advance) -> list[Synthesized]:
        """A sequence of each item."""
        given = {"seed": self.seed, "temperature": self.temperature, "max_steps": self.max_steps}
        changes = {name: value for name, value in given.items() if value is not None}
        return engine.generate_numbered(items, engine.decoding.model_copy(update=changes), advance=advance)

    def tokens_of(self, _item: tuple[str, int], _default: SearchSettings) -> int:
        """What a sequence takes, if it does not end before."""
        return self.max_steps // _PER_TOKEN + 1
