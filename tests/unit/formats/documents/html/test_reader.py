from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.processor_time import within

from seq2seq.errors import DataError
from seq2seq.formats.documents.html.reader import read_html
from seq2seq.formats.segment import Code, Document, Part, Target

PAGE = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8">
<title>Bread &amp; butter</title>
<meta name="description" content="How to bake bread.">
<meta name="viewport" content="width=device-width">
<style>p { color: red }</style><script>var text = "<p>no</p>";</script>
</head>
<body>
<!-- a comment -->
<nav><a href="/">Home</a> | <a href="/about" title="Who we are">About</a></nav>
<h1>Bread</h1>
<p>Mix   flour
  and <b>warm <i>water</i></b>, then <img src="spoon.png" alt="a spoon"> stir.<br><br>Wait&nbsp;an hour.
<p>&nbsp;Run <code>bake()</code> &lt; 3 times<sup>1</sup>.</p>
<ul><li>Salt<li>Sugar &copy; 5&#8239;g</ul>
<p translate="no">Brand <b>name</b></p><p>After</p>
<p>The <span class="x notranslate">Loaf <b>3</b></span> oven.</p>
<pre>not this</pre>
<div class="notranslate">no <p>no</p> <span translate="yes">but this</span> no</div>
<form><label>Name <input placeholder="your name"></label><input type=submit value=Send><input type=text value=keep>
<textarea>One line
another</textarea><select><option>Rye<option selected>Wheat</select></form>
<button aria-label="Close">×</button>
</body></html>
"""


def test_blocks_and_attributes_are_segments(contents: Callable[[Document], list[str]]) -> None:
    document = read_html(PAGE.encode(), "page.html")
    assert contents(document) == [
        "Bread & butter",
        "How to bake bread.",
        "Home",
        "Who we are",
        "About",
        "Bread",
        'Mix flour and {<b>}warm {<i>}water{</i>}{</b>}, then {<img src="spoon.png" alt="a spoon">} stir.',
        "a spoon",
        "Wait\u00a0an hour.",
        "Run {<code>bake()</code>} < 3 times{<sup>}1{</sup>}.",
        "Salt",
        "Sugar © 5\u202fg",
        "After",
        'The {<span class="x notranslate">Loaf <b>3</b></span>} oven.',
        "but this",
        "Name",
        "your name",
        "Send",
        "One line{\n}another",
        "Rye",
        "Wheat",
        "Close",
    ]
    lines = [segment.line for segment in document.segments]
    assert lines == [3, 4, 10, 10, 10, 11, 12, 13, 13, 14, 15, 15, 16, 17, 19, 20, 20, 20, 21, 22, 22, 23]


def test_fields_and_comments_do_not_join_labels_and_buttons(contents: Callable[[Document], list[str]]) -> None:
    form = b"<form><label>Your name</label> <input> <button>Send</button><!-- end --><button>Cancel</button></form>"
    assert contents(read_html(form, "form.html")) == ["Your name", "Send", "Cancel"]
    sentence = b"<p>Wait <input> days and press <button>Send</button></p>"
    assert len(read_html(sentence, "form.html").segments) == 1


class Events(HTMLParser):
    """Tags, comments and attributes that are not translated, as another parser finds them."""

    def __init__(self) -> None:
        super().__init__()
        self.events: list[object] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        translated = ("alt", "title", "placeholder", "content", "value", "aria-label")
        self.events.append((tag, [name if name in translated else (name, value) for name, value in attributes]))

    def handle_endtag(self, tag: str) -> None:
        self.events.append(tag)

    def handle_comment(self, data: str) -> None:
        self.events.append(data)


def events(data: bytes) -> list[object]:
    parser = Events()
    parser.feed(data.decode())
    parser.close()
    return parser.events


def test_only_words_change(unchanged: Callable[[Document], bytes], reverse: Callable[[Document], bytes]) -> None:
    document = read_html(PAGE.encode(), "page.html")
    assert unchanged(document) == PAGE.encode()
    written = reverse(document)
    assert events(written) == events(PAGE.encode())
    assert b'then <img src="spoon.png" alt="a noops"> rits' not in written
    assert b'neht <img src="spoon.png" alt="a noops"> rits.<br><br>tiaW&nbsp;na ruoh.\n<p>&nbsp;nuR <code>' in written
    assert b'value="dneS"><input type=text value=keep>' in written
    again = reverse(read_html(written, "page.html"))
    assert again.split()[:20] == PAGE.encode().split()[:20]
    assert read_html(again, "page.html").segments[6].content == document.segments[6].content


def write(text: str, *contents: tuple[str | Code, ...]) -> str:
    return read_html(text.encode(), "a.html").write([Target(content) for content in contents]).decode()


@pytest.mark.parametrize(
    ("text", "translation", "written"),
    [
        ("<p>one", 'a < b > c & "d"', '<p>a &lt; b > c &amp; "d"'),
        ("<p>one &gt; two", "a > b", "<p>a &gt; b"),
        ('<img alt="one">', 'a < "b"', '<img alt="a &lt; &quot;b&quot;">'),
        ("<img alt='one'>", "it's", "<img alt='it&#39;s'>"),
        ("<img alt=one>", "eins zwei", '<img alt="eins zwei">'),
        ("<img alt=&nbsp;one>", "eins zwei", '<img alt="eins zwei">'),
        ("one&nbsp;two", "eins\u00a0zwei", "eins&nbsp;zwei"),
        ("one\u00a0two", "eins\u00a0zwei", "eins\u00a0zwei"),
        ("<?xml version='1.0'?><p>one&#160;two</p>", "a\u00a0b", "<?xml version='1.0'?><p>a&#160;b</p>"),
    ],
)
def test_translations_are_escaped(text: str, translation: str, written: str) -> None:
    assert write(text, (translation,)) == written


def test_codes_may_change_their_order() -> None:
    text = 'see <b>the <img alt="red"> map</b> here'
    document = read_html(text.encode(), "a.html")
    see, opening, the, image, end, closing, here = document.segments[0].content
    assert [part.part for part in (opening, image, closing) if isinstance(part, Code)] == [
        Part.OPEN,
        Part.WHOLE,
        Part.CLOSE,
    ]
    written = write(text, ("hier ", image, opening, "Karte", closing, " sehen"), ("rot",))
    assert written == 'hier <img alt="rot"><b>Karte</b> sehen'
    assert (see, the, end, here) == ("see ", "the ", " map", " here")


@pytest.mark.parametrize(
    ("text", "segments"),
    [
        ("one <b>two", ["one {<b>}two"]),
        ("one</b> two", ["one{</b>} two"]),
        ("a <b><i>two</b></i> three", ["a {<b>}{<i>}two{</b>}{</i>} three"]),
        ("<b><p>one</b> two</p>", ["one{</b>} two"]),
        ("<table><tr><td>one<td>two<tr><td>three</table>four", ["one", "two", "three", "four"]),
        ("<ul><li>one<ul><li>two</ul><li>three</ul>", ["one", "two", "three"]),
        ("<dl><dt>one<dd>two<dt>three</dl>", ["one", "two", "three"]),
        ("<p translate=no>one<p>two", ["two"]),
        ("<td translate=no>one<table><tr><td>no</table>", []),
        ("<p>one <code>two<p>three", ["one {<code>two}", "three"]),
        ("<p>one <code>two</p><p>three</p>", ["one {<code>two}", "three"]),
        ("one < two <3 <> three", ["one < two <3 <> three"]),
        ("one </ two> three", ["one {</ two>} three"]),
        ("one <!-- two", ["one"]),
        ("one <!-->two--> three", ["one {<!-->}two--> three"]),
        ("one <!doctype x> two", ["one {<!doctype x>} two"]),
        ("one <?php echo '<p>'; ?> two", ["one {<?php echo '<p>'; ?>} two"]),
        ("one <![CDATA[x > y]]> two", ["one {<![CDATA[x > y]]>} two"]),
        ("one <b class='x", ["one"]),
        ('<p title="one>two</p>three', ["two", "three"]),
        ("<p title=one/>two</p>", ["one/", "two"]),
        ("<P TITLE = 'One'>two</P>", ["One", "two"]),
        ("<p / / title='one'//>two", ["one", "two"]),
        ("<script>one</script >two<script>three", ["two"]),
        ("<title>one <b>two</b></title>three", ["one <b>two</b>", "three"]),
        ("<textarea>one", ["one"]),
        ("<plaintext>one</plaintext>", []),
        ("<!--[if IE]><p>one</p><![endif]-->two<!--[if !IE]><!-->three<!--<![endif]-->", None),
        ("&one; &amp;two; &copy three", ["&one; &two; © three"]),
    ],
)
def test_malformed_html_is_read_as_browsers_read_it(
    text: str,
    segments: list[str] | None,
    contents: Callable[[Document], list[str]],
    unchanged: Callable[[Document], bytes],
    reverse: Callable[[Document], bytes],
) -> None:
    document = read_html(text.encode(), "a.html")
    assert unchanged(document) == text.encode()
    if segments is not None:
        assert contents(document) == segments
    if not any(other in text for other in ("<plaintext", "<title", "<textarea", "'x", "<?", "<!-->")):
        assert events(reverse(document)) == events(text.encode())


def test_xhtml_ends_elements_by_a_slash(contents: Callable[[Document], list[str]]) -> None:
    text = '<?xml version="1.0" encoding="utf-8"?><html><head><title/><script src="x"/></head><p>one<br/>two</p></html>'
    assert contents(read_html(text.encode(), "a.xhtml")) == ["one{<br/>}two"]


@pytest.mark.parametrize(
    ("head", "encoding", "escaped"),
    [
        ('<meta charset="iso-8859-1">', "latin-1", b"Gr\xfc\xdfe \x80 &#10003;"),
        ("<META http-equiv=Content-Type content='text/html; charset=shift_jis'>", "cp932", b"Gr&#252;&#223;e &#8364;"),
        ('<?xml version="1.0" encoding="ISO-8859-15"?>', "iso-8859-15", b"Gr\xfc\xdfe \xa4 &#10003;"),
        ("", "utf-8-sig", "Grüße € ✓".encode()),
        ("", "utf-16", "Grüße € ✓".encode("utf-16-le")),
    ],
)
def test_the_encoding_that_the_file_declares(head: str, encoding: str, escaped: bytes) -> None:
    data = f"{head}<p>one".encode(encoding)
    written = read_html(data, "a.html").write([Target(("Grüße € ✓",))])
    assert written.startswith(data[: len(data) - 3 * (2 if encoding == "utf-16" else 1)])
    assert escaped in written


def test_undeclared_encodings_are_refused() -> None:
    with pytest.raises(DataError) as caught:
        read_html(b"<p>one\n<p>\xfcber", "a.html")
    assert caught.value.code == "data.wrong-encoding"
    assert "a.html:2:" in str(caught.value)


PARTS = [
    "one", "two.", " ", "\n", "&amp;", "&nbsp;", "<", ">", '"', "'", "=", "<p>", "</p>", "<b>", "</b>", "<i>", "</i>",
    "<br>", "<table>", "<td>", "</table>", "<code>", "</code>", "<script>", "</script>", "<!--", "-->", "<p title=",
    "<p translate=no>", "<span translate=yes>", "</span>", "<pre>", "</pre>", "<a title='x'>", "</a>", "<textarea>",
]  # fmt: skip


@given(st.lists(st.sampled_from(PARTS)).map("".join))
def test_any_text_is_written_as_it_was_read(text: str) -> None:
    document = read_html(text.encode(), "a.html")
    assert document.write([Target(segment.content) for segment in document.segments]) == text.encode()
    for segment in document.segments:
        opened = []
        for part in segment.content:
            if isinstance(part, Code) and part.part is Part.OPEN:
                opened.append(part.name)
            elif isinstance(part, Code) and part.part is Part.CLOSE:
                assert opened.pop() == part.name
        assert not opened


@pytest.mark.parametrize(
    "text",
    [
        "<b>" * 30_000 + "one" + "</i>" * 30_000,
        "<div><b>" * 20_000 + "one" + "</b><p>" * 20_000,
        "<p><table><td>" + "<b>" * 20_000 + "<div>one" * 20_000,
        "<a b='" * 20_000 + "one",
        "<a" + " " * 100_000 + "one",
        "<" * 100_000 + "one",
        "<!--" * 30_000,
        "<code>" * 30_000 + "one" + "</code>" * 30_000,
        "<li>one" * 20_000,
        " \n" * 50_000 + "one" + " &nbsp;" * 30_000,
    ],
    ids=range(10),
)
def test_hostile_html_takes_little_time(text: str, unchanged: Callable[[Document], bytes]) -> None:
    with within(20):
        assert unchanged(read_html(text.encode(), "a.html")) == text.encode()


def test_pages_of_other_packages(unchanged: Callable[[Document], bytes], reverse: Callable[[Document], bytes]) -> None:
    test = pytest.importorskip("test")
    pages = sorted(Path(test.__path__[0]).glob("*.html"))
    if not pages:
        pytest.skip("Python's own tests are not installed")
    for page in pages:
        data = page.read_bytes()
        document = read_html(data, page.name)
        assert unchanged(document) == data
        written = reverse(document)
        assert written != data
        assert events(written) == events(data)


def test_readings_stay_beside_their_words(contents: Callable[[Document], list[str]]) -> None:
    page = "<p>The <ruby>lamp<rp>(</rp><rt>light</rt><rp>)</rp></ruby> is on.</p>"
    assert contents(read_html(page.encode(), "a.html")) == [
        "The {<ruby>}lamp{<rp>(</rp>}{<rt>light</rt>}{<rp>)</rp>}{</ruby>} is on."
    ]


@pytest.mark.parametrize("depth", [1, 31, 32, 33, 2000])
def test_what_is_translated_within_what_is_not(
    depth: int, unchanged: Callable[[Document], bytes], reverse: Callable[[Document], bytes]
) -> None:
    page = "<b translate=no>one<i translate=yes>two" * depth + "</i></b>" * depth
    document = read_html(page.encode(), "a.html")
    assert len(document.segments) == min(depth, 16)
    assert unchanged(document) == page.encode()
    written = reverse(document)
    assert written.replace(b"owt", b"two") == page.encode()
    assert written.count(b"owt") == min(depth, 16)
