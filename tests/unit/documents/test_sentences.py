"""Paragraphs to sentences, and back with their spacing."""

import pytest
from support.fake_translator import FakeTranslator, reverse, same

from seq2seq.documents.engine import DocumentTranslator
from seq2seq.documents.sentences import separator, split_sentences
from seq2seq.documents.spans.inline import Item, parse_content, text_of
from seq2seq.formats.segment import Code, Content, Part, Segment

BR = Code("<br/>", breaks=True)
B, B_ = Code("<b>", Part.OPEN, "b"), Code("</b>", Part.CLOSE, "b")


def split(content: Content, language: str = "en") -> list[str]:
    """Sentences in brackets, and what stands between them."""
    return [
        f"[{shown(chunk.items)}]" if chunk.is_sentence else shown(chunk.items)
        for chunk in split_sentences(parse_content(content), language)
    ]


def shown(items: tuple[Item, ...]) -> str:
    return "".join(item if isinstance(item, str) else item.text for item in items)


@pytest.mark.parametrize(
    ("content", "chunks"),
    [
        (("One dog.  Two cats!\tMore",), ["[One dog.]", "  ", "[Two cats!]", "\t", "[More]"]),
        (("  Mr. Smith, e.g., left. ",), ["  ", "[Mr. Smith, e.g., left.]", " "]),
        (("5. Then it rained.",), ["5.", " ", "[Then it rained.]"]),
        (("3.5 %",), ["3.5 %"]),
        (("これは犬です。猫もいる！",), ["[これは犬です。]", "[猫もいる！]"]),
        ((B, "One.", B_, " Two."), ["[<b>One.</b>]", " ", "[Two.]"]),
        (("One. ", B, "Two.", B_), ["[One.]", " ", "[<b>Two.</b>]"]),
        (("Done. {0} are left. $NAME",), ["[Done.]", " ", "[{0} are left.]", " ", "$NAME"]),
        (("Main Street 5", BR, "Springfield"), ["[Main Street 5<br/>]", "[Springfield]"]),
        (("a line", BR, "that goes on"), ["[a line<br/>that goes on]"]),
        (("{n, plural, one {a} other {b}} go",), ["{n, plural, one {", "[a]", "} other {", "[b]", "}}", " ", "[go]"]),
        ((), []),
        ((B, B_), ["<b></b>"]),
    ],
)  # fmt: skip
def test_a_segment_in_sentences(content: Content, chunks: list[str]) -> None:
    assert split(content) == chunks


def test_the_language_decides_on_abbreviations() -> None:
    text = "Am 3. Mai kam sie."
    assert split((text,), "de") == [f"[{text}]"]
    assert len(split((text,), "en")) > 1


@pytest.mark.parametrize(
    ("before", "between", "after", "source", "expected"),
    [
        ("One.", " ", "Two.", (".", "Z"), " "),
        ("犬。", " ", "猫。", (".", "Z"), ""),
        ("犬。", " ", "猫。", ("。", "猫"), " "),
        ("One.", "", "Two.", ("。", "猫"), " "),
        ("犬。", "", "猫。", ("。", "猫"), ""),
        ("犬。", "\n", "猫。", (".", "Z"), "\n"),
        ("", " ", "Two.", (".", "Z"), " "),
    ],
)
def test_the_space_between_sentences(
    before: str, between: str, after: str, source: tuple[str, str], expected: str
) -> None:
    assert separator(before, between, after, source) == expected


def test_sentences_longer_than_those_of_training_are_split_at_clauses() -> None:
    engine = DocumentTranslator(model := FakeTranslator(reverse, longest=7))
    text = "The old dog sleeps, the cat sleeps too; the bird sings (very well)."
    (result,) = engine.translate([Segment((text,), 1)])
    assert model.asked == ["The old dog sleeps,", "the cat sleeps too;", "the bird sings", "(very well)."]
    assert result.target.content == ("ehT dlo god speels, eht tac speels oot; eht drib sgnis (yrev llew).",)
    assert engine.report.split == 1


def test_words_without_clauses_are_split_between_words_and_a_long_word_is_left() -> None:
    engine = DocumentTranslator(model := FakeTranslator(same, longest=4))
    engine.translate([Segment(("one two three four five six", BR), 1)])
    assert max(len(text.split()) for text in model.asked) == 3
    assert " ".join(model.asked) == "one two three four five six"
    DocumentTranslator(model := FakeTranslator(same, longest=1)).translate([Segment(("Donaudampfschiff",), 1)])
    assert model.asked == ["Donaudampfschiff"]


def test_a_sentence_is_translated_once() -> None:
    engine = DocumentTranslator(model := FakeTranslator(reverse))
    results = engine.translate([Segment(("A dog. A cat.",), 1), Segment(("A cat.",), 2), Segment(("A dog.",), 3)])
    results += engine.translate([Segment((B, "A", B_, " cat. It sleeps."), 4)])
    assert model.asked == ["A dog.", "A cat.", "It sleeps.", "A cat."]  # the last with attention
    assert [text_of(parse_content(result.target.content)) for result in results] == [
        "A god. A tac.",
        "A tac.",
        "A god.",
        "A tac. tI speels.",
    ]
    assert (engine.report.sentences, engine.report.translated, engine.report.repeats) == (6, 4, 2)


def test_progress_counts_segments() -> None:
    shares: list[float] = []
    segments = [Segment(("A dog. A cat.",), 1), Segment((B, "A", B_, " dog"), 2), Segment(("5",), 3)]
    DocumentTranslator(FakeTranslator()).translate(segments, advance=shares.append)
    assert sum(shares) == pytest.approx(3)
