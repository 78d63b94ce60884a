from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.processor_time import within
from support.refused import refused

from seq2seq.errors import DataError
from seq2seq.formats.documents.apple_strings import read_strings
from seq2seq.formats.segment import Document, Target

CLOCK = r"""/* The title; "not" = "this"; */
"title" = "Wake up!";
// "no" = "no";
CFBundleName = "Clock \U2014 \"Alarm\"";
"snooze" = "Nine minutes\nmore
please, %@"  ;
"empty" = "";
"""


def test_the_values_are_segments(contents: Callable[[Document], list[str]]) -> None:
    document = read_strings(CLOCK.encode("utf-16"), "a.strings")
    assert contents(document) == ["Wake up!", 'Clock — "Alarm"', "Nine minutes{\\n}more{\n}please, %@"]
    assert [segment.line for segment in document.segments] == [2, 4, 5]


def test_only_words_change(unchanged: Callable[[Document], bytes], reverse: Callable[[Document], bytes]) -> None:
    for encoding in ("utf-8", "utf-16"):
        document = read_strings(CLOCK.encode(encoding), "a.strings")
        assert unchanged(document) == CLOCK.encode(encoding)
        written = reverse(document).decode(encoding)
        assert written == CLOCK.replace("Wake up", "ekaW pu").replace(
            r"Clock \U2014 \"Alarm\"", r"kcolC — \"mralA\""
        ).replace("Nine minutes\\nmore\nplease", "eniN setunim\\nerom\nesaelp")


@given(st.text('ab "\\=;/*\n\r\tU').map('"a" = "one";\n'.__add__))
def test_any_text_is_written_as_it_was_read(text: str) -> None:
    try:
        document = read_strings(text.encode(), "a.strings")
    except DataError:  # it is no list of entries
        return
    assert document.write([Target(segment.content) for segment in document.segments]) == text.encode()
    written = document.write([Target(('"\\\n"; "b" = ',)) for _ in document.segments])
    assert len(read_strings(written, "a").segments) == len(document.segments)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('"a" = "one";\n"b" = "two\n"c" = "three";\n', 2),
        ("/* c */\n\n  b = two;\n", 3),
        ('"a" = "one"\n', 1),
    ],
)
def test_what_is_no_entry_is_refused(text: str, line: int) -> None:
    with refused("data.damaged", f"a.strings:{line}: "):
        read_strings(text.encode(), "a.strings")


def test_a_key_alone_is_its_own_value() -> None:
    document = read_strings(b'"OK";\nCancel ;\n"a" = "one";\n', "a.strings")
    assert [segment.content for segment in document.segments] == [("one",)]


@pytest.mark.parametrize("text", ["_", "0.", '\\"'])
def test_what_is_no_entry_is_refused_in_linear_time(text: str) -> None:
    with pytest.raises(DataError), within(5):  # in quadratic time, minutes
        read_strings(f'"a" = "{text * 200_000}'.encode(), "a.strings")
