"""Translations stand behind their terms."""

from seq2seq.text.term_annotation import annotate

PLACES = [(2, 5, "Hund"), (12, 15, "kleine Katze")]


def test_translations_stand_behind_their_terms() -> None:
    source = "a dog and a cat."
    assert annotate(source, PLACES) == "a dog ｟=｠ Hund ｟/｠ and a cat ｟=｠ kleine Katze ｟/｠."
    assert annotate(source, []) == source


def test_or_alone_in_their_place() -> None:
    assert annotate("a dog and a cat.", PLACES, alone=True) == "a ｟=｠ Hund ｟/｠ and a ｟=｠ kleine Katze ｟/｠."
    assert annotate("dogs sleep", [(0, 4, "Hunde")], alone=True) == "｟=｠ Hunde ｟/｠ sleep"
