"""Defaults of decoding; options of the command line override them."""

from typing import Literal

from pydantic import Field, NonNegativeFloat, NonNegativeInt, PositiveFloat, PositiveInt

from seq2seq.config.base import Strict
from seq2seq.config.search_settings import SearchSettings


class DecodingConfig(Strict, SearchSettings):
    """The `decoding` section."""

    # The limits and the default of each setting; SearchSettings says what it means.
    method: Literal["beam", "sample"] = "beam"
    beam: PositiveInt = 5
    nbest: PositiveInt = 1
    length_penalty: Literal["average", "wu", "none"] = "average"
    alpha: NonNegativeFloat = 1.0
    max_length_ratio: PositiveFloat = 2.0
    max_length_extra: NonNegativeInt = 10
    min_length: NonNegativeInt = 1
    no_repeat_ngram: NonNegativeInt = 0
    allow_unknown: bool = False
    temperature: PositiveFloat = 1.0
    top_k: NonNegativeInt = 0
    top_p: float = Field(default=1.0, gt=0.0, le=1.0)
    seed: NonNegativeInt = 1
    batch_size: PositiveInt = 64


class SynthesisConfig(Strict):
    """The `decoding` section of synthesis."""

    temperature: NonNegativeFloat = 1.0
    """Factor of the deviations of all numbers, and divisor of the log-odds of the end. 0: every number is the mean of
    its distribution, and a sequence ends where that is more likely than not."""
    max_steps: PositiveInt = 500
    """Maximum number of steps of a sequence."""
    seed: NonNegativeInt = 1
    """Random seed."""
    batch_size: PositiveInt = 64
    """Sequences sampled together."""


class GenerationConfig(DecodingConfig):
    """The `decoding` section of generation: the same settings with other defaults."""

    method: Literal["beam", "sample"] = "sample"
    """Sampling from the model, or beam search (a beam of 1 is greedy)."""
    max_length_ratio: NonNegativeFloat = 0.0
    """Maximum number of output tokens per tag; `max_length_extra` is added."""
    max_length_extra: NonNegativeInt = 500
    """Output tokens allowed beyond `max_length_ratio` x tags."""
