"""Naive Bayes by hand."""

import numpy as np

from seq2seq.diagnostics.classification.naive_bayes import NaiveBayes, _features, cross_validated

TEXTS = [np.array(one) for one in ([4, 5], [4, 4, 6], [7])]
LABELS = np.array([0, 0, 1])


def test_counts_by_hand() -> None:
    """Label 0 has tokens 4, 5, 4, 6 in two texts, so counts 2, 1, 1, 0 of (4, 5, 6, 7); label 1 has 0, 0, 0, 1."""
    model = NaiveBayes(TEXTS, LABELS, 2)
    expected = np.log([[3 / 8, 1 / 5], [2 / 8, 1 / 5], [2 / 8, 1 / 5], [1 / 8, 2 / 5]])
    assert np.allclose(model._log_features[4:8], expected)
    assert not model._log_features[8:].any()
    assert np.allclose(model._log_labels, np.log([3 / 5, 2 / 5]))


def test_predictions_by_hand() -> None:
    """ln 3/5 + ln 1/8 is less than ln 2/5 + ln 2/5; 9 was not seen, so that the prior decides."""
    model = NaiveBayes(TEXTS, LABELS, 2)
    assert model.predict([np.array([7, 7]), np.array([4]), np.array([9]), np.array([], np.int64)]).tolist() == [
        1,
        0,
        0,
        0,
    ]


def test_runs_of_tokens_are_features() -> None:
    """Two texts of the same tokens differ in their pairs."""
    texts = [np.array([4, 5]), np.array([5, 4])] * 4
    labels = np.array([0, 1] * 4)
    assert NaiveBayes(texts, labels, 2, longest=2).predict(texts).tolist() == labels.tolist()
    assert len(set(NaiveBayes(texts, labels, 2).predict(texts).tolist())) == 1
    assert len(_features(np.array([4, 5, 6, 7]), 3)) == 4 + 3 + 2
    assert len(_features(np.array([4]), 3)) == 1


def test_a_text_is_predicted_by_the_other_half() -> None:
    """Each text has a token of its own: half of them tell nothing about the rest."""
    generator = np.random.default_rng(1)
    own = [np.array([number]) for number in range(100)]
    labels = np.arange(100) % 2
    assert 0.2 < (cross_validated(own, labels, 2, generator) == labels).mean() < 0.8
    shared = [np.array([one]) for one in labels]
    assert (cross_validated(shared, labels, 2, generator) == labels).all()
