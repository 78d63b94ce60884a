from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seq2seq.errors import DataError
from seq2seq.formats.documents.wrapped import read_wrapped
from seq2seq.formats.segment import Document, Target

MAIL = """\
The lift
========

Hello all, the lift in our house has been out
of order since Monday. Nobody knows when it
will run again.
Ask Anna.

  - Please use the stairs at the back of the
    house, they are well lit and quite com-
    fortable.
  - Do not ring
    the bell.

> > I saw the engineer on Tuesday, he said that
> > he has to wait for a part.
> And?

Name      Floor
Anna      3
"""


def test_lines_are_joined_to_paragraphs(contents: Callable[[Document], list[str]]) -> None:
    document = read_wrapped(MAIL.encode(), "mail.txt")
    assert contents(document) == [
        "The lift",
        "Hello all, the lift in our house has been out of order since Monday. Nobody knows when it will run again.",
        "Ask Anna.",
        "Please use the stairs at the back of the house, they are well lit and quite com-fortable.",
        "Do not ring the bell.",
        "I saw the engineer on Tuesday, he said that he has to wait for a part.",
        "And?",
        "Name      Floor",
        "Anna      3",
    ]
    assert [segment.line for segment in document.segments] == [1, 4, 7, 9, 12, 15, 17, 19, 20]


def test_translations_are_wrapped_as_wide_as_the_original() -> None:
    document = read_wrapped(MAIL.encode(), "mail.txt")
    targets = [Target(segment.content) for segment in document.segments]
    targets[3] = Target(("Bitte nehmen Sie die Treppe hinter dem Haus. Sie ist hell und recht bequem.",))
    targets[4] = Target(("Bitte läuten Sie nicht, denn im Haus schlafen kleine Kinder.",))
    targets[5] = Target(("Ich habe den Techniker am Dienstag getroffen. Er wartet auf ein Teil.",))
    assert document.write(targets).decode() == MAIL.replace(
        """\
  - Please use the stairs at the back of the
    house, they are well lit and quite com-
    fortable.
  - Do not ring
    the bell.

> > I saw the engineer on Tuesday, he said that
> > he has to wait for a part.
""",
        """\
  - Bitte nehmen Sie die Treppe hinter dem
    Haus. Sie ist hell und recht bequem.
  - Bitte läuten Sie nicht, denn im Haus
    schlafen kleine Kinder.

> > Ich habe den Techniker am Dienstag
> > getroffen. Er wartet auf ein Teil.
""",
    )


def test_scripts_without_spaces(contents: Callable[[Document], list[str]]) -> None:
    document = read_wrapped("今日はいい\r\n天気ですね。\r\n".encode(), "a.txt")
    assert contents(document) == ["今日はいい天気ですね。"]
    written = document.write([Target(("明日は雨が降るそうです。",))]).decode()
    assert written == "明日は雨が降\r\nるそうです。\r\n"


def test_soft_hyphens(contents: Callable[[Document], list[str]]) -> None:
    assert contents(read_wrapped("A comfort\u00ad\nable chair.\n".encode(), "a.txt")) == ["A comfortable chair."]


def test_only_words_change(reverse: Callable[[Document], bytes]) -> None:
    written = reverse(read_wrapped(MAIL.encode(), "mail.txt"))
    assert reverse(read_wrapped(written, "mail.txt")).split() == MAIL.replace("com-\n    ", "com-").encode().split()


@given(
    st.lists(st.sampled_from(["a b c", "Word.", "-", "> ", "  ", "\n", "\r\n", "\t", "日本", "1. ", "=="])).map("".join)
)
def test_any_text_is_written_as_it_was_read(text: str) -> None:
    document = read_wrapped(text.encode(), "a.txt")
    assert document.write([Target(segment.content) for segment in document.segments]) == text.encode()


def test_what_is_no_text_is_refused() -> None:
    with pytest.raises(DataError) as caught:
        read_wrapped(b"one\n\xff\xfa\n", "a.txt")
    assert caught.value.code == "data.wrong-encoding"
