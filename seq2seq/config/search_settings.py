"""Settings of a search as it uses them: plain, so that an exported model runs without pydantic.

:class:`~seq2seq.config.decoding.DecodingConfig` is the same settings as people write them, with limits and defaults.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal, Self


@dataclass(frozen=True, kw_only=True)
class SearchSettings:
    """Settings of beam search and sampling; nothing is checked."""

    method: Literal["beam", "sample"]
    """Beam search (a beam of 1 is greedy), or sampling from the model."""
    beam: int
    """Hypotheses kept at each step."""
    nbest: int
    """Outputs returned per source, at most `beam`; or number of samples."""
    length_penalty: Literal["average", "wu", "none"]
    """Divisor of the log-probability: `average`, length ** alpha; `wu`, ((5 + length) / 6) ** alpha (Wu et al. 2016,
    eq. 14); `none`, 1."""
    alpha: float
    """Strength of the length penalty."""
    max_length_ratio: float
    """Maximum number of output tokens per source token; `max_length_extra` is added."""
    max_length_extra: int
    """Output tokens allowed beyond `max_length_ratio` x source tokens."""
    min_length: int
    """Minimum number of output tokens before EOS."""
    no_repeat_ngram: int
    """Order of the n-grams that may not repeat in an output (0: no restriction; loops are reported in any case)."""
    allow_unknown: bool
    """Whether the unknown token may be generated."""
    temperature: float
    """`sample`: divisor of the log-probabilities."""
    top_k: int
    """`sample`: number of most likely tokens to sample from (0: all)."""
    top_p: float
    """`sample`: total probability of the most likely tokens to sample from (nucleus sampling, Holtzman et al. 2020)."""
    seed: int
    """`sample`: random seed."""
    batch_size: int
    """Sentences decoded together."""

    def model_copy(self, *, update: Mapping[str, Any]) -> Self:
        """A copy with other values, which are not checked, as that of pydantic's models."""
        return replace(self, **update)
