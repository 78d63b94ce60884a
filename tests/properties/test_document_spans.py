"""Whatever a model does with the words: every span comes out once, and nested as before."""

from hypothesis import given
from hypothesis import strategies as st
from support.fake_translator import FakeTranslator, change_words, reverse, same

from seq2seq.documents.engine import DocumentTranslator
from seq2seq.documents.spans.verify import count_spans, is_well_formed
from seq2seq.formats.segment import Code, Content, Part, Segment

WORDS = st.sampled_from(
    ["cat", "dogs", "5", "Ünder", "{0}", "%s", "$NAME", "http://a.b/c", "`code`", "(", ")", ".", ",", ":", " ", "  ",
     "\u00a0", "見る", "。", "‏שלום", "สวัสดี", "«", "»", "don't", "\n", "-", "No.", "A.", "Then", "U+FFFC \ufffc"]
)  # fmt: skip
TEXT = st.lists(WORDS, min_size=1, max_size=6).flatmap(
    lambda words: st.sampled_from(["", " "]).map(lambda between: between.join(words))
)


@st.composite
def contents(draw: st.DrawFn, depth: int = 2, *, nested: bool = True, spaced: bool = False) -> Content:
    """Words, codes and pairs of codes around contents."""
    parts: list[str | Code] = []
    for number in range(draw(st.integers(1, 4))):
        kind = draw(st.sampled_from(["text", "text", "code", "break", "pair"]))
        if kind == "text" and not (parts and isinstance(parts[-1], str)):
            text = draw(TEXT)
            parts.append(f" {text} " if spaced else text)
        elif kind == "code":
            parts.append(Code(draw(st.sampled_from(["<x/>", "<img>"]))))
        elif kind == "break":
            parts.append(Code("<br>", breaks=True))
        elif kind == "pair" and depth:
            name = f"{depth}-{number}"
            inside = [*draw(contents(depth - 1, spaced=spaced)), Code("</b>", Part.CLOSE, name)]
            if not nested:
                inside = draw(st.permutations(inside))
            parts += [Code("<b>", Part.OPEN, name), *inside]
    return _merged(parts)


def _merged(parts: list[str | Code]) -> Content:
    merged: list[str | Code] = []
    for part in parts:
        if isinstance(part, str) and merged and isinstance(merged[-1], str):
            merged[-1] += part
        else:
            merged.append(part)
    return tuple(merged)


MODELS = st.sampled_from(
    [
        FakeTranslator(same),
        FakeTranslator(reverse),
        FakeTranslator(same, backwards=True),
        FakeTranslator(reverse, attention=False),
        FakeTranslator(lambda _: "w"),
        FakeTranslator(lambda word: word * 2, backwards=True),
        FakeTranslator(lambda word: word if len(word) % 2 else ""),
    ]
)


def codes(content: Content) -> list[str]:
    return sorted(part.data for part in content if isinstance(part, Code))


@given(contents(), MODELS)
def test_every_code_comes_out_once_and_nested(content: Content, model: FakeTranslator) -> None:
    (result,) = DocumentTranslator(model).translate([Segment(content, 1)])
    target = result.target.content
    assert codes(target) == codes(content)
    assert is_well_formed(target) or not is_well_formed(content)
    assert count_spans(target) == count_spans(content) or result.target.flag


@given(contents(nested=False), MODELS)
def test_so_do_codes_that_were_not_nested(content: Content, model: FakeTranslator) -> None:
    (result,) = DocumentTranslator(model).translate([Segment(content, 1)])
    assert codes(result.target.content) == codes(content)


@given(contents(nested=False))
def test_the_same_words_give_the_same_content(content: Content) -> None:
    (result,) = DocumentTranslator(FakeTranslator(same)).translate([Segment(content, 1)])
    assert result.target.content == content


@given(contents(spaced=True))
def test_words_that_change_leave_all_else_in_its_place(content: Content) -> None:
    (result,) = DocumentTranslator(FakeTranslator(str.swapcase)).translate([Segment(content, 1)])
    if result.target.flag is None:  # a word may then look like a placeholder
        assert result.target.content == change_words(content, str.swapcase)
