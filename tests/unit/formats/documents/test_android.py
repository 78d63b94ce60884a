from collections.abc import Callable
from xml.etree import ElementTree

import pytest

from seq2seq.errors import DataError
from seq2seq.formats.documents.android import read_android
from seq2seq.formats.segment import Document, Target

STRINGS = r"""<?xml version="1.0" encoding="utf-8"?>
<resources xmlns:xliff="urn:oasis:names:tc:xliff:document:1.2">
    <!-- A comment -->
    <string name="app" translatable="false">Tea Timer</string>
    <string name="start">Don\'t forget
        the <b>kettle</b> &amp; cup</string>
    <string name="left"><xliff:g id="n" example="3">%1$d</xliff:g> minutes\nleft.\n\nHurry \u2014 up</string>
    <string name="quoted">"  It's \"ready\" "</string>
    <string name="html"><![CDATA[Read <a href="x">this</a> & that]]></string>
    <string name="escaped">Tap &lt;b>here&lt;/b&gt;, 3 &lt; 4</string>
    <string name="empty"/>
    <plurals name="cups"><item quantity="one">One cup</item><item quantity="other">%d cups</item></plurals>
    <string-array name="kinds"><item>Green\tBlack</item><item>12</item></string-array>
    <integer name="n">3</integer>
</resources>
"""


def test_strings_and_items_are_segments(contents: Callable[[Document], list[str]]) -> None:
    document = read_android(STRINGS.encode(), "strings.xml")
    assert contents(document) == [
        "Don't forget the {<b>}kettle{</b>} & cup",
        '{<xliff:g id="n" example="3">%1$d</xliff:g>} minutes{\\n}left.',
        "Hurry — up",
        'It\'s "ready"',
        'Read {<a href="x">}this{</a>} & that',
        "Tap {&lt;b>}here{&lt;/b&gt;}, 3 < 4",
        "One cup",
        "%d cups",
        "Green",
        "Black",
    ]
    assert [segment.line for segment in document.segments] == [5, 7, 7, 8, 9, 10, 12, 12, 13, 13]


def test_only_words_change(unchanged: Callable[[Document], bytes], reverse: Callable[[Document], bytes]) -> None:
    document = read_android(STRINGS.encode(), "strings.xml")
    assert unchanged(document) == STRINGS.encode()
    written = reverse(document).decode()
    assert '<string name="start">noD\\\'t tegrof eht <b>elttek</b> &amp; puc</string>' in written
    assert '>"  tI\'s \\"ydaer\\" "<' in written
    assert '<![CDATA[daeR <a href="x">siht</a> & taht]]>' in written
    assert "%1$d</xliff:g> setunim\\ntfel.\\n\\nyrruH — pu</string>" in written
    assert ">paT &lt;b>ereh&lt;/b&gt;, 3 &lt; 4<" in written
    assert "neerG\\tkcalB" in written
    names = [element.get("name") for element in ElementTree.fromstring(STRINGS)]
    assert [element.get("name") for element in ElementTree.fromstring(written)] == names


@pytest.mark.parametrize(
    ("translation", "written"),
    [('it\'s @ "x"', 'it\\\'s @ \\"x\\"'), ("@you", "\\@you"), ("a < b & c\\", "a &lt; b &amp; c\\\\"), ("– ü", "– ü")],
)
def test_translations_are_escaped(translation: str, written: str) -> None:
    text = '<resources><string name="a">one</string></resources>'
    document = read_android(text.encode(), "strings.xml")
    assert document.write([Target((translation,))]).decode() == text.replace("one", written)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("<html/>", "data.not-android"),
        ("<resources><string>one", "data.xml-damaged"),
        ('<!DOCTYPE a [<!ENTITY x "y">]><resources><string>&x;</string></resources>', "data.xml-entity"),
        ("<resources><string>" + "<b>" * 1000 + "</string></resources>", None),
    ],
)
def test_damaged_files_are_refused(text: str, code: str | None) -> None:
    with pytest.raises(DataError) as caught:
        read_android(text.encode(), "strings.xml")
    assert code is None or caught.value.code == code
    assert "strings.xml:1" in str(caught.value)


@pytest.mark.parametrize(
    "value", ["@string/app_name", " @android:string/ok ", "?attr/title", "?android:attr/text", "@null"]
)
def test_references_are_no_text(value: str) -> None:
    for name in ("string", "item"):
        text = f"<resources><array><{name}>{value}</{name}></array></resources>"
        assert read_android(text.encode(), "strings.xml").segments == []


def test_an_escaped_mark_is_text(contents: Callable[[Document], list[str]]) -> None:
    text = "<resources><string>\\@home/now</string><string>@ home/now</string></resources>"
    assert contents(read_android(text.encode(), "strings.xml")) == ["@home/now", "@ home/now"]


def test_a_backslash_before_markup(
    contents: Callable[[Document], list[str]], reverse: Callable[[Document], bytes]
) -> None:
    page = rb'<resources><string name="a">one \&amp; two \<b>three</b></string></resources>'
    document = read_android(page, "strings.xml")
    assert contents(document) == [r"one & two \{<b>}three{</b>}"]
    assert rb"eno &amp; owt \\<b>eerht</b>" in reverse(document)
    data = rb'<resources><string name="a">one \<![CDATA[two \]]></string></resources>'
    assert rb"eno \\<![CDATA[owt \\]]>" in reverse(read_android(data, "strings.xml"))


def test_sections_without_markup_and_text_in_one_string(reverse: Callable[[Document], bytes]) -> None:
    page = b'<resources><string name="a">one &lt; two <![CDATA[three &lt; <]]> four &amp; five</string></resources>'
    written = reverse(read_android(page, "strings.xml"))
    assert b">eno &lt; owt <![CDATA[eerht &tl; <]]> ruof &amp; evif<" in written
