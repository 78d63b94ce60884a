"""Words of texts in any script."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seq2seq.text.words import word_spans


def words(text: str) -> list[str]:
    return [text[start:end] for start, end in word_spans(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        (" \t\u3000", []),
        ("the dog sleeps", ["the", "dog", "sleeps"]),
        ("It's not bad, really!!!", ["It's", "not", "bad", ",", "really", "!!!"]),
        ("did n't and 've 'quoted words'", ["did", "n't", "and", "'ve", "'", "quoted", "words", "'"]),
        ("twenty-one at 3.5 (or 10:30).", ["twenty-one", "at", "3.5", "(", "or", "10:30", ")."]),
        ("#hope @user ... a@b", ["#hope", "@user", "...", "a", "@", "b"]),
        ("so good 😍😍! 👍🏽 :-)", ["so", "good", "😍😍", "!", "👍🏽", ":-)"]),
        ("東京は好きです。", [*"東京は好きです。"]),
        ("ฉันรัก", ["ฉั", "น", "รั", "ก"]),
        ("한국어 문장", ["한국어", "문장"]),
        ("Привет, мир", ["Привет", ",", "мир"]),
        ("LSTMは3層", ["LSTM", "は", "3", "層"]),
        ("cafe\u0301 \u0301x", ["cafe\u0301", "\u0301", "x"]),
        ("snake_case a/b", ["snake_case", "a", "/", "b"]),
        ("a \u0301 b \u0301\u0301", ["a", "\u0301", "b", "\u0301\u0301"]),
    ],
)
def test_words_by_hand(text: str, expected: list[str]) -> None:
    assert words(text) == expected


@given(st.text(st.one_of(st.characters(), st.sampled_from(" '’-.#@a1éあ漢😍\u0301\u200d")), max_size=30))
def test_every_character_but_space_is_in_one_word(text: str) -> None:
    spans = word_spans(text)
    ends = [0, *(place for span in spans for place in span), len(text)]
    assert ends == sorted(ends)
    assert all(start < end for start, end in spans)
    inside = {place for start, end in spans for place in range(start, end)}
    assert inside >= {place for place, character in enumerate(text) if not character.isspace()}
    assert not any(character.isspace() for word in words(text) for character in word)
