"""Languages: what a side is in, what is in a third one, and what was left untranslated."""

import numpy as np
import pytest
from support.faults import Pair, phrasebook
from support.inspected import lines_of, said

from seq2seq.config.sides import SideKind, Sides
from seq2seq.inspection.checks.language_identifier import LANGUAGES, RELATED, identifier, related
from seq2seq.inspection.checks.other_language import main_languages, plain_words, sentences

FRENCH = "Nous sommes arrivés trop tard pour le dernier train."


def rows(*added: Pair) -> list[Pair]:
    return [*phrasebook()[:300], *added]


def test_scores_are_those_of_the_library() -> None:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    ours, theirs = identifier(), LanguageIdentifier.from_model_file(MODEL_FILE)
    theirs.set_languages(ours.languages)
    texts = ["Wo ist der Bahnhof?", "WHERE IS THE STATION?", FRENCH, "駅はどこですか。", "Где вокзал?", "und"]
    scores = ours.score(ours.features(texts))
    for text, score in zip(texts, scores, strict=True):
        language, value = theirs.classify(text)
        assert ours.languages[int(score.argmax())] == language
        assert score.max() == pytest.approx(value, abs=0.05)


def test_features_of_chosen_texts() -> None:
    model = identifier()
    texts = ["one two three", "", "vier fünf sechs", "x"]
    all_of_them = model.score(model.features(texts))
    taken = model.score(model.features(texts).take(np.array([2, 0, 1])))
    assert np.allclose(taken, all_of_them[[2, 0, 1]])
    assert model.likeness(model.features(texts), ("de",)).shape == (4,)


def test_the_languages_of_a_side() -> None:
    pairs = phrasebook()[:200]
    assert main_languages([source for source, _ in pairs]) == ("en",)
    assert main_languages([target for _, target in pairs]) == ("de",)
    assert main_languages(["1 2 3"] * 100) == ()
    assert main_languages([target for _, target in pairs[:10]]) == ()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("This is a plain sentence.", 4),
        ("Duke Ellington and Count Basie", 0),
        ("Der Hund und die Katze", 3),
        ("図書館で本を借りました。", 5),
        ("12 + 7 = 19", 0),
        ("", 0),
    ],
)
def test_plain_words(text: str, words: int) -> None:
    assert plain_words(text) == words


def test_sentences() -> None:
    assert sentences("It rains. Bring a coat! It is 3.5 °C.") == ["It rains.", "Bring a coat!", "It is 3.5 °C."]
    assert sentences("雨です。傘を。") == ["雨です。", "傘を。"]
    assert sentences("no end") == ["no end"]


def test_languages_have_names_and_relatives_are_known() -> None:
    assert set(identifier().languages) == set(LANGUAGES)
    assert {name for group in RELATED for name in group} <= set(LANGUAGES)
    assert related("es", "pt")
    assert related("de", "de")
    assert not related("de", "fr")


@pytest.mark.parametrize("side", [0, 1])
def test_a_third_language(inspected, side: int) -> None:  # type: ignore[no-untyped-def]
    pair = ("It is too late for the train.", "Es ist zu spät für den Zug.")
    odd = (FRENCH, pair[1]) if side == 0 else (pair[0], FRENCH)
    found = inspected(rows(odd))
    assert lines_of(found)["third-language"] == {301}
    assert "language" not in lines_of(found), "told once is enough"
    assert said(found, "third-language") == [f"the {('source', 'target')[side]} looks like French"]


@pytest.mark.parametrize(
    "target",
    [
        "Bonjour, la France!",  # too short
        "Wir sahen La Grande Bellezza und Les Quatre Cents Coups.",  # names
        "Der Befehl `git commit --amend --no-edit --reset-author` hilft.",  # code
    ],
)
def test_what_cannot_be_judged(inspected, target: str) -> None:  # type: ignore[no-untyped-def]
    got = lines_of(inspected(rows(("We have seen it there.", target))))
    assert "third-language" not in got


def test_a_sentence_that_was_left_untranslated(inspected) -> None:  # type: ignore[no-untyped-def]
    left = ("We are closed today. Please come back tomorrow.", "Heute ist geschlossen. Please come back tomorrow.")
    fine = ("We are closed today. Please come back tomorrow.", "Heute ist geschlossen. Bitte kommen Sie morgen.")
    other = ("Das Haus ist sehr alt. It has no garden at all.", "Das Haus ist sehr alt. Es hat keinen Garten.")
    sign = ("A sign says: we are closed today.", "Auf einem Schild steht: „We are closed for today.“")
    begins = ("“Yes” is no valid answer here. Try once more.", "“Yes” is no valid answer here. Noch einmal, bitte.")
    found = inspected(rows(left, fine, other, sign, begins))
    assert lines_of(found)["untranslated"] == {301, 303, 305}
    (finding,) = (finding for finding in found.findings if finding.check.name == "untranslated")
    example = finding.examples[0]
    assert left[1][example.start : example.end] == "Please come back tomorrow."


def test_paraphrases_in_one_language_are_not_untranslated(inspected) -> None:  # type: ignore[no-untyped-def]
    texts = [source for source, _ in phrasebook()[:300]]
    assert "untranslated" not in lines_of(inspected([(text, f"{text} It is so.") for text in texts]))


def test_single_texts_are_looked_at_too(inspected) -> None:  # type: ignore[no-untyped-def]
    texts = [(source, "a" if len(source) % 2 else "b") for source, _ in phrasebook()[:300]]
    found = inspected([*texts, (FRENCH, "a")], Sides(SideKind.TEXT, SideKind.LABEL))
    assert lines_of(found)["third-language"] == {301}
