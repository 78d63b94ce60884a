"""Perplexity and bits per byte of a language model."""

import math
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from seq2seq.errors import DataError
from seq2seq.evaluation.remarks import remark_lines
from seq2seq.text.sketch import Overlap
from seq2seq.wording import plural

if TYPE_CHECKING:
    from rich.console import Group


@dataclass(frozen=True, slots=True)
class Likelihood:
    """The likelihood of texts under a model; likelihoods of disjoint sets of texts can be added.

    Bits per byte are comparable across vocabularies: the bytes of a text do not depend on its tokens. Perplexity is
    not: it is a mean over tokens, and longer tokens are harder to predict. Compare it only between models with the same
    tokenizer.

    Raises:
        DataError: by all figures, if there are no tokens, or no bytes.
    """

    nats: float = 0.0
    """Negative log-likelihood of all tokens, summed."""
    tokens: int = 0
    """Predicted tokens, the end of each sequence (EOS) included."""
    bytes: int = 0
    """UTF-8 bytes of the texts as the model reads them (normalised), plus one per text for its end."""
    sequences: int = 0

    def __add__(self, other: "Likelihood") -> "Likelihood":
        tokens, count = self.tokens + other.tokens, self.bytes + other.bytes
        return Likelihood(self.nats + other.nats, tokens, count, self.sequences + other.sequences)

    @property
    def perplexity(self) -> float:
        """exp(nats / tokens): the number of equally likely tokens with the same uncertainty."""
        mean = self.nats / _require(self.tokens, "tokens")
        return math.exp(mean) if mean < 700 else math.inf

    @property
    def bits_per_byte(self) -> float:
        """Bits per byte of text that an ideal coder with this model needs."""
        return self.nats / math.log(2) / _require(self.bytes, "bytes")

    def to_dict(self) -> dict[str, object]:
        """As JSON."""
        return {"bits_per_byte": self.bits_per_byte, "perplexity": self.perplexity, **asdict(self)}

    def lines(self) -> list[str]:
        """For people."""
        return [
            f"bits per byte  {self.bits_per_byte:.3f}  "
            f"({plural(self.bytes, 'byte')}, {plural(self.sequences, 'text')})",
            f"perplexity     {self.perplexity:.2f}  per token ({plural(self.tokens, 'token')})",
        ]


def _require(count: int, what: str) -> int:
    if not count:
        raise DataError(f"There is nothing to score: the texts hold no {what}.", code="evaluation.empty")
    return count


@dataclass(frozen=True, slots=True)
class LikelihoodReport:
    """The evaluation of a generator on one set of texts."""

    likelihood: Likelihood
    overlap: Overlap | None = None
    """How many of the texts the model was trained on; None: unknown."""

    def to_dict(self) -> dict[str, object]:
        """As JSON: the scores at the top, under their names."""
        trained_on = {"trained_on": self.overlap.to_dict()} if self.overlap else {}
        return {**self.likelihood.to_dict(), **trained_on}

    def render(self) -> "Group":
        """For a rich console: the scores, then remarks."""
        from rich.console import Group

        return Group(*self.likelihood.lines(), *remark_lines(self.overlap.remarks() if self.overlap else []))
