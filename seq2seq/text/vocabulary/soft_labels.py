"""Labels with probabilities, as a teacher or several annotators give them: ``{"joy": 0.9, "sadness": 0.1}``.

They stand where a label stands, as a JSON object on one line. A plain label is certain.
"""

import json
import unicodedata
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

import numpy as np
from numpy.typing import NDArray

from seq2seq.text.vocabulary.labels import LabelVocabulary
from seq2seq.wording import listed

_DIGITS: Final = 5
"""Decimal places that are written."""
_LARGEST: Final = 1e100
"""Of the weights, whose sums are finite then."""
_FORBIDDEN: Final = ("Cc", "Cs", "Zl", "Zp")
"""Categories of characters that no label holds: tabs and other control characters, surrogates, ends of lines."""


def read_soft_label(text: str) -> dict[str, float]:
    """The probability of each label, above 0; they sum to 1.

    Args:
        text: a JSON object of labels and their weights, which need not sum to 1; or a plain label.

    Raises:
        ValueError: it starts as an object and is none of labels with weights, or a label is not text on one line; says
            why.
    """
    text = text.strip()
    if not text.startswith("{"):
        return {_name(text): 1.0}
    try:
        pairs = json.loads(text, object_pairs_hook=list)
    except (ValueError, RecursionError):
        raise ValueError("is no JSON object") from None
    bad = [name for name, weight in pairs if isinstance(weight, bool) or not isinstance(weight, int | float)]
    if bad:
        raise ValueError(f"has no number for {listed(bad, 3)}")
    weights: dict[str, float] = {}
    for given, weight in pairs:  # a label that stands there twice has the sum
        if not 0 <= weight <= _LARGEST:  # NaN is neither
            raise ValueError(f"has {weight!s:.12} for {given!r}: a probability is from 0 to 1")
        if weight > 0:
            name = _name(given.strip())
            weights[name] = weights.get(name, 0.0) + float(weight)
    total = sum(weights.values())
    if not total or "" in weights:
        raise ValueError("has a probability above 0 for no label" if not total else "has a label without a name")
    return {name: weight / total for name, weight in weights.items()}


def _name(text: str) -> str:
    """A name of a label, which is text on one line."""
    for character in text:
        if unicodedata.category(character) in _FORBIDDEN:
            raise ValueError(f"has U+{ord(character):04X} in a label, which is text on one line")
    return text


def has_probabilities(text: str) -> bool:
    """Whether a label is not a plain one."""
    try:
        return text.lstrip().startswith("{") and bool(read_soft_label(text))
    except ValueError:
        return False


def write_soft_label(probabilities: Mapping[str, float]) -> str:
    """The text that :func:`read_soft_label` reads: the most probable label first; of what rounds to 0, nothing."""
    ordered = sorted(probabilities.items(), key=lambda pair: -pair[1])
    rounded = {name: round(value, _DIGITS) for name, value in ordered}
    return json.dumps({name: value for name, value in rounded.items() if value}, ensure_ascii=False)


def renamed(probabilities: Mapping[str, float], names: Mapping[str, str]) -> dict[str, float]:
    """The probabilities of labels by their names, where they have one; those with the same name are added up."""
    found: dict[str, float] = {}
    for label, value in probabilities.items():
        name = names.get(label, label)
        found[name] = found.get(name, 0.0) + value
    return found


def likeliest(text: str, names: Mapping[str, str] = MappingProxyType({})) -> str:
    """The most probable label of a text that :func:`read_soft_label` reads, :func:`renamed`; of several, the first."""
    found = renamed(read_soft_label(text), names)
    return max(found, key=found.__getitem__)


def distribution(text: str, vocabulary: LabelVocabulary) -> NDArray[np.float32]:
    """(1, C) the probability of each label of a vocabulary, among those that it has: one step of a target.

    All are 0 if it has none of them.
    """
    found = read_soft_label(text)
    values = np.array([[found.get(name, 0.0) for name in vocabulary.names]], dtype=np.float32)
    return values / (values.sum() or 1.0)
