"""The language of a text, on the half of the sentences of ``benchmarks/languages`` that nothing was fitted to."""

import sys
from pathlib import Path

import pytest

pytest.importorskip("py3langid")
sys.path.insert(0, str(Path(__file__).parents[4] / "benchmarks"))
import detection

from seq2seq.server.translation.detection import detect, identifier


def test_probabilities_are_as_good_as_they_say() -> None:
    for pairs in (list(detection.all_languages()), list(detection.two_languages())):
        said, right = (sum(column) / len(pairs) for column in zip(*pairs, strict=True))
        assert abs(said - right) < 0.03
        assert detection.calibration_error(pairs) < 0.05


def test_sentences_are_told_apart() -> None:
    known = tuple(identifier().nb_classes)
    whole = [(language, text) for language, text in detection.texts(0) if len(text.split()) >= 4]
    assert sum(detect(text, known)[0][0] == language for language, text in whole) / len(whole) > 0.9


def test_a_language_that_the_server_does_not_have_is_not_taken_for_one_that_it_has() -> None:
    french = detect("Bonjour, je voudrais une chambre pour deux personnes.", ("en", "de"))
    assert sum(probability for _, probability in french) < 0.01


def test_a_text_without_letters_may_be_in_any_language() -> None:
    assert detect("42 + 3", ("en", "de")) == [("en", 0.5), ("de", 0.5)]


def test_languages_that_the_model_does_not_know_are_left_out() -> None:
    assert [code for code, _ in detect("The dogs are running on the beach.", ("xx", "en"))] == ["en"]
    assert detect("The dogs are running on the beach.", ("xx",)) == []


def test_variants_of_a_language_are_as_likely() -> None:
    (_, first), (_, second) = detect("Onde posso comprar um bilhete para o museu?", ("pt-BR", "pt-PT"))
    assert first == second > 0.9
