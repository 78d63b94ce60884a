"""Spans of markup: in order, within the text, and none over another, whatever the text."""

from hypothesis import given
from hypothesis import strategies as st

from seq2seq.text.markup.recognise import Markup, find_spans, may_have_spans, without_spans

PIECES = st.sampled_from(
    ["`", "``", "*", "**", "_", "__", "<", ">", "</b>", "<b>", "&amp;", "{", "}", "{n, plural, one {", "%s", "%(", ")",
     "[", "](x.y)", "![", "|", "::", ":a:`", "https://x.y/", "a_b", "--ab", " ", "a", "é", "字", "$", "\\", "'", "~~",
     "{%", "%}", "a@b.cd", "()"]
)  # fmt: skip
TEXTS = st.one_of(st.text(), st.lists(PIECES, max_size=24).map("".join))
DECLARED = st.sets(st.sampled_from(Markup))


@given(TEXTS, DECLARED)
def test_spans_are_in_order_and_do_not_overlap(text: str, declared: set[Markup]) -> None:
    place = 0
    for span in find_spans(text, declared):
        assert place <= span.start < span.end <= len(text)
        place = span.end


@given(TEXTS, DECLARED)
def test_what_holds_spans_is_looked_at(text: str, declared: set[Markup]) -> None:
    """The cheap test hides nothing that the full one would find: text around a span does not change it."""
    if not may_have_spans(text):
        assert find_spans(f"`x` {text} `x`", declared)[1:-1] == []


@given(TEXTS)
def test_words_come_from_the_text(text: str) -> None:
    outside = without_spans(text)
    rest = iter(text)
    assert all(character == " " or character in rest for character in outside)
