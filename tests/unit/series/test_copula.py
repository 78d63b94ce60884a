"""Correlations of levels."""

import numpy as np
import pytest

from seq2seq.series.copula import correlations, root


def test_correlations_are_those_of_the_normal_numbers_behind_levels() -> None:
    true = np.array([[1, 0.7, -0.4], [0.7, 1, 0.0], [-0.4, 0.0, 1]])
    normal = np.random.default_rng(1).normal(size=(5000, 3)) @ np.linalg.cholesky(true).T
    levels = normal.argsort(axis=0).argsort(axis=0) / 5000
    np.testing.assert_allclose(correlations(levels.round(2)), true, atol=0.04)  # also where levels are equal
    levels[:2500, 0] = np.nan
    np.testing.assert_allclose(correlations(levels), true, atol=0.06)


def test_few_and_constant_levels_count_as_independent() -> None:
    levels = np.linspace(0, 1, 29)[:, None].repeat(2, axis=1)
    np.testing.assert_allclose(correlations(levels), np.eye(2), atol=1e-9)
    np.testing.assert_allclose(correlations(np.column_stack([np.arange(50), np.ones(50)])), np.eye(2), atol=1e-9)


def test_a_root_makes_numbers_go_together_even_if_correlations_contradict_each_other() -> None:
    true = np.array([[1, 0.5], [0.5, 1]])
    np.testing.assert_allclose(root(true) @ root(true).T, true)
    impossible = np.array([[1, 0.9, -0.9], [0.9, 1, 0.9], [-0.9, 0.9, 1]])
    closest = root(impossible) @ root(impossible).T
    assert np.diag(closest) == pytest.approx([1, 1, 1])
    assert closest[0, 1] > 0 > closest[0, 2]
