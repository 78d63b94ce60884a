"""Parts of a split that take other shares of an epoch than their sizes: several sources, and other data to replay."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Mixture:
    """Parts of a split, one after the other, and how many rows of each an epoch takes."""

    firsts: tuple[int, ...]
    """The first row of each part; that of the first part is 0."""
    shares: tuple[float | None, ...]
    """Share (0 to 1) of an epoch's examples that each part makes up; None: by its size and the temperature. What is
    replayed has none here."""
    temperature: float = 1.0
    """T: a part of n rows is sampled in proportion to n ** (1 / T) (Arivazhagan et al. 2019, "Massively Multilingual
    Neural Machine Translation in the Wild", section 4.2)."""
    replay: float | None = None
    """Share of an epoch's examples that the last part makes up, beside the others; None: nothing is replayed."""

    def counts(self, sizes: Sequence[int]) -> list[int]:
        """Rows of each part in an epoch, by its size; an epoch has as many as there are, without those to replay."""
        parts = sizes[: len(self.shares)]
        total = sum(parts)
        weights = [
            0.0 if share is not None else float(size) ** (1 / self.temperature)
            for size, share in zip(parts, self.shares, strict=True)
        ]
        rest = 1 - sum(share for share in self.shares if share is not None)
        counts = [
            0 if not size else max(1, round(total * (share if share is not None else rest * weight / sum(weights))))
            for size, share, weight in zip(parts, self.shares, weights, strict=True)
        ]
        if self.replay is not None:
            counts.append(round(sum(counts) * self.replay / (1 - self.replay)) if sizes[-1] else 0)
        return counts
