"""Translation memories become pairs, with the line of each unit."""

import gzip
from collections.abc import Callable
from pathlib import Path

import pytest
from support.refused import refused

from seq2seq.errors import DataError
from seq2seq.formats.bilingual.reader import Languages, LeftOut, Pair
from seq2seq.formats.bilingual.tmx import TMX

Write = Callable[[str, str | bytes], Path]


def memory(*units: str, header: str = 'srclang="en"') -> str:
    body = "\n".join(units)
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<tmx version="1.4"><header {header}/><body>\n{body}\n</body></tmx>\n'
    )


def unit(**texts: str) -> str:
    variants = "".join(f'<tuv xml:lang="{tag}"><seg>{text}</seg></tuv>' for tag, text in texts.items())
    return f"<tu>{variants}</tu>"


def read(path: Path, source: str = "en", target: str = "de") -> tuple[list[Pair], LeftOut]:
    left_out = LeftOut()
    return list(TMX.read(path, source, target, left_out)), left_out


def texts(path: Path, source: str = "en", target: str = "de") -> list[tuple[str, str]]:
    return [pair[1:] for pair in read(path, source, target)[0]]


def test_units_with_their_lines(write: Write) -> None:
    path = write("a.tmx", memory(unit(en="Close it.", de="Schließ es."), "", unit(en="A &amp; B", de="A &#x26; B")))
    assert read(path) == ([(3, "Close it.", "Schließ es."), (5, "A & B", "A & B")], LeftOut())


def test_the_other_direction(write: Write) -> None:
    assert texts(write("a.tmx", memory(unit(en="a", de="b"))), "de", "en") == [("b", "a")]


def test_languages_are_those_of_the_variants(write: Write) -> None:
    content = memory(unit(de="b", en="a"), unit(en="a", it="c"), header='srclang="en-US"')
    assert TMX.languages(write("a.tmx", content)) == Languages(("de", "en", "it"), "en-US")
    assert TMX.languages(write("b.tmx", memory(unit(en="a"), header='srclang="*all*"'))).source is None


def test_regions_and_spellings_of_a_language(write: Write) -> None:
    content = memory('<tu><tuv lang="EN-us"><seg>a</seg></tuv><tuv xml:lang="de_AT"><seg>b</seg></tuv></tu>')
    assert texts(write("a.tmx", content)) == [("a", "b")]
    assert texts(write("a.tmx", content), "en-GB", "de") == []


def test_several_variants_of_a_language_are_as_many_rows(write: Write) -> None:
    variants = '<tuv xml:lang="de"><seg>b</seg></tuv><tuv xml:lang="de-AT"><seg>c</seg></tuv>'
    content = memory(f'<tu><tuv xml:lang="en"><seg>a</seg></tuv>{variants}</tu>')
    assert texts(write("a.tmx", content)) == [("a", "b"), ("a", "c")]


def test_a_variant_is_of_one_side(write: Write) -> None:
    path = write("a.tmx", memory(unit(**{"en-US": "color", "en-GB": "colour"})))
    assert texts(path, "en", "en-GB") == [("color", "colour")]
    assert texts(path, "en-GB", "en") == [("colour", "color")]
    assert texts(path, "", "en-GB") == [("color", "colour")]
    path = write("b.tmx", memory("<tu><tuv><seg>a</seg></tuv><tuv xml:lang='de'><seg>b</seg></tuv></tu>"))
    assert TMX.languages(path).tags == ("und", "de")
    assert texts(path, "und", "de") == [("a", "b")]


def test_units_that_make_no_pair_are_counted(write: Write) -> None:
    path = write("a.tmx", memory(unit(en="a", fr="b"), unit(en="a", de=""), unit(en="a", de="b"), unit(en="c")))
    pairs, left_out = read(path)
    assert len(pairs) == 1
    assert left_out == {"units without both languages": 2, "units with an empty side": 1}
    assert f"(2: {path}:3, {path}:6)" in str(left_out)
    assert f"(1: {path}:4)" in str(left_out)


def test_a_variant_without_a_language_spoils_its_unit_alone(write: Write) -> None:
    stray = "<tuv><seg>b</seg></tuv>"
    lost = f'<tu><tuv xml:lang="en"><seg>a</seg></tuv>{stray}</tu>'
    path = write("a.tmx", memory(unit(en="a", de="b"), lost, unit(en="c", de="d").replace("</tu>", f"{stray}</tu>")))
    assert TMX.languages(path).tags == ("en", "de")
    pairs, left_out = read(path)
    assert pairs == [(3, "a", "b"), (5, "c", "d")]
    assert str(left_out) == f"units with a text that states no language (1: {path}:4)"


def test_the_places_of_the_first_units_are_named(write: Write) -> None:
    path = write("a.tmx", memory(*[unit(en="a")] * 9))
    assert str(read(path)[1]).endswith(f"(9: {path}:3, {path}:4, {path}:5, ...)")


@pytest.mark.parametrize(
    ("segment", "text"),
    [
        ('Close the <bpt i="1">&lt;b&gt;</bpt>lid<ept i="1">&lt;/b&gt;</ept>.', "Close the lid."),
        ("Close <ph>{0}</ph> of <ph x='1'>%s</ph>.", "Close {0} of %s."),
        ("One <it pos='begin'>&lt;i&gt;</it> two", "One two"),
        ("One<ph>&lt;br/&gt;</ph>two", "One two"),
        ("One<ph>\\n</ph>two", "One two"),
        ("<bpt i='1'>&lt;P&gt;</bpt>One<ept i='1'>&lt;/P&gt;</ept>two", "One two"),
        ("<hi type='bold'>One</hi> two", "One two"),
        ("One <ph>&lt;img alt='<sub>a picture</sub>'/&gt;</ph>two", "One two"),
        ("<ph>&lt;img/&gt;</ph> One", "One"),
        ("One\n      two", "One two"),
        ("<![CDATA[a < b]]>", "a < b"),
        ("One <!-- no -->two", "One two"),
        ("{literal} &lt;b&gt;", "{literal} <b>"),
    ],
)
def test_inline_elements(write: Write, segment: str, text: str) -> None:
    assert texts(write("a.tmx", memory(unit(en=segment, de="x")))) == [(text, "x")]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "iso-8859-1", "windows-1252", "ascii"])
def test_the_declared_encoding_is_read(write: Write, encoding: str) -> None:
    declared = "UTF-8" if encoding == "utf-8-sig" else encoding.removesuffix("-le")
    content = memory(unit(en="lid", de="Deckel &#xFC;" if encoding == "ascii" else "Deckel ü"))
    path = write("a.tmx", content.replace("UTF-8", declared).encode(encoding))
    assert texts(path) == [("lid", "Deckel ü")]


def test_compressed(write: Write) -> None:
    assert texts(write("a.tmx.gz", gzip.compress(memory(unit(en="a", de="b")).encode()))) == [("a", "b")]


@pytest.mark.parametrize(
    ("content", "code", "line"),
    [
        (memory(unit(en="a", de="b"))[:-20], "data.xml-damaged", 3),
        (memory("<tu><tuv xml:lang='en'><seg>a</tuv>"), "data.xml-damaged", 3),
        (memory(unit(en="ü", de="b")).encode("latin-1"), "data.xml-encoding", 3),
        (memory("a").replace("UTF-8", "x-unknown"), "data.xml-encoding", 1),
        (memory("a").replace("UTF-8", "Shift_JIS"), "data.xml-encoding", 1),
        (memory("<a>" * 100_000), "data.xml-too-deep", 3),
        ('<!DOCTYPE tmx [\n<!ENTITY a "b">]>\n<tmx/>', "data.xml-entity", 2),
        ('<!DOCTYPE tmx [\n<!ENTITY a SYSTEM "file:///etc/passwd">]>\n<tmx/>', "data.xml-entity", 2),
        ("", "data.xml-damaged", 1),
        ("no XML\n", "data.xml-damaged", 1),
    ],
)
def test_what_is_malformed_is_said_with_its_line(write: Write, content: str | bytes, code: str, line: int) -> None:
    path = write("a.tmx", content)
    with pytest.raises(DataError) as caught:
        read(path)
    assert caught.value.code == code
    assert f"a.tmx:{line}:" in str(caught.value)


@pytest.mark.parametrize(("name", "cut"), [("a.tmx.gz", 20), ("a.tmx", 20), ("a.tmx.gz", 70)])
def test_a_compressed_file_that_is_cut(write: Write, name: str, cut: int) -> None:
    content = gzip.compress(memory(unit(en="a", de="b")).encode())
    with pytest.raises(DataError, match=r"a\.tmx(\.gz)?: cannot be read") as caught:
        read(write(name, content[:-cut]))
    assert caught.value.code == "data.unreadable"


def test_a_doctype_without_entities_is_read(write: Write) -> None:
    content = memory(unit(en="a", de="b")).replace("<tmx ", '<!DOCTYPE tmx SYSTEM "tmx14.dtd">\n<tmx ', 1)
    assert texts(write("a.tmx", content)) == [("a", "b")]


def test_pairs_before_the_damage_are_found(write: Write) -> None:
    pairs = TMX.read(write("a.tmx", memory(unit(en="a", de="b"), "<tu>")), "en", "de", LeftOut())
    assert next(pairs) == (3, "a", "b")
    with pytest.raises(DataError):
        next(pairs)


@pytest.mark.parametrize("filler", ["<!--", "<tu><tuv xml:lang='en'><seg>", "<tu x='", "<tu><note>"])
def test_what_does_not_end_is_not_held_in_memory(write: Write, filler: str) -> None:
    begin, end = memory("SPLIT").encode().split(b"SPLIT")
    path = write("a.tmx", begin + filler.encode() + b"long text " * 2_500_000 + end)
    with refused("data.xml-damaged", "a.tmx:3:", "16 MB"):
        read(path)


def test_a_unit_with_too_many_pairs_is_left_out(write: Write) -> None:
    variants = "".join(f'<tuv xml:lang="{tag}"><seg>{tag}</seg></tuv>' * 101 for tag in ("en", "de"))
    pairs, left_out = read(write("a.tmx", memory(f"<tu>{variants}</tu>", unit(en="One.", de="Eins."))))
    assert [pair[1:] for pair in pairs] == [("One.", "Eins.")]
    assert left_out.total() == 1
