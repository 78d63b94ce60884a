"""What looks odd and is right: no check may speak of it, and nothing may repair it."""

import pytest
from support.inspected import lines_of

from seq2seq.config.data import DataConfig
from seq2seq.config.sides import SideKind, Sides
from seq2seq.inspection.checks.numbers import differing
from seq2seq.inspection.repair.text_repair import repair_text

RIGHT = [
    "I ♥ you, I <3 you; 1 < 2 > 0.",
    "AT&T, R&B and Q&A; this & that; Procter &c.;",
    "«CAFÉ» — „Ä“ ist ein Buchstabe, “É” too.",
    "MAÇÃ E PÃO, SÃO JOÃO",
    "Â, Ã and À are letters; so is Å.",
    "Âge de glace, à bientôt, ça va ? « Oui »",
    "می‌خواهم کتاب را بخوانم",
    "क्‍ष और त्र",
    "👩‍👩‍👧 and 🏴󠁧󠁢󠁳󠁣󠁴󠁿 are families and flags.",
    "ภาษา​ไทย",
    "עברית ‏(RTL)‏ טקסט",
    "It costs 5 % of $100 [sic].",
    "f<B>c2|A>Bc>e|{g}a",
    "Привет, Россия! Рим и Сибирь",
    "ɔ̃ ɑ̃ tʃ",
    "naïve façade, Zoë, Łódź, Dvořák",
    "日本語のテキスト、全角ＡＢＣ１２３。",
    "C:\\{temp} and set {1, 2, 3}",
]
GENERATION = Sides(SideKind.TAGS, SideKind.TEXT)


def test_right_texts_raise_no_alarm(inspected) -> None:  # type: ignore[no-untyped-def]
    got = lines_of(inspected([("x", text) for text in RIGHT], GENERATION))
    assert set(got) <= {"script", "length"}, got


@pytest.mark.parametrize("text", RIGHT)
def test_right_texts_stay_as_they_are(text: str) -> None:
    assert repair_text(text) == text


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("It\x92s here \x96 now", "It’s here – now"),
        ("SchÃ¶ne GrÃ¼ÃŸe", "Schöne Grüße"),
        ("Itâ€™s â€œhereâ€\x9d", "It’s “here”"),
        ("weiß nicht: fÃ¼r", "weiß nicht: für"),
        ("ÐŸÑ€Ð¸Ð²ÐµÑ‚", "Привет"),
        ("РџСЂРёРІРµС‚", "Привет"),
        ("ï»¿first", "first"),
        ("a&nbsp;b &amp;amp; c&#39;s", "a\xa0b & c's"),
        ("<p>one<br/>two</p>", "<p>one<br/>two</p>"),
        ("AT&amp;T <b>&amp;</b>", "AT&amp;T <b>&amp;</b>"),
        ("`a&amp;b` &amp; c", "`a&amp;b` & c"),
        ("\u212a and e\u0301", "\u212a and é"),
        ("soft\u00adhyphen\u200b", "softhyphen"),
        ("u\u0308ber", "über"),
        ("one\u2028two\x85three", "one two three"),
        ("bell\x07", "bell"),
    ],
)
def test_wrong_texts_are_repaired(wrong: str, right: str) -> None:
    assert repair_text(wrong) == right


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("1,000 people", "1.000 Leute"),
        ("1 000 personnes", "1000 Leute"),
        ("2.5 million", "2,500,000"),
        ("at 3:30 pm", "um 15:30 Uhr"),
        ("in the '90s", "in den 1990ern"),
        ("１２ and ٣", "12 und 3"),
        ("room 12, 4th floor", "4. Stock, Zimmer 12"),
    ],
)
def test_numbers_that_match(source: str, target: str) -> None:
    assert differing(source, target) == ([], [])


@pytest.mark.parametrize(
    ("source", "target", "left", "right"),
    [("in 1961", "1969", ["1961"], ["1969"]), ("5 of 7", "5", ["7"], []), ("none", "12", [], ["12"])],
)
def test_numbers_that_do_not(source: str, target: str, left: list[str], right: list[str]) -> None:
    assert differing(source, target) == (left, right)


def test_a_copying_task_is_what_the_data_are_like(inspected) -> None:  # type: ignore[no-untyped-def]
    found = inspected(DataConfig(path="bundled://toy/copy", columns={"source": "source", "target": "target"}))
    assert [(finding.check.name, str(finding.severity), finding.typical) for finding in found.findings] == [
        ("copy", "note", True)
    ] * 3
    assert not any(split.ledger.left_out()[0].any() for split in found.splits)
