"""Accuracy and macro-F1 as functions of sums over examples, so that they can be resampled.

The summands of an example are 3 C zeros and ones: for each of C labels, whether it is a hit, is predicted, is expected.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from seq2seq.evaluation.corpus import require_aligned
from seq2seq.evaluation.resampling.bootstrap import SAMPLES, SEED
from seq2seq.evaluation.resampling.mcnemar import exact_p_value
from seq2seq.evaluation.resampling.significance import Comparison, Test, compare
from seq2seq.evaluation.resampling.sufficient_statistics import SufficientStatistics

LABEL_TITLES: Final[Mapping[str, str]] = {"accuracy": "accuracy", "macro_f1": "macro-F1"}


def label_statistics(
    predicted: Sequence[str], expected: Sequence[str], others: Sequence[str] = ()
) -> dict[str, SufficientStatistics]:
    """``accuracy`` and ``macro_f1`` (0 to 1) of N predictions, as in :mod:`seq2seq.evaluation.classification`.

    Predictions that are compared have the same columns if each is given the ``others``.
    """
    rows = label_counts(predicted, expected, sorted({*expected, *predicted, *others}))
    return {
        "accuracy": SufficientStatistics(rows, accuracy_of),
        "macro_f1": SufficientStatistics(rows, macro_f1_of),
    }


def label_counts(predicted: Sequence[str], expected: Sequence[str], labels: Sequence[str]) -> npt.NDArray[np.float64]:
    """(N, 3 C) summands of N predictions; every one and every expected label is among the C labels."""
    ids = {label: number for number, label in enumerate(labels)}
    guesses, truths = (np.array([ids[label] for label in side])[:, None] for side in (predicted, expected))
    guessed, true = guesses == np.arange(len(ids)), truths == np.arange(len(ids))
    return np.stack([guessed & true, guessed, true], axis=2).reshape(len(predicted), -1).astype(np.float64)


def accuracy_of(sums: npt.NDArray[Any]) -> float:
    """Share (0 to 1) of examples whose label is predicted."""
    hits, _, expected = sums.reshape(-1, 3).T
    return float(hits.sum() / expected.sum())


def macro_f1_of(sums: npt.NDArray[Any]) -> float:
    """Mean F1 = 2 hits / (predicted + expected) of the labels that are expected or predicted."""
    hits, predicted, expected = sums.reshape(-1, 3).T
    both = predicted + expected
    occur = both > 0
    return float((2 * hits[occur] / both[occur]).mean())


def compare_labels(
    baseline: Sequence[str],
    system: Sequence[str],
    expected: Sequence[str],
    *,
    test: Test = "randomisation",
    samples: int | None = None,
    seed: int = SEED,
) -> tuple[Comparison, Comparison]:
    """Compare the N predictions of a system with those of a baseline.

    Accuracy by McNemar's exact test, which Dietterich 1998 (section 3.1) recommends for two classifiers and one test
    set; it has the p-value of approximate randomisation with all trials instead of some. Macro-F1, which is no count of
    examples, by approximate randomisation (Yeh 2000), unless by the bootstrap in sacrebleu's form, which
    calls more than one in twenty pairs of equal classifiers different at 0.05.

    Args:
        baseline: labels to compare with.
        system: labels to judge.
        expected: the right ones.
        test: of macro-F1.
        samples: resampled test sets, or trials of randomisation (default: 1,000 and 10,000).
        seed: of resampling.

    Raises:
        DataError: there is nothing to compare, or the numbers differ.
    """
    require_aligned(system, "labels", {"labels of the baseline": baseline, "expected labels": expected})
    before, after = label_statistics(baseline, expected, system), label_statistics(system, expected, baseline)
    resamples = SAMPLES if test == "randomisation" or samples is None else samples
    accuracy = compare("accuracy", before["accuracy"], after["accuracy"], samples=resamples, seed=seed)
    only_baseline, only_system = only_right(baseline, system, expected)
    exact = replace(accuracy, test="mcnemar", p_value=exact_p_value(len(only_baseline), len(only_system)))
    f1 = compare("macro_f1", before["macro_f1"], after["macro_f1"], test=test, samples=samples, seed=seed)
    return exact, f1


def only_right(baseline: Sequence[str], system: Sequence[str], expected: Sequence[str]) -> tuple[list[int], list[int]]:
    """Rows in which only the baseline is right, and those in which only the system is."""
    found: tuple[list[int], list[int]] = [], []
    for row, (before, after, label) in enumerate(zip(baseline, system, expected, strict=True)):
        if (before == label) != (after == label):
            found[after == label].append(row)
    return found
