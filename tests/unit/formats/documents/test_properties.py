from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seq2seq.formats.documents.properties import read_properties
from seq2seq.formats.segment import Document, Target

SHOP = r"""# Texts of the shop
! another comment \
welcome=Welcome back!
  greeting : Good morning,\
      dear guest
path=C:\\shop
quoted=It''s {0}, not '{'x'}'
plain=It's here
name Blue\u0020chair\n\
     and table
empty=
 key\ with\:space = Gr\u00fc\u00dfe
key.only
tabs=one\ttwo
""".replace("\n", "\r\n")


def test_the_values_are_segments(contents: Callable[[Document], list[str]]) -> None:
    document = read_properties(SHOP.encode(), "shop.properties")
    assert contents(document) == [
        "Welcome back!",
        "Good morning,dear guest",
        r"C:\shop",
        "It's {0}, not {'{'}x{'}'}",
        "It's here",
        r"Blue chair{\n}and table",
        "Grüße",
        "one",
        "two",
    ]
    assert [segment.line for segment in document.segments] == [3, 4, 6, 7, 8, 9, 12, 14, 14]


def test_only_words_change(unchanged: Callable[[Document], bytes], reverse: Callable[[Document], bytes]) -> None:
    document = read_properties(SHOP.encode(), "shop.properties")
    assert unchanged(document) == SHOP.encode()
    written = reverse(document).decode()
    assert "\r\nquoted=tI''s {0}, ton '{'x'}'\r\nplain=tI's ereh\r\n" in written
    assert "\r\n key\\ with\\:space = e\\u00df\\u00fcrG\r\nkey.only\r\n" in written
    assert written.count("\n") == SHOP.count("\n") - 2  # continued lines are joined


def test_letters_are_escaped_in_files_of_ascii() -> None:
    document = read_properties(b"a=one\n", "a.properties")
    assert document.write([Target(("für 😀 \\",))]) == b"a=f\\u00fcr \\ud83d\\ude00 \\\\\n"


@pytest.mark.parametrize(("encoding", "written"), [("utf-8", "– é".encode()), ("latin-1", b"\\u2013 \xe9")])
def test_the_encoding_stays(encoding: str, written: bytes) -> None:
    document = read_properties("a=é one\n".encode(encoding), "a.properties")
    assert document.write([Target(("– é",))]) == b"a=" + written + b"\n"


def test_characters_beyond_the_first_plane(contents: Callable[[Document], list[str]]) -> None:
    document = read_properties(rb"a=a \ud83d\ude00 b \ud83d c" + b"\\", "a.properties")
    assert contents(document) == [r"a 😀 b {\ud83d} c"]


@given(st.text("ab \\:=#!'{0}\r\n\t\fué").map("\n".__add__))
def test_any_text_is_written_as_it_was_read(text: str) -> None:
    document = read_properties(text.encode(), "a.properties")
    assert document.write([Target(segment.content) for segment in document.segments]) == text.encode()
    document.write([Target((*segment.content, " new")) for segment in document.segments])


@pytest.mark.parametrize(("text", "translation", "written"), [("a \\=one", "=x", "a \\=x"), ("a=b\tc", "x", "a=x\tx")])
def test_what_separates_keys_and_columns_stays(text: str, translation: str, written: str) -> None:
    document = read_properties(text.encode(), "a.properties")
    assert document.write([Target((translation,)) for _ in document.segments]).decode() == written


def test_values_for_programs_stay(contents: Callable[[Document], list[str]]) -> None:
    document = read_properties(
        b"on=true\ncolour=#ff00aa\nnone=null\nanswer=True\ntext=it is true\nfirst=#1 of all\n", "a"
    )
    assert contents(document) == ["True", "it is true", "#1 of all"]
