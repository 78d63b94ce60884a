"""Several model folders as one classifier."""

from pathlib import Path

import numpy as np
import pytest
from support import tiny
from support.refused import refused

import seq2seq
from seq2seq.data.reading.examples import Examples
from seq2seq.export.export import export
from seq2seq.inference.classifier import TextClassifier
from seq2seq.inference.engines.open import Engine
from seq2seq.inference.load import open_ensemble
from seq2seq.model_folder.writing.save import save_folder
from seq2seq.scoring.classification import score
from seq2seq.text.vocabulary.labels import LabelVocabulary
from seq2seq.text.vocabulary.pair import VocabularyPair


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Two models of other weights, one of them calibrated, both exported."""
    folder = tmp_path_factory.mktemp("members")
    one, two = tiny.save_classifier(folder / "one", temperature=2.0), folder / "two"
    save_folder(
        two,
        model=tiny.classifier(seed=1),
        tokenizers=tiny.label_tokenizers(),
        recipe=tiny.classification_recipe(),
    )
    for path in (one, two):
        export(path, calibrate=tiny.SOURCES)
    return one, two


def _shares(model: TextClassifier) -> np.ndarray:
    """(N, C) probabilities of the tiny corpus."""
    return np.array([[share for _, share in found.probabilities] for found in model.classify(tiny.SOURCES)])


@pytest.mark.parametrize("engine", ["torch", "onnx"])
def test_its_probabilities_are_the_mean_of_the_calibrated_ones(folders: tuple[Path, Path], engine: Engine) -> None:
    each = [_shares(TextClassifier.load(folder, engine=engine)) for folder in folders]
    opened, together = open_ensemble(TextClassifier, folders, engine=engine)
    np.testing.assert_allclose(_shares(together), np.mean(each, axis=0), rtol=1e-9)
    assert not np.allclose(each[0], each[1], atol=0.01)
    assert [folder.path for folder in opened] == [*folders]


def test_a_model_with_itself_is_the_model(folders: tuple[Path, Path]) -> None:
    alone, twice = TextClassifier.load(folders[0]), seq2seq.load(folders[0], ensemble=[folders[0]])
    assert isinstance(twice, TextClassifier)
    np.testing.assert_allclose(_shares(twice), _shares(alone), rtol=1e-12)


def test_its_calibration_is_that_of_its_models(folders: tuple[Path, Path]) -> None:
    examples = Examples("pairs", list(tiny.SOURCES), [tiny.LABELS[0]] * len(tiny.SOURCES))
    _, together = open_ensemble(TextClassifier, folders)
    calibration = score(together, examples).report.calibration
    assert calibration is not None
    assert calibration.temperature is None
    assert calibration.ece_before == calibration.ece_after
    assert "temperature" not in calibration.line()


def test_it_explains_its_own_odds(folders: tuple[Path, Path]) -> None:
    """What a word contributes is the label's log-odds with it, less those without it."""
    together = seq2seq.load(folders[0], ensemble=[folders[1]])
    assert isinstance(together, TextClassifier)
    (found,) = together.explain(["the dog"])
    (whole,), (rest,) = together.classify(["the dog"]), together.classify(["the"])
    p, q = dict(whole.probabilities)[found.label], dict(rest.probabilities)[found.label]
    assert found.words[1].contribution == pytest.approx(np.log(p / (1 - p)) - np.log(q / (1 - q)), abs=1e-6)


def test_models_of_other_labels_are_refused(folders: tuple[Path, Path], tmp_path: Path) -> None:
    other = VocabularyPair(
        tiny.label_tokenizers().source, LabelVocabulary.collect(("animal", "house", "plant"), separated=False)
    )
    recipe = tiny.classification_recipe()
    save_folder(tmp_path / "other", model=tiny.classifier(), tokenizers=other, recipe=recipe)
    with refused("inference.ensemble", str(folders[0]), str(tmp_path / "other"), "'house'"):
        seq2seq.load(folders[0], ensemble=[tmp_path / "other"])


def test_what_generates_text_joins_no_ensemble(tmp_path: Path) -> None:
    tunes = tiny.save_generator(tmp_path / "tunes")
    with refused("model.other-task", str(tunes)):
        seq2seq.load(tunes, ensemble=[tunes])
