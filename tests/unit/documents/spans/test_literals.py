import pytest
from support.fake_translator import FakeTranslator, reverse

from seq2seq.documents.engine import DocumentTranslator
from seq2seq.documents.spans.literals import Literals, place_spans
from seq2seq.documents.text import translate_lines


@pytest.mark.parametrize(
    ("strings", "text", "found"),
    [
        (["ACME"], "ACME and ACME's, not ACMES or acme", ["ACME", "ACME"]),
        (["Rex", "Rex the Third"], "Rex the Third met Rex the Thirds", ["Rex the Third", "Rex"]),
        (["C++", "."], "C++ is not C+.", ["C++", "."]),
        (["ACME"], "我们ACME公司", ["ACME"]),
        (["公司"], "我们公司的", ["公司"]),
        (["aa"], "aa aaa aa", ["aa", "aa"]),
        (["", "x"], "", []),
        ([], "a", []),
    ],
)
def test_strings_are_found_as_whole_words(strings: list[str], text: str, found: list[str]) -> None:
    assert [text[start:end] for start, end in Literals(strings).find(text)] == found


@pytest.mark.parametrize("copies", [False, True])
def test_strings_are_not_translated(copies: bool) -> None:
    model = FakeTranslator(reverse, copies_spans=copies)
    engine = DocumentTranslator(
        model, source_language="en", target_language="de", literals=Literals(["Rex", "New York"])
    )
    lines = translate_lines(engine, ["The dog Rex sees New York. Rexes run.", "Rex", "we see"])
    assert [line.target for line in lines] == ["ehT god Rex sees New York. sexeR nur.", "Rex", "ew ees"]
    assert not any(flag for line in lines if line.paragraph for flag in line.paragraph.flags)


def test_a_string_that_comes_too_often_is_flagged() -> None:
    engine = DocumentTranslator(
        FakeTranslator(lambda word: word.replace("dog", "Rex")),
        source_language="en",
        target_language="de",
        literals=Literals(["Rex"]),
    )
    (line,) = translate_lines(engine, ["the dog Rex"])
    assert line.paragraph is not None
    assert [flag.code for flag in line.paragraph.flags] == ["documents.spans-differ"]


def test_spans_are_placed_in_both_texts() -> None:
    source, target = "See Rex at {place}, Rex: https://a.example/Rex!", "Rex: https://a.example/Rex Rex!"
    placed = place_spans(source, target, Literals(["Rex"]))
    assert [(one.text, one.kind) for one in placed] == [
        ("Rex", "protected"),
        ("{place}", "placeholder"),
        ("Rex", "protected"),
        ("https://a.example/Rex", "url"),
    ]
    assert [source[slice(*one.source)] for one in placed] == [one.text for one in placed]
    assert [one.target and one.target[0] for one in placed] == [0, None, 27, 5]
