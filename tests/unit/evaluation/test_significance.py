"""The paired bootstrap is sacrebleu's, with an interval for the difference."""

import json
import random
import tracemalloc

import numpy as np
import pytest
from sacrebleu.significance import PairedTest
from support.refused import refused

from seq2seq.evaluation.significance import compare, paired_bootstrap, resample
from seq2seq.evaluation.translation import MetricName, metric

LINES = [
    "the small cat sleeps on the old sofa near the window",
    "every morning the baker opens his shop at six",
    "she wrote a long letter to her brother in the north",
    "they will build a new bridge over the river next year",
    "we had no time to look at the other pictures",
] * 6


def damaged(share: float, seed: int) -> list[str]:
    """The lines, with a share of their words left out."""
    rng = random.Random(seed)
    return [" ".join(word for word in line.split() if rng.random() > share) for line in LINES]


@pytest.mark.parametrize("name", ["bleu", "chrf", "ter"])
def test_p_values_are_those_of_sacrebleu(name: MetricName, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SACREBLEU_SEED", "12345")
    old, new = damaged(0.30, 1), damaged(0.27, 2)
    ours = paired_bootstrap(old, new, [LINES], name=name, samples=100)
    theirs = PairedTest([("old", old), ("new", new)], {"m": metric(name)}, [LINES], test_type="bs", n_samples=100)
    signatures, scores = theirs()
    (title,) = signatures
    assert ours.baseline == pytest.approx(scores[title][0].score)
    assert ours.system == pytest.approx(scores[title][1].score)
    assert ours.p_value == pytest.approx(scores[title][1].p_value)
    assert "bs:100|seed:12345" in ours.signature


def test_a_real_difference_is_found() -> None:
    found = paired_bootstrap(damaged(0.5, 1), damaged(0.1, 2), [LINES], samples=200)
    assert found.delta == found.system - found.baseline
    assert 0 < found.low < found.delta < found.high
    assert found.p_value < 0.05


def test_luck_is_not_mistaken_for_one() -> None:
    found = paired_bootstrap(damaged(0.3, 1), damaged(0.3, 2), [LINES], samples=200)
    assert found.low < 0 < found.high
    assert found.p_value > 0.05


def test_the_same_outputs_do_not_differ() -> None:
    found = paired_bootstrap(LINES, LINES, [LINES], samples=50)
    assert (found.delta, found.low, found.high) == (0.0, 0.0, 0.0)


def test_exchanging_the_systems_exchanges_the_sign() -> None:
    old, new = damaged(0.3, 1), damaged(0.2, 2)
    there, back = (paired_bootstrap(*pair, [LINES], samples=100) for pair in ((old, new), (new, old)))
    assert there.delta == -back.delta
    assert there.p_value == back.p_value
    assert (there.low, there.high) == pytest.approx((-back.high, -back.low))


def test_every_draw_is_as_large_as_the_test_set() -> None:
    found = list(resample(7, 20, 1))
    assert len(found) == 20
    assert all(counts.sum() == 7 for counts in found)


def test_resampling_one_by_one_equals_resampling_at_once() -> None:
    """As in sacrebleu: one after the other, from one generator."""
    chosen = np.random.default_rng(3).choice(50, size=(30, 50), replace=True)
    np.testing.assert_array_equal(list(resample(50, 30, 3)), [np.bincount(row, minlength=50) for row in chosen])


def test_memory_does_not_grow_with_the_number_of_samples() -> None:
    rows = np.ones((2_000, 3))
    tracemalloc.start()
    try:
        compare("sum", rows, rows + 1.0, lambda sums: float(sums.sum()), samples=400)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 400 * 2_000  # a matrix of all samples has eight bytes for each of these


def test_unequal_numbers_of_lines_are_refused() -> None:
    with refused("evaluation.not-aligned", "30 hypotheses", "29 lines in the baseline"):
        paired_bootstrap(LINES[1:], LINES, [LINES])
    with refused("evaluation.not-aligned", "29 references"):
        paired_bootstrap(LINES, LINES, [LINES[1:]])


def test_json() -> None:
    found = json.loads(json.dumps(paired_bootstrap(LINES, LINES, [LINES], samples=10).to_dict()))
    assert set(found) == {"metric", "baseline", "system", "delta", "confidence", "p_value", "signature"}
