"""Does quality fall with length? Bahdanau et al. 2015, figure 2: it does where a fixed vector holds the source."""

from collections.abc import Sequence
from math import inf
from typing import Final

from seq2seq.evaluation.breakdown.buckets import MIN_SENTENCES, Breakdown, Bucket, sort_into_buckets
from seq2seq.evaluation.breakdown.words import has_words, length_of

_WORDS: Final = (5, 10, 15, 20, 25, 30, 40, 50, 60, 80, 100)
_CHARACTERS: Final = (10, 20, 30, 40, 50, 60, 80, 100, 120, 160, 200)
"""Upper ends of buckets: round, the same for every test set, finer where most sentences are."""


def by_length(texts: Sequence[str], *, of: str = "source", least: int = MIN_SENTENCES) -> Breakdown:
    """Sentences by the length of their sources (``of``: or their references), in words, or characters by script."""
    spaced = has_words(texts)
    lengths = [length_of(text, spaced=spaced) for text in texts]
    buckets = sort_into_buckets(lengths, _WORDS if spaced else _CHARACTERS, least=least)
    unit = "words" if spaced else "characters"
    return Breakdown(
        key="length",
        title=f"{of} length",
        unit=unit,
        buckets=buckets,
        names=[_name(bucket, first=number == 0) for number, bucket in enumerate(buckets)],
        note=f"Length of the {of}, in {unit}; at least {least} sentences per bucket.",
    )


def _name(bucket: Bucket, *, first: bool) -> str:
    low = 1 if first else int(bucket.low) + 1
    return f"over {low - 1}" if bucket.high == inf else f"{low}–{int(bucket.high)}"
