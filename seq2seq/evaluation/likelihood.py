"""How well a language model foretells a text."""

import math
from dataclasses import asdict, dataclass

from seq2seq.errors import DataError


@dataclass(frozen=True, slots=True)
class Likelihood:
    """What texts cost under a model; the sum of two is that of all their texts.

    Bits per byte are comparable across vocabularies: whatever the tokens are, the bytes of a text stay the same.
    Perplexity is not: it is a mean over tokens, and longer tokens are harder to foretell. Compare it only between
    models with the same tokenizer.
    """

    nats: float = 0.0
    """Negative log-likelihood of all tokens together."""
    tokens: int = 0
    """Tokens that were foretold, the end of each sequence (EOS) among them."""
    bytes: int = 0
    """Bytes of the texts in UTF-8, as the model sees them (normalised), and one for the end of each."""
    sequences: int = 0

    def __add__(self, other: "Likelihood") -> "Likelihood":
        return Likelihood(
            self.nats + other.nats,
            self.tokens + other.tokens,
            self.bytes + other.bytes,
            self.sequences + other.sequences,
        )

    @property
    def perplexity(self) -> float:
        """Per token: as uncertain as a choice among so many that are equally likely.

        Raises:
            DataError: if there are no tokens.
        """
        mean = self.nats / _something(self.tokens, "tokens")
        return math.exp(mean) if mean < 700 else math.inf

    @property
    def bits_per_byte(self) -> float:
        """Bits that an ideal coder with this model needs for a byte of text.

        Raises:
            DataError: if there are no bytes.
        """
        return self.nats / math.log(2) / _something(self.bytes, "bytes")

    def to_dict(self) -> dict[str, object]:
        """As JSON.

        Raises:
            DataError: if there are no tokens, or no bytes.
        """
        return {"bits_per_byte": self.bits_per_byte, "perplexity": self.perplexity, **asdict(self)}

    def lines(self) -> list[str]:
        """For people.

        Raises:
            DataError: if there are no tokens, or no bytes.
        """
        return [
            f"bits per byte  {self.bits_per_byte:.3f}  ({self.bytes:,} bytes, {self.sequences:,} texts)",
            f"perplexity     {self.perplexity:.2f}  a token ({self.tokens:,} tokens)",
        ]


def _something(count: int, what: str) -> int:
    if not count:
        raise DataError(f"There is nothing to score: the texts hold no {what}.")
    return count
