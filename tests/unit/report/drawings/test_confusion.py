"""A confusion matrix as a picture: shares of rows, of the most frequent labels."""

import numpy as np
import pytest

from seq2seq.report.drawings.confusion import MOST, confusion_map


def test_shares_of_each_row() -> None:
    found = confusion_map("Labels", ["a", "b"], [[3, 1], [0, 0]])
    assert found.rows == found.columns == ["a", "b"]
    assert np.asarray(found.values) == pytest.approx(np.array([[75.0, 25.0], [0.0, 0.0]]))


def test_labels_without_examples_are_left_out_first() -> None:
    counts = np.diag([5] * MOST + [0])
    counts[0, 0] = 0
    found = confusion_map("Labels", [str(number) for number in range(MOST + 1)], counts)
    assert len(found.rows) == MOST
    assert found.rows[0] == "0"  # of two labels as rare, the first
