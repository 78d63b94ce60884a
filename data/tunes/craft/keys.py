"""Keys: what a note of the scale is called, which chord stands on it, and which chords follow each other.

A pitch is a number of scale steps: 0 is the C below the treble staff, 7 the c an octave above. The key's signature says
which of them are sharp or flat, so that a melody is written without accidentals, but for the leading note of minor.
"""

from dataclasses import dataclass

LETTERS = "CDEFGAB"
_FIFTHS = "FCGDAEB"
_SEMITONES = (0, 2, 4, 5, 7, 9, 11)
_MODES = {"": 0, "m": -3, "dor": -2, "mix": -1}
"""How many sharps a mode has more than major on the same tonic."""


@dataclass(frozen=True)
class Mode:
    """Chords, as degrees of the scale from 1; ``4,5`` are two in a bar."""

    openings: tuple[str, ...]
    """The first two bars of the first part."""
    contrasts: tuple[str, ...]
    """The first two bars of the second part."""
    halves: tuple[str, ...]
    """The two bars of a half cadence."""
    closes: tuple[str, ...]
    """The two bars of a full cadence: home in the second."""


_MAJOR = Mode(
    ("1 1", "1 4", "1 5", "1 6", "1 2", "1,4 1", "1 1,5", "1 4,1"),
    ("4 1", "6 5", "5 1", "6 4", "1 5", "4 5", "1 4", "6 3", "1,5 1", "2 6"),
    ("4 5", "1 5", "2 5", "6 5", "1,4 5", "6,2 5", "1 2,5", "1 4,5"),
    ("5 1", "4,5 1", "2,5 1", "1,5 1", "6,5 1"),
)
_MINOR = Mode(
    ("1 1", "1 7", "1 6", "1 4", "1,7 1", "1 6,7"),
    ("3 7", "6 7", "3 1", "7 1", "1 3", "6 3", "4 1", "3,7 1"),
    ("4 5", "1 5", "6 5", "1 7", "6 7", "1,4 5", "3 7", "1 4,5"),
    ("5 1", "4,5 1", "6,5 1", "1,5 1", "6,7 1"),
)
_DORIAN = Mode(
    ("1 1", "1 7", "1 4", "1,7 1", "1 4,7", "1 3"),
    ("1 7", "7 1", "3 7", "4 1", "7 4", "1,4 1", "3 4"),
    ("1 7", "4 7", "3 7", "1 4,7", "1,3 7", "1 5"),
    ("7 1", "1,7 1", "4,7 1", "5,7 1", "3,7 1"),
)
_MIXOLYDIAN = Mode(
    ("1 1", "1 7", "1 4", "1,7 1", "1 4,7", "1 4,1"),
    ("7 1", "4 1", "1 7", "7 4", "4 7", "5 7", "1,7 4"),
    ("1 7", "4 7", "1 4,7", "4 5", "1 5", "1,4 7"),
    ("7 1", "4,7 1", "5,7 1", "1,7 1", "4,5 1"),
)
_CHORDS = {"": _MAJOR, "m": _MINOR, "dor": _DORIAN, "mix": _MIXOLYDIAN}

NAMES = {
    "G": 10, "D": 10, "A": 6, "C": 4, "F": 3, "Bb": 1,
    "Em": 4, "Am": 4, "Bm": 2, "Dm": 3, "Gm": 2,
    "Edor": 3, "Ador": 4, "Ddor": 2, "Bdor": 1,
    "Dmix": 4, "Amix": 4, "Gmix": 2, "Emix": 1,
}  # fmt: skip
"""The keys, and how often each is drawn."""


@dataclass(frozen=True)
class Key:
    """A key by its name in ABC: ``G``, ``Em``, ``Ador``, ``Dmix``."""

    name: str

    @property
    def _root(self) -> str:
        return self.name[:2] if self.name[1:2] == "b" else self.name[:1]

    @property
    def _suffix(self) -> str:
        return self.name.removeprefix(self._root)

    @property
    def chords(self) -> Mode:
        """The chord schemes."""
        return _CHORDS[self._suffix]

    @property
    def tonic(self) -> int:
        """The lowest tonic not below 0."""
        return LETTERS.index(self.name[0])

    @property
    def _sharps(self) -> int:
        """Sharps of the signature; flats count below zero."""
        flat = 7 if self._root.endswith("b") else 0
        return _FIFTHS.index(self.name[0]) - 1 - flat + _MODES[self._suffix]

    def degree(self, pitch: int) -> int:
        """Which note of the scale a pitch is, from 0."""
        return (pitch - self.tonic) % 7

    def alteration(self, pitch: int) -> int:
        """What the signature does to a pitch, in semitones."""
        place = _FIFTHS.index(LETTERS[pitch % 7])
        return (place < self._sharps) - (place >= 7 + self._sharps)

    def raised(self, chord: int) -> bool:
        """Whether the seventh degree is sharpened over a chord: in minor over the dominant."""
        return self._suffix == "m" and chord == 5

    def chord_tones(self, chord: int) -> frozenset[int]:
        """The degrees (from 0) of the chord on a degree (from 1)."""
        return frozenset((chord - 1 + third) % 7 for third in (0, 2, 4))

    def chord_name(self, chord: int) -> str:
        """The symbol of the chord on a degree: ``G``, ``Am``, ``F#m``."""
        root = self.tonic + chord - 1

        def semitones(steps: int) -> int:
            pitch = root + steps
            return 12 * (pitch // 7) + _SEMITONES[pitch % 7] + self.alteration(pitch)

        third, fifth = semitones(2) - semitones(0), semitones(4) - semitones(0)
        quality = "" if third == 4 or self.raised(chord) else "m" if fifth == 7 else "dim"
        return LETTERS[root % 7] + {1: "#", 0: "", -1: "b"}[self.alteration(root)] + quality

    def spell(self, pitch: int, *, raised: bool = False) -> str:
        """Write a pitch in ABC; ``raised`` a semitone above the signature."""
        letter = LETTERS[pitch % 7]
        octave = pitch // 7
        name = letter + "," * -octave if octave < 1 else letter.lower() + "'" * (octave - 1)
        if not raised:
            return name
        return ("=" if self.alteration(pitch) < 0 else "^") + name
