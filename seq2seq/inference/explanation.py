"""Which words of a text moved its label: the label's log-odds with a word, less those without it.

A word is deleted and the text tokenised again, so that this needs nothing but the classifier's outputs (occlusion:
Zeiler and Fergus 2014, "Visualizing and Understanding Convolutional Networks", section 4.2; erasure of words: Li et al.
2016, "Understanding Neural Networks through Representation Erasure", with log-odds in place of
log-probabilities).

Log-odds, ln(p / (1 - p)), since log-probabilities hardly change where a model is sure: from p = 0.999 to 0.99 they fall
by 0.009 nats, log-odds by 2.3. They also add up in a linear model of two labels: there, a word's contribution is its
weight.

Letters: C labels.
"""

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from math import ceil
from typing import Final

import numpy as np

from seq2seq.evaluation.calibration import Floats, log_softmax
from seq2seq.text.words import Span, word_spans

MAX_SPANS: Final = 128
"""Most parts of a text that are deleted, each once; of a longer text, each is several words. The time for a text grows
with its length times this."""
_BLOCK: Final = 1 << 19
"""Characters of a list of :func:`occlusions`, about."""
_OPENING: Final = frozenset({"Ps", "Pi"})
"""Categories of opening brackets and quotation marks."""
_CLOSING: Final = frozenset({"Pe", "Pf", "Po"})
"""Categories of closing brackets and quotation marks, and of full stops, commas and the like."""


@dataclass(frozen=True, slots=True)
class WordContribution:
    """The effect of one word on the label of its text."""

    start: int
    """Its first character in the text, from 0."""
    end: int
    """The character after its last."""
    text: str
    """The word; several in a text of more than ``MAX_SPANS``."""
    contribution: float
    """Log-odds of the label with the word less those without it, in nats: positive if the word speaks for the label."""
    probability_without: float
    """The label's calibrated probability without the word."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """The label of one text, and the effect of each word on it."""

    label: str
    """The label that is explained: the most probable one, unless another was asked for; empty for an empty line."""
    probability: float
    """Its calibrated probability; 0 for an empty line."""
    probabilities: tuple[tuple[str, float], ...]
    """All labels with their probabilities, in the model's order."""
    log_odds: float
    """Log-odds of ``label``, in nats; 0 for an empty line, and where the model knows no other label."""
    words: tuple[WordContribution, ...]
    """All words of the text, in order."""
    note: str | None = None
    """A warning about the text, for people."""

    def record(self, number: int, text: str) -> dict[str, object]:
        """For JSON: as a :func:`label_record`, with the log-odds and the words."""
        record = label_record(number, text, self.label, self.probability, self.probabilities, self.note)
        return record | {"log_odds": self.log_odds, "words": [asdict(word) for word in self.words]}

    def supporting(self, count: int) -> list[WordContribution]:
        """Up to ``count`` words that speak for the label, the strongest first."""
        return self._strongest(count, sign=1)

    def opposing(self, count: int) -> list[WordContribution]:
        """Up to ``count`` words that speak against the label, the strongest first."""
        return self._strongest(count, sign=-1)

    def _strongest(self, count: int, *, sign: int) -> list[WordContribution]:
        found = [word for word in self.words if sign * word.contribution > 0]
        return sorted(found, key=lambda word: -abs(word.contribution))[:count]


def occluded_spans(text: str, limit: int = MAX_SPANS) -> list[Span]:
    """The parts of a text that are deleted: its words, or up to ``limit`` runs of equally many words."""
    words = word_spans(text)
    size = ceil(len(words) / limit)
    if size <= 1:
        return words
    return [(words[first][0], words[min(first + size, len(words)) - 1][1]) for first in range(0, len(words), size)]


def without(text: str, spans: Sequence[Span]) -> str:
    """A text without some of its parts (in order, apart); a space that would be one too many goes with each."""
    kept = ""
    place = 0
    for start, end in spans:
        kept += text[place:start]
        place = end
        if not kept.strip():
            kept = ""
        if not kept or unicodedata.category(kept[-1]) in _OPENING:
            place += len(text[end:]) - len(text[end:].lstrip())
        elif kept[-1].isspace() and (end == len(text) or _follows_word(text[end])):
            kept = kept.rstrip()
    return kept + text[place:]


def _follows_word(character: str) -> bool:
    """Whether no space is expected before a character: a space, or a mark that closes."""
    return character.isspace() or unicodedata.category(character) in _CLOSING


def label_record(
    number: int,
    text: str,
    label: str,
    probability: float,
    probabilities: Sequence[tuple[str, float]],
    note: str | None,
) -> dict[str, object]:
    """The label of line ``number`` (from 1) for JSON; an empty label is null."""
    return {
        "line": number,
        "text": text,
        "label": label or None,
        "probability": probability,
        "probabilities": dict(probabilities),
        "note": note,
    }


def label_odds(logits: Floats, label: int) -> tuple[float, float]:
    """Log-odds (nats; 0 for the only label of a model) and probability of a label, from calibrated logits (C,)."""
    values = np.asarray(logits, dtype=np.float64)
    probability = float(np.exp(log_softmax(values)[label]))
    others = np.delete(values, label)
    odds = float(values[label] - np.logaddexp.reduce(others)) if len(others) else 0.0
    return odds, probability


def occlusions(texts: Sequence[str], spans: Sequence[Sequence[Span]]) -> Iterator[list[tuple[int, Span, str]]]:
    """Every text without each of its spans, in order, as number of the text, span and rest; in lists of similar size.

    The lists bound the memory that texts and their tokens need.
    """
    block: list[tuple[int, Span, str]] = []
    characters = 0
    for row, (text, parts) in enumerate(zip(texts, spans, strict=True)):
        for span in parts:
            block.append((row, span, without(text, [span])))
            characters += len(text)
            if characters >= _BLOCK:
                yield block
                block, characters = [], 0
    if block:
        yield block
