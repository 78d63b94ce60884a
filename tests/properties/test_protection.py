"""What is copied comes back, whatever the text."""

from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from seq2seq.config.data import DataConfig
from seq2seq.config.tokenizer import TokenizerConfig
from seq2seq.text.markup.spans import Kind, Part, Span
from seq2seq.text.protection import CLOSING, NUMBERED, Protection

quick = settings(max_examples=200, deadline=None)
PROTECTION = Protection.from_config(
    DataConfig(path="folder", protect=("html", "markdown", "icu", "printf", "rest")),
    TokenizerConfig(symbols=("numbers", "ACME")),
)
assert PROTECTION is not None
pieces = st.sampled_from(
    ["<b>", "</b>", "<i>", "</i>", "<br/>", "{0}", "{n}", "%s", "**", "`x`", "{a, select, b {", "}}", "⟦1⟧", "⟦<1⟧",
     "⟦1>⟧", "ACME", "2019", "1,000", "&amp;", "http://a.org/b", "[x](y.z)", " ", ", ", "word", "語", "|", "<", "_a_"]
)  # fmt: skip
texts = st.lists(st.one_of(pieces, st.text(max_size=3)), max_size=80).map("".join)


@quick
@given(texts)
def test_a_text_is_restored(text: str) -> None:
    protected = PROTECTION.protect(text)
    assert protected.restore(protected.text) == text
    assert protected.lost(protected.text) == []


@quick
@given(texts)
def test_pairs_are_nested(text: str) -> None:
    opened: list[str] = []
    rest = PROTECTION.protect(text).text
    for symbol in sorted((at, symbol) for symbol in NUMBERED for at in range(len(rest)) if rest.startswith(symbol, at)):
        if symbol[1] in CLOSING.values():
            opened.append(symbol[1])
        elif symbol[1] in CLOSING:
            assert opened.pop() == CLOSING[symbol[1]]
    assert not opened


@quick
@given(texts, texts)
def test_both_sides_of_an_example_have_the_same_symbols(source: str, target: str) -> None:
    pair = PROTECTION.protect_pair(source, target)
    if "⟦" in source + target:
        return  # symbols that stand for themselves in one text alone remain
    symbols = [Counter({symbol: text.count(symbol) for symbol in NUMBERED}) for text in (pair.source, pair.target)]
    assert symbols[0] == symbols[1]
    assert symbols[0].total() == pair.protected


@quick
@given(st.text(max_size=40), st.lists(st.integers(0, 40), max_size=12), st.data())
def test_any_given_spans_are_restored(text: str, places: list[int], data: st.DataObject) -> None:
    edges = sorted({place for place in places if place <= len(text)})
    parts = [data.draw(st.sampled_from(Part)) for _ in edges[1::2]]
    spans = [Span(start, end, Kind.TAG, part) for start, end, part in zip(edges[::2], edges[1::2], parts, strict=False)]
    protected = PROTECTION.protect(text, spans)
    assert protected.restore(protected.text) == text
