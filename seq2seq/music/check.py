"""Checks whether an ABC body parses, and whether its bars add up to the metre.

Times are fractions of a whole note. Notes, rests, chords, tuplets and broken rhythm take time, by chapter 4 of the ABC
standard 2.1; grace notes, decorations, slurs and ties take none.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Final

from seq2seq.music.abc import as_headers, metre, normalise, unit
from seq2seq.music.tokens import NOTE, SIGN, TOKEN, length, note_length

_UNCLOSED: Final = {
    '"': "an unclosed quotation",
    "[": "a bracket that is unclosed, or has no notes",
    "{": "grace notes that are unclosed, or have other signs",
}
_DEFAULT_TIMES: Final = {2: 3, 3: 2, 4: 3, 6: 2, 8: 3}
"""Number of notes whose time a tuplet takes, by its own number; 5, 7 and 9 depend on the metre."""


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar with notes or rests."""

    time: Fraction
    """Its length, in whole notes."""
    metre: Fraction | None
    """Its length by the metre; None if the metre is free."""
    inner: bool
    """Whether it is between plain bar lines: no edge of the tune, repeat, double bar or ending."""

    @property
    def right(self) -> bool:
        """Whether it adds up to the metre."""
        return self.time == self.metre


@dataclass(frozen=True, slots=True)
class BarCount:
    """Numbers of bars, and of those that add up to the metre."""

    bars: int
    """Bars with a known metre."""
    right: int
    """Bars that add up to it."""

    @property
    def share(self) -> float | None:
        """Share (0 to 1) of bars that add up; None if there are no bars."""
        return self.right / self.bars if self.bars else None

    def __add__(self, other: "BarCount") -> "BarCount":
        return BarCount(self.bars + other.bars, self.right + other.right)


@dataclass(frozen=True, slots=True)
class TuneCheck:
    """The result of checking a body."""

    problem: str | None
    """The first problem; None if it parses."""
    bars: tuple[Bar, ...]

    @property
    def parses(self) -> bool:
        """Whether every sign is understood, and every bracket closed."""
        return self.problem is None

    @property
    def inner(self) -> BarCount:
        """Bars between two plain bar lines: those that do not add up are mistakes."""
        return _count(bar for bar in self.bars if bar.inner)

    @property
    def middle(self) -> BarCount:
        """Every bar except the first and the last: pickups at repeats, and bars shortened by them, count as wrong."""
        return _count(self.bars[1:-1])


def check(body: str, tags: Iterable[str] = ()) -> TuneCheck:
    """Check a body, continuing after problems. Without a tag M the metre is free, without an L the unit follows it."""
    reading = _Reading(as_headers(tags))
    place = 0
    while place < len(body):
        token = TOKEN.match(body, place)
        if token is None:
            reading.add_problem(_UNCLOSED.get(body[place], f"{body[place]!r} is not valid here"), place)
            place += 1
            continue
        reading.take(token)
        place = token.end()
    return reading.finish(len(body))


def _count(bars: Iterable[Bar]) -> BarCount:
    judged = [bar.right for bar in bars if bar.metre is not None]
    return BarCount(len(judged), sum(judged))


class _Reading:
    """The state of a tune from token to token."""

    def __init__(self, headers: Mapping[str, str]) -> None:
        self._metre, self._unit = metre(headers.get("M", "")), unit(headers)
        self._compound = _is_compound(headers.get("M", ""))
        self._problem: str | None = None
        self._bars: list[Bar] = []
        self._left_edge, self._started = True, False
        self._slurs = 0
        self._begin()

    def _begin(self) -> None:
        """Begin a bar."""
        self._time, self._of = Fraction(0), self._metre
        self._last: Fraction | None = None  # the note that a broken rhythm would change
        self._next = Fraction(1)  # what a broken rhythm does to the next note
        self._tuplet, self._left = Fraction(1), 0
        self._overlaid = False

    def add_problem(self, what: str, place: int) -> None:
        """Record a problem; only the first one is kept."""
        if self._problem is None:
            self._problem = f"character {place + 1}: {what}"

    def take(self, token: re.Match[str]) -> None:
        """Read a token."""
        try:
            self._take(token.lastgroup, token[0])
        except ValueError as problem:
            self.add_problem(str(problem), token.start())

    def _take(self, kind: str | None, text: str) -> None:
        match kind:
            case "bar":
                self._close(edge=text.strip(".") != "|")
            case "ending":
                self._close(edge=True)
            case "field" | "bare":
                self._change(text)
            case "note" | "rest":
                self._add(note_length(text))
            case "chord":
                self._add(_chord_length(text))
            case "silence":
                self._started = True
                self._time = self._metre or Fraction(1)  # however many bars it is, they add up
            case "tuplet":
                notes, times, covered = ([*text[1:].split(":"), "", ""])[:3]
                count = int(notes)
                default = _DEFAULT_TIMES.get(count, 3 if self._compound else 2)
                self._tuplet, self._left = Fraction(int(times or default), count), int(covered or count)
            case "broken":
                self._break(text)
            case "grace":
                for note in re.findall(NOTE, text):
                    note_length(note)
            case "open":
                self._slurs += 1
            case "close" if not self._slurs:
                raise ValueError("a slur that was not opened")
            case "close":
                self._slurs -= 1
            case "overlay":
                self._overlaid = True

    def finish(self, place: int) -> TuneCheck:
        """Close the last bar."""
        try:
            self._close(edge=True)
            self._mark_edge()  # where a plain bar line ends the tune
            if self._slurs:
                raise ValueError("an unclosed slur")
            if not self._started:
                raise ValueError("no notes")
        except ValueError as problem:
            self.add_problem(str(problem), place)
        return TuneCheck(self._problem, tuple(self._bars))

    def _close(self, *, edge: bool) -> None:
        """End a bar, at a plain bar line or at an edge; an empty bar only passes its edge on."""
        dangling = self._next != 1
        if self._time:
            self._bars.append(Bar(self._time, self._of, not (self._left_edge or edge)))
            self._left_edge = edge
        elif edge:
            self._mark_edge()
        self._begin()
        if dangling:
            raise ValueError("a broken rhythm without a second note")

    def _mark_edge(self) -> None:
        """Mark an edge between the last bar and the next."""
        self._left_edge = True
        if self._bars:
            self._bars[-1] = replace(self._bars[-1], inner=False)

    def _change(self, text: str) -> None:
        """Change the metre or the unit."""
        letter, value = text.strip("[]")[0], text.strip("[]")[2:]
        if letter == "M":
            self._metre, self._compound = metre(value), _is_compound(value)
            if not self._time:
                self._of = self._metre
            if self._metre is None and value.strip().lower() != "none":
                raise ValueError(f"{text!r} is not a metre")
        elif letter == "L":
            if not normalise("L", value):
                raise ValueError(f"{text!r} is not a unit")
            self._unit = Fraction(normalise("L", value))

    def _add(self, multiple: Fraction) -> None:
        """Add a note, a chord or a rest of ``multiple`` units."""
        self._started = True
        if self._left:
            self._left -= 1
            multiple *= self._tuplet
        time = self._unit * multiple * self._next
        self._next, self._last = Fraction(1), time
        if not self._overlaid:
            self._time += time

    def _break(self, text: str) -> None:
        """Begin a broken rhythm."""
        if self._last is None or self._next != 1:
            raise ValueError("a broken rhythm without a first note")
        short = Fraction(1, 2 ** len(text))
        before, self._next = (2 - short, short) if text[0] == ">" else (short, 2 - short)
        if not self._overlaid:
            self._time += self._last * (before - 1)
        self._last = None


def _chord_length(text: str) -> Fraction:
    inside, _, outer = text.rpartition("]")
    notes = re.findall(NOTE, re.sub(rf'{SIGN}|"[^"]*"', "", inside))
    if not notes:
        raise ValueError("a chord without notes")
    inner = [note_length(note) for note in notes]
    return inner[0] * length(outer)


def _is_compound(value: str) -> bool:
    """Whether a metre's beats are dotted: 6/8, 9/8, 12/8."""
    return normalise("M", value).partition("/")[0] in ("6", "9", "12")
