"""Classifiers side by side."""

import pytest

from seq2seq.data.reading.examples import Examples
from seq2seq.distillation.classification.table import LabelMeasurement, LabelSystem, LabelTable
from seq2seq.log import console

EXPECTED = ["a", "a", "b", "b"]


def measured() -> LabelMeasurement:
    found = LabelMeasurement(Examples("some texts", ["one", "two", "three", "four"], [" a ", "a", "b", "b"]))
    found.add_outputs("teacher", EXPECTED, rate=12.5)
    found.add_outputs("without a teacher", ["b", "b", "b", "b"], rate=None)
    found.add_outputs("student", ["a", "b", "b", "b"], rate=None)
    return found


def test_scores_and_differences() -> None:
    table = measured().table()
    assert [(one.accuracy, one.macro_f1) for one in table.systems] == [
        (1.0, 1.0),
        (0.5, pytest.approx(1 / 3)),
        (0.75, pytest.approx((2 / 3 + 4 / 5) / 2)),
    ]
    deltas = {(other, one.metric): one.delta for other, one in table.comparisons}
    assert deltas["without a teacher", "accuracy"] == pytest.approx(0.25)
    assert deltas["teacher", "accuracy"] == pytest.approx(-0.25)
    assert deltas["teacher", "macro_f1"] == pytest.approx((2 / 3 + 4 / 5) / 2 - 1)
    assert table.to_dict()["texts"] == 4


def test_it_fits_a_terminal() -> None:
    long = LabelSystem(name="without a teacher", labels=EXPECTED, accuracy=1.0, macro_f1=1.0, arithmetic="float32",
                       megabytes=123.456, rate=123_456.7)  # fmt: skip
    table = LabelTable("held-out sources, the teacher's answers", 4, (long,), measured().table().comparisons)
    with console().capture() as capture:
        console().print(table.render(), soft_wrap=True)
    lines = capture.get().splitlines()
    assert max(map(len, lines)) <= 80
    assert any("123.46" in line and "123,457" in line for line in lines)
