"""Reads tunes in ABC notation: from the text of an .abc file to headers, tags and one line of music per tune.

Follows the ABC standard 2.1 (abcnotation.com), and accepts deviations of real files: missing ``X:``, empty lines inside
a tune, comments, lyrics, line breaks of several programs, file headers, several voices (only the first is read).
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Final

_FIELD: Final = re.compile(r"([A-G](?=:[^|:\[])|[H-Zmrsw]):\s*(.*)")
"""A line that is a field; but ``A:|`` is a note before a repeat."""
_COMMENT: Final = re.compile(r'((?:[^%"\\]|\\.|"[^"]*")*)%.*')
_VOICE: Final = re.compile(r"\[V:\s*([^\s\]]*)[^\]]*\]")
_MODES: Final = {"maj": "", "ion": "", "min": "m", "aeo": "m"} | {m: m for m in ("dor", "phr", "lyd", "mix", "loc")}
_METRE: Final = re.compile(r"\(?(\d+(?:\+\d+)*)\)?/(\d+)\b")
_KEY: Final = re.compile(r"([A-G][#b]?)\s*([A-Za-z]*)(?!\S*=)")


@dataclass(frozen=True, slots=True)
class AbcTune:
    """A tune of a file."""

    line: int
    """Line of its first header, from 1."""
    headers: Mapping[str, str]
    """The first value of each header by its letter, as written."""
    body: str
    """The music on one line; changes of metre, key or unit as ``[M:3/4]``."""


def tags(headers: Mapping[str, str]) -> tuple[str, ...]:
    """The tags from which a model generates a tune: ``M:6/8 L:1/8 K:G R:jig``, in this order.

    Spelling is unified: ``M:C`` is ``M:4/4``, ``K:A minor`` is ``K:Am``, ``R:Slip Jig`` is ``R:slip_jig``. Clefs and
    explicit accidentals of a key are dropped. Empty and unreadable headers give no tag.
    """
    values = {letter: normalise(letter, headers.get(letter, "")) for letter in "MLKR"}
    return tuple(f"{letter}:{value}" for letter, value in values.items() if value)


def as_headers(tags: Iterable[str]) -> dict[str, str]:
    """Tags as headers; tags of another form than a letter and a colon are ignored."""
    return {tag[0]: tag[2:] for tag in tags if tag[1:2] == ":"}


def normalise(letter: str, value: str) -> str:
    """The unified spelling of the value of a header M, L, K or R; empty if it has none."""
    value = value.strip()
    return _SPELLINGS[letter](value) if value.lower() not in ("", "none") else ""


def metre(value: str) -> Fraction | None:
    """Length of a bar in whole notes: 3/4 for ``6/8``, ``3/4`` and ``2+2+2/8``; None if the metre is free."""
    found = _METRE.fullmatch(normalise("M", value))
    if not found:
        return None
    beats = sum(map(int, found[1].split("+")))
    return Fraction(beats, int(found[2])) if beats and int(found[2]) else None


def unit(headers: Mapping[str, str]) -> Fraction:
    """Default length of a note in whole notes: by L, else by the metre (ABC standard 2.1, 3.1.7)."""
    if given := normalise("L", headers.get("L", "")):
        return Fraction(given)
    bar = metre(headers.get("M", ""))
    return Fraction(1, 16) if bar is not None and bar < Fraction(3, 4) else Fraction(1, 8)


def read_tunes(text: str) -> Iterator[AbcTune]:
    """The tunes of a file, in order.

    A tune starts with ``X:``, or after an empty line with ``T:``, or with any header if the tune before has neither.
    Fields before the first tune are the file's header, and hold for every tune. Tunes without music, free text, lyrics,
    directives and comments are ignored. The caller decodes the file (old ones are Latin-1); line ends are of any kind.
    """
    reader = _Reader()
    for number, line in enumerate(re.split(r"\r\n|\r|\n", text.removeprefix("\ufeff")), start=1):
        yield from reader.feed(number, line.strip())
    yield from reader.finish()


def _spell_metre(value: str) -> str:
    if value[:1] == "C":
        return "2/2" if value[1:2] == "|" else "4/4"
    found = _METRE.match(value.replace(" ", ""))
    return f"{found[1]}/{found[2]}" if found else ""


def _spell_unit(value: str) -> str:
    found = re.match(r"\d+/0*[1-9]\d*|1(?![/\d])", value)
    return found[0] if found and Fraction(found[0]) else ""


def _spell_key(value: str) -> str:
    if value[:2].upper() == "HP":
        return value[:2]  # the pipes' own key
    found = _KEY.match(value)
    if not found:
        return ""
    mode = found[2].lower()
    return found[1] + ("m" if mode == "m" else _MODES.get(mode[:3], ""))


_SPELLINGS: Final[Mapping[str, Callable[[str], str]]] = {
    "M": _spell_metre,
    "L": _spell_unit,
    "K": _spell_key,
    "R": lambda rhythm: "_".join(rhythm.lower().split()),
}


@dataclass(slots=True)
class _Draft:
    """A tune that is being read."""

    line: int
    headers: dict[str, str]
    music: list[str] = field(default_factory=list)
    in_body: bool = False
    """Whether the header has ended."""
    first: str | None = None
    """The voice that is read, if voices are named."""
    muted: bool = False
    """Whether the current voice is ignored."""

    def enter(self, voice: str) -> None:
        """Switch to a voice."""
        if self.first is None and not self.music:
            self.first = voice
        self.muted = voice != self.first and not (self.first is None and voice == "1")


class _Reader:
    """Lines in, tunes out."""

    def __init__(self) -> None:
        self._defaults: dict[str, str] = {}
        self._draft: _Draft | None = None
        self._blank = False
        self._prose = False

    def feed(self, number: int, line: str) -> Iterator[AbcTune]:
        """Read a line; yields the tune that it ends, if any."""
        if line.startswith("%%begintext") or line.startswith("%%endtext"):
            self._prose = line.startswith("%%begintext")
        if comment := _COMMENT.match(line):
            line = comment[1].rstrip()
        elif not line:
            self._blank = True
        if not line or self._prose:
            return
        found = _FIELD.match(line)
        if found and self._opens(found[1]):
            yield from self.finish()
            self._draft = _Draft(number, dict(self._defaults))
        if self._draft and found:
            self._take_field(self._draft, found[1], found[2])
        elif self._draft and (not (self._blank or not self._draft.in_body) or "|" in line):
            self._take_music(self._draft, line)
        self._blank = False

    def finish(self) -> Iterator[AbcTune]:
        """Yield the current tune, if it has music; one without music and X is the file's header."""
        draft, self._draft = self._draft, None
        if draft and draft.music:
            yield AbcTune(draft.line, draft.headers, " ".join(" ".join(draft.music).split()))
        elif draft and "X" not in draft.headers:
            self._defaults = {letter: value for letter, value in draft.headers.items() if letter not in "TK"}

    def _opens(self, letter: str) -> bool:
        """Whether a field is the first of a tune."""
        if self._draft is None or letter == "X":
            return True
        if not self._blank or not self._draft.music or letter not in "TMLRK":
            return False
        return letter == "T" or not {"X", "T"} & self._draft.headers.keys()

    def _take_field(self, draft: _Draft, letter: str, value: str) -> None:
        if letter == "V" and draft.in_body:
            draft.enter((value.split() or [""])[0])
        elif not draft.music and (not draft.in_body or letter in "MLKR"):
            if letter in draft.headers and letter not in self._defaults and not draft.in_body:
                return  # a second title
            draft.headers[letter] = value
            draft.in_body = draft.in_body or letter == "K"
        elif letter in "MLK" and not draft.muted:
            draft.music.append(f"[{letter}:{normalise(letter, value) or 'none'}]")

    def _take_music(self, draft: _Draft, line: str) -> None:
        draft.in_body = True
        if voice := _VOICE.match(line):
            draft.enter(voice[1])
            line = line[voice.end() :]
        line = line.rstrip("\\*$ ")
        if line.endswith("!") and line.count("!") % 2:
            line = line[:-1]  # a line break of abc2win, not a decoration
        if line and not draft.muted and not line.startswith("+:"):
            draft.music.append(line)
