"""Sentences worth reading: the worst ones, and those on which two systems differ most, by chrF of each sentence."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from seq2seq.evaluation.resampling.sufficient_statistics import SufficientStatistics

if TYPE_CHECKING:
    from seq2seq.scoring.systems.system import System

SHOWN: Final = 12
"""Sentences of each kind: as many as are read."""
_METRIC: Final = "chrf"
"""The metric of sentences: BLEU of one sentence is often 0, since it has no sequence of four words right."""


@dataclass(frozen=True, slots=True)
class SentenceScores:
    """A sentence, and how well each system translates it."""

    row: int
    """Index in the test set."""
    chrf: Mapping[str, float]
    """By the system's name."""

    def to_dict(self) -> dict[str, object]:
        """As JSON; lines are counted from 1."""
        return {"line": self.row + 1, "chrf": dict(self.chrf)}


def worst_sentences(systems: "Sequence[System]", *, count: int = SHOWN) -> list[SentenceScores]:
    """The sentences with the lowest mean chrF over all systems, the worst first."""
    return sorted(_scores(systems), key=lambda one: sum(one.chrf.values()))[:count]


def most_different(baseline: "System", system: "System", *, count: int = SHOWN) -> list[SentenceScores]:
    """The sentences on which two systems differ most in chrF, the greatest difference first, if any."""

    def difference(one: SentenceScores) -> float:
        return abs(one.chrf[system.name] - one.chrf[baseline.name])

    found = sorted(_scores([baseline, system]), key=difference, reverse=True)
    return [one for one in found[:count] if difference(one)]


def _scores(systems: "Sequence[System]") -> list[SentenceScores]:
    scores = {system.name: sentence_scores(system.report.scores.statistics[_METRIC]) for system in systems}
    return [
        SentenceScores(row, dict(zip(scores, values, strict=True)))
        for row, values in enumerate(zip(*scores.values(), strict=True))
    ]


def sentence_scores(statistics: SufficientStatistics) -> list[float]:
    """A metric's score of every sentence by itself."""
    return [float(statistics.score_of(row)) for row in statistics.rows]
