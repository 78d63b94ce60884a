"""How output is searched for, when the command line does not say otherwise."""

from typing import Literal

from pydantic import Field, NonNegativeFloat, NonNegativeInt, PositiveFloat, PositiveInt

from seq2seq.config.base import Strict


class DecodingConfig(Strict):
    """The `decoding` section."""

    method: Literal["beam", "sample"] = "beam"
    """Search for the likeliest output (a beam of 1 is greedy) or draw from the model."""
    beam: PositiveInt = 5
    """Hypotheses kept at each step."""
    nbest: PositiveInt = 1
    """Outputs returned a source, at most `beam` (or samples drawn)."""
    length_penalty: Literal["average", "wu", "none"] = "average"
    """Log-probability divided by the length to the power `alpha`; by ((5 + length) / 6) ** alpha (Wu et al. 2016,
    eq. 14); or as it is."""
    alpha: NonNegativeFloat = 1.0
    """Strength of the length penalty."""
    max_length_ratio: PositiveFloat = 2.0
    """An output has at most this many tokens per source token ..."""
    max_length_extra: NonNegativeInt = 10
    """... plus so many."""
    min_length: NonNegativeInt = 1
    """An output has at least this many tokens before EOS, so that nothing comes out empty."""
    no_repeat_ngram: NonNegativeInt = 0
    """No n-gram of this order occurs twice in an output (0: no rule; loops are noticed and reported either way)."""
    allow_unknown: bool = False
    """Let the unknown token be proposed."""
    temperature: PositiveFloat = 1.0
    """`sample`: divides the log-probabilities."""
    top_k: NonNegativeInt = 0
    """`sample`: draw from so many of the likeliest tokens (0: all)."""
    top_p: float = Field(default=1.0, gt=0.0, le=1.0)
    """`sample`: draw from the likeliest tokens that hold this much probability."""
    seed: NonNegativeInt = 1
    """`sample`: decides the draws."""
    batch_size: PositiveInt = 64
    """Sentences decoded at a time."""


class GenerationConfig(DecodingConfig):
    """The `decoding` section where text is generated: the same settings, other defaults."""

    method: Literal["beam", "sample"] = "sample"
    """Draw from the model, or search for the likeliest output (a beam of 1 is greedy)."""
    max_length_ratio: NonNegativeFloat = 0.0
    """An output has at most this many tokens per tag ..."""
    max_length_extra: NonNegativeInt = 500
    """... plus so many."""
