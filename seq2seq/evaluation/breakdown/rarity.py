"""Does quality fall with rare words?"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import inf
from typing import Final

from seq2seq.evaluation.breakdown.buckets import MIN_SENTENCES, Breakdown, Bucket, sort_into_buckets
from seq2seq.evaluation.breakdown.words import words_of

RARE: Final = 5
"""Times that a rare word occurs in the training data, at most: so few contexts that a model hardly learns it."""
_SHARES: Final = (0.0, 0.1, 0.2)
"""Upper ends of buckets: shares of rare words."""


@dataclass(frozen=True, slots=True)
class WordCounts:
    """How often words occur."""

    counts: Counter[str]
    rare: int
    """Times that a rare word occurs, at most."""
    spaced: bool
    """Whether words stand between spaces; otherwise characters are counted."""
    note: str
    """Where the words were counted, a sentence."""

    def rare_share(self, text: str) -> float:
        """Share (0 to 1) of a text's words that are rare or do not occur."""
        words = words_of(text, spaced=self.spaced)
        return sum(self.counts[word] <= self.rare for word in words) / len(words) if words else 0.0


def counts_in_test_set(sources: Sequence[str], *, spaced: bool) -> WordCounts:
    """Counts from the test set itself where the training data are not known: a word that occurs once counts as rare."""
    counts = Counter(word for text in sources for word in words_of(text, spaced=spaced))
    unit = "words" if spaced else "characters"
    note = f"Rare {unit} occur once in the sources of this test set; the training data are not known."
    return WordCounts(counts, 1, spaced, note)


def by_rare_words(sources: Sequence[str], known: WordCounts, *, least: int = MIN_SENTENCES) -> Breakdown:
    """Sentences by the share of rare words in their sources."""
    shares = [known.rare_share(text) for text in sources]
    buckets = sort_into_buckets(shares, _SHARES, least=least)
    unit = "words" if known.spaced else "characters"
    return Breakdown(
        key="rare_words",
        title=f"rare {unit}",
        unit=f"share of rare {unit}",
        buckets=buckets,
        names=list(map(_name, buckets)),
        note=f"{known.note} At least {least} sentences per bucket.",
    )


def _name(bucket: Bucket) -> str:
    if bucket.high == inf:
        return "some" if bucket.low == 0.0 else f"over {bucket.low:.0%}"
    if bucket.high == 0.0:
        return "none"
    return f"up to {bucket.high:.0%}" if bucket.low == 0.0 else f"{bucket.low:.0%} to {bucket.high:.0%}"
