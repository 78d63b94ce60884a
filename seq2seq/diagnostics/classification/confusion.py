"""Which labels are taken for which others more often than mistakes are spread by chance."""

from functools import partial
from math import comb
from typing import Final

import numpy as np
from numpy.typing import NDArray

from seq2seq.diagnostics.classification.labels import FEWEST, measure_labels
from seq2seq.diagnostics.classification.reading import Labelled, is_classifier, labelled
from seq2seq.diagnostics.finding import Finding, Verdict
from seq2seq.diagnostics.subject import Subject
from seq2seq.report.drawings.confusion import confusion_map
from seq2seq.wording import listed

OFTEN: Final = 0.2
"""Share of a label's examples that get another label, from which the pair is worth knowing: one in five."""
SURE: Final = 0.01
"""Probability, by chance, of any such pair in a matrix (Bonferroni: divided by the number of pairs)."""


def measure_confusion(subject: Subject) -> list[Finding]:
    """Pairs of labels that are confused; no finding about other models."""
    if not is_classifier(subject):
        return []
    found = labelled(subject)
    return [_measured(subject, found)] if len(found.expected) >= FEWEST else []


def _measured(subject: Subject, found: Labelled) -> Finding:
    matrix = confusion(found)
    pairs = confused(matrix)
    wrong = f"{int(matrix.sum() - matrix.trace())} of {len(found.expected)} labels are wrong."
    finding = partial(
        Finding,
        measure="confusion",
        title="Confused pairs of labels",
        value=float(len(pairs)),
        source="Goodman 1968 (quasi-independence)",
        drawings=(confusion_map("Expected and predicted labels", found.names, matrix),),
        details={
            "labels": list(found.names),
            "confusion": matrix.tolist(),
            "confused": [[found.names[a], found.names[b]] for a, b in pairs],
        },
    )
    if measure_labels(subject)[0].verdict is not Verdict.FINE:
        return finding(verdict=Verdict.UNJUDGED, sentence=f"{wrong} What is wrong with the labels comes first.")
    if not pairs:
        return finding(verdict=Verdict.FINE, sentence=f"{wrong} {_spread(len(matrix))}")
    named = [f"{found.names[a]!r} as {found.names[b]!r} ({matrix[a, b]} of {matrix[a].sum()})" for a, b in pairs]
    return finding(
        verdict=Verdict.WATCH,
        sentence=f"{wrong} More often than by chance: {listed(named, quote=str)}.",
        trouble="labels.confused",
        remedy="Read some of these texts: are the two labels told apart consistently? More examples of both help, or "
        "one label for both (`data.labels`).",
    )


def confusion(found: Labelled) -> NDArray[np.int64]:
    """(C, C) examples by expected (rows) and predicted label."""
    count = len(found.names)
    cells = np.bincount(found.expected * count + found.predicted, minlength=count**2)
    return cells.reshape(count, count)


def confused(matrix: NDArray[np.int64]) -> list[tuple[int, int]]:
    """Pairs of expected and predicted label that are met more often than by chance, the most frequent first.

    By chance, the mistakes about a label fall on the others in proportion to how often these are predicted. With two
    labels there is one way to be wrong, and no pair.
    """
    count = len(matrix)
    predicted = matrix.sum(axis=0)
    found = []
    for a in range(count):
        wrong, others = int(matrix[a].sum() - matrix[a, a]), int(predicted.sum() - predicted[a])
        for b in range(count):
            times = int(matrix[a, b])
            if a == b or count < 3 or times < OFTEN * matrix[a].sum() or not times:
                continue
            if binomial_tail(wrong, predicted[b] / others, times) < SURE / (count * (count - 1)):
                found.append((a, b))
    return sorted(found, key=lambda pair: -int(matrix[pair]))


def binomial_tail(trials: int, share: float, least: int) -> float:
    """Probability of at least ``least`` successes in ``trials`` of probability ``share`` each."""
    return float(sum(comb(trials, k) * share**k * (1 - share) ** (trials - k) for k in range(least, trials + 1)))


def _spread(labels: int) -> str:
    if labels < 3:
        return "Of two labels, there is one way to be wrong about each."
    return f"None is taken for another in {OFTEN:.0%} of its examples and more often than by chance."
