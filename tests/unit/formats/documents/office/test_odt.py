import re
import zipfile
from collections.abc import Callable
from io import BytesIO

import pytest
from support.packages import FIXTURES, members, odt, zipped

from seq2seq.errors import DataError
from seq2seq.formats.documents.office.odt import read_odt
from seq2seq.formats.segment import Document, Target

Contents = Callable[[Document], list[str]]

STYLES = (
    '<style:style style:name="T1" style:family="text"><style:text-properties officeooo:rsid="00a1"/></style:style>'
    '<style:style style:name="T2"><style:text-properties fo:font-weight="bold" officeooo:rsid="1"/></style:style>'
    '<style:style style:name="T3"><style:text-properties fo:font-weight="bold" officeooo:rsid="2"/></style:style>'
)


def paragraph(inner: str) -> Document:
    return read_odt(odt(f"<text:p>{inner}</text:p>", styles=STYLES), "a.odt")


def written(document: Document, *parts: object) -> str:
    content = members(document.write([Target(parts)]))["content.xml"].decode()  # type: ignore[arg-type]
    return content.partition("<text:p>")[2].rpartition("</text:p>")[0]


def test_a_document_of_libreoffice(
    contents: Contents, unchanged: Callable[[Document], bytes], reverse: Callable[[Document], bytes]
) -> None:
    data = (FIXTURES / "manual.odt").read_bytes()
    document = read_odt(data, "manual.odt")
    texts = contents(document)
    for text in ("Before the first cup", "A printed copy is in the box.", "Which cups are meant?", "4 kilograms   net"):
        assert text in texts
    assert "Hot surface! Do not touch." in texts
    assert texts[-2] == "Manual of the coffee machine"
    assert not any("cold" in text or "3.50" in text for text in texts)
    assert unchanged(document) == data
    changed = reverse(document)
    before, after = members(data), members(changed)
    assert [name for name in before if before[name] != after[name]] == ["styles.xml", "content.xml"]
    assert contents(read_odt(reverse(read_odt(changed, "a")), "a"))[0] == texts[0]
    with zipfile.ZipFile(BytesIO(data)) as old, zipfile.ZipFile(BytesIO(changed)) as new:
        facts = [
            [(part.filename, part.date_time, part.compress_type) for part in file.infolist()] for file in (old, new)
        ]
        assert facts[0] == facts[1]
    assert changed[30:].startswith(b"mimetypeapplication/vnd.oasis")


def test_spans_that_look_like_the_text_around_them_are_none(contents: Contents) -> None:
    document = paragraph('A su<text:span text:style-name="T1">nny</text:span> day<text:soft-page-break/>.')
    assert contents(document) == ["A sunny day."]
    assert written(document, "Ein Tag.") == "Ein Tag."


@pytest.mark.parametrize(
    "inner",
    [
        '<text:span text:style-name="T1">A su</text:span>nny day',
        'A su<text:span text:style-name="T1">nny day</text:span>',
        '<text:span text:style-name="T1">One. <text:line-break/>A su</text:span>nny day',
        '<text:span text:style-name="T2">A <text:span text:style-name="T1">su</text:span>n</text:span>ny day',
    ],
)
def test_what_is_written_is_well_formed(inner: str, contents: Contents, reverse: Callable[[Document], bytes]) -> None:
    words = re.findall(r"\w+", re.sub(r"{[^}]*}", "", "".join(contents(read_odt(reverse(paragraph(inner)), "a.odt")))))
    assert words[-1] == "yad"


def test_spans_of_the_same_look_are_one(contents: Contents) -> None:
    bold = '<text:span text:style-name="T{}">'
    document = paragraph(f"A {bold.format(2)}su</text:span>{bold.format(3)}nny</text:span> day")
    assert contents(document) == [f"A {{{bold.format(2)}}}sunny{{</text:span>}} day"]
    other = paragraph(f"A {bold.format(2)}su</text:span> {bold.format(3)}nny</text:span> day")
    assert len(other.segments[0].content) == 9


def test_white_space(contents: Contents) -> None:
    document = paragraph('One\n   two<text:s text:c="3"/>three<text:s text:c="1000000000"/> four')
    assert contents(document) == ['One two   three{<text:s text:c="1000000000"/>} four']
    code = document.segments[0].content[1]
    assert written(document, "a    b", code, " c\td<") == f'a <text:s text:c="3"/>b{code.data}<text:s/>c d&lt;'  # type: ignore[union-attr]


def test_paragraphs_within_notes_and_frames_are_segments() -> None:
    note = "<text:note><text:note-body><text:p>In {}.</text:p></text:note-body></text:note>"
    document = paragraph(f"Read{note.format('the box')} this.")
    outer, inner = document.segments
    assert inner.content == ("In the box.",)
    targets = [Target(("Dies ", outer.content[1], "!")), Target(("In der Kiste.",))]
    content = members(document.write(targets))["content.xml"].decode()
    assert f"<text:p>Dies {note.format('der Kiste')}!</text:p>" in content


def test_descriptions_of_pictures_are_segments(contents: Contents, reverse: Callable[[Document], bytes]) -> None:
    name = "urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0"
    inner = "<svg:title>The lamp</svg:title><svg:desc>It is red &amp; old.</svg:desc>"
    frame = f'<draw:frame xmlns:svg="{name}">{inner}</draw:frame>'
    document = paragraph(f"See {frame} here.")
    assert [text for text in contents(document) if "{" not in text] == ["The lamp", "It is red & old."]
    content = members(reverse(document))["content.xml"].decode()
    assert "<svg:title>ehT pmal</svg:title><svg:desc>tI si der &amp; dlo.</svg:desc>" in content
    targets = [
        Target(("two  spaces",)) if segment.content[0] == "The lamp" else Target(segment.content)
        for segment in document.segments
    ]
    assert "<svg:title>two  spaces</svg:title>" in members(document.write(targets))["content.xml"].decode()


def test_words_with_their_reading_are_text(contents: Contents) -> None:
    ruby = "<text:ruby><text:ruby-base>漢字</text:ruby-base><text:ruby-text>かんじ</text:ruby-text></text:ruby>"
    document = paragraph(f"この{ruby}は")
    assert contents(document) == ["この漢字は"]
    assert written(document, "kanji") == "kanji"


def test_deleted_text_numbers_and_formulas_stay(contents: Contents) -> None:
    cell = "<table:table-cell {}><text:p>{}</text:p></table:table-cell>"
    body = (
        "<text:tracked-changes><text:deletion><text:p>old</text:p></text:deletion></text:tracked-changes>"
        + cell.format('office:value-type="date"', "1 May")
        + cell.format('table:formula="of:=A1" office:value-type="string"', "sum")
        + cell.format('office:value-type="string"', "word")
    )
    assert contents(read_odt(odt(body), "a.ods")) == ["word"]


def test_an_element_that_a_line_break_divides_stays_whole(reverse: Callable[[Document], bytes]) -> None:
    document = paragraph("<text:a>One. <text:line-break/>Two</text:a> three.")
    assert len(document.segments) == 1
    assert len(read_odt(reverse(document), "a.odt").segments) == 1


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (zipped({"content.xml": "<a/>"}), "data.package-part-missing"),
        (zipped({"mimetype": "application/vnd.oasis.opendocument.text"}), "data.package-part-missing"),
        (odt("", mimetype="application/epub+zip"), "data.package-part-missing"),
        (zipped({**members(odt("")), "META-INF/manifest.xml": "<m:encryption-data/>"}), "data.encrypted"),
        (odt("<text:p>"), "data.xml-damaged"),
        (odt("<text:span>" * 300), "data.xml-too-deep"),
    ],
)  # fmt: skip
def test_damaged_files(data: bytes, code: str) -> None:
    with pytest.raises(DataError) as caught:
        read_odt(data, "a.odt")
    assert caught.value.code == code


def test_a_paragraph_with_thousands_of_notes(
    unchanged: Callable[[Document], bytes], reverse: Callable[[Document], bytes]
) -> None:
    note = "<text:note><text:note-body><text:p>two</text:p></text:note-body></text:note>"
    body = f"<text:p>one{note * 3000}three</text:p>"
    document = read_odt(odt(body), "a.odt")
    assert len(document.segments) == 3001
    assert unchanged(document) == odt(body)
    assert members(reverse(document))["content.xml"].count(b">owt<") == 3000
