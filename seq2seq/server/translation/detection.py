"""The language of a text, among those that the server translates from."""

from functools import cache
from math import exp
from typing import TYPE_CHECKING, Final

from seq2seq import extras
from seq2seq.formats.languages import base

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

_LONGEST: Final = 400
"""Most characters that are read: more do not change the answer, and take time."""
_OWN: Final = 0.5
"""Share of texts that are expected to be in one of the languages that the server has."""
_TEMPERATURE: Final = 0.4
"""Divisor of log-odds, per square root of the letters; it fits best of all multiples and powers."""
INSTALL: Final = 'pip install "seq2seq[serve]"'
"""The command that installs what the server needs."""


def detect(text: str, languages: tuple[str, ...]) -> list[tuple[str, float]]:
    """Languages of a text, likeliest first, with probabilities (0 to 1).

    The model is naive Bayes over byte n-grams (Lui and Baldwin 2012), which counts evidence that repeats itself as if
    it did not: its log-odds are divided by a temperature that grows with the text, fitted to texts of one word to a
    sentence (``benchmarks/detection.py``). Languages that the server does not translate count, too: half of the texts
    are expected to be in one of them, so that French text has a low probability of English and of German.

    Args:
        text: in any language.
        languages: those to choose from, as codes of BCP 47.

    Returns:
        All of them that the model knows; for a text without letters, with equal probabilities.
    """
    text = text[:_LONGEST]
    text = text.lower() if text.isupper() else text
    letters = sum(character.isalpha() for character in text)
    model = identifier()
    known = list(dict.fromkeys(language for language in languages if base(language) in model.nb_classes))
    if not letters or not known:
        return [(language, 1 / len(known)) for language in known]
    scores = {language: float(score) for language, score in model.rank(text)}
    best = max(scores.values())
    own = set(map(base, known))
    expected = {True: _OWN / len(own), False: (1 - _OWN) / max(1, len(scores) - len(own))}
    temperature = _TEMPERATURE * letters**0.5
    weights = {code: expected[code in own] * exp((score - best) / temperature) for code, score in scores.items()}
    total = sum(weights.values())
    found = [(language, weights[base(language)] / total) for language in known]
    return sorted(found, key=lambda pair: -pair[1])


@cache
def identifier() -> "LanguageIdentifier":
    """The model, with log-odds of 97 languages."""
    extras.require("py3langid", "Detecting languages", INSTALL)
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE)
