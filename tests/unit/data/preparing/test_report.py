"""Warnings and lines about labels."""

import pytest

from seq2seq.data.preparing.report import Report, SplitReport


def report(train: dict[str, int], dev: dict[str, int] | None = None, test: dict[str, int] | None = None) -> Report:
    def split(name: str, labels: dict[str, int]) -> SplitReport:
        count = sum(labels.values())
        return SplitReport(name, count, count, count * 5, count * 2, 0, labels=labels)

    return Report(
        split("train.tsv", train),
        split("dev.tsv", train if dev is None else dev),
        None if test is None else split("test.tsv", test),
        source_vocabulary=100,
        target_vocabulary=4 + len(train),
        joint=False,
    )


def test_nothing_is_said_where_all_is_well() -> None:
    assert report({"a": 50, "b": 5}, {"a": 1, "b": 10}, {"a": 2, "b": 2}).warnings() == []


def test_texts_have_no_labels_to_warn_of() -> None:
    assert report({}, {}, {}).warnings() == []


def test_a_class_that_is_missing_from_a_split() -> None:
    ((code, text),) = report({"a": 5, "b": 5, "c": 5}, {"a": 5}, {"a": 5, "b": 5, "c": 5}).warnings()
    assert code == "data.label-missing"
    assert text.startswith("dev: ")
    assert "'b', 'c'" in text


def test_a_label_that_train_lacks() -> None:
    ((code, text),) = report({"a": 5, "b": 5}, {"a": 5, "b": 5}, {"a": 5, "b": 5, "z": 1}).warnings()
    assert code == "data.label-unknown"
    assert text.startswith("test: ")
    assert "'z'" in text


@pytest.mark.parametrize(("most", "warned"), [(100, False), (101, True)])
def test_a_split_that_is_badly_unbalanced(most: int, warned: bool) -> None:
    """More than ten to one."""
    found = report({"a": most, "b": 50, "c": 10}, {"a": 3, "b": 3, "c": 3}).warnings()
    assert [code for code, _ in found] == ["data.unbalanced"] * warned
    ((code, text),) = report({"a": 3, "b": 3}, {"a": 1, "b": 1_200}).warnings()
    assert code == "data.unbalanced"
    assert text.startswith("dev is badly unbalanced: 1,200 examples of 'b', 1 of 'a'.")


def test_a_single_label() -> None:
    ((code, text),) = report({"a": 5}).warnings()
    assert code == "data.single-label"
    assert "'a'" in text


def test_many_labels_are_counted_and_not_listed() -> None:
    many = {f"l{n:02}": 2 for n in range(14)}
    ((_, warning),) = report(many, {"l00": 2}).warnings()
    assert "'l01', 'l02'," in warning
    assert "'l10' and 3 more;" in warning
    assert "'l11'" not in warning
    line = next(line for line in report(many).lines() if "l00" in line)
    assert line.endswith("l09 2, and 4 more labels")


def test_lines_show_labels_and_sizes() -> None:
    lines = report({"good": 1_500, "bad": 500}).lines()
    assert lines[0] == ("train  2,000 examples from train.tsv; 5.0 + 2.0 tokens (source + target, ends counted)")
    assert lines[1] == "       good 1,500, bad 500"
    assert lines[-1] == "vocabulary  100 + 6 tokens, separate"


def test_it_is_the_same_when_it_has_been_stored() -> None:
    one = report({"a": 5, "b": 1}, {"a": 1}, {"b": 1})
    assert Report.from_dict(one.to_dict()) == one
