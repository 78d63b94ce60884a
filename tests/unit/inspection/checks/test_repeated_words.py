"""Words that stand twice by mistake, and those that may."""

import pytest
from support.faults import phrasebook
from support.inspected import lines_of


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("The dog is is in the garden.", "Der Hund ist im Garten."),
        ("The dog is in the garden.", "Der Hund ist ist im Garten."),
        ("The the dog is in the garden.", "Der Hund ist im Garten."),
        ("The house is old.", "Das Haus Haus ist alt."),
        ("The house is old.", "Das Das Haus ist alt."),
        ("It writes the <FILE_NAME>. The <FILE_NAME> is new.", "Es schreibt mit mit dem Namen <FILE_NAME>."),
        ("I see the die there.", "Ich sehe die die Frau."),
    ],
)
def test_slips(inspected, source: str, target: str) -> None:  # type: ignore[no-untyped-def]
    assert lines_of(inspected([*phrasebook()[:300], (source, target)]))["doubled-word"] == {301}


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("I knew that that was wrong.", "Ich wusste, dass das falsch war."),
        ("The people who know it came.", "Die Leute, die die Sache kennen, kamen."),
        ("It is very, very old.", "Es ist uralt."),
        ("New York New York was sung.", "New York New York wurde gesungen."),
        ("Room 12 12 is free.", "Zimmer 12 ist frei."),
        ("Set `the` the first time.", "Setzen Sie `the` beim ersten Mal."),
        ("Type `no no` here.", "Hier `ja` eingeben."),
        ("It was a knock knock joke.", "Es war ein Witz."),
        ("He saw the young boys.", "Er sah die jungen Jungen."),
        ("It is the dress that she tried on on Friday.", "Es ist das Kleid, das sie am Freitag anprobierte."),
        ("Plan A A is off.", "Plan A ist abgesagt."),
    ],
)
def test_doublings_that_are_right(inspected, source: str, target: str) -> None:  # type: ignore[no-untyped-def]
    assert "doubled-word" not in lines_of(inspected([*phrasebook()[:300], (source, target)]))


def test_doublings_that_are_frequent_are_learnt(inspected) -> None:  # type: ignore[no-untyped-def]
    pairs = phrasebook()[:300]
    usual = [(f"{source} chop chop", target) for source, target in pairs[:10]]
    assert "doubled-word" not in lines_of(inspected([*pairs, *usual]))


def test_languages_that_double_words_and_unknown_ones_are_left_alone(inspected) -> None:  # type: ignore[no-untyped-def]
    assert "doubled-word" not in lines_of(inspected([("a b", "x x y")] * 3 + [("c d", "z z")] * 40))


def test_japanese(inspected) -> None:  # type: ignore[no-untyped-def]
    subjects = ["猫", "犬", "鳥", "馬", "魚", "子供", "先生", "友達"]
    verbs = ["見ました", "探しています", "好きになりました", "写真に撮りました", "待っていました"]
    pairs = [
        (f"Somebody did it, number {number} of all of them.", f"昨日の夕方、公園で{subject}を{verb}。")
        for number, (subject, verb) in enumerate((one, two) for one in subjects for two in verbs)
    ]
    slips = [("I saw a cat there.", "そこで猫をを見ました。"), ("Use it well, please.", "それを利用利用してください。")]
    right = [("One by one they came.", "一人一人が順番に来ました。")]
    assert lines_of(inspected([*pairs, *slips, *right])).get("doubled-word") == {41, 42}


def test_scripts_without_capitals(inspected) -> None:  # type: ignore[no-untyped-def]
    pairs = [
        (f"This is the house number {number} of all.", f"این خانه شماره {number} از همه خانه ها است")
        for number in range(40)
    ]
    right = ("The single houses.", "خانه های تک تک از همه است")
    slip = ("This is the house.", "این این خانه از همه است")
    assert lines_of(inspected([*pairs, right, slip])).get("doubled-word") == {42}
