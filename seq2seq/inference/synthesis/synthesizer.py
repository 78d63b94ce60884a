"""From tags, or from nothing, to sequences of vectors: the synthesizer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Self

import numpy as np

from seq2seq.errors import ConfigError
from seq2seq.inference.base import TextModel, text_list
from seq2seq.inference.request.tags import encode_tags
from seq2seq.inference.synthesis.sampling import Sampled, SynthesisNetwork, sample_sequences
from seq2seq.inference.workers import batch_size, map_in_parallel
from seq2seq.model_folder.read import ModelFolder
from seq2seq.series.distributions import SAMPLERS
from seq2seq.text.vectors import Vectors
from seq2seq.text.vocabulary.channels import Channels
from seq2seq.text.vocabulary.pair import VocabularyPair
from seq2seq.wording import plural

if TYPE_CHECKING:
    from seq2seq.config.decoding import SynthesisConfig

_DIGITS: Final = 7
"""Significant digits of a number: those of float32, in which a network computes."""
_DRAWS: Final = 0x5E9
"""Keeps these random numbers apart from others of the same seed."""


@dataclass(frozen=True, slots=True, eq=False)
class Synthesized:
    """A sequence of vectors that a model has written."""

    vectors: Vectors
    """(S, F) numbers of each step, in the units of the training data."""
    tags: str
    """The tags it was generated from."""
    note: str | None = None
    """A warning about it, for people."""

    def record(self) -> dict[str, object]:
        """For JSON."""
        return {"tags": self.tags, "vectors": self.rounded(), "note": self.note}

    def rounded(self) -> list[list[float]]:
        """Its vectors as lists, with the digits that a network has."""
        return [[float(f"{number:.{_DIGITS}g}") for number in step] for step in self.vectors.tolist()]


@dataclass(eq=False, repr=False)
class VectorSynthesizer(TextModel):
    """Writes sequences of vectors with a trained model; :func:`seq2seq.load` makes one."""

    task = "synthesis"
    method = "generate"

    network: SynthesisNetwork
    tokenizers: VocabularyPair
    """The vocabulary of tags, and the scaling of channels."""
    distribution: str
    """Of each number; one of :data:`~seq2seq.series.distributions.SAMPLERS`."""
    decoding: SynthesisConfig
    """Default settings of sampling."""
    workers: int = field(default=1, kw_only=True)
    """Batches that are computed in parallel."""

    @classmethod
    def from_folder(cls, folder: ModelFolder, network: SynthesisNetwork, *, workers: int) -> Self:
        """The synthesizer of a model folder whose network is open."""
        from seq2seq.config.recipe import SynthesisRecipe

        recipe = folder.recipe
        assert isinstance(recipe, SynthesisRecipe)
        return cls(network, folder.tokenizers, recipe.model.distribution, recipe.decoding, workers=workers)

    @property
    def channels(self) -> Channels:
        """The scaling of the numbers of a step."""
        channels = self.tokenizers.target
        assert isinstance(channels, Channels)
        return channels

    def generate(
        self,
        tags: Iterable[str] | None = None,
        config: SynthesisConfig | None = None,
        *,
        count: int = 1,
        start: int = 0,
    ) -> list[Synthesized]:
        """Generate ``count`` sequences for each entry of ``tags``, one entry after the other.

        Equal seeds, tags and numbers give equal sequences, to rounding, whatever else the call asks for.

        Args:
            tags: tags of each sequence, separated by spaces (``None``: one entry without tags).
            config: settings of sampling, in place of the recipe's.
            count: sequences per entry; with a temperature of 0, they are all the same.
            start: number of the first sequence, from 0; it decides what is sampled.

        Raises:
            ConfigError: the model does not know a tag, or its numbers grow without bound.
            TypeError: ``tags`` is one string, or an entry is not a string.
        """
        entries = [entry for entry in text_list([""] if tags is None else tags) for _ in range(count)]
        return self.generate_numbered([(entry, number) for number, entry in enumerate(entries, start)], config)

    def generate_numbered(
        self,
        entries: Sequence[tuple[str, int]],
        config: SynthesisConfig | None = None,
        *,
        advance: Callable[[int], None] | None = None,
    ) -> list[Synthesized]:
        """A sequence for each of the tags, of the number beside them; see :meth:`generate`.

        Args:
            entries: tags, and numbers from 0.
            config: settings of sampling, in place of the recipe's.
            advance: called with the number of sequences finished since its last call.

        Raises:
            ConfigError: the model does not know a tag, or its numbers grow without bound.
        """
        settings = config or self.decoding
        sources = [encode_tags(self.tokenizers.source, tags) for tags, _ in entries]

        def write(rows: range) -> list[Sampled]:
            return sample_sequences(
                self.network,
                SAMPLERS[self.distribution],
                [sources[row] for row in rows],
                channels=self.channels.width,
                temperature=settings.temperature,
                max_steps=settings.max_steps,
                random=[np.random.default_rng([_DRAWS, settings.seed, entries[row][1]]) for row in rows],
            )

        size = batch_size(len(sources), settings.batch_size, self.workers)
        batches = [range(len(sources))[first : first + size] for first in range(0, len(sources), size)]
        sampled: list[Sampled] = []
        for own in map_in_parallel(write, batches, self.workers):
            sampled += own
            if advance:
                advance(len(own))
        if not all(np.isfinite(one.steps).all() for one in sampled):
            problem = f"at {settings.temperature:g}, the network's numbers grow without bound; lower it"
            raise ConfigError("--temperature", [problem], code="inference.not-finite")
        cut = f"does not end within {plural(settings.max_steps, 'step')}"
        return [
            Synthesized(self.channels.restore(one.steps), tags, None if one.ended else cut)
            for (tags, _), one in zip(entries, sampled, strict=True)
        ]
