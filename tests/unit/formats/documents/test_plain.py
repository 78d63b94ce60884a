from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seq2seq.errors import DataError
from seq2seq.files.kinds import binary_kind
from seq2seq.formats.documents.plain import read_plain
from seq2seq.formats.segment import Document, Target

LETTER = """\ufeffDear Sir,\r
\r
   • The lamp on the stairs is broken.  \r
\t2) Please send somebody. It is dark!\r
-----\r
2020 was a good year.\r
Yours"""


def test_each_line_is_a_segment(contents: Callable[[Document], list[str]]) -> None:
    document = read_plain(LETTER.encode(), "letter.txt")
    assert contents(document) == [
        "Dear Sir,",
        "The lamp on the stairs is broken.",
        "Please send somebody. It is dark!",
        "2020 was a good year.",
        "Yours",
    ]
    assert [segment.line for segment in document.segments] == [1, 3, 4, 6, 7]


def test_only_words_change(reverse: Callable[[Document], bytes]) -> None:
    written = reverse(read_plain(LETTER.encode(), "letter.txt")).decode()
    assert "\r\n   • ehT pmal no eht sriats si nekorb.  \r\n\t2) esaelP" in written
    assert reverse(read_plain(written.encode(), "letter.txt")) == LETTER.encode()


def test_a_translation_is_one_line() -> None:
    document = read_plain(b"one\ntwo\n", "a.txt")
    assert document.write([Target(("eins\nund\r\neins ",)), Target(("zwei",))]) == b"eins und eins\nzwei\n"


@given(
    st.text().filter(lambda text: binary_kind(text.encode()) is None and text[:1] != "\0"),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)
def test_any_text_is_written_as_it_was_read(text: str, encoding: str) -> None:
    data = text.encode(encoding)
    document = read_plain(data, "a.txt")
    assert document.write([Target(segment.content) for segment in document.segments]) == data


def test_what_is_no_text_is_refused() -> None:
    with pytest.raises(DataError) as caught:
        read_plain(b"one\n\xff\xfa\n", "a.txt")
    assert caught.value.code == "data.wrong-encoding"
