"""Translations stand behind their terms."""

from seq2seq.text.term_annotation import annotate


def test_translations_stand_behind_their_terms() -> None:
    source = "a dog and a cat."
    assert (
        annotate(source, [(5, "Hund"), (15, "kleine Katze")])
        == "a dog ｟=｠ Hund ｟/｠ and a cat ｟=｠ kleine Katze ｟/｠."
    )
    assert annotate(source, []) == source
