"""Scores of predicted vectors, against figures worked out another way."""

import math
from statistics import NormalDist, fmean, pstdev

import numpy as np
import pytest
from support.refused import refused

from seq2seq.evaluation.vectors import Independent, VectorReport, VectorScores

SEQUENCES = [np.array([[1.0, 5.0], [2.0, 5.5], [0.0, 7.0]]), np.array([[4.0, 6.0], [-1.0, 5.0]])]


def test_independent_numbers_have_the_density_of_the_best_normal_distribution() -> None:
    found = Independent.of(SEQUENCES)
    nats = 0.0
    for channel in (0, 1):
        values = [float(step[channel]) for steps in SEQUENCES for step in steps]
        best = NormalDist(fmean(values), pstdev(values))
        nats -= sum(math.log(best.pdf(value)) for value in values)
    nats -= 2 * math.log(2 / 5) + 3 * math.log(3 / 5)  # two of five steps are the last
    assert found.nats == pytest.approx(nats, rel=1e-9)


def test_a_constant_number_has_the_least_width_of_a_network() -> None:
    constant = Independent.of([np.full((4, 1), 3.0)])
    ends = math.log(4) + 3 * math.log(4 / 3)
    assert constant.nats == pytest.approx(4 * (math.log(1e-3) + 0.5 * math.log(2 * math.pi)) + ends)


def test_sequences_of_one_step_always_end() -> None:
    only = Independent.of([np.array([[-1.0]]), np.array([[1.0]])])
    assert only.nats == pytest.approx(2 * (0.5 * math.log(2 * math.pi) + 0.5))


def test_scores_are_per_step() -> None:
    scores = VectorScores.of(SEQUENCES, nats=20.0, squares=Independent.of(SEQUENCES).squares / 4)
    assert (scores.steps, scores.numbers, scores.sequences) == (5, 2, 2)
    assert scores.nats_per_step == 4.0
    assert scores.explained == pytest.approx(0.75)
    assert VectorReport(scores).to_dict()["independent_nats_per_step"] == Independent.of(SEQUENCES).nats / 5


def test_nothing_to_score() -> None:
    with refused("evaluation.empty"):
        VectorScores.of([], nats=0.0, squares=0.0)
