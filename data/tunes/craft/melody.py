"""Melody: one note after the other, by weight, over the chords.

Steps are preferred to leaps; notes on the beat belong to the chord; a note that does not is left by a step; a leap is
followed by a step back; a line keeps its direction for a while, and its register for good.
"""

import random
from dataclasses import dataclass, replace
from math import exp

from craft.dances import Dance, Slot, slots
from craft.keys import Key

_MOTION = {0: 1.0, 1: 9.0, 2: 5.0, 3: 1.6, 4: 1.0, 5: 0.3, 6: 0.05, 7: 0.3}
LOWEST, HIGHEST = 1, 14
"""D below the staff, where tin whistles begin, to the c above it; C in the key of C."""


@dataclass(frozen=True)
class Note:
    """A note with its place in the rhythm, and the chord below it (a degree, from 1)."""

    pitch: int
    slot: Slot
    chord: int
    beat: bool
    """Whether it begins a group."""


Bar = tuple[Note, ...]


def rhythm_of(dance: Dance, rng: random.Random, *, resting: bool = False) -> tuple[str, ...]:
    """Draw the rhythm of a bar, a cell a group; ``resting`` ends on a long note."""
    cells = rng.choices(list(dance.cells), list(dance.cells.values()), k=dance.groups)
    if resting:
        cells[-1] = rng.choice(dance.rests)
    return tuple(cells)


def line(
    key: Key,
    rng: random.Random,
    cells: tuple[str, ...],
    chords: str,
    *,
    after: int,
    centre: float,
    goal: int | None = None,
    inertia: float = 1.8,
) -> Bar:
    """Draw the notes of a bar.

    Args:
        key: the key.
        rng: the draw.
        cells: the rhythm, a cell a group.
        chords: of the bar: ``1``, or ``4,5`` for two.
        after: the pitch before it.
        centre: the pitch around which the line moves.
        goal: the pitch after it, if it is known.
        inertia: how much rather the line goes on in its direction than turns.
    """
    roots = [int(chord) for chord in chords.split(",")]
    places = [
        (slot, roots[number * len(roots) // len(cells)], index == 0)
        for number, cell in enumerate(cells)
        for index, slot in enumerate(slots(cell))
    ]
    lowest = min(LOWEST, key.tonic)
    register = {pitch: exp(-(((pitch - centre) / 5.0) ** 2)) for pitch in range(lowest, HIGHEST + 1)}
    degrees = {pitch: key.degree(pitch) for pitch in range(lowest - 7, HIGHEST + 8)}
    sharpened = any(map(key.raised, roots))
    notes: list[Note] = []
    before, last, loose = 0, after, False
    for number, (slot, chord, beat) in enumerate(places):
        tones = key.chord_tones(chord)
        left = len(places) - number
        pitches = range(max(lowest, last - 7), min(HIGHEST, last + 7) + 1)
        weights = []
        for pitch in pitches:
            move = pitch - last
            chordal = degrees[pitch] in tones
            weight = _MOTION[abs(move)] * register[pitch]
            if not chordal:
                weight *= 0.06 if beat else 0.7 if abs(move) == 1 else 0.002
            if loose and abs(move) != 1:
                weight *= 0.01
            if before * move > 0:
                weight *= inertia if abs(move) <= 2 and abs(before) <= 2 else 0.4
            if abs(before) >= 3 and before * move < 0 and abs(move) <= 2:
                weight *= 2
            if move == 0 == before and number:
                weight *= 0.05  # not three times the same
            if sharpened and {degrees[pitch], degrees[last]} == {5, 6}:
                weight *= 0.001  # no augmented second
            if goal is not None:
                weight *= exp(-1.2 * max(0, abs(pitch - goal) - left))
                weight *= 0.05 if left == 1 and pitch == goal else 1
            weights.append(weight)
        pitch = rng.choices(pitches, weights)[0]
        before, loose = pitch - last, degrees[pitch] not in tones
        notes.append(Note(pitch, slot, chord, beat))
        last = pitch
    return tuple(notes)


def moved(key: Key, bar: Bar, chords: str) -> Bar:
    """Move a bar to another chord: a sequence. The nearer octave is taken, within the range."""
    root = int(chords.split(",")[0])
    steps = (root - bar[0].chord + 3) % 7 - 3
    pitches = [note.pitch + steps for note in bar]
    if not all(_inside(key, pitch) for pitch in pitches):
        steps += 7 if min(pitches) < LOWEST else -7
    return tuple(replace(note, pitch=note.pitch + steps, chord=(note.chord - 1 + steps) % 7 + 1) for note in bar)


def fits(key: Key, bar: Bar) -> bool:
    """Whether a bar stays within the range."""
    return all(_inside(key, note.pitch) for note in bar)


def nearest(key: Key, degree: int, pitch: float) -> int:
    """The pitch of a degree (from 0) that is nearest to another one."""
    candidates = [one for one in range(HIGHEST + 1) if key.degree(one) == degree and _inside(key, one)]
    return min(candidates, key=lambda one: (abs(one - pitch), one))


def _inside(key: Key, pitch: int) -> bool:
    return min(LOWEST, key.tonic) <= pitch <= HIGHEST
