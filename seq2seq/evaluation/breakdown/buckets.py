"""Sentences sorted into buckets by a property, and the scores of each bucket."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import inf
from typing import Final

from seq2seq.evaluation.resampling.bootstrap import SAMPLES, SEED, Interval, confidence_interval
from seq2seq.evaluation.resampling.sufficient_statistics import SufficientStatistics

MIN_SENTENCES: Final = 50
"""Least sentences of a bucket. BLEU of 50 sentences has a 95 % interval of about ±5, which still shows a decline with
length of 10 points; that of fewer shows nothing."""
_METRICS: Final = ("bleu", "chrf")
"""Metrics by bucket; TER adds nothing that chrF does not show."""


@dataclass(frozen=True, slots=True)
class Bucket:
    """Sentences with similar values of a property."""

    low: float
    """Values of this bucket are above it, or equal to it in the first bucket."""
    high: float
    """Values of this bucket are up to it; infinity: all above ``low``."""
    rows: Sequence[int]
    """The sentences, by index."""


@dataclass(frozen=True, slots=True)
class Breakdown:
    """A test set in buckets; there are none if it is too small."""

    key: str
    """Its name in JSON."""
    title: str
    """What is compared: ``source length``."""
    unit: str
    """Of its values: ``words``."""
    buckets: Sequence[Bucket]
    names: Sequence[str]
    """Of the buckets, for people."""
    note: str
    """How the values were found."""

    def scores(
        self, statistics: Mapping[str, SufficientStatistics], *, samples: int = SAMPLES, seed: int = SEED
    ) -> "BreakdownScores":
        """A system's scores in every bucket, with intervals by ``samples`` resampled buckets."""
        buckets = []
        for bucket in self.buckets:
            parts = {name: statistics[name].select(bucket.rows) for name in _METRICS if name in statistics}
            buckets.append(
                {
                    name: (part.score, confidence_interval(part, samples=samples, seed=seed))
                    for name, part in parts.items()
                }
            )
        return BreakdownScores(self, buckets)


@dataclass(frozen=True, slots=True)
class BreakdownScores:
    """The scores of one system, bucket by bucket."""

    breakdown: Breakdown
    buckets: Sequence[Mapping[str, tuple[float, Interval | None]]]
    """Of each bucket, by metric: the score and its confidence interval."""

    def to_dict(self) -> dict[str, object]:
        """As JSON; an open end is null."""
        pairs = zip(self.breakdown.buckets, self.breakdown.names, self.buckets, strict=True)
        buckets = [
            {
                "name": name,
                "above": bucket.low,
                "up_to": None if bucket.high == inf else bucket.high,
                "sentences": len(bucket.rows),
            }
            | {
                metric: {"score": score, "interval": None if interval is None else interval.to_dict()}
                for metric, (score, interval) in scores.items()
            }
            for bucket, name, scores in pairs
        ]
        return {"unit": self.breakdown.unit, "note": self.breakdown.note, "buckets": buckets}


def sort_into_buckets(values: Sequence[float], limits: Sequence[float], *, least: int = MIN_SENTENCES) -> list[Bucket]:
    """Sort sentences into buckets by their values.

    Args:
        values: of N sentences, not negative.
        limits: upper ends of buckets, ascending; the last is open.
        least: sentences per bucket. Smaller buckets are joined with the next, the last with the one before.

    Returns:
        At least two buckets, ascending; or none, if there are too few sentences for two.
    """
    buckets: list[Bucket] = []
    low, rows, floor = 0.0, list[int](), -inf
    for high in (*limits, inf):
        rows += [row for row, value in enumerate(values) if floor < value <= high]
        floor = high
        if len(rows) >= least:
            buckets.append(Bucket(low, high, rows))
            low, rows = high, []
    if buckets and (rows or buckets[-1].high < inf):
        last = buckets.pop()
        buckets.append(Bucket(last.low, inf, [*last.rows, *rows]))
    return buckets if len(buckets) > 1 else []
