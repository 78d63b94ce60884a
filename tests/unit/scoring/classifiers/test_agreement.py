"""Texts on which classifiers differ."""

from seq2seq.scoring.classifiers.agreement import Agreement, always_wrong

EXPECTED = ["a", "a", "b", "b", "c", "c"]
ONE = ["a", "a", "b", "c", "a", "a"]
OTHER = ["a", "b", "b", "b", "a", "b"]


def test_every_text_is_counted_once() -> None:
    found = Agreement.of(ONE, OTHER, EXPECTED)
    assert (found.both_right, found.only_baseline, found.only_system, found.both_wrong) == (2, [1], [3], 2)
    assert found.different == 3
    assert sum(found.to_dict()[name] for name in found.to_dict() if name != "different_labels") == len(EXPECTED)


def test_texts_that_all_label_wrongly() -> None:
    assert always_wrong([ONE, OTHER], EXPECTED) == [4, 5]
    assert always_wrong([ONE], EXPECTED) == [3, 4, 5]
