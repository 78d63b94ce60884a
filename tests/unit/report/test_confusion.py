"""What stands in the picture of a confusion matrix."""

import warnings
from pathlib import Path

import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from seq2seq.evaluation.classification import ClassificationScores, classification_scores
from seq2seq.report.confusion import draw_confusion

SCORES = classification_scores(["a", "a", "a", "b", "b", "b"], ["a", "a", "a", "a", "b", "b"], ["a", "b", "c"])


def drawn(monkeypatch: pytest.MonkeyPatch, scores: ClassificationScores) -> Axes:
    """The axes, as they are when the picture is written."""
    figures: list[Figure] = []
    monkeypatch.setattr(Figure, "savefig", lambda figure, *_, **__: figures.append(figure))
    draw_confusion(scores, Path("unused.png"))
    return figures[0].axes[0]


def test_counts_and_shares_of_the_row(monkeypatch: pytest.MonkeyPatch) -> None:
    axes = drawn(monkeypatch, SCORES)
    cells = {(round(text.get_position()[1]), round(text.get_position()[0])): text.get_text() for text in axes.texts}
    assert cells == {(0, 0): "3\n75%", (0, 1): "1\n25%", (1, 1): "2\n100%"} | dict.fromkeys(
        [(0, 2), (1, 0), (1, 2), (2, 0), (2, 1), (2, 2)], "0"
    )
    assert axes.images[0].get_array()[0].tolist() == [0.75, 0.25, 0]


def test_a_share_is_never_shown_as_none(monkeypatch: pytest.MonkeyPatch) -> None:
    axes = drawn(monkeypatch, classification_scores(["a"] * 999 + ["b"], ["a"] * 1000, ["a", "b"]))
    assert [text.get_text() for text in axes.texts][:2] == ["999\n100%", "1\n<1%"]


def test_axes_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    axes = drawn(monkeypatch, SCORES)
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("predicted", "expected")
    assert [label.get_text() for label in axes.get_yticklabels()] == ["a", "b", "c"]
    assert axes.get_title() == "accuracy 83.3% (baseline 66.7%)\nmacro-F1 0.829 (baseline 0.400)"


def test_long_names_are_slanted_and_lose_their_middle(monkeypatch: pytest.MonkeyPatch) -> None:
    name = "quite a long name of a category, 1"
    axes = drawn(monkeypatch, classification_scores([name, "b"], [name, "b"], [name, "b"]))
    labels = axes.get_xticklabels()
    assert labels[0].get_text() == "quite a long n…a category, 1"
    assert {label.get_rotation() for label in labels} == {45}


def test_any_label_is_drawn_without_a_warning(tmp_path: Path) -> None:
    labels = ["$x_", "$y^2$", "好", "[b]"]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        draw_confusion(classification_scores(labels, labels, labels), tmp_path / "confusion")
    assert (tmp_path / "confusion").read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize("classes", [1, 2, 12])
def test_pictures_stay_of_a_size_that_can_be_looked_at(tmp_path: Path, classes: int) -> None:
    from matplotlib.image import imread

    labels = [f"label {i}" for i in range(classes)]
    draw_confusion(classification_scores(labels, labels, labels), tmp_path / "confusion.png")
    height, width = imread(tmp_path / "confusion.png").shape[:2]
    assert 250 < height < 1500
    assert 250 < width < 1500
