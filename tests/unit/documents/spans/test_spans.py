"""Spans: taken out of a sentence, and put back into its translation."""

import pytest
from support.fake_translator import FakeTranslator, reverse, same

from seq2seq.documents.engine import DocumentTranslator
from seq2seq.documents.spans.extraction import extract
from seq2seq.documents.spans.inline import parse_content, to_content
from seq2seq.documents.spans.marks import mark
from seq2seq.formats.segment import Code, Content, Part, Segment

B, B_ = Code("<b>", Part.OPEN, "b"), Code("</b>", Part.CLOSE, "b")
EM, EM_ = Code("<i>", Part.OPEN, "i"), Code("</i>", Part.CLOSE, "i")
BR, X = Code("<br/>", breaks=True), Code("<x/>")


def words_of(*content: str | Code) -> str:
    return extract(parse_content(content)).words


def translated(model: FakeTranslator, *content: str | Code, **options: str) -> str:
    (result,) = DocumentTranslator(model, **options).translate([Segment(content, 1)])
    return shown(result.target.content)


def shown(content: Content) -> str:
    return "".join(part.data if isinstance(part, Code) else part for part in content)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (("Delete {0} files.",), "Delete files."),
        (("Hello ", B, "bold", B_, " world"), "Hello bold world"),
        (("Size ({0}) of [{1}/{2}].",), "Size of."),
        (("un", B, "believ", B_, "able"), "unbelievable"),
        (("one", BR, "two"), "one two"),
        (("one", X, "two"), "one two"),
        (("{name}: this failed",), "this failed"),
        (("Read ", B, "{0}", B_, " now"), "Read now"),
        (("見る", X, "こと"), "見ること"),
        (("{a}, {b} and {c}",), "and"),
        (('A dog ({0}) "{1}" sleeps',), "A dog sleeps"),
    ],
)
def test_the_words_of_a_sentence(content: tuple[str | Code, ...], words: str) -> None:
    assert words_of(*content) == words


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (("Delete {0} files.",), "eteleD {0} selif."),
        (("Hello ", B, "bold world", B_, ", you."), "olleH <b>dlob dlrow</b>, uoy."),
        ((B, "All bold.", B_), "<b>llA dlob.</b>"),
        (("Size ({0}) and [{1}/{2}] of %s",), "eziS ({0}) dna [{1}/{2}] fo %s"),
        ((B, "One here. Two", B_, " there. Three ", X, " end"), "<b>enO ereh. owT</b> ereht. eerhT <x/> dne"),
        (("One", BR, "Two lines ", BR, "more"), "enO<br/>owT senil <br/>erom"),
        ((B, EM, "nested", EM_, " pair", B_, " go"), "<b><i>detsen</i> riap</b> og"),
        ((B, B_, "text", X, X, " here"), "<b></b>txet<x/><x/> ereh"),
        (("foo", X, "bar baz", X), "oof<x/>rab zab<x/>"),
        (("See http://a.b/c.d. Then `code` and $NAME",), "eeS http://a.b/c.d. nehT `code` dna $NAME"),
        (("a cat", B, " spaced ", B_, "out"), "a tac<b> decaps </b>tuo"),
        (
            ("All {count, plural, one {one file} other {# files}}",),
            "llA {count, plural, one {eno elif} other {# selif}}",
        ),
    ],
)
def test_words_change_and_spans_stay(content: tuple[str | Code, ...], expected: str) -> None:
    assert translated(FakeTranslator(reverse), *content) == expected


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (("red ", B, "green", B_, " blue"), "blue <b>green</b> red"),
        ((B, "red", B_, " green blue"), "blue green <b>red</b>"),
        (("red ", B, "green blue", B_), "<b>blue green</b> red"),
        (("red ", B, "green ", EM, "blue", EM_, B_), "<b><i>blue</i> green</b> red"),
        ((B, "red", B_, " ", EM, "green", EM_, " blue"), "blue <i>green</i> <b>red</b>"),
        (("{0} red green",), "{0} green red"),
        (("red green{0}",), "green red{0}"),
    ],
)
def test_spans_follow_their_words(content: tuple[str | Code, ...], expected: str) -> None:
    assert translated(FakeTranslator(same, backwards=True), *content) == expected


def test_a_span_inside_of_a_word_stays_if_the_word_does() -> None:
    assert translated(FakeTranslator(), "un", B, "believ", B_, "able") == "un<b>believ</b>able"
    assert translated(FakeTranslator(reverse), "un", B, "believ", B_, "able") == "<b>elbaveilebnu</b>"


def test_scripts_without_spaces_have_none_around_a_placeholder() -> None:
    to_japanese = {"Delete": "消す", "files": "物"}
    to_english = {"消": "word ", "物": "word"}
    assert translated(FakeTranslator(lambda word: to_japanese.get(word, word)), "Delete {0} files") == "消す{0}物"
    assert translated(FakeTranslator(lambda word: to_english.get(word, word)), "消{0}物") == "word {0} word"


def test_a_small_letter_follows_a_placeholder() -> None:
    model = FakeTranslator(lambda word: word.replace("was", "Fut"))
    assert translated(model, "{name} was deleted", target_language="fr") == "{name} fut deleted"
    assert translated(model, "{name} was deleted", target_language="de") == "{name} Fut deleted"


def test_without_attention_places_are_proportional_and_flagged() -> None:
    model = FakeTranslator(reverse, attention=False)
    (result,) = DocumentTranslator(model).translate([Segment(("one ", B, "two", B_, " three"), 1)])
    assert shown(result.target.content) == "eno <b>owt</b> eerht"
    assert [flag.code for flag in result.flags] == ["documents.no-attention"]
    (result,) = DocumentTranslator(model).translate([Segment((B, "one two", B_), 1)])
    assert result.target.flag is None


def test_a_translation_that_loses_the_words_of_a_pair_is_flagged() -> None:
    model = FakeTranslator(lambda word: "" if word == "two" else word)
    (result,) = DocumentTranslator(model).translate([Segment(("one ", B, "two", B_, " three"), 1)])
    assert [flag.code for flag in result.flags] == ["documents.uncertain-code"]
    assert {part.data for part in result.target.content if isinstance(part, Code)} == {"<b>", "</b>"}


def test_a_placeholder_of_the_model_s_own_is_flagged() -> None:
    model = FakeTranslator(lambda word: "%s" if word == "two" else word)
    (result,) = DocumentTranslator(model).translate([Segment(("one two",), 1)])
    assert [flag.code for flag in result.flags] == ["documents.spans-differ"]


def test_a_message_with_words_around_its_branches_is_flagged() -> None:
    inside, around = "{n, plural, one {one file} other {# files}}", "You have {n, plural, one {one} other {more}}"
    engine = DocumentTranslator(FakeTranslator())
    results = engine.translate([Segment((inside,), 1), Segment((around,), 2)])
    assert [[flag.code for flag in result.flags] for result in results] == [[], ["documents.message-parts"]]
    assert engine.report.flagged[0].line == 2


def copied(*content: str | Code, **options: bool) -> tuple[str, list[str], list[str]]:
    model = FakeTranslator(reverse, copies_spans=True, **options)
    (result,) = DocumentTranslator(model).translate([Segment(content, 1)])
    return shown(result.target.content), [flag.code for flag in result.flags], model.asked


def test_a_model_that_copies_spans_places_them_itself() -> None:
    text, flags, asked = copied("Press ", B, "the {0}", B_, " key")
    assert (text, flags) == ("sserP <b>eht {0}</b> yek", [])
    assert len(asked) == 1
    assert copied("one ", X, " two ", X)[0] == "eno <x/> owt <x/>"


def test_what_it_does_not_copy_well_is_placed_by_attention() -> None:
    text, flags, asked = copied("Press ", B, "the {0}", B_, " key", backwards=True)  # would close before it opens
    assert (text, flags) == ("yek <b>eht {0}</b> sserP", [])
    assert asked[-1] == "Press the key"


def test_characters_of_private_use_are_text() -> None:
    assert copied("a \ue000 lamp {0}")[0] == "a \ue000 pmal {0}"


def test_codes_may_be_nested_without_end() -> None:
    opening = [Code("<b>", Part.OPEN, f"b-{number}") for number in range(3000)]
    closing = [Code("</b>", Part.CLOSE, code.name) for code in reversed(opening)]
    (result,) = DocumentTranslator(FakeTranslator(reverse)).translate([Segment((*opening, "one two", *closing), 1)])
    assert shown(result.target.content).count("<b>") == shown(result.target.content).count("</b>") == 3000
    assert "eno owt" in shown(result.target.content)


def test_white_space_stays_outside_of_pairs_that_a_model_copies() -> None:
    marked = mark(parse_content(("Press ", B, "the key", B_, " now")))
    opening, closing = marked.marks[0][0], marked.marks[1][0]
    for translation in (f"Press{opening} the key {closing}now", f"Press {opening} the key {closing} now"):
        assert marked.read(translation) == parse_content(("Press ", B, "the key", B_, " now"))
    spaced = mark(parse_content(("Press", B, " the key ", B_, "now")))
    assert spaced.read(spaced.text) == parse_content(("Press", B, " the key ", B_, "now"))


def test_a_placeholder_whose_bracket_is_lost_stands_apart() -> None:
    model = FakeTranslator(lambda word: "" if word == "(" else word)
    assert translated(model, "a dog ({0} lamp) sleeps") == "a dog {0} lamp) sleeps"


def test_a_message_of_icu_reaches_across_codes() -> None:
    """As Angular writes it: an argument within a branch is an element of XLIFF."""
    code = Code('<x id="m"/>')
    content = ("{count, plural, =1 {one minute ago} other {", code, " minutes ago}}")
    items = parse_content(content)
    assert [item for item in items if isinstance(item, str)] == ["one minute ago", " minutes ago"]
    assert to_content(items) == content
    for content in (("{count, plural, other {", code, " of {", code, "}"), ("{a, plural, other {\ufffc", code, "}}")):
        assert to_content(parse_content(content)) == content
