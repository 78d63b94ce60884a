import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.processor_time import within

from seq2seq.formats.segment import Code, Content
from seq2seq.formats.wrapping import balance, cells, wrap

CODE = Code("<i>")


def shown(lines: list[Content]) -> list[str]:
    return ["".join(part.data if isinstance(part, Code) else part for part in line) for line in lines]


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("one two three", 7, ["one two", "three"]),
        ("one  two\tthree", 40, ["one two three"]),
        ("extraordinary it is", 5, ["extraordinary", "it is"]),
        ("你好。世界真大！", 6, ["你好。", "世界真", "大！"]),
        ("你好「世界」", 6, ["你好", "「世", "界」"]),
        ("ab漢字cd", 4, ["ab漢", "字cd"]),
        ("", 5, [""]),
    ],
)
def test_lines_end_at_spaces_or_between_wide_letters(text: str, width: int, lines: list[str]) -> None:
    assert shown(wrap((text,), width)) == lines


def test_codes_take_no_room_and_stay_with_their_words() -> None:
    content = ("one ", CODE, "two", CODE, " three ", CODE)
    assert shown(wrap(content, 7)) == ["one <i>two<i>", "three <i>"]


def test_widths_in_columns() -> None:
    assert [cells((text,)) for text in ("abc", "漢字", "e\u0301", "\u200bа")] == [3, 4, 1, 1]


@pytest.mark.parametrize(
    ("text", "width", "count", "lines"),
    [
        ("one two three four", 40, 2, ["one two three four"]),
        ("one two three four", 12, 2, ["one two", "three four"]),
        ("one two three four five six", 8, 2, ["one two three", "four five six"]),
        ("one two three four five six", 10, 3, ["one two", "three four", "five six"]),
    ],
)
def test_balanced_lines(text: str, width: int, count: int, lines: list[str]) -> None:
    assert shown(balance((text,), width, count)) == lines


@given(st.lists(st.one_of(st.text("ab漢。 （", max_size=12), st.just(CODE)), max_size=8), st.integers(1, 20))
def test_nothing_is_lost(parts: list[str | Code], width: int) -> None:
    content = tuple(parts)
    lines = wrap(content, width)
    assert "".join("".join(shown(lines)).split()) == "".join("".join(shown([content])).split())
    for line in balance(content, width, 2):
        assert len(balance(content, width, 2)) <= 2
        assert all(line or len(lines) == 1 for line in lines), line


def test_a_word_that_is_too_wide_for_any_number_of_lines() -> None:
    content = (" ".join(["a"] * 2000 + ["bbb"]),)
    with within(2):
        lines = balance(content, 2, 2000)
    assert max(map(cells, lines)) == 3
    assert " ".join("".join(map(str, line)) for line in lines) == content[0]
