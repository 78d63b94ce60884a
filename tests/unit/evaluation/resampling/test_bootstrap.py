"""Confidence intervals are sacrebleu's."""

import random

import numpy as np
import pytest

from seq2seq.evaluation.resampling.bootstrap import Interval, confidence_interval, percentiles, resample
from seq2seq.evaluation.resampling.sufficient_statistics import SufficientStatistics
from seq2seq.evaluation.translation import MetricName, corpus_statistics, metric
from seq2seq.evaluation.word_tokenisation import WordTokenisation

LINES = [f"the small cat number {n} sleeps on the old sofa near the window" for n in range(12)]
OUTPUTS = [line if random.Random(n).random() > n / 20 else line[:20] for n, line in enumerate(LINES)]
"""Some lines are cut."""


@pytest.mark.parametrize("name", ["bleu", "chrf", "ter"])
def test_intervals_are_those_of_sacrebleu(name: MetricName, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SACREBLEU_SEED", "7")
    found = confidence_interval(corpus_statistics(name, OUTPUTS, [LINES]), samples=90, seed=7)
    theirs = metric(name, WordTokenisation()).corpus_score(OUTPUTS, [LINES], n_bootstrap=90)
    assert found is not None
    assert found.half_width > 0
    assert (found.mean, found.half_width) == (pytest.approx(theirs._mean), pytest.approx(theirs._ci))


def test_ends_and_json() -> None:
    interval = Interval(mean=30.0, half_width=1.5, samples=1000, seed=12345)
    assert interval.to_dict() == {
        "low": 28.5, "high": 31.5, "mean": 30.0, "half_width": 1.5, "samples": 1000, "seed": 12345,
    }  # fmt: skip


def test_one_sentence_has_no_interval() -> None:
    assert confidence_interval(corpus_statistics("bleu", LINES[:1], [LINES[:1]])) is None


def test_a_mean_has_the_interval_of_its_standard_error() -> None:
    values = np.random.default_rng(0).normal(size=400)
    mean = SufficientStatistics(np.column_stack([values, np.ones(400)]), lambda sums: sums[0] / sums[1])
    found = confidence_interval(mean, samples=2000)
    assert found is not None
    assert found.half_width == pytest.approx(1.96 * values.std() / 20, rel=0.1)


def test_every_sample_is_as_large_as_the_test_set() -> None:
    found = list(resample(7, 20, 1))
    assert len(found) == 20
    assert all(len(chosen) == 7 and set(chosen) <= set(range(7)) for chosen in found)


def test_resampling_one_by_one_equals_resampling_at_once() -> None:
    """As in sacrebleu: one after the other, from one generator."""
    chosen = np.random.default_rng(3).choice(50, size=(30, 50), replace=True)
    np.testing.assert_array_equal(list(resample(50, 30, 3)), chosen)


def test_percentiles_leave_one_in_forty_at_each_end() -> None:
    assert percentiles(np.arange(1001.0)) == (25.0, 975.0)
