"""Terms of training, annotated with the translations that their targets have."""

import re

import numpy as np

from seq2seq.data.batching.terms import TermAnnotator
from seq2seq.formats.glossaries.glossary import Glossary

TERMS = Glossary.of({"dog": "Hund", "hand": "Hand", "dogs": "Hunde"})


def annotated(source: str, target: str) -> set[tuple[str, str]]:
    annotator = TermAnnotator(TERMS, share=1.0)
    rng = np.random.default_rng(1)
    return {annotator.annotate(source, target, rng) or (source, target) for _ in range(100)}


def test_a_place_in_the_target_belongs_to_one_term() -> None:
    """One `Hund` for two dogs: the first has it, whatever is written there."""
    assert annotated("a dog, a dog", "ein Hund") == {
        ("a dog ｟=｠ Hund ｟/｠, a dog", "ein Hund"),
        ("a dog ｟=｠ Hand ｟/｠, a dog", "ein Hand"),
    }


def test_what_is_written_for_another_term_is_no_translation() -> None:
    """The target has no `Hand`, also when one is written in the place of `Hund`."""
    assert {source for source, _ in annotated("the dog of the hand", "der Hund")} == {
        "the dog ｟=｠ Hund ｟/｠ of the hand",
        "the dog ｟=｠ Hand ｟/｠ of the hand",
    }


def test_sources_say_what_stands_in_their_targets() -> None:
    for source, target in annotated("the dog and the dog of the hand", "Hund Hand Hund"):
        assert sorted(re.findall(r"｟=｠ (\w+) ｟/｠", source)) == sorted(target.split())
