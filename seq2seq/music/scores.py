"""Scores of tunes in ABC notation: the share that parses, and the share of bars that add up to the metre.

A bar is inner if it is between two plain bar lines: at repeats, double bars, endings and the edges of a tune, bars may
be short because of a pickup. Of the 1,031 real tunes of the Nottingham collection, 99.8 % parse, and 99.9 % of their
inner bars add up. A looser count, which others use, takes every bar except a tune's first and last; by it, the real
tunes reach 93.7 %.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from seq2seq.errors import DataError
from seq2seq.music.check import BarCount, check
from seq2seq.wording import percent

_SHOWN: Final = 3
"""Most reasons for parse failures that are shown."""


@dataclass(frozen=True, slots=True)
class TuneScores:
    """The scores of a set of tunes."""

    tunes: int
    parsed: int
    inner: BarCount
    """Bars between two plain bar lines, of all tunes, also those that do not parse."""
    middle: BarCount
    """Every bar except the first and the last of its tune."""
    problems: tuple[tuple[str, int], ...]
    """Reasons for parse failures with their numbers of tunes, most frequent first."""

    @property
    def parsed_share(self) -> float:
        """The share (0 to 1) of the tunes that parse."""
        return self.parsed / self.tunes

    def to_dict(self) -> dict[str, object]:
        """As JSON."""
        return {
            "tunes": self.tunes,
            "parsed": self.parsed_share,
            "inner_bars": self.inner.bars,
            "inner_right": self.inner.share,
            "middle_bars": self.middle.bars,
            "middle_right": self.middle.share,
            "problems": dict(self.problems),
        }

    def lines(self) -> list[str]:
        """For people, one figure per line."""
        lines = [
            f"{self.parsed_share:.1%} of {self.tunes:,} tunes parse",
            f"{percent(self.inner.share)} of {self.inner.bars:,} inner bars add up to the metre",
            f"{percent(self.middle.share)} of {self.middle.bars:,} bars do, except a tune's first and last",
        ]
        return lines + [f"{count} x {problem}" for problem, count in self.problems[:_SHOWN]]


def tune_scores(tunes: Sequence[tuple[tuple[str, ...], str]]) -> TuneScores:
    """Score tunes: tags (``M:6/8``, ``L:1/8``) and body of each.

    Raises:
        DataError: there are no tunes.
    """
    if not tunes:
        raise DataError("There is nothing to score: no tunes.", code="evaluation.empty")
    checks = [check(body, tags) for tags, body in tunes]
    return TuneScores(
        len(checks),
        sum(tune.parses for tune in checks),
        sum((tune.inner for tune in checks), BarCount(0, 0)),
        sum((tune.middle for tune in checks), BarCount(0, 0)),
        tuple(Counter(tune.problem.partition(": ")[2] for tune in checks if tune.problem).most_common()),
    )
