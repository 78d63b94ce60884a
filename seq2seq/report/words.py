"""Words of texts: which differ between two of them, and where a model looked for each."""

import re
import unicodedata
from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import Final

import numpy as np
from markupsafe import Markup, escape
from numpy.typing import ArrayLike

from seq2seq.report.drawings.heat_map import HeatMap
from seq2seq.report.writing import writable
from seq2seq.text.scripts import WITHOUT_SPACES, script_of

LARGEST: Final = 4_000_000
"""Most pairs of words, one of each text, among which those are looked for that both share: it takes so many steps."""
_SPACE: Final = "▁"
"""Stands for a space in pieces of sentencepiece."""
_BYTE: Final = re.compile("<0x([0-9A-F]{2})>")
_BYTES: Final = re.compile("(?:<0x[0-9A-F]{2}>)+")
_SYMBOL: Final = re.compile("<[^ ]+>")


def marked(first: str, second: str) -> tuple[Markup, Markup]:
    """Two texts with the words that differ marked: as deleted in the first, as inserted in the second.

    Words are runs of letters and digits; in scripts without spaces between words, single characters. White space is not
    compared. Both texts are escaped, and otherwise whole.
    """
    ours, theirs = _words(writable(first)), _words(writable(second))
    same = _matching([word for word, _ in ours], [word for word, _ in theirs])
    return (
        _mark(ours, {place for place, _ in same}, "del"),
        _mark(theirs, {place for _, place in same}, "ins"),
    )


def words_of_pieces(pieces: Sequence[str]) -> tuple[list[str], list[int]]:
    """Join the pieces of a sentence to words.

    A word begins where a space does; signs, symbols such as ``</s>``, and characters of scripts without spaces stand
    alone.

    Args:
        pieces: N subwords, with ``▁`` for a space; bytes are ``<0xC3>``.

    Returns:
        W words, and N numbers: to which word each piece belongs.
    """
    words: list[list[str]] = []
    numbers = []
    open_word = False
    for piece in pieces:
        spelt = piece.replace(_SPACE, "")
        symbol = _SYMBOL.fullmatch(piece) and not _BYTE.fullmatch(piece)
        signs = spelt and all(unicodedata.category(character)[0] == "P" for character in spelt)
        alone = bool(symbol or signs) or any(map(_stands_alone, spelt))
        # A space that is a piece of its own belongs to the word that it begins.
        if piece.startswith(_SPACE) or not open_word or (alone and words[-1] != [_SPACE]):
            words.append([])
        words[-1].append(piece)
        numbers.append(len(words) - 1)
        open_word = not alone
    return [_spelt(word) for word in words], numbers


def attention_map(
    source: Sequence[str], target: Sequence[str], weights: ArrayLike, *, title: str = "Attention"
) -> HeatMap:
    """Attention on a sentence pair, word by word.

    The attention to a word is the sum over its pieces, that from a word the mean over its pieces, so that each row
    still sums to 1 (Clark et al. 2019, "What does BERT look at?", section 4.1).

    Args:
        source: S pieces.
        target: T pieces.
        weights: (T, S), each row a distribution.
        title: of the picture.
    """
    sources, columns = words_of_pieces(source)
    targets, rows = words_of_pieces(target)
    merged = np.zeros((len(targets), len(sources)))
    given = np.asarray(weights, np.float64).reshape(len(target), len(source))
    np.add.at(merged, (np.array(rows, int)[:, None], np.array(columns, int)[None, :]), given)
    merged /= np.bincount(np.array(rows, int), minlength=len(targets))[:, None]
    return HeatMap(
        title=title, values=merged, rows=targets, columns=sources, row_label="output", column_label="source",
        unit="weight", low=0, high=1,
    )  # fmt: skip


def _words(text: str) -> list[tuple[str, str]]:
    """The words and signs of a text, each with the white space behind it; the first may be empty."""
    found = [["", ""]]
    for character in text:
        if character.isspace():
            found[-1][1] += character
        elif found[-1][0] and not found[-1][1] and _continues(found[-1][0], character):
            found[-1][0] += character
        else:
            found.append([character, ""])
    return [(word, space) for word, space in found if word or space]


def _continues(word: str, character: str) -> bool:
    if unicodedata.category(character) in ("Mn", "Mc", "Me", "Cf"):
        return True
    return character.isalnum() and _ends_open(word) and not _stands_alone(character)


def _ends_open(word: str) -> bool:
    last = next((character for character in reversed(word) if unicodedata.category(character)[0] not in "MC"), "")
    return last.isalnum() and not _stands_alone(last)


def _stands_alone(character: str) -> bool:
    return not character.isascii() and script_of(character) in WITHOUT_SPACES


def _matching(ours: Sequence[str], theirs: Sequence[str]) -> list[tuple[int, int]]:
    """Places of the words that both texts share, in order."""
    shorter = min(len(ours), len(theirs))
    head = next((place for place in range(shorter) if ours[place] != theirs[place]), shorter)
    most = shorter - head
    tail = next((place for place in range(most) if ours[-1 - place] != theirs[-1 - place]), most)
    pairs = [(place, place) for place in range(head)]
    rest, others = ours[head : len(ours) - tail], theirs[head : len(theirs) - tail]
    if len(rest) * len(others) <= LARGEST:
        for a, b, size in SequenceMatcher(None, rest, others, autojunk=False).get_matching_blocks():
            pairs += [(head + a + step, head + b + step) for step in range(size)]
    return pairs + [(len(ours) - place, len(theirs) - place) for place in range(tail, 0, -1)]


def _mark(words: Sequence[tuple[str, str]], same: set[int], tag: str) -> Markup:
    """The words, each run of those that differ as one element, which ends before the white space behind it."""
    parts: list[str] = []
    for place, (word, space) in enumerate(words):
        differs = bool(word) and place not in same
        before = place > 0 and bool(words[place - 1][0]) and place - 1 not in same
        after = place + 1 < len(words) and place + 1 not in same
        opening = f"<{tag}>" if differs and not before else ""
        closing = f"</{tag}>" if differs and not after else ""
        parts.append(f"{opening}{escape(word)}{closing}{escape(space)}")
    return Markup("".join(parts))


def _spelt(pieces: Sequence[str]) -> str:
    """Pieces of a word as they read."""
    text = _BYTES.sub(lambda run: _decoded(run[0]), "".join(pieces)).replace(_SPACE, "")
    return text or "␣"


def _decoded(run: str) -> str:
    return bytes.fromhex("".join(_BYTE.findall(run))).decode(errors="replace")
