"""Diversity and repetition of generated texts, and how much they copy from the training texts.

The caller splits texts into units: words, characters, symbols of a score.

distinct-n    distinct n-grams over all n-grams, all samples together. After Li et al. 2016 ("A Diversity-Promoting
              Objective Function"), who divide by the number of units; by n-grams, 1 means that none is repeated
repetition    share of a sample's 4-grams that occur earlier in the sample; mean over the samples
copied        share of all n-grams (8 by default) of the samples that occur in a training text, counted with
              multiplicity

Natural values depend on the kind of text and the units: compare with those of held-out texts.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import islice
from typing import Final

from seq2seq.errors import DataError
from seq2seq.wording import percent

REPEATED: Final = 4
"""Units per n-gram for repetition."""
MUCH: Final = 0.5
"""Least share of copied or repeated n-grams for a remark."""


@dataclass(frozen=True, slots=True)
class SampleStatistics:
    """Statistics of generated texts; None if no text was long enough, or the training texts are unknown."""

    samples: int
    empty: int
    """Samples without units."""
    mean_length: float
    """Units per sample."""
    distinct_1: float | None
    distinct_2: float | None
    distinct_3: float | None
    repetition: float | None
    size: int
    """Units per n-gram for copying."""
    copied: float | None
    copies: int | None
    """Samples equal to a whole training text."""

    @property
    def novel(self) -> float | None:
        """Share of the n-grams that occur in no training text."""
        return None if self.copied is None else 1 - self.copied

    def to_dict(self) -> dict[str, object]:
        """As JSON."""
        return {**asdict(self), "novel": self.novel}

    def lines(self) -> list[str]:
        """For people: the statistics, then remarks."""
        distinct = (self.distinct_1, self.distinct_2, self.distinct_3)
        lines = [
            f"samples     {self.samples}, of {self.mean_length:.1f} units on average",
            "distinct    " + ", ".join(f"{n}-grams {percent(share)}" for n, share in enumerate(distinct, start=1)),
            f"repetition  {percent(self.repetition)} of {REPEATED}-grams came before in their sample",
        ]
        if self.copies is not None:
            lines.append(
                f"novelty     {percent(self.novel)} of {self.size}-grams occur in no training text; "
                f"whole training texts: {self.copies}"
            )
        return lines + [f"note: {remark}" for remark in self.remarks()]

    def remarks(self) -> list[str]:
        """What a person should know, one sentence each; none if all is well."""
        natural = "compare with held-out texts, of which some share is natural"
        found = []
        if self.empty:
            found.append(f"{self.empty} of {self.samples} samples: empty.")
        if self.repetition is not None and self.repetition >= MUCH:
            found.append(f"The samples repeat themselves ({self.repetition:.0%} of {REPEATED}-grams): {natural}.")
        if self.copied is not None and self.copied >= MUCH:
            found.append(
                f"{self.copied:.0%} of the samples' {self.size}-grams occur in the training texts; the model may have "
                f"memorised them: {natural}."
            )
        if self.copies:
            found.append(f"{self.copies} of {self.samples} samples: training texts, word for word (memorised).")
        return found


def sample_statistics(
    samples: Sequence[Sequence[str]], training: Iterable[Sequence[str]] | None, *, size: int = 8
) -> SampleStatistics:
    """Measure N generated texts.

    The training texts are read once, one at a time; only n-grams of the samples are stored.

    Args:
        samples: N texts, as units.
        training: the training texts, split into units in the same way, if known. No n-gram extends from one into the
            next, so data that were trained on as one stream should be one text.
        size: units per n-gram for copying.

    Raises:
        DataError: there are no samples.
    """
    if not samples:
        raise DataError("There is nothing to measure: no samples.", code="evaluation.empty")
    copied, copies = _copied(samples, training, size) if training is not None else (None, None)
    repetitions = [share for sample in samples if (share := _distinct([sample], REPEATED)) is not None]
    return SampleStatistics(
        samples=len(samples),
        empty=sum(not sample for sample in samples),
        mean_length=sum(map(len, samples)) / len(samples),
        distinct_1=_distinct(samples, 1),
        distinct_2=_distinct(samples, 2),
        distinct_3=_distinct(samples, 3),
        repetition=1 - sum(repetitions) / len(repetitions) if repetitions else None,
        size=size,
        copied=copied,
        copies=copies,
    )


def ngrams(units: Sequence[str], size: int) -> Iterator[tuple[str, ...]]:
    """All runs of ``size`` units, in order."""
    return zip(*(islice(units, start, None) for start in range(size)), strict=False)


def _copied(samples: Sequence[Sequence[str]], training: Iterable[Sequence[str]], size: int) -> tuple[float | None, int]:
    """The share of n-grams that occur in training (None if there are none), and the samples that are a whole text."""
    wanted = {gram for sample in samples for gram in ngrams(sample, size)}
    texts = {tuple(sample) for sample in samples if sample}
    lengths = set(map(len, texts))
    seen: set[tuple[str, ...]] = set()
    whole: set[tuple[str, ...]] = set()
    for text in training:
        seen.update(wanted.intersection(ngrams(text, size)))
        if len(text) in lengths:
            whole.update(texts.intersection([tuple(text)]))
    hits = [gram in seen for sample in samples for gram in ngrams(sample, size)]
    return sum(hits) / len(hits) if hits else None, sum(tuple(sample) in whole for sample in samples)


def _distinct(samples: Sequence[Sequence[str]], size: int) -> float | None:
    """Distinct n-grams over all n-grams; None if there are none."""
    grams = [gram for sample in samples for gram in ngrams(sample, size)]
    return len(set(grams)) / len(grams) if grams else None
