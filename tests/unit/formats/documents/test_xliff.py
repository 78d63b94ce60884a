import re
from collections.abc import Callable

import pytest

from seq2seq.errors import DataError
from seq2seq.formats.documents.xliff.reader import read_xliff
from seq2seq.formats.segment import Code, Content, Document, Part, Target

Contents = Callable[[Document], list[str]]
Bytes = Callable[[Document], bytes]

MACHINE = 'state="needs-review-translation" state-qualifier="leveraged-mt"'


def one(units: str, attributes: str = ' target-language="de"') -> str:
    """A file of XLIFF 1.2."""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<xliff version="1.2" xmlns="urn:oasis:names:tc:xliff:document:1.2">\n'
        f' <file original="a" source-language="en" datatype="plaintext"{attributes}>\n  <body>\n{units}\n  </body>\n'
        " </file>\n</xliff>\n"
    )


def two(units: str, attributes: str = ' trgLang="de"') -> str:
    """A file of XLIFF 2."""
    name = "urn:oasis:names:tc:xliff:document:2.0"
    return f'<xliff xmlns="{name}" version="2.0" srcLang="en"{attributes}>\n <file id="f">\n{units}\n </file>\n</xliff>'


def read(text: str) -> Document:
    return read_xliff(text.encode(), "a.xlf")


def written(text: str, *contents: Content, flag: str | None = None) -> str:
    return read(text).write([Target(content, flag) for content in contents]).decode()


def test_targets_are_added_and_others_stay(contents: Contents, reverse: Bytes) -> None:
    text = one(
        """   <trans-unit id="1">
    <source>Fill the tank &amp; wait</source>
    <note>on the first page</note>
   </trans-unit>
   <trans-unit id="2"><source>Ready</source><target>Bereit</target></trans-unit>
   <trans-unit id="3" translate="no"><source>SKU</source></trans-unit>
   <trans-unit id="4"><source>Stop</source><target state='new' xml:lang="de">Stop</target><alt-trans><source>Go</source>
   <target/></alt-trans></trans-unit>
   <group translate="no"><trans-unit id="5"><source>ISBN</source></trans-unit></group>
   <trans-unit id="6"><source>Light</source><target/></trans-unit>
   <trans-unit id="7"><source/></trans-unit>"""
    )
    document = read(text)
    assert contents(document) == ["Fill the tank & wait", "Stop", "Light"]
    assert [segment.line for segment in document.segments] == [6, 11, 14]
    assert document.complete == 1
    expected = text
    for old, new in (
        ("wait</source>\n", f"wait</source>\n    <target {MACHINE}>lliF eht knat &amp; tiaw</target>\n"),
        ("<target state='new' xml:lang=\"de\">Stop</target>", f'<target xml:lang="de" {MACHINE}>potS</target>'),
        ("Light</source><target/>", f"Light</source><target {MACHINE}>thgiL</target>"),
    ):
        assert expected.count(old) == 1
        expected = expected.replace(old, new)
    assert reverse(document).decode() == expected
    assert read(expected).complete == 4
    assert contents(read(expected)) == []


def test_line_ends_stay() -> None:
    text = one("<trans-unit>\n\t <source>a</source>\n</trans-unit>").replace("\n", "\r\n")
    assert f"<source>a</source>\r\n\t <target {MACHINE}>b</target>\r\n</trans" in written(text, ("b",))


def test_the_header_of_a_catalogue_stays(unchanged: Bytes) -> None:
    unit = "<trans-unit id='1' restype='x-gettext-domain-header'><source>Language: de</source></trans-unit>"
    assert unchanged(read(one(unit))) == one(unit).encode()


def test_a_complete_file_stays(unchanged: Bytes) -> None:
    text = one('<trans-unit id="1"><source>Ready</source><target>Bereit</target></trans-unit>', "")
    assert unchanged(read_xliff(text.encode(), "a.xlf", language="de")) == text.encode()


def test_an_equal_target_is_spelled_like_its_source(unchanged: Bytes) -> None:
    source = '<![CDATA[A & B]]> of\n   <g id="1">&#x41;</g>'
    text = one(f'<trans-unit id="1"><source>{source}</source></trans-unit>')
    assert f"<target {MACHINE}>{source}</target>" in unchanged(read(text)).decode()


def test_sources_without_words_are_copied(contents: Contents, unchanged: Bytes) -> None:
    text = one('<trans-unit id="1"><source>12 <x id="1"/></source></trans-unit>')
    assert contents(read(text)) == []
    assert f'<target {MACHINE}>12 <x id="1"/></target>' in unchanged(read(text)).decode()


@pytest.mark.parametrize(
    ("make", "source", "expected"),
    [
        (one, 'Press <g id="1">the <x id="2"/> key</g> now', 'Press {<g id="1">}the {<x id="2"/>} key{</g>} now'),
        (one, '<g id="1">All of it</g>', "All of it"),
        (one, 'a <ph id="1">&lt;br/&gt;</ph> b', 'a {<ph id="1">&lt;br/&gt;</ph>} b'),
        (one, 'b <it id="2" pos="open">x</it>c', 'b {<it id="2" pos="open">x</it>}c'),
        (one, 'a <bpt id="1">[</bpt>b<ept id="1">]</ept> c', 'a {<bpt id="1">[</bpt>}b{<ept id="1">]</ept>} c'),
        (one, 'a <bx id="1"/>b<ex id="2" rid="1"/> c', 'a {<bx id="1"/>}b{<ex id="2" rid="1"/>} c'),
        (one, 'a <mrk mtype="protected">b</mrk> c', 'a {<mrk mtype="protected">b</mrk>} c'),
        (one, 'a <mrk mtype="term">b</mrk> c', 'a {<mrk mtype="term">}b{</mrk>} c'),
        (one, 'One.<x id="1" ctype="lb"/>Two.', "One.|Two."),
        (one, "wrapped\n     words", "wrapped words"),
        (two, 'Press <pc id="1">the <ph id="2"/> key</pc> now', 'Press {<pc id="1">}the {<ph id="2"/>} key{</pc>} now'),
        (two, 'a <mrk id="1" translate="no">b</mrk> c', 'a {<mrk id="1" translate="no">b</mrk>} c'),
        (two, 'a <sc id="1"/>b<ec startRef="1"/> c', 'a {<sc id="1"/>}b{<ec startRef="1"/>} c'),
        (two, 'c<cp hex="0001"/>d', 'c{<cp hex="0001"/>}d'),
        (two, '<sm id="1" type="comment"/>a<em startRef="1"/>', "a"),
    ],
)
def test_inline_elements_are_codes(
    make: Callable[[str], str], source: str, expected: str, contents: Contents, unchanged: Bytes
) -> None:
    texts = {one: f"<trans-unit><source>{source}</source></trans-unit>"}
    text = make(texts.get(make, f"<unit><segment><source>{source}</source></segment></unit>"))
    assert "|".join(contents(read(text))) == expected
    assert f">{source}</target>" in unchanged(read(text)).decode()


@pytest.mark.parametrize(
    ("source", "parts"),
    [
        ('a <bx id="1"/>b<ex id="2" rid="1"/> c', [Part.OPEN, Part.CLOSE]),
        ('a <bx id="1"/>b c', [Part.WHOLE]),
        ('a <bx id="1"/>b <g id="3">c<ex id="2" rid="1"/> d</g> e', [Part.WHOLE, Part.OPEN, Part.WHOLE, Part.CLOSE]),
    ],
)
def test_halves_in_the_same_element_are_pairs(source: str, parts: list[Part]) -> None:
    (segment,) = read(one(f"<trans-unit><source>{source}</source></trans-unit>")).segments
    assert [part.part for part in segment.content if isinstance(part, Code)] == parts


def test_marks_protect_words(contents: Contents) -> None:
    source = (
        "One <sm id='1' translate='no'/>two <sm id='2' translate='yes'/>three<em startRef='2'/> four"
        "<em startRef='1'/> five <sm id='3' type='term'/>six<em startRef='3'/>"
    )
    (text,) = contents(read(two(f'<unit id="a"><segment><source>{source}</source></segment></unit>')))
    words = re.sub(r"\{[^{}]*\}", "|", text)
    assert [part.strip() for part in words.split("|") if part.strip()] == ["One", "three", "five", "six"]


def test_white_space_stays_where_it_is_preserved(contents: Contents) -> None:
    text = one('<trans-unit xml:space="preserve"><source>two  spaces\n line</source></trans-unit>')
    assert contents(read(text)) == ["two  spaces\n line"]


def test_any_prefix_and_encoding() -> None:
    text = one("<trans-unit><source>Füße</source></trans-unit>").replace("xmlns=", "xmlns:q=")
    text = text.replace("</", "</q:").replace("<", "<q:").replace("<q:/q:", "</q:").replace("<q:?", "<?")
    for encoding in ("UTF-16", "ISO-8859-1"):
        data = text.replace("UTF-8", encoding).encode(encoding)
        out = read_xliff(data, "a.xlf").write([Target(("Fuß → 足",))]).decode(encoding)
        target = "Fuß → 足" if encoding == "UTF-16" else "Fuß &#8594; &#36275;"
        assert f"<q:target {MACHINE}>{target}</q:target></q:trans-unit>" in out


def test_segments_of_a_unit_keep_their_numbers(contents: Contents) -> None:
    seg = '<seg-source><mrk mtype="seg" mid="1">One.</mrk> <mrk mtype="seg" mid="2">Two.</mrk></seg-source>'
    text = one(f"<trans-unit><source>One. Two.</source>{seg}<note/></trans-unit>")
    assert contents(read(text)) == ["One.", "Two."]
    inner = seg.replace("seg-source", "target").replace("<target", f"<target {MACHINE}")
    assert written(text, ("Eins.",), ("Zwei.",)) == text.replace(
        "<note/>", inner.replace("One", "Eins").replace("Two", "Zwei") + "<note/>"
    )
    there = seg.replace("seg-source", "target").replace(">One.</mrk>", "/>").replace("Two", "2")
    text = one(f"<trans-unit><source>One. Two.</source>{seg}{there}</trans-unit>")
    assert contents(read(text)) == ["One."]
    assert read(text).complete == 1
    expected = there.replace('mid="1"/>', 'mid="1">Eins.</mrk>').replace("<target", f"<target {MACHINE}")
    assert written(text, ("Eins.",)) == text.replace(there, expected)


def test_units_of_version_2(contents: Contents, reverse: Bytes) -> None:
    text = two(
        """  <unit id="1">
   <segment id="s1">
    <source>Fill it.</source>
   </segment>
   <ignorable><source> </source></ignorable>
   <segment state="initial" subState="x:y"><source>Wait.</source><target>Wait.</target></segment>
   <segment state="final"><source>Go.</source><target>Los.</target></segment>
  </unit>
  <unit id="2" translate="no"><segment><source>ISBN</source></segment></unit>"""
    )
    document = read(text)
    assert contents(document) == ["Fill it.", "Wait."]
    assert document.complete == 1
    expected = text
    for old, new in (
        ('<segment id="s1">', '<segment id="s1" state="translated">'),
        ("it.</source>\n", "it.</source>\n    <target>lliF ti.</target>\n"),
        ('<segment state="initial" subState="x:y">', '<segment state="translated">'),
        ("<target>Wait.</target>", "<target>tiaW.</target>"),
    ):
        assert expected.count(old) == 1
        expected = expected.replace(old, new)
    assert reverse(document).decode() == expected


def test_what_a_person_has_approved_stays(unchanged: Bytes) -> None:
    text = one(
        """<trans-unit id="1" approved="yes"><source>Stop</source><target state="new">Halt</target></trans-unit>
    <trans-unit id="2"><source>Go</source><target state="final">Los</target></trans-unit>
    <trans-unit id="3"><source>Go</source><target state="signed-off">Los</target></trans-unit>"""
    )
    assert read(text).complete == 3
    assert unchanged(read(text)) == text.encode()
    text = two(
        "".join(
            f'<unit id="{state}"><segment state="{state}"><source>Go</source><target>Los</target></segment></unit>'
            for state in ("translated", "reviewed", "final")
        )
    )
    assert read(text).complete == 3
    assert unchanged(read(text)) == text.encode()


def test_what_a_machine_writes_is_not_approved() -> None:
    text = one(
        """<trans-unit id="1" approved="yes"><source>Stop</source></trans-unit>
    <trans-unit id="2" approved="yes"><source>One. Two.</source><seg-source><mrk mtype="seg" mid="1">One.</mrk> <mrk
    mtype="seg" mid="2">Two.</mrk></seg-source><target state="final"><mrk mtype="seg" mid="1">Eins.</mrk> <mrk
    mtype="seg" mid="2"/></target></trans-unit>"""
    )
    output = written(text, ("Halt",), ("Zwei.",))
    assert 'approved="yes"' not in output
    assert output.count('approved="no"') == 2
    assert "final" not in output
    text = two('<unit id="a"><segment state="final"><source>Go</source><target/></segment></unit>')
    assert '<segment state="translated"><source>Go</source><target>Los</target>' in written(text, ("Los",))


def test_flags_are_states_and_notes() -> None:
    text = one("<trans-unit>\n<source>a b</source>\n<note>there</note></trans-unit>")
    state = 'state="needs-review-translation" state-qualifier="x-flagged"'
    assert written(text, ("A",), flag="a tag\nis <gone>") == text.replace(
        "</source>", f'</source>\n<target {state}>A</target>\n<note from="seq2seq">a tag is &lt;gone&gt;</note>'
    )
    segment = "<segment><source>{}</source></segment>"
    text = two(f"<unit>\n {segment.format('a')}{segment.format('b')}</unit>")
    note = '<note category="seq2seq">unsure</note>'
    flagged = written(text, ("A",), ("B",), flag="unsure")
    assert f'<unit>\n <notes>{note}</notes>\n <segment state="translated" subState="seq2seq:flagged">' in flagged
    for there, expected in (
        ("<notes/>", f"<notes>{note}</notes>"),
        ("<notes><note/></notes>", f"<notes><note/>{note}</notes>"),
    ):
        assert expected in written(two(f"<unit>{there}{segment.format('a')}</unit>"), ("A",), flag="unsure")


@pytest.mark.parametrize(("make", "name"), [(one, "target-language"), (two, "trgLang")])
def test_the_language_is_named(make: Callable[[str, str], str], name: str, unchanged: Bytes, warned: list[str]) -> None:
    source = "<source>a</source>"
    text = make(
        f"<trans-unit>{source}</trans-unit>" if make is one else f"<unit><segment>{source}</segment></unit>", ""
    )
    assert f' {name}="de">' in unchanged(read_xliff(text.encode(), "a.xlf", language="de")).decode()
    assert warned == []
    assert name not in unchanged(read(text)).decode()
    assert warned == ["data.no-target-language"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("<html/>", "data.not-xliff"),
        ("", "data.not-xliff"),
        ("<xliff><trans-unit>", "data.xml-damaged"),
        (one("<trans-unit><source>a</trans-unit>"), "data.xml-damaged"),
        ("<xliff>" + "<group>" * 100_000, "data.xml-too-deep"),
        ('<!DOCTYPE a [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><xliff>&b;</xliff>', "data.xml-entity"),
        ('<!DOCTYPE a [<!ENTITY a SYSTEM "file:///etc/passwd">]><xliff>&a;</xliff>', "data.xml-entity"),
        ("<xliff>&amp;&nbsp;</xliff>", "data.xml-damaged"),
    ],
)
def test_damaged_files(text: str, code: str) -> None:
    with pytest.raises(DataError) as caught:
        read(text)
    assert caught.value.code == code
    assert str(caught.value).startswith("a.xlf:")


def test_another_encoding_than_declared() -> None:
    with pytest.raises(DataError) as caught:
        read_xliff(one("<trans-unit><source>ü</source></trans-unit>").encode("latin-1"), "a.xlf")
    assert caught.value.code == "data.wrong-encoding"
    assert str(caught.value).startswith("a.xlf:5:")
