"""Translations stand in the place of their terms."""

from seq2seq.text.term_annotation import annotate


def test_translations_stand_in_the_place_of_their_terms() -> None:
    source = "a dog and a cat."
    places = [(2, 5, "Hund"), (12, 15, "kleine Katze")]
    assert annotate(source, places) == "a ｟=｠ Hund ｟/｠ and a ｟=｠ kleine Katze ｟/｠."
    assert annotate(source, []) == source
