"""Temperatures and calibration errors, against values worked out by hand."""

import json
import math
from dataclasses import asdict

import numpy as np
import pytest
from support.refused import refused

from seq2seq.evaluation.calibration import (
    COLDEST,
    HOTTEST,
    calibrate,
    expected_calibration_error,
    fit_temperature,
    log_softmax,
    nll,
)

# Confident to 9 in 10, right in 3 of 4: the logits ln 9 and 0 should be ln 3 and 0, which is a temperature of 2.
LOGITS = np.tile([math.log(9), 0.0], (4, 1))
LABELS = np.array([0, 0, 0, 1])


def test_log_softmax() -> None:
    np.testing.assert_allclose(np.exp(log_softmax(LOGITS)), np.tile([0.9, 0.1], (4, 1)))


def test_log_softmax_of_large_logits_in_single_precision() -> None:
    found = log_softmax(np.array([[1e30, 0.0], [-1000.0, -1000.0]], dtype=np.float32))
    assert found.dtype == np.float64
    np.testing.assert_allclose(found[1], [-math.log(2)] * 2)
    assert found[0].tolist() == pytest.approx([0.0, -1e30])


def test_nll_is_a_mean_in_nats() -> None:
    assert nll(LOGITS, LABELS) == pytest.approx(-(3 * math.log(0.9) + math.log(0.1)) / 4)
    assert nll(LOGITS, LABELS, 2.0) == pytest.approx(-(3 * math.log(0.75) + math.log(0.25)) / 4)


def test_temperature_makes_confidence_what_accuracy_is() -> None:
    assert fit_temperature(LOGITS, LABELS) == pytest.approx(2.0, rel=1e-9)
    assert fit_temperature(LOGITS / 8, LABELS) == pytest.approx(0.25, rel=1e-9)
    assert fit_temperature(LOGITS.astype(np.float32), LABELS.astype(np.int32)) == pytest.approx(2.0, rel=1e-6)


def test_labels_that_are_told_apart_end_at_the_lower_bound() -> None:
    assert fit_temperature(np.array([[3.0, 1.0], [0.0, 0.5]]), np.array([0, 1])) == COLDEST


def test_logits_worse_than_chance_end_at_the_upper_bound() -> None:
    assert fit_temperature(np.array([[3.0, 1.0], [0.0, 0.5]]), np.array([1, 0])) == HOTTEST


@pytest.mark.parametrize("logits", [np.zeros((2, 3)), np.array([[5000.0, 0.0], [0.0, 5000.0]]), np.ones((2, 1))])
def test_where_no_temperature_is_better_it_is_one(logits: np.ndarray) -> None:
    labels = np.arange(2) % logits.shape[1]
    assert fit_temperature(logits, labels) == 1.0


def test_calibration_error_by_hand() -> None:
    probabilities = np.array([[0.5, 0.5], [0.6, 0.4], [0.2, 0.8]])
    # (0, 1/2] holds 0.5, which is wrong; (1/2, 1] holds 0.6, right, and 0.8, wrong: accuracy 0.5, confidence 0.7.
    expected = 1 / 3 * abs(0 - 0.5) + 2 / 3 * abs(0.5 - 0.7)
    assert expected_calibration_error(probabilities, np.array([1, 0, 0]), bins=2) == pytest.approx(expected)


def test_in_one_bin_errors_of_both_signs_cancel() -> None:
    probabilities = np.array([[0.9, 0.1], [0.6, 0.4]])
    labels = np.array([1, 0])
    assert expected_calibration_error(probabilities, labels, bins=1) == pytest.approx(0.25)
    assert expected_calibration_error(probabilities, labels) == pytest.approx((0.9 + 0.4) / 2)


def test_certainty_is_in_the_last_bin() -> None:
    certain = np.array([[1.0, 0.0]])
    assert expected_calibration_error(certain, np.array([0])) == 0.0
    assert expected_calibration_error(certain, np.array([1])) == 1.0


def test_before_and_after() -> None:
    found = calibrate(LOGITS, LABELS)
    assert found.temperature == pytest.approx(2.0)
    assert (found.ece_before, found.ece_after) == (pytest.approx(0.15), pytest.approx(0.0, abs=1e-9))
    assert (found.nll_before, found.nll_after) == (nll(LOGITS, LABELS), pytest.approx(nll(LOGITS, LABELS, 2.0)))
    assert json.loads(json.dumps(asdict(found))) == {
        "temperature": found.temperature,
        "ece_before": found.ece_before,
        "ece_after": found.ece_after,
        "nll_before": found.nll_before,
        "nll_after": found.nll_after,
        "examples": 4,
    }
    assert found.line() == "temperature 2.00: calibration error 0.150 -> 0.000, NLL 0.655 -> 0.562 nats (4 examples)"


def test_a_temperature_that_makes_the_calibration_error_worse_is_not_taken() -> None:
    """Eight are sure to 0.75, and six of them right; four are sure to 0.55, and all right: an error of 4 / 12 x 0.45.

    For the four the NLL wants more confidence, which the eight pay for.
    """
    logits = np.array([[math.log(3), 0.0]] * 8 + [[math.log(55 / 45), 0.0]] * 4)
    labels = np.array([0] * 6 + [1] * 2 + [0] * 4)
    cooled = fit_temperature(logits, labels)
    assert nll(logits, labels, cooled) < nll(logits, labels)
    error = [expected_calibration_error(np.exp(log_softmax(logits / at)), labels) for at in (1.0, cooled)]
    assert error[1] > error[0] == pytest.approx(0.15)
    found = calibrate(logits, labels)
    assert (found.temperature, found.ece_after, found.nll_after) == (1.0, found.ece_before, found.nll_before)
    assert (
        found.line()
        == f"temperature 1.00: calibration error {error[0]:.3f}, NLL {found.nll_before:.3f} nats (12 examples)"
    )


def test_nothing_to_calibrate_on() -> None:
    with refused("evaluation.empty"):
        calibrate(np.zeros((0, 2)), np.zeros(0, dtype=np.int64))
