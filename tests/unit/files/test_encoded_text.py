import codecs

import pytest

from seq2seq.errors import DataError
from seq2seq.files.encoded_text import decode_text

WORDS = "Grün ist die Wiese.\r\nSchön!\n"


@pytest.mark.parametrize(
    ("mark", "encoding"),
    [
        (b"", "utf-8"),
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
        (codecs.BOM_UTF32_LE, "utf-32-le"),
        (codecs.BOM_UTF32_BE, "utf-32-be"),
    ],
)
def test_a_text_keeps_its_encoding_and_mark(mark: bytes, encoding: str) -> None:
    text = decode_text(mark + WORDS.encode(encoding), "a.txt", declared="latin-1" if mark else None)
    assert text.text == WORDS
    assert text.encode("Weiß ✓") == mark + "Weiß ✓".encode(encoding)


@pytest.mark.parametrize("declared", ["iso-8859-1", "windows-1252", "us-ascii"])
def test_western_encodings_are_read_as_browsers_read_them(declared: str) -> None:
    text = decode_text(b"5 \x80 \xfcber", "a.html", declared=declared)
    assert text.text == "5 € über"
    assert text.encode(text.text) == b"5 \x80 \xfcber"


def test_bytes_that_only_the_smaller_encoding_has() -> None:
    assert decode_text(b"a\x81", "a.html", declared="iso-8859-1").text == "a\x81"


def test_a_declared_encoding_of_several_bytes_is_none() -> None:
    assert decode_text("ü".encode(), "a.html", declared="utf-16").text == "ü"


@pytest.mark.parametrize(
    ("data", "declared", "code", "place"),
    [
        (b"one\ntwo\nthr\xffee\n", None, "data.wrong-encoding", "a.txt:3:"),
        (b"one\n\xe3", "euc-jp", "data.wrong-encoding", "a.txt:2:"),
        (b"one", "no-such", "data.unknown-encoding", "no-such"),
        (b"one", "base64", "data.unknown-encoding", "base64"),
        (b"\x1b$B\x1b(Bone", "iso-2022-jp", "data.ambiguous-encoding", "a.txt:"),
        (b"\x89PNG\r\n\x1a\n", None, "data.not-text", "PNG"),
    ],
)
def test_what_cannot_be_read_and_written_again_is_refused(
    data: bytes, declared: str | None, code: str, place: str
) -> None:
    with pytest.raises(DataError) as caught:
        decode_text(data, "a.txt", declared=declared)
    assert caught.value.code == code
    assert place in str(caught.value)


def test_characters_that_the_encoding_lacks() -> None:
    text = decode_text(b"one", "a.txt", declared="latin-1")
    assert text.encode("über ✓✓", lambda character: f"&#{ord(character)};") == b"\xfcber &#10003;&#10003;"
    with pytest.raises(DataError) as caught:
        text.encode("über ✓")
    assert caught.value.code == "data.character-not-encodable"
    assert "U+2713" in str(caught.value)


@pytest.mark.parametrize("declared", ["idna", "punycode"])
def test_an_encoding_for_names_of_hosts_is_none_of_texts(declared: str) -> None:
    with pytest.raises(DataError) as raised:
        decode_text(b"\xff", "a.html", declared=declared)
    assert raised.value.code == "data.unknown-encoding"
