"""Paired tests are sacrebleu's, with an interval for the difference."""

import json
import random
import tracemalloc

import numpy as np
import pytest
from sacrebleu.significance import PairedTest
from support.refused import refused

from seq2seq.evaluation.resampling.significance import Comparison, Test, compare
from seq2seq.evaluation.resampling.sufficient_statistics import SufficientStatistics
from seq2seq.evaluation.translation import MetricName, corpus_statistics, metric
from seq2seq.evaluation.word_tokenisation import WordTokenisation

LINES = [
    "the small cat sleeps on the old sofa near the window",
    "every morning the baker opens his shop at six",
    "she wrote a long letter to her brother in the north",
    "they will build a new bridge over the river next year",
    "we had no time to look at the other pictures",
] * 6
TESTS: tuple[Test, ...] = ("bootstrap", "randomisation")


def damaged(share: float, seed: int) -> list[str]:
    """The lines, with a share of their words left out."""
    rng = random.Random(seed)
    return [" ".join(word for word in line.split() if rng.random() > share) for line in LINES]


def compared(
    old: list[str], new: list[str], *, name: MetricName = "bleu", test: Test = "bootstrap", samples: int = 100
) -> Comparison:
    before, after = (corpus_statistics(name, outputs, [LINES]) for outputs in (old, new))
    return compare(name, before, after, test=test, samples=samples)


@pytest.mark.parametrize("test", TESTS)
@pytest.mark.parametrize("name", ["bleu", "chrf", "ter"])
def test_p_values_are_those_of_sacrebleu(name: MetricName, test: Test, monkeypatch: pytest.MonkeyPatch) -> None:
    """More trials than are computed at once."""
    monkeypatch.setenv("SACREBLEU_SEED", "12345")
    old, new = damaged(0.30, 1), damaged(0.27, 2)
    ours = compared(old, new, name=name, test=test, samples=350)
    kind = {"bootstrap": "bs", "randomisation": "ar"}[test]
    theirs = PairedTest(
        [("old", old), ("new", new)], {"m": metric(name, WordTokenisation())}, [LINES], test_type=kind, n_samples=350
    )
    signatures, scores = theirs()
    (title,) = signatures
    assert ours.baseline == scores[title][0].score
    assert ours.system == scores[title][1].score
    assert ours.p_value == scores[title][1].p_value
    assert f"{kind}:350" in ours.signature
    assert "seed:12345" in ours.signature


@pytest.mark.parametrize("test", TESTS)
def test_a_real_difference_is_found(test: Test) -> None:
    found = compared(damaged(0.5, 1), damaged(0.1, 2), samples=200, test=test)
    assert found.delta == found.system - found.baseline
    assert 0 < found.low < found.delta < found.high
    assert found.p_value < 0.05


@pytest.mark.parametrize("test", TESTS)
def test_luck_is_not_mistaken_for_one(test: Test) -> None:
    found = compared(damaged(0.3, 1), damaged(0.3, 2), samples=200, test=test)
    assert found.low < 0 < found.high
    assert found.p_value > 0.05


def test_the_same_outputs_do_not_differ() -> None:
    found = compared(LINES, LINES, samples=50)
    assert (found.delta, found.low, found.high) == (0.0, 0.0, 0.0)


def test_exchanging_the_systems_exchanges_the_sign() -> None:
    old, new = damaged(0.3, 1), damaged(0.2, 2)
    there, back = compared(old, new), compared(new, old)
    assert there.delta == -back.delta
    assert there.p_value == back.p_value
    assert (there.low, there.high) == pytest.approx((-back.high, -back.low))


def test_another_metric_needs_no_signature() -> None:
    """The difference of means is 1 in every sample."""
    rows = np.column_stack([np.arange(20.0), np.ones(20)])
    one = SufficientStatistics(rows, lambda sums: float(sums[0] / sums[1]))
    other = SufficientStatistics(rows + np.array([1.0, 0.0]), one.score_of)
    found = compare("mean", one, other, samples=40)
    assert (found.delta, found.low, found.high) == pytest.approx((1.0, 1.0, 1.0))
    assert (found.p_value, found.signature) == (1 / 41, "")


@pytest.mark.parametrize("test", TESTS)
def test_memory_does_not_grow_with_the_number_of_samples(test: Test) -> None:
    rows = np.ones((2_000, 3))
    one, other = (SufficientStatistics(rows + shift, lambda sums: float(sums.sum())) for shift in (0.0, 1.0))
    tracemalloc.start()
    try:
        compare("sum", one, other, samples=1_600, test=test)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 8 * 1_600 * 2_000  # eight bytes for each sentence of each sample


def test_unequal_numbers_of_lines_are_refused() -> None:
    one, other = corpus_statistics("bleu", LINES, [LINES]), corpus_statistics("bleu", LINES[1:], [LINES[1:]])
    with refused("evaluation.not-aligned", "30 hypotheses", "29 lines in the baseline"):
        compare("bleu", other, one)


def test_json() -> None:
    found = json.loads(json.dumps(compared(LINES, LINES, samples=10).to_dict()))
    assert set(found) == {"metric", "baseline", "system", "delta", "confidence", "p_value", "signature", "test"}
