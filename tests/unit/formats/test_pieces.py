import re

import pytest

from seq2seq.formats.pieces import Lines, Piece, content_of, groups_of
from seq2seq.formats.segment import Code, Content, Part


def pieces(text: str) -> list[Piece]:
    """Pieces of a small language: <a> opens, </a> closes, | breaks, {x} is a whole code."""
    found = []
    for token in re.finditer(r"</?\w+>|\||\{\w+\}|\s+|[^\s<|{](?:[^<|{]*[^\s<|{])?", text):
        value: str | Code = token[0]
        if token[0][0] == "<":
            part = Part.CLOSE if token[0][1] == "/" else Part.OPEN
            value = Code(token[0], part, token[0].strip("</>"))
        elif token[0][0] in "|{":
            value = Code(token[0], breaks=token[0] == "|")
        found.append(Piece(value, token.start(), token.end()))
    return found


def texts(text: str, standalone: str = "") -> list[str]:
    return [text[group[0].start : group[-1].end] for group in groups_of(pieces(text), standalone)]


def parts(content: Content) -> list[Part]:
    return [part.part for part in content if isinstance(part, Code)]


@pytest.mark.parametrize(
    ("text", "trimmed"),
    [
        ("  one two ", ["one two"]),
        ("<b>one two</b>", ["one two"]),
        (" <a><b> one</b> </a>|", ["one"]),
        ("<b>one</b> two", ["<b>one</b> two"]),
        ("<b>one</b> <b>two</b>", ["<b>one</b> <b>two</b>"]),
        ("<b>one", ["one"]),
        ("one</b>", ["one"]),
        ("{x} one", ["{x} one"]),
        ("12 {x} 3", []),
        ("|", []),
        ("", []),
    ],
)
def test_what_stands_around_a_segment_is_trimmed(text: str, trimmed: list[str]) -> None:
    assert texts(text) == trimmed


@pytest.mark.parametrize(
    ("text", "split"),
    [
        ("one|two", ["one|two"]),
        ("one||two", ["one", "two"]),
        ("one.|two", ["one.", "two"]),
        ("one,|- two", ["one,", "- two"]),
        ("one.” |<b>two|three</b>", ["one.”", "two|three"]),
        ("<b>one. | two</b> three", ["<b>one. | two</b> three"]),
        ("<b>one. | <i>two</i></b>", ["one.", "two"]),
        ("<b>one. | two</i></b>", ["one.", "two"]),
    ],
)
def test_segments_end_at_paragraphs(text: str, split: list[str]) -> None:
    assert texts(text) == split


@pytest.mark.parametrize(
    ("text", "split"),
    [
        ("<a>one</a> <a>two</a>", ["one", "two"]),
        ("<a>one</a> - <b><a>two</a></b>", ["one", "two"]),
        ("<a>one</a> and <a>two</a>", ["<a>one</a> and <a>two</a>"]),
        ("<b>one</b> <b>two</b>", ["<b>one</b> <b>two</b>"]),
        ("<a>one</a> <a>{x}</a>", ["one"]),
    ],
)
def test_links_in_a_row_are_segments_each(text: str, split: list[str]) -> None:
    assert texts(text, "a") == split


def test_codes_are_pairs_by_name() -> None:
    (group,) = groups_of(pieces("one <b>two <b>three</b> four</b> <i>five</i>"))
    codes = [part for part in content_of(group) if isinstance(part, Code)]
    assert [code.part for code in codes] == [Part.OPEN, Part.OPEN, Part.CLOSE, Part.CLOSE, Part.OPEN, Part.CLOSE]
    names = [code.name for code in codes]
    assert names[0] == names[3] != names[1] == names[2]
    assert names[4] == names[5] not in names[:4]


def test_codes_that_cross_or_lack_a_partner_are_whole() -> None:
    (group,) = groups_of(pieces("one <b>two <i>three</b> four</i> <u>five"))
    assert parts(content_of(group)) == [Part.OPEN, Part.WHOLE, Part.CLOSE, Part.WHOLE, Part.WHOLE]


def test_many_codes_without_partners_take_little_time() -> None:
    text = "one " + "<b>" * 50_000 + "</i>" * 50_000 + " two"
    (group,) = groups_of(pieces(text))
    assert set(parts(content_of(group))) == {Part.WHOLE}


def test_strings_in_a_row_are_one() -> None:
    code = Code("{x}")
    assert content_of([Piece(part, 0, 0) for part in ("a", "", "b", code, "", code, "c")]) == ("ab", code, code, "c")


def test_lines_by_position() -> None:
    lines = Lines("a\nb\r\nc\rd")
    assert [lines.number(place) for place in (0, 1, 2, 5, 7)] == [1, 1, 2, 3, 4]
