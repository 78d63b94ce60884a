"""Form: two parts, each played twice, made of motifs of one or two bars that come again, vary and climb.

A part of eight bars is four pairs: the motif, its answer with a half cadence, the motif again, the close on the tonic.
The second part has a motif of its own, higher, and mostly comes home as the first one did.
"""

import random
from dataclasses import dataclass

from craft.dances import DANCES, Dance, slots, written
from craft.keys import NAMES, Key
from craft.melody import HIGHEST, LOWEST, Bar, Note, fits, line, moved, nearest, rhythm_of


@dataclass(frozen=True)
class Tune:
    """A tune: its tags, its music in ABC, and its notes as degrees of the scale, whatever its key."""

    tags: str
    body: str
    degrees: tuple[int, ...]

    @property
    def opening(self) -> tuple[int, ...]:
        """The first eight notes."""
        return self.degrees[:8]


Pair = tuple[Bar, Bar]


class Composer:
    """Draws one tune."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._dance: Dance = rng.choices(DANCES, [dance.weight for dance in DANCES])[0]
        self._key = Key(rng.choices(list(NAMES), list(NAMES.values()))[0])
        self._bars: int = rng.choice(self._dance.lengths)
        self._upbeat: str = rng.choice(list(self._dance.upbeats))
        self._inertia = rng.uniform(1.0, 3.0)
        low = nearest(self._key, 0, 3)
        self._centre = low + rng.uniform(1.0, 4.0)
        self._last = nearest(self._key, 0, self._centre)

    def tune(self) -> Tune:
        """Draw it."""
        rng, dance = self._rng, self._dance
        metre, unit = rng.choice(dance.metres), rng.choice(dance.units)
        symbols = rng.random() < 0.4
        chords = self._key.chords
        close = self._close(rng.choice(chords.closes))
        first = self._part(rng.choice(chords.openings), close)
        self._centre = min(self._centre + rng.uniform(1.5, 3.5), 10.0)
        self._last = nearest(self._key, rng.choice((0, 2, 4)), self._centre)
        if rng.random() < 0.3:
            close = self._close(rng.choice(chords.closes))
        second = self._part(rng.choice(chords.contrasts), close)
        body = " ".join(self._write(part, unit, symbols=symbols) for part in (first, second))
        tags = f"M:{metre} L:{unit} K:{self._key.name} R:{dance.rhythm.replace(' ', '_')}"
        degrees = tuple(note.pitch - self._key.tonic for part in (first, second) for bar in part for note in bar)
        return Tune(tags, body, degrees)

    # --------------------------------------------------------------------------------------------------------- phrases

    def _line(self, cells: tuple[str, ...], chords: str, goal: int | None = None) -> Bar:
        """A bar that goes on from the note before it."""
        bar = line(
            self._key,
            self._rng,
            cells,
            chords,
            after=self._last,
            centre=self._centre,
            goal=goal,
            inertia=self._inertia,
        )
        self._last = bar[-1].pitch
        return bar

    def _motif(self, chords: str) -> Pair:
        """Two bars to remember: often the second is the first, moved to its chord, or in the same rhythm."""
        first_chord, second_chord = chords.split()
        rhythm = rhythm_of(self._dance, self._rng)
        first = self._line(rhythm, first_chord)
        way = self._rng.random()
        if way < 0.4 and "," not in chords and first_chord != second_chord:
            second = moved(self._key, first, second_chord)
            if fits(self._key, second):
                self._last = second[-1].pitch
                return first, second
        second_rhythm = rhythm if way < 0.7 else rhythm_of(self._dance, self._rng)
        return first, self._line(second_rhythm, second_chord)

    def _varied(self, pair: Pair) -> Pair:
        """The same two bars with another end."""
        first, second = pair
        beats = [number for number, note in enumerate(second) if note.beat]
        start = beats[-1] or len(second) // 2
        kept = second[:start]
        cells = rhythm_of(self._dance, self._rng)
        self._last = kept[-1].pitch
        chord = str(second[-1].chord)
        if len(beats) == 1:  # one group a bar: the same rhythm with new notes
            return first, (*kept, *self._redraw(second[start:], chord))
        return first, (*kept, *self._line(cells[-1:], chord))

    def _redraw(self, notes: Bar, chord: str) -> Bar:
        """Other pitches for the same places."""
        result = []
        for note in notes:
            drawn = self._line(("1",), chord)[0]
            result.append(Note(drawn.pitch, note.slot, note.chord, note.beat))
        return tuple(result)

    def _half(self, motif: Pair, chords: str) -> Pair:
        """The answer: the motif's first bar moved, or new notes, then a rest on the dominant or its substitute."""
        first_chord, second_chord = chords.split()
        first = moved(self._key, motif[0], first_chord)
        if self._rng.random() < 0.5 and "," not in first_chord and fits(self._key, first):
            self._last = first[-1].pitch
        else:
            first = self._line(rhythm_of(self._dance, self._rng), first_chord)
        return first, self._line(rhythm_of(self._dance, self._rng, resting=True), second_chord)

    def _close(self, chords: str) -> Pair:
        """A full cadence: down or up to the tonic, which lasts."""
        home = nearest(self._key, 0, self._centre - 1)
        approach, _ = chords.split()
        self._last = nearest(self._key, self._rng.choice((1, 2, 3, 4)), home + self._rng.choice((-2, 2, 4)))
        before = self._line(rhythm_of(self._dance, self._rng), approach, home)
        rhythm = slots(self._rng.choice(self._dance.upbeats[self._upbeat]))
        middle = nearest(self._key, self._rng.choice((2, 4)), home + self._rng.choice((-3, 3)))
        pitches = [home] * len(rhythm)
        if len(rhythm) > 2 and self._rng.random() < 0.6:
            pitches[1] = middle
        half = (len(rhythm) + 1) // 2
        final = tuple(
            Note(pitch, slot, 1, index in (0, half))
            for index, (pitch, slot) in enumerate(zip(pitches, rhythm, strict=True))
        )
        return before, final

    def _part(self, chords: str, close: Pair) -> list[Bar]:
        """An upbeat (maybe empty) and the bars of a part."""
        motif = self._motif(chords)
        if self._bars == 4:
            pairs = [motif, close]
        else:
            answer = self._half(motif, self._rng.choice(self._key.chords.halves))
            again = motif if self._rng.random() < 0.65 else self._varied(motif)
            pairs = [motif, answer, again, close]
        return [self._lead(motif[0][0].pitch), *(bar for pair in pairs for bar in pair)]

    def _lead(self, first: int) -> Bar:
        """The upbeat: steps to the first note, or the fifth below it."""
        rhythm = slots(self._upbeat)
        low = first - len(rhythm) >= LOWEST
        rising = low and (first + len(rhythm) > HIGHEST or self._rng.random() < 0.6)
        way = -1 if rising else 1
        pitches = [first + way * (len(rhythm) - index) for index in range(len(rhythm))]
        if len(rhythm) == 1 and self._rng.random() < 0.4:
            pitches = [nearest(self._key, 4, first - 2)]
        return tuple(Note(pitch, slot, 1, False) for pitch, slot in zip(pitches, rhythm, strict=True))

    # ----------------------------------------------------------------------------------------------------------- in ABC

    def _write(self, part: list[Bar], unit: str, *, symbols: bool) -> str:
        upbeat, *bars = part
        texts = []
        chord = 0
        for bar in bars:
            texts.append(self._write_bar(bar, unit, chord if symbols else None))
            chord = bar[-1].chord
        lead = self._write_bar(upbeat, unit, None) + "|" if upbeat else ""
        half = len(texts) // 2 if len(texts) == 8 else len(texts)
        lines = [chunk for chunk in ("|".join(texts[:half]), "|".join(texts[half:])) if chunk]
        return "|:" + lead + "| ".join(lines) + ":|"

    def _write_bar(self, bar: Bar, unit: str, chord: int | None) -> str:
        """Write a bar; ``chord`` is the one before it, or None for no symbols."""
        sharpened = any(self._key.raised(note.chord) for note in bar)
        text = ""
        altered: set[int] = set()
        for number, note in enumerate(bar):
            if note.beat and number:
                text += " "
            if chord is not None and note.chord != chord:
                text += f'"{self._key.chord_name(note.chord)}"'
                chord = note.chord
            raised = sharpened and self._key.degree(note.pitch) == 6 and note.pitch not in altered
            if raised:
                altered.add(note.pitch)  # holds to the end of the bar
            name = self._key.spell(note.pitch, raised=raised)
            text += note.slot.before + name + written(note.slot.length, unit) + note.slot.after
        return text
