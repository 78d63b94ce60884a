"""Settings of a search as it uses them: plain, so that an exported model runs without pydantic.

:class:`~seq2seq.config.decoding.DecodingConfig` is the same settings as people write them, which are checked.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Annotated, Any, Literal, Self

from annotated_types import Ge, Gt, Le


@dataclass(frozen=True, kw_only=True)
class SearchSettings:
    """Settings of beam search and sampling; nothing is checked."""

    method: Literal["beam", "sample"] = "beam"
    """Beam search (a beam of 1 is greedy), or sampling from the model."""
    beam: Annotated[int, Gt(0)] = 5
    """Hypotheses kept at each step."""
    nbest: Annotated[int, Gt(0)] = 1
    """Outputs returned per source, at most `beam`; or number of samples."""
    length_penalty: Literal["average", "wu", "none"] = "average"
    """Divisor of the log-probability: `average`, length ** alpha; `wu`, ((5 + length) / 6) ** alpha (Wu et al. 2016,
    eq. 14); `none`, 1."""
    alpha: Annotated[float, Ge(0)] = 1.0
    """Strength of the length penalty."""
    max_length_ratio: Annotated[float, Gt(0)] = 2.0
    """Maximum number of output tokens per source token; `max_length_extra` is added."""
    max_length_extra: Annotated[int, Ge(0)] = 10
    """Output tokens allowed beyond `max_length_ratio` x source tokens."""
    min_length: Annotated[int, Ge(0)] = 1
    """Minimum number of output tokens before EOS."""
    no_repeat_ngram: Annotated[int, Ge(0)] = 0
    """Order of the n-grams that may not repeat in an output (0: no restriction; loops are reported in any case)."""
    allow_unknown: bool = False
    """Whether the unknown token may be generated."""
    temperature: Annotated[float, Gt(0)] = 1.0
    """`sample`: divisor of the log-probabilities."""
    top_k: Annotated[int, Ge(0)] = 0
    """`sample`: number of most likely tokens to sample from (0: all)."""
    top_p: Annotated[float, Gt(0), Le(1)] = 1.0
    """`sample`: total probability of the most likely tokens to sample from (nucleus sampling, Holtzman et al. 2020)."""
    seed: Annotated[int, Ge(0)] = 1
    """`sample`: random seed."""
    batch_size: Annotated[int, Gt(0)] = 64
    """Sentences decoded together."""

    def model_copy(self, *, update: Mapping[str, Any]) -> Self:
        """A copy with other values, which are not checked, as that of pydantic's models."""
        return replace(self, **update)
