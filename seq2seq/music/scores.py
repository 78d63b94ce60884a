"""Whether tunes are music: do they parse, and do their bars add up to the metre?

Tunes are in ABC notation. A bar is inner if plain bar lines stand on both its sides: at repeats, double bars, endings
and the edges of a tune a pickup makes bars short, and they are right all the same. Of the 1,031 real tunes of the
Nottingham collection 99.8 % parse, and 99.9 % of their inner bars add up. A looser count, which others use, takes
every bar but a tune's first and last; there the real tunes reach 93.7 %.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from seq2seq.errors import DataError
from seq2seq.music.check import BarCount, TuneCheck, check

_SHOWN: Final = 3
"""Reasons why tunes do not parse that are shown to a person."""


@dataclass(frozen=True, slots=True)
class TuneScores:
    """The scores of a set of tunes."""

    tunes: int
    parsed: int
    inner: BarCount
    """The bars between two plain bar lines, of all tunes, those that do not parse included."""
    middle: BarCount
    """Every bar but the first and the last of its tune."""
    problems: tuple[tuple[str, int], ...]
    """Why tunes do not parse, and how many do not for this reason, the most frequent first."""

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
        """For people, one figure a line."""
        found = [
            f"{self.parsed_share:.1%} of {self.tunes:,} tunes parse",
            f"{_percent(self.inner)} of {self.inner.bars:,} inner bars add up to the metre",
            f"{_percent(self.middle)} of {self.middle.bars:,} bars do, if all but a tune's first and last count",
        ]
        return found + [f"{count} x {problem}" for problem, count in self.problems[:_SHOWN]]


def tune_scores(tunes: Sequence[tuple[tuple[str, ...], str]]) -> TuneScores:
    """Score tunes.

    Args:
        tunes: the tags (``M:6/8``, ``L:1/8``) and the body of each.

    Raises:
        DataError: there are none.
    """
    if not tunes:
        raise DataError("There is nothing to score: no tunes.", code="evaluation.empty")
    checks = [check(body, tags) for tags, body in tunes]
    return TuneScores(
        len(checks),
        sum(one.parses for one in checks),
        sum((one.inner for one in checks), BarCount(0, 0)),
        sum((one.middle for one in checks), BarCount(0, 0)),
        _problems(checks),
    )


def _problems(checks: Iterable[TuneCheck]) -> tuple[tuple[str, int], ...]:
    found = Counter(one.problem.partition(": ")[2] for one in checks if one.problem)
    return tuple(found.most_common())


def _percent(count: BarCount) -> str:
    return "none" if count.share is None else f"{count.share:.1%}"
