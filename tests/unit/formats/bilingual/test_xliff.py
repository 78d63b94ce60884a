"""Translation units become pairs, with the line of each: XLIFF 1.2 and 2.x."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from seq2seq.errors import DataError
from seq2seq.formats.bilingual.reader import Languages, LeftOut
from seq2seq.formats.bilingual.xliff import XLIFF

Write = Callable[[str, str | bytes], Path]
OTHER = "<source>x</source><target>y</target>"
HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'


def first(*units: str, languages: str = 'source-language="en-US" target-language="de-DE"') -> str:
    """XLIFF 1.2; the first unit is on line 3."""
    body = "\n".join(units)
    return (
        f'{HEAD}<xliff xmlns="urn:oasis:names:tc:xliff:document:1.2" version="1.2"><file {languages}><body>\n{body}\n'
        "</body></file></xliff>\n"
    )


def second(*units: str, prefix: str = "") -> str:
    """XLIFF 2.1; the first unit is on line 3."""
    body = "\n".join(units)
    return (
        f'{HEAD}<{prefix}xliff xmlns{":" * bool(prefix)}{prefix[:-1]}="urn:oasis:names:tc:xliff:document:2.0" '
        f'version="2.1" srcLang="en" trgLang="de"><{prefix}file id="f">\n{body}\n</{prefix}file></{prefix}xliff>\n'
    )


def unit(source: str, target: str, attributes: str = "", state: str = "") -> str:
    return f"<trans-unit {attributes}><source>{source}</source><target {state}>{target}</target></trans-unit>"


def segment(source: str, target: str, attributes: str = "", data: str = "") -> str:
    texts = f"<source>{source}</source><target>{target}</target>"
    return f"<unit id='u'>{data}<segment {attributes}>{texts}</segment></unit>"


def read(path: Path, source: str = "en", target: str = "de") -> tuple[list[tuple[int, str, str]], LeftOut]:
    left_out = LeftOut()
    return list(XLIFF.read(path, source, target, left_out)), left_out


@pytest.mark.parametrize(
    "content", [first(unit("a", "b"), "", unit("c", "d")), second(segment("a", "b"), "", segment("c", "d"))]
)
def test_units_with_their_lines(write: Write, content: str) -> None:
    path = write("a.xlf", content)
    assert read(path) == ([(3, "a", "b"), (5, "c", "d")], LeftOut())
    assert read(path, "de", "en")[0] == [(3, "b", "a"), (5, "d", "c")]
    assert [language.partition("-")[0] for language in XLIFF.languages(path).tags] == ["en", "de"]


def test_other_languages_are_counted(write: Write) -> None:
    pairs, left_out = read(write("a.xlf", first(unit("a", "b"))), "en", "fr")
    assert pairs == []
    assert left_out.total() == 1
    assert "a.xlf:3)" in str(left_out)


def test_a_target_language_that_is_not_told(write: Write) -> None:
    path = write("a.xlf", first(unit("a", "b"), languages='source-language="en"'))
    assert XLIFF.languages(path) == Languages(("en", ""), "en")
    assert read(path)[0] == [(3, "a", "b")]


def test_an_approved_target_is_a_translation(write: Write) -> None:
    path = write("a.xlf", first(unit("a", "b", 'approved="yes"', state='state="new"')))
    assert read(path) == ([(3, "a", "b")], LeftOut())


@pytest.mark.parametrize(
    "content",
    [
        first("<trans-unit><source>a</source></trans-unit>"),
        first(unit("a", "")),
        first(unit("a", "a", state='state="needs-translation"')),
        first(unit("a", "a", 'translate="no"')),
        first(unit("Language: de", "Language: de", 'restype="x-gettext-domain-header"')),
        first(f"<group translate='no'>{unit('a', 'a')}</group>"),
        second("<unit id='u'><segment><source>a</source></segment></unit>"),
        second(segment("a", "a", 'state="initial"')),
        second(segment("a", "a").replace("<unit", "<unit translate='no'")),
    ],
)
def test_what_is_not_translated_is_counted(write: Write, content: str) -> None:
    pairs, left_out = read(write("a.xlf", content))
    assert pairs == []
    assert left_out.total() == 1


@pytest.mark.parametrize(
    ("segment_", "text"),
    [
        ('Close the <g id="1">lid</g>.', "Close the lid."),
        ('One<x id="1" ctype="lb"/>two', "One two"),
        ('One <bx id="1"/>two<ex id="1"/>', "One two"),
        ('Hello <x id="1" equiv-text="{0}"/>!', "Hello {0}!"),
        ("Hello <ph id='1'>%s</ph>!", "Hello %s!"),
        ("<bpt id='1'>&lt;b&gt;</bpt>Hello<ept id='1'>&lt;/b&gt;</ept>", "Hello"),
        ("A <mrk mtype='protected'>B</mrk> C", "A B C"),
        ("A\n   B", "A B"),
    ],
)
def test_inline_elements_of_the_first_version(write: Write, segment_: str, text: str) -> None:
    assert read(write("a.xlf", first(unit(segment_, "x"))))[0] == [(3, text, "x")]


@pytest.mark.parametrize(
    ("segment_", "text"),
    [
        ("Close the <pc id='1'>lid</pc>.", "Close the lid."),
        ("Hello <ph id='1' dataRef='d1'/>!", "Hello {name}!"),
        ("Hello <ph id='1' dataRef='d2'/>you", "Hello you"),
        ("One<ph id='1' dataRef='d3'/>two", "One two"),
        ("Hello <ph id='1' disp='%d'/>!", "Hello %d!"),
        ("One <sc id='1'/>two<ec startRef='1'/>", "One two"),
        ("One<ph id='1' type='fmt' subType='xlf:lb'/>two", "One two"),
        ("One<cp hex='001A'/>two", "Onetwo"),
        ("A <mrk id='m' type='term'>B</mrk> C", "A B C"),
    ],
)
def test_inline_elements_of_the_second_version(write: Write, segment_: str, text: str) -> None:
    codes = ("{name}", "&lt;img/&gt;", "&lt;br/&gt;")
    data = "".join(f"<data id='d{number}'>{code}</data>" for number, code in enumerate(codes, 1))
    data = f"<originalData>{data}</originalData>"
    assert read(write("a.xlf", second(segment(segment_, "x", data=data))))[0] == [(3, text, "x")]


def test_segments_that_marks_divide(write: Write) -> None:
    sides = [" ".join(f"<mrk mtype='seg' mid='{n}'>{text} {n}.</mrk>" for n in (1, 2)) for text in ("One", "Eins")]
    source = f"<source>One 1. One 2.</source><seg-source>{sides[0]}</seg-source>"
    both = f"<trans-unit>{source}<target>{{}}</target></trans-unit>"
    assert read(write("a.xlf", first(both.format(sides[1]))))[0] == [(3, "One 1.", "Eins 1."), (3, "One 2.", "Eins 2.")]
    assert read(write("a.xlf", first(both.format("Eins und zwei."))))[0] == [(3, "One 1. One 2.", "Eins und zwei.")]


@pytest.mark.parametrize(
    "content",
    [
        first(unit("a", "b").replace("</trans-unit>", f"<alt-trans>{OTHER}</alt-trans></trans-unit>")),
        first(unit("a", "b").replace("</trans-unit>", "<note>x</note></trans-unit>")),
        second(segment("a", "b").replace("<segment", f"<m:matches><m:match>{OTHER}</m:match></m:matches><segment")),
        second(segment("a", "b").replace("</unit>", f"<ignorable>{OTHER}</ignorable></unit>")),
        second(re.sub("(</?)(?=[a-z])", r"\1x:", segment("a", "b")), prefix="x:"),
    ],
)
def test_only_the_units_own_texts_are_read(write: Write, content: str) -> None:
    assert read(write("a.xlf", content)) == ([(3, "a", "b")], LeftOut())


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (first(unit("a", "b"))[:-30], "data.xml-damaged"),
        (first(unit("ü", "b")).encode("latin-1"), "data.xml-encoding"),
        (first("<g>" * 100_000), "data.xml-too-deep"),
        (first(unit("<g>" * 100_000, "b")), "data.xml-too-deep"),
        ('<!DOCTYPE xliff [\n<!ENTITY a "b">\n]>\n<xliff/>', "data.xml-entity"),
        (first("<trans-unit><source>" + "long text " * 2_500_000), "data.xml-damaged"),
    ],
)
def test_malformed_files(write: Write, content: str | bytes, code: str) -> None:
    with pytest.raises(DataError, match=r"a\.xlf:\d+: ") as caught:
        read(write("a.xlf", content))
    assert caught.value.code == code
