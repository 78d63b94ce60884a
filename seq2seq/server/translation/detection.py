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
INSTALL: Final = 'pip install "seq2seq[serve]"'
"""The command that installs what the server needs."""


def detect(text: str, languages: tuple[str, ...]) -> list[tuple[str, float]]:
    """Languages of a text, likeliest first, with probabilities (0 to 1).

    The model is naive Bayes over byte n-grams (Lui and Baldwin 2012), which is overconfident: its log-odds are divided
    by the number of letters, to the power of one half, as if half of the evidence repeated itself. Languages that the
    server does not translate count, too: French text at a server for English and German has a low probability of both.

    Args:
        text: in any language.
        languages: those to choose from, as codes of BCP 47.

    Returns:
        All of them that the model knows; for a text without letters, with equal probabilities.
    """
    text = text[:_LONGEST]
    text = text.lower() if text.isupper() else text
    letters = sum(character.isalpha() for character in text)
    model = _model()
    known = list(dict.fromkeys(language for language in languages if base(language) in model.nb_classes))
    if not letters:
        return [(language, 1 / len(known)) for language in known]
    scores = {language: float(score) for language, score in model.rank(text)}
    best = max(scores.values())
    weights = {language: exp((score - best) / letters**0.5) for language, score in scores.items()}
    total = sum(weights.values())
    found = [(language, weights[base(language)] / total) for language in known]
    return sorted(found, key=lambda pair: -pair[1])


@cache
def _model() -> "LanguageIdentifier":
    extras.require("py3langid", "Detecting languages", INSTALL)
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE)
