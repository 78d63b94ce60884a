"""How much a model's translations depend on their sources.

The references are scored under the model twice: with their own sources, and with those of other sentences of like
length, since a length alone says how long a translation is. A model that ignores its source gives both the same
probability.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from seq2seq.evaluation.resampling.bootstrap import SEED, Interval, confidence_interval
from seq2seq.evaluation.resampling.sufficient_statistics import SufficientStatistics

if TYPE_CHECKING:
    from seq2seq.inference.translator import Translator

MOST: Final = 1000
"""Most sentences that are scored: their interval is a few hundredths of a nat, at the cost of two forward passes."""
IGNORED: Final = 0.02
"""Share of the loss below which a source counts as ignored. Models that translate gain half of their loss and more; two
in a hundred is what is left of a bias by the length of the source."""
_WINDOW: Final = 8
"""Neighbours by length, to each side, among which another source is chosen."""


@dataclass(frozen=True, slots=True)
class SourceUse:
    """What its sources tell a model about the references, in nats per target token."""

    nats: float
    """Log-probability of the references with their own sources, minus that with others', per target token."""
    interval: Interval | None
    own: float
    """Negative log-probability per target token with the references' own sources."""
    shuffled: float
    """The same with the sources of other sentences of like length."""
    sentences: int
    tokens: int
    """Target tokens, ends included."""
    sampled: bool
    """Whether the sentences are a random sample of the test set."""

    @property
    def ignored(self) -> bool:
        """Whether the model takes next to nothing from its sources, the upper end of the interval included."""
        highest = self.nats if self.interval is None else self.interval.high
        return highest < IGNORED * self.own

    def to_dict(self) -> dict[str, object]:
        """As JSON."""
        return {
            "nats_per_token": self.nats,
            "interval": None if self.interval is None else self.interval.to_dict(),
            "own_source": self.own,
            "shuffled_source": self.shuffled,
            "sentences": self.sentences,
            "tokens": self.tokens,
            "sampled": self.sampled,
            "seed": SEED,
        }

    def line(self) -> str:
        """For people."""
        spread = "" if self.interval is None else f" ± {self.interval.half_width:.2f}"
        sample = " sampled" if self.sampled else ""
        return (
            f"{self.nats:.2f}{spread} nats per target token ({self.own:.2f} with its own source, {self.shuffled:.2f} "
            f"with another sentence's; {self.sentences:,}{sample} sentences)"
        )

    def remarks(self) -> list[str]:
        """A sentence if the source is ignored."""
        if not self.ignored:
            return []
        return [f"The model ignores its sources: other sentences' do as well ({self.nats:.2f} nats per token)."]


def measure_source_use(
    translator: "Translator",
    sources: Sequence[str],
    references: Sequence[str],
    *,
    advance: Callable[[int], None] | None = None,
) -> SourceUse | None:
    """Score references with their own sources and with those of other sentences.

    None: fewer than two sentences have another one of like length, or sources have tags of different languages, which
    would be exchanged, too.

    Args:
        translator: the model.
        sources: N sentences.
        references: a translation of each.
        advance: called with the number of sentences scored since its last call.
    """
    from seq2seq.inference.request.direction import without_tags

    if len({text.removesuffix(without_tags(text)) for text in sources}) > 1:
        return None
    rows = [row for row in range(len(sources)) if sources[row].strip() and references[row].strip()]
    random = np.random.default_rng(SEED)
    sampled = len(rows) > MOST
    if sampled:
        rows = sorted(random.choice(rows, size=MOST, replace=False).tolist())
    partners = exchange([sources[row] for row in rows], random)
    pairs = [(row, rows[other]) for row, other in zip(rows, partners, strict=True) if other is not None]
    if len(pairs) < 2:
        return None
    wanted = [references[row] for row, _ in pairs]
    sums = []
    for texts in ([sources[row] for row, _ in pairs], [sources[other] for _, other in pairs]):
        sums.append(np.array(translator.score(texts, wanted)))
        if advance:
            advance(len(pairs))
    tokens = np.array([len(ids) + 1 for ids in translator.tokenizers.target.encode_batch(wanted)], dtype=np.float64)
    known = np.isfinite(sums[0]) & np.isfinite(sums[1])  # others have tokens that the model cannot write
    if known.sum() < 2:
        return None
    columns = np.column_stack([*sums, tokens])[known]
    statistics = SufficientStatistics(columns, _gain)
    own, shuffled, count = columns.sum(axis=0).tolist()
    return SourceUse(
        nats=statistics.score,
        interval=confidence_interval(statistics),
        own=-own / count,
        shuffled=-shuffled / count,
        sentences=int(known.sum()),
        tokens=int(count),
        sampled=sampled,
    )


def exchange(sources: Sequence[Any], random: np.random.Generator) -> list[int | None]:
    """For each source the index of another one of like length that differs from it; None: there is none nearby.

    Args:
        sources: texts, token ids or vectors (S, N).
        random: decides which of several is chosen.
    """
    order = sorted(random.permutation(len(sources)).tolist(), key=lambda row: len(sources[row]))
    partners: list[int | None] = [None] * len(sources)
    for place, row in enumerate(order):
        near = order[max(0, place - _WINDOW) : place + _WINDOW + 1]
        different = [other for other in near if not np.array_equal(sources[other], sources[row])]
        if different:
            partners[row] = int(random.choice(different))
    return partners


def _gain(sums: npt.NDArray[Any]) -> float:
    return float((sums[0] - sums[1]) / sums[2])
