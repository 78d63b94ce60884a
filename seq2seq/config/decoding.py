"""Defaults of decoding; options of the command line override them."""

from typing import Literal

from pydantic import Field, NonNegativeFloat, NonNegativeInt, PositiveFloat, PositiveInt

from seq2seq.config.base import Strict


class DecodingConfig(Strict):
    """The `decoding` section."""

    method: Literal["beam", "sample"] = "beam"
    """Beam search (a beam of 1 is greedy), or sampling from the model."""
    beam: PositiveInt = 5
    """Hypotheses kept at each step."""
    nbest: PositiveInt = 1
    """Outputs returned per source, at most `beam`; or number of samples."""
    length_penalty: Literal["average", "wu", "none"] = "average"
    """Divisor of the log-probability: `average`, length ** alpha; `wu`, ((5 + length) / 6) ** alpha (Wu et al. 2016,
    eq. 14); `none`, 1."""
    alpha: NonNegativeFloat = 1.0
    """Strength of the length penalty."""
    max_length_ratio: PositiveFloat = 2.0
    """Maximum number of output tokens per source token; `max_length_extra` is added."""
    max_length_extra: NonNegativeInt = 10
    """Output tokens allowed beyond `max_length_ratio` x source tokens."""
    min_length: NonNegativeInt = 1
    """Minimum number of output tokens before EOS."""
    no_repeat_ngram: NonNegativeInt = 0
    """Order of the n-grams that may not repeat in an output (0: no restriction; loops are reported in any case)."""
    allow_unknown: bool = False
    """Whether the unknown token may be generated."""
    temperature: PositiveFloat = 1.0
    """`sample`: divisor of the log-probabilities."""
    top_k: NonNegativeInt = 0
    """`sample`: number of most likely tokens to sample from (0: all)."""
    top_p: float = Field(default=1.0, gt=0.0, le=1.0)
    """`sample`: total probability of the most likely tokens to sample from (nucleus sampling, Holtzman et al. 2020)."""
    seed: NonNegativeInt = 1
    """`sample`: random seed."""
    batch_size: PositiveInt = 64
    """Sentences decoded together."""


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
