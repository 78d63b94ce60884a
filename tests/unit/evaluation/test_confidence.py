"""Confidence: fitted, checked, and refused where it does not hold."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from seq2seq.evaluation.confidence import (
    Confidence,
    ConfidenceCheck,
    auroc,
    check_confidence,
    features,
    fit_confidence,
    is_good,
)

TRUE = Confidence(4.0, (5.0, 0.5, -0.8))


def translations(count: int, *, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Features of translations that are good with the probability of TRUE."""
    rng = np.random.default_rng(seed)
    lengths, source_lengths = rng.integers(4, 30, count), rng.integers(4, 30, count)
    log_probs = -rng.gamma(2.0, 0.35, count) * (lengths + 1)
    found = np.array([*map(features, log_probs.tolist(), lengths.tolist(), source_lengths.tolist())])
    return found, rng.random(count) < chances(TRUE, found)


def chances(confidence: Confidence, found: np.ndarray) -> np.ndarray:
    return np.array([*map(confidence.of, found.tolist())])


def test_features_are_per_token_and_end_of_sentence_counts() -> None:
    assert features(-6.0, 2, 0) == pytest.approx((-2.0, np.log(3), 0.0))


def test_the_weights_are_found() -> None:
    found, good = translations(40_000)
    fitted = fit_confidence(found, good)
    assert not isinstance(fitted, str)
    confidence, check = fitted
    assert (confidence.bias, *confidence.weights) == pytest.approx((TRUE.bias, *TRUE.weights), abs=0.25)
    assert check.translations == 40_000
    assert check.gap < 0.02
    assert check.auroc is not None
    assert check.auroc > 0.8


def test_it_holds_on_other_translations() -> None:
    fitted = fit_confidence(*translations(1000))
    assert not isinstance(fitted, str)
    other, good = translations(1000, seed=1)
    check = check_confidence(chances(fitted[0], other), good)
    assert check.failure() is None
    assert [threshold.at for threshold in check.thresholds][:5] == [0.0, 0.1, 0.2, 0.3, 0.4]


def test_features_that_say_nothing_are_refused() -> None:
    found, _ = translations(1000)
    good = np.random.default_rng(3).random(1000) < 0.5
    reason = fit_confidence(found, good)
    assert isinstance(reason, str)
    assert "AUROC" in reason


@pytest.mark.parametrize("good", [np.ones(500, bool), np.zeros(500, bool), np.arange(500) < 30])
def test_too_few_of_one_kind_are_refused(good: np.ndarray) -> None:
    found, _ = translations(500)
    reason = fit_confidence(found, good)
    assert isinstance(reason, str)
    assert f"{good.sum():,} good" in reason


def test_wrong_promises_are_told_in_points() -> None:
    check = check_confidence(np.linspace(0.5, 1.0, 1000), np.arange(1000) >= 600)
    assert check.thresholds[0].promised == pytest.approx(0.75)
    assert check.thresholds[0].measured == pytest.approx(0.4)
    assert check.gap >= 0.35
    assert check.failure() is not None
    assert check.to_dict() == {"translations": 1000, "good": 0.4, "auroc": 1.0, "gap": check.gap}


def test_a_few_translations_have_a_check() -> None:
    check = check_confidence(np.array([0.9, 0.8]), np.array([True, True]))
    assert check == ConfidenceCheck(2, 1.0, None, check.thresholds)
    assert [at.translations for at in check.thresholds] == [2] * 9
    assert check.failure() is not None


@given(st.lists(st.tuples(st.integers(0, 5), st.booleans()), min_size=1, max_size=40))
def test_auroc_is_the_share_of_pairs_in_order(pairs: list[tuple[int, bool]]) -> None:
    confidences = np.array([confidence for confidence, _ in pairs], dtype=float)
    good = np.array([one for _, one in pairs])
    compared = [(high > low) + 0.5 * (high == low) for high in confidences[good] for low in confidences[~good]]
    expected = None if not compared else float(np.mean(compared))
    assert auroc(confidences, good) == (None if expected is None else pytest.approx(expected))


def test_good_means_chrf_of_at_least_50() -> None:
    reference = "Ein Vogel singt am Morgen."
    assert is_good([reference, "Ein Vogel singt am Abend.", "Wo ist das alte Haus?"], [reference] * 3).tolist() == [
        True,
        True,
        False,
    ]


def test_far_from_everything_is_0_or_1() -> None:
    certain = Confidence(0.0, (1e9, 0.0, 0.0))
    assert certain.of([-1.0, 0.0, 0.0]) == pytest.approx(0.0)
    assert certain.of([1.0, 0.0, 0.0]) == 1.0
