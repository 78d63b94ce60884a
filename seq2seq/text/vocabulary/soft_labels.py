"""Labels with probabilities, as a teacher or several annotators give them: ``{"joy": 0.9, "sadness": 0.1}``.

They stand where a label stands, as a JSON object on one line. A plain label is certain.
"""

import json
import math
from collections.abc import Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

from seq2seq.text.vocabulary.labels import LabelVocabulary
from seq2seq.wording import listed

_DIGITS: Final = 5
"""Decimal places that are written."""


def read_soft_label(text: str) -> dict[str, float]:
    """The probability of each label, above 0; they sum to 1.

    Args:
        text: a JSON object of labels and their weights, which need not sum to 1; or a plain label.

    Raises:
        ValueError: it starts as an object and is none of labels with weights; says why.
    """
    text = text.strip()
    if not text.startswith("{"):
        return {text: 1.0}
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        raise ValueError("is no JSON object") from None
    bad = [name for name, weight in found.items() if isinstance(weight, bool) or not isinstance(weight, int | float)]
    if bad:
        raise ValueError(f"has no number for {listed(bad, 3)}")
    weights: dict[str, float] = {}
    for name, weight in found.items():
        if not (math.isfinite(weight) and weight >= 0):
            raise ValueError(f"has {weight} for {name!r}: a probability is from 0 to 1")
        if weight > 0:
            weights[name.strip()] = weights.get(name.strip(), 0.0) + float(weight)
    total = sum(weights.values())
    if not total or "" in weights:
        raise ValueError("has a probability above 0 for no label" if not total else "has a label without a name")
    return {name: weight / total for name, weight in weights.items()}


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


def likeliest(text: str) -> str:
    """The most probable label of a text that :func:`read_soft_label` reads; of several, the first."""
    found = read_soft_label(text)
    return max(found, key=found.__getitem__)


def distribution(text: str, vocabulary: LabelVocabulary) -> NDArray[np.float32]:
    """(1, C) the probability of each label of a vocabulary, among those that it has: one step of a target.

    All are 0 if it has none of them.
    """
    found = read_soft_label(text)
    values = np.array([[found.get(name, 0.0) for name in vocabulary.names]], dtype=np.float32)
    return values / (values.sum() or 1.0)
