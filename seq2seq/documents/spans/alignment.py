"""Attention between the pieces of a translation, as weights between its words and places in the source's words."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise
from typing import Final

from seq2seq.documents.spans.characters import is_unspaced, is_word
from seq2seq.inference.translation import Translation

_WORD: Final = re.compile(r"\S+")
_BYTES: Final = re.compile(r"(?:<0x[0-9A-F]{2}>)+")
_JOINS_WORD: Final = frozenset("'’-‐\u200c\u200d")

Links = tuple[tuple[float, float], ...]
"""Places in the source's words, in characters, and weights, which sum to at most 1."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A word of a translation, or a punctuation mark: no span is put into it."""

    start: int
    end: int
    is_word: bool
    links: Links
    """What it translates."""


def align(words: str, translation: Translation) -> list[Unit]:
    """The units of a translation, in order.

    Args:
        words: what was translated.
        translation: with the model's attention; without, every unit is taken to translate what stands at the same
            share of the source.
    """
    text = translation.text
    pieces = piece_ranges(translation.tokens, text)
    bounds = _unit_bounds(text, {start for start, _ in pieces})
    if translation.alignment is None or not pieces:
        scale = len(words) / max(len(text), 1)
        links: list[Links] = [(((start + end) / 2 * scale, 1.0),) for start, end in bounds]
    else:
        links = _links(words, translation, pieces, bounds)
    return [Unit(start, end, is_word(text[start]), linked) for (start, end), linked in zip(bounds, links, strict=True)]


def _links(
    words: str, translation: Translation, pieces: Sequence[tuple[int, int]], bounds: Sequence[tuple[int, int]]
) -> list[Links]:
    sources = piece_ranges(translation.source_tokens, words)
    text, starts = translation.text, [start for start, _ in bounds]
    weights: list[dict[int, float]] = [{} for _ in bounds]
    members = [0] * len(bounds)
    owners: list[int | None] = []
    for start, end in pieces:
        owner = bisect_right(starts, _centre(text, start, end)) - 1
        owners.append(owner if owner >= 0 and end > start else None)
        if owners[-1] is not None:
            members[owner] += 1
    for target, source, weight in translation.alignment or ():
        owner_of = owners[target] if target < len(owners) else None
        if owner_of is not None and source < len(sources):  # else the end of the sentence
            weights[owner_of][source] = weights[owner_of].get(source, 0.0) + weight / members[owner_of]
    centres = [_centre(words, start, end) for start, end in sources]
    return [tuple((centres[source], weight) for source, weight in unit.items()) for unit in weights]


def _centre(text: str, start: int, end: int) -> float:
    """The middle of a piece's word: punctuation behind it is another unit."""
    last = end
    while last > start and not is_word(text[last - 1]):
        last -= 1
    return (start + (last if last > start else end)) / 2


def piece_ranges(pieces: Sequence[str], text: str) -> list[tuple[int, int]]:
    """Start and end of every sub-word piece in the text that they spell, in characters.

    Where they spell it in another form (normalised, or with the translations of terms), words are compared, and places
    inside of words that differ are proportional.
    """
    ends = [0]
    spelt: list[str] = []
    for piece in _readable(pieces):
        spelt.append(piece)
        ends.append(ends[-1] + len(piece))
    joined = "".join(spelt)
    places = _places(joined, text)
    return [_without_space(joined, start, end, places) for start, end in pairwise(ends)]


def _without_space(joined: str, start: int, end: int, places: Sequence[int]) -> tuple[int, int]:
    while start < end and joined[start] == " ":
        start += 1
    return places[start], max(places[start], places[end])


def _readable(pieces: Sequence[str]) -> list[str]:
    """Pieces as they read: spaces for their mark, and characters in the place of bytes."""
    texts = [piece.replace("▁", " ") for piece in pieces]
    place = 0
    while place < len(texts):
        if not _BYTES.fullmatch(texts[place]):
            place += 1
            continue
        end = place
        while end < len(texts) and _BYTES.fullmatch(texts[end]):
            end += 1
        spelt = bytes(int(text[3:5], 16) for text in texts[place:end]).decode(errors="replace")
        shares = [round(number * len(spelt) / (end - place)) for number in range(end - place + 1)]
        texts[place:end] = [spelt[start:stop] for start, stop in pairwise(shares)]
        place = end
    return texts


def _places(spelt: str, text: str) -> list[int]:
    """For every place in what pieces spell, its ends included, the place in the text."""
    if spelt == text:
        return list(range(len(text) + 1))
    places = [0] * (len(spelt) + 1)
    last = 0
    for start, end, our_start, our_end in _same_words(list(_WORD.finditer(spelt)), list(_WORD.finditer(text))):
        places[last:start] = [our_start] * (start - last)
        scale = (our_end - our_start) / (end - start)
        for place in range(start, end + 1):
            places[place] = our_start + round((place - start) * scale)
        last = end + 1
    places[last:] = [len(text)] * (len(places) - last)
    return places


def _same_words(theirs: Sequence[re.Match[str]], ours: Sequence[re.Match[str]]) -> Iterator[tuple[int, int, int, int]]:
    """Start and end of words in one text, then in the other: word by word, or several in the place of several."""
    if len(theirs) == len(ours):
        yield from ((*their.span(), *our.span()) for their, our in zip(theirs, ours, strict=True))
        return
    compared = SequenceMatcher(None, [word[0] for word in theirs], [word[0] for word in ours], autojunk=False)
    for change, first, last, our_first, our_last in compared.get_opcodes():
        if change == "equal":
            yield from _same_words(theirs[first:last], ours[our_first:our_last])
        elif change == "replace":
            yield theirs[first].start(), theirs[last - 1].end(), ours[our_first].start(), ours[our_last - 1].end()


def _unit_bounds(text: str, piece_starts: set[int]) -> list[tuple[int, int]]:
    """Start and end of every unit: words, and single marks; in scripts without spaces, pieces."""
    bounds: list[tuple[int, int]] = []
    place = 0
    while place < len(text):
        if text[place].isspace():
            place += 1
            continue
        end = place + 1
        while is_word(text[place]) and end < len(text) and _continues(text, end, piece_starts):
            end += 1
        bounds.append((place, end))
        place = end
    return bounds


def _continues(text: str, place: int, piece_starts: set[int]) -> bool:
    """Whether a word continues at a place."""
    before, here = text[place - 1], text[place]
    if is_word(here):
        return not (is_unspaced(here) or is_unspaced(before)) or place not in piece_starts
    after = text[place + 1 : place + 2]
    return here in _JOINS_WORD and is_word(before) and bool(after) and is_word(after)
