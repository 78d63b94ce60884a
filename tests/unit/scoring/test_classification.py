"""A classifier on labelled texts: right, wrong, unknown and blank ones, and whether its probabilities hold."""

import pytest
from rich.console import Console
from support import tiny
from support.refused import refused

from seq2seq.data.reading.examples import Examples
from seq2seq.evaluation.classification import classification_scores
from seq2seq.evaluation.classification_report import ClassificationReport
from seq2seq.inference.classifier import TextClassifier
from seq2seq.inference.engines.torch.classifier import TorchClassifier
from seq2seq.scoring.classification import score
from seq2seq.scoring.scored import Scored
from seq2seq.text.sketch import Sketch


@pytest.fixture(scope="module")
def classifier() -> TextClassifier:
    return TextClassifier(TorchClassifier(tiny.classifier()), tiny.label_tokenizers(), temperature=2.0)


def labelled(classifier: TextClassifier, *, wrong: int = 0) -> list[str]:
    """The labels that the model gives, of which the first few are exchanged for others."""
    found = [one.label for one in classifier.classify(tiny.SOURCES)]
    others = {label: tiny.LABELS[number - 1] for number, label in enumerate(tiny.LABELS)}
    return [others[label] if row < wrong else label for row, label in enumerate(found)]


def shown(found: Scored[ClassificationReport]) -> str:
    console = Console(width=120)
    with console.capture() as capture:
        console.print(found.render())
    return capture.get()


def test_every_label_counts(classifier: TextClassifier) -> None:
    perfect = score(classifier, Examples("all", tiny.SOURCES, labelled(classifier)))
    assert perfect.to_dict()["accuracy"] == 1
    some = score(classifier, Examples("some", tiny.SOURCES, labelled(classifier, wrong=3)))
    content = some.to_dict()
    assert content["accuracy"] == 5 / 8
    assert content["labels"] == list(tiny.LABELS)
    assert (content["data"], content["skipped"], content["examples"]) == ("some", 0, 8)
    assert (
        content["macro_f1"]
        == classification_scores(labelled(classifier), labelled(classifier, wrong=3), tiny.LABELS).macro_f1
    )
    assert "62.5%" in shown(some)
    assert (some.count, some.unit) == (8, "texts")


def test_white_space_around_a_label_is_none_of_it(classifier: TextClassifier) -> None:
    found = score(classifier, Examples("all", tiny.SOURCES, [f" {label}\t" for label in labelled(classifier)]))
    assert found.to_dict()["accuracy"] == 1


def test_the_probabilities_are_judged_at_the_models_temperature(classifier: TextClassifier) -> None:
    content = score(classifier, Examples("all", tiny.SOURCES, labelled(classifier))).to_dict()
    calibration = content["calibration"]
    assert isinstance(calibration, dict)
    assert (calibration["temperature"], calibration["examples"]) == (2.0, 8)
    # All is right: the surer, the better.
    assert float(str(calibration["nll_before"])) < float(str(calibration["nll_after"]))


def test_labels_that_the_model_does_not_know_are_wrong(classifier: TextClassifier) -> None:
    labels = [*labelled(classifier)[:6], "plant", "plant"]
    found = score(classifier, Examples("plants", tiny.SOURCES, labels))
    assert found.report.scores.accuracy == 6 / 8
    assert found.report.scores.unknown == ("plant",)
    assert "2 of 8 examples with labels that the model does not know: 'plant'." in shown(found)
    assert found.report.calibration is not None
    assert found.report.calibration.examples == 6
    strange = score(classifier, Examples("strange", tiny.SOURCES, ["plant"] * 8))
    assert (strange.report.scores.accuracy, strange.report.calibration) == (0, None)


def test_a_text_without_a_token_is_wrong(classifier: TextClassifier, warned: list[str]) -> None:
    texts = ["\u200b", *tiny.SOURCES[1:]]
    found = score(classifier, Examples("blank", texts, labelled(classifier)))
    assert found.report.scores.accuracy == 7 / 8
    assert "the model does not know" not in shown(found)
    assert warned == ["inference.output"]


def test_groups_are_scored_apart(classifier: TextClassifier) -> None:
    groups = ["seen", "new"] * 4
    content = score(classifier, Examples("all", tiny.SOURCES, labelled(classifier, wrong=1), groups)).to_dict()
    found = content["groups"]
    assert isinstance(found, dict)
    accuracies = {name: group["accuracy"] for name, group in found.items() if isinstance(group, dict)}
    assert accuracies == {"seen": 3 / 4, "new": 1}


def test_rows_that_were_left_out_are_reported(classifier: TextClassifier, said: list[str]) -> None:
    found = score(classifier, Examples("all", tiny.SOURCES, labelled(classifier), skipped=3))
    assert found.to_dict()["skipped"] == 3
    assert any("3 malformed rows of all" in line for line in said)


def test_texts_that_the_model_was_trained_on(classifier: TextClassifier) -> None:
    examples = Examples("all", tiny.SOURCES, labelled(classifier))
    found = score(classifier, examples, sketch=Sketch.from_texts(tiny.SOURCES[:3]))
    assert found.to_dict()["trained_on"] == {"share": 3 / 8, "seen": 3, "compared": 8, "exact": True}
    assert "note: The model was trained on 3 of 8 texts." in shown(found)
    assert "trained_on" not in score(classifier, examples).to_dict()


def test_there_is_nothing_to_score(classifier: TextClassifier) -> None:
    with refused("evaluation.empty"):
        score(classifier, Examples("none", [], []))
