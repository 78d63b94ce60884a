from collections.abc import Callable

import pytest
from support.packages import FIXTURES, WORD, WORD_TYPE, docx, members, open_xml, zipped

from seq2seq.errors import DataError
from seq2seq.formats.documents.office.docx import read_docx
from seq2seq.formats.segment import Code, Document, Part, Target

Bytes = Callable[[Document], bytes]
Contents = Callable[[Document], list[str]]

BOLD, ITALIC = "<w:rPr><w:b/></w:rPr>", "<w:rPr><w:i/></w:rPr>"


def run(text: str, properties: str = "") -> str:
    return f'<w:r>{properties}<w:t xml:space="preserve">{text}</w:t></w:r>'


def body(data: bytes) -> str:
    return members(data)["word/document.xml"].decode().partition("<w:body>")[2].partition("</w:body>")[0]


def paragraph(inner: str) -> Document:
    return read_docx(docx(f"<w:p>{inner}</w:p>"), "a.docx")


def written(document: Document, *parts: str | Code) -> str:
    return body(document.write([Target(parts)])).removeprefix("<w:p>").removesuffix("</w:p>")


def test_a_document_of_libreoffice(contents: Contents, unchanged: Bytes, reverse: Bytes) -> None:
    data = (FIXTURES / "manual.docx").read_bytes()
    document = read_docx(data, "manual.docx")
    texts = contents(document)
    assert texts[0] == "Before the first cup"
    assert "Fill the tank with {<w:r><w:rPr><w:b/></w:rPr>}fresh{</w:r>} water. Un" in texts[1]
    assert texts.count("Hot surface! Do not touch.") == 2  # the text box, and what older programs show in its place
    assert texts[-4:-2] == ["Manual of the coffee machine", texts[-3]]
    assert texts[-2:] == ["A printed copy is in the box.", "Which cups are meant?"]
    assert [segment.line for segment in document.segments] == list(range(1, len(texts) + 1))
    assert unchanged(document) == data
    changed = reverse(document)
    before, after = members(data), members(changed)
    assert [name for name in before if before[name] != after[name]] == [
        "word/document.xml", "word/header1.xml", "word/footer1.xml", "word/footnotes.xml", "word/comments.xml",
    ]  # fmt: skip
    again = read_docx(changed, "manual.docx")
    assert "".join(contents(again)).count("touch") == 0
    assert contents(read_docx(reverse(again), "manual.docx"))[:5] == texts[:5]


def test_descriptions_of_pictures_are_segments(contents: Contents, reverse: Bytes) -> None:
    def picture(number: int, before: str) -> str:
        return (
            f'<w:r><w:drawing><wp:docPr id="{number}" name="Picture {number}" descr="{before} &quot;lamp&quot;" '
            f"title='Its title'/></w:drawing></w:r>"
        )

    inner = run("See ") + picture(1, "A red") + picture(2, "A blue") + run(" here.") + picture(3, "The last")
    document = paragraph(inner)
    texts = contents(document)
    assert [text for text in texts if "{" not in text] == [
        text for kind in ("A red", "A blue", "The last") for text in (f'{kind} "lamp"', "Its title")
    ]
    assert document.write([Target(segment.content) for segment in document.segments]) == docx(f"<w:p>{inner}</w:p>")
    changed = body(reverse(document))
    for words in ("A der &quot;pmal&quot;", "A eulb &quot;pmal&quot;", "ehT tsal &quot;pmal&quot;"):
        assert changed.count(f'descr="{words}"') == 1
    assert changed.count("title='stI eltit'") == 3
    assert 'name="Picture 1"' in changed
    targets = [Target((*segment.content[::-1],)) for segment in document.segments]
    targets[1:] = [Target(('it\'s "<b>"',)) for _ in targets[1:]]
    assert contents(read_docx(document.write(targets), "a.docx")).count('it\'s "<b>"') == 6


def test_other_members_are_copied_as_they_are(reverse: Bytes) -> None:
    data = (FIXTURES / "manual.docx").read_bytes()
    changed = reverse(read_docx(data, "manual.docx"))
    styles = data[data.index(b"word/styles.xml") - 30 :][:1000]
    assert styles in changed


def test_runs_that_look_the_same_are_one_stretch(contents: Contents) -> None:
    lang = '<w:rPr><w:lang w:val="de-DE"/></w:rPr>'
    document = paragraph(run("A su") + '<w:proofErr w:type="spellStart"/>' + run("nny", lang) + run(" day", "<w:rPr/>"))
    assert contents(document) == ["A sunny day"]
    assert written(document, "Ein sonniger Tag") == run("Ein sonniger Tag")


def test_words_in_another_format_stand_between_codes() -> None:
    document = paragraph(run("A ") + run("very", BOLD) + run(" sunny ") + run("day", ITALIC) + run(" indeed."))
    _, bold, _, end_bold, _, italic, _, end_italic, _ = document.segments[0].content
    assert isinstance(bold, Code)
    assert isinstance(end_bold, Code)
    assert (bold.part, end_bold.part, bold.name) == (Part.OPEN, Part.CLOSE, end_bold.name)
    assert isinstance(italic, Code)
    assert isinstance(end_italic, Code)
    assert written(document, "Ein ", italic, "Tag", end_italic, ", ", bold, "sehr", end_bold, " sonnig") == (
        run("Ein ") + run("Tag", ITALIC) + run(", ") + run("sehr", BOLD) + run(" sonnig")
    )
    assert written(document, bold, "Sehr ", italic, "nested", end_italic, "!", end_bold) == (
        run("Sehr ", BOLD) + run("nested", ITALIC) + run("!", BOLD)
    )


def test_a_paragraph_in_one_format_has_no_codes(contents: Contents) -> None:
    document = paragraph(run("All bold.", BOLD))
    assert contents(document) == ["All bold."]
    assert written(document, "Alles fett.") == run("Alles fett.", BOLD)


def test_spaces_in_another_format_are_no_codes(contents: Contents) -> None:
    assert contents(paragraph(run("one") + run(" ", BOLD) + run("two"))) == ["one two"]


def test_text_in_the_middle_of_a_run(contents: Contents) -> None:
    document = paragraph(f"<w:r>{BOLD}<w:tab/><w:t>Power</w:t><w:tab/></w:r>")
    assert contents(document) == ["Power"]
    assert written(document, "Strom") == (f'<w:r>{BOLD}<w:tab/><w:t xml:space="preserve">Strom</w:t><w:tab/></w:r>')
    plain = paragraph(f"<w:r><w:br/><w:t>Red</w:t></w:r>{run(' wine', BOLD)}{run(' tastes good')}")
    assert written(plain, "Wein") == '<w:r><w:br/><w:t xml:space="preserve">Wein</w:t></w:r>'


def test_line_breaks_end_a_segment_after_a_sentence(contents: Contents) -> None:
    line = "<w:r><w:br/></w:r>"
    assert contents(paragraph(run("One.") + line + run("Two."))) == ["One.", "Two."]
    assert contents(paragraph(run("One") + line + run("two."))) == [f"One{{{line}}}two."]


def test_tabs_end_a_segment(contents: Contents) -> None:
    tab = "<w:r><w:tab/></w:r>"
    assert contents(paragraph(run("Name") + tab + run("a lamp") + tab + run("12"))) == ["Name", "a lamp"]


def test_links_in_a_row_are_segments(contents: Contents) -> None:
    links = "".join(f"<w:hyperlink w:anchor='{name}'>{run(name)}</w:hyperlink>{run(' ')}" for name in ("home", "shop"))
    assert contents(paragraph(links)) == ["home", "shop"]


def test_the_mark_of_the_last_edit_is_no_code(contents: Contents) -> None:
    mark = '<w:bookmarkStart w:id="1" w:name="_GoBack"/><w:bookmarkEnd w:id="1"/>'
    document = paragraph(run("a lam") + mark + run("p"))
    assert contents(document) == ["a lamp"]
    assert written(document, "eine Lampe") == run("eine Lampe")
    assert len(contents(paragraph(run("a lam") + mark.replace("_GoBack", "x") + run("p")))[0]) > 6


def test_a_tag_without_its_end_is_in_no_segment(contents: Contents, reverse: Bytes) -> None:
    inserted = '<w:ins w:id="1">' + run("It is big. ") + "<w:r><w:br/></w:r>" + run("It is ") + "</w:ins>"
    document = paragraph(inserted + run("very red. "))
    assert len(document.segments) == 1
    assert contents(read_docx(reverse(document), "a.docx"))[0].startswith('{<w:ins w:id="1">}')


def test_links_insertions_and_content_controls_are_pairs(contents: Contents) -> None:
    link = f'<w:hyperlink w:anchor="a">{run("this", BOLD)}</w:hyperlink>'
    control = f"<w:sdt><w:sdtPr><w:alias/></w:sdtPr><w:sdtContent>{run('red')}</w:sdtContent></w:sdt>"
    document = paragraph(run("See ") + link + run(" in ") + control + run(" ink"))
    assert contents(document) == [
        f'See {{<w:hyperlink w:anchor="a"><w:r>{BOLD}}}this{{</w:r></w:hyperlink>}} in '
        "{<w:sdt><w:sdtPr><w:alias/></w:sdtPr><w:sdtContent>}red{</w:sdtContent></w:sdt>} ink"
    ]
    _, link_start, _, link_end, *rest = document.segments[0].content
    assert written(document, link_start, "Dies", link_end, " hier ", *rest[1:]) == (
        link.replace("this", "Dies") + run(" hier ") + control + run(" ink")
    )


def test_a_link_around_all_of_a_paragraph_is_no_code(contents: Contents) -> None:
    document = paragraph(f'<w:hyperlink w:anchor="a">{run("Chapter one", BOLD)}</w:hyperlink>')
    assert contents(document) == ["Chapter one"]
    assert written(document, "Kapitel") == f'<w:hyperlink w:anchor="a">{run("Kapitel", BOLD)}</w:hyperlink>'


def test_fields(contents: Contents) -> None:
    def field(instruction: str, result: str) -> str:
        begin, separate, end = (
            f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>' for kind in ("begin", "separate", "end")
        )
        return f"{begin}<w:r><w:instrText>{instruction}</w:instrText></w:r>{separate}{result}{end}"

    link = field(' HYPERLINK "https://example.org" ', run("this page", BOLD))
    document = paragraph(run("Page ") + field(" PAGE ", run("12")) + run(" of ") + link + run("!"))
    (text,) = contents(document)
    assert ">12</w:t></w:r>" in text
    assert "}this page{" in text
    opened = [part for part in document.segments[0].content if isinstance(part, Code)]
    assert [code.part for code in opened] == [Part.WHOLE, Part.OPEN, Part.CLOSE]
    assert written(document, "Auf ", opened[1], "hier", opened[2], ", Seite ", opened[0]) == (
        run("Auf ") + link.replace("this page", "hier") + run(", Seite ") + field(" PAGE ", run("12"))
    )


def test_deleted_text_and_notes_are_codes(contents: Contents) -> None:
    deleted = '<w:del w:id="1"><w:r><w:delText>old </w:delText></w:r></w:del>'
    note = '<w:r><w:rPr><w:vertAlign w:val="superscript"/></w:rPr><w:footnoteReference w:id="2"/></w:r>'
    assert contents(paragraph(run("The ") + deleted + run("new") + note + run(" house") + note)) == [
        f"The {{{deleted}}}new{{{note}}} house"
    ]


def test_paragraphs_within_a_code_are_segments() -> None:
    def box(words: str) -> str:
        return f"<w:r>{BOLD}<w:pict><w:txbxContent><w:p>{run(words)}</w:p></w:txbxContent></w:pict></w:r>"

    document = paragraph(run("Look ") + box("in the box") + run(" here"))
    outer, inner = document.segments
    assert inner.content == ("in the box",)
    code = outer.content[1]
    targets = [Target(("Hier ", code, "!")), Target(("in der Kiste",))]
    assert body(document.write(targets)) == f"<w:p>{run('Hier ')}{box('in der Kiste')}{run('!')}</w:p>"
    assert body(document.write([Target(outer.content), targets[1]])).count("in der Kiste") == 1


def test_characters_that_are_elements(contents: Contents) -> None:
    assert contents(paragraph("<w:r><w:t>e</w:t><w:noBreakHyphen/><w:t>mail</w:t></w:r>")) == ["e\u2011mail"]


def test_words_with_their_reading_are_text(contents: Contents) -> None:
    ruby = f"<w:ruby><w:rt>{run('かんじ')}</w:rt><w:rubyBase>{run('漢字')}</w:rubyBase></w:ruby>"
    document = paragraph(run("この") + f"<w:r>{ruby}</w:r>" + run("は"))
    assert contents(document) == ["この漢字は"]
    assert written(document, "kanji") == run("kanji")


def test_special_characters_are_escaped(contents: Contents) -> None:
    document = paragraph(run("A &amp; B"))
    assert contents(document) == ["A & B"]
    assert written(document, "<A> & \x01B") == run("&lt;A&gt; &amp; \ufffdB")


def test_the_file_s_own_prefix_is_used() -> None:
    kind = "application/vnd.ms-word.document.macroEnabled.main+xml"
    text = '<x:document xmlns:x="http://purl.oclc.org/ooxml/wordprocessingml/main"><x:p><x:r><x:t>Hi</x:t></x:r></x:p></x:document>'
    document = read_docx(open_xml({"word/document.xml": (kind, text)}), "a.docm")
    out = members(document.write([Target(("Hallo",))]))["word/document.xml"].decode()
    assert out == text.replace("<x:t>Hi", '<x:t xml:space="preserve">Hallo')


@pytest.mark.parametrize("encoding", ["utf-16", "iso-8859-1"])
def test_other_encodings_stay(encoding: str) -> None:
    head = f'<?xml version="1.0" encoding="{encoding}"?>'
    data = docx(f"<w:p>{run('Füße')}</w:p>", head)
    parts = members(data)
    data = zipped({**parts, "word/document.xml": parts["word/document.xml"].decode().encode(encoding)})
    document = read_docx(data, "a.docx")
    assert document.segments[0].content == ("Füße",)
    out = members(document.write([Target(("Fuß → 足",))]))["word/document.xml"].decode(encoding)
    assert run("Fuß → 足") in out or run("Fuß &#8594; &#36275;") in out


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "data.package-damaged"),
        (b"PK\x03\x04 and no more", "data.package-damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "data.encrypted"),
        ((FIXTURES / "manual.docx").read_bytes()[:5000], "data.package-damaged"),
        (open_xml({"a.xml": ("text/xml", "<a/>")}), "data.package-part-missing"),
        (docx("<w:p>" + run("cut")), "data.xml-damaged"),
        (docx("<w:p>" * 100_000), "data.xml-too-deep"),
        (docx("", '<!DOCTYPE a [<!ENTITY a "aaaaaaaa"><!ENTITY b "&a;&a;">]>'), "data.xml-entity"),
        (docx("", '<!DOCTYPE a [<!ENTITY a SYSTEM "file:///etc/passwd">]>'), "data.xml-entity"),
        (docx("\0"), "data.xml-damaged"),
        (docx("x" * 100_000_000), "data.package-too-large"),
    ],
)  # fmt: skip
def test_damaged_and_harmful_files(data: bytes, code: str) -> None:
    with pytest.raises(DataError) as caught:
        read_docx(data, "a.docx")
    assert caught.value.code == code
    assert str(caught.value).startswith("a.docx")


@pytest.mark.parametrize("depth", [32, 33, 3000])
def test_fields_within_one_another(
    depth: int, unchanged: Callable[[Document], bytes], reverse: Callable[[Document], bytes]
) -> None:
    begin, end = (f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>' for kind in ("begin", "end"))
    body = f"<w:p><w:r><w:t>one</w:t></w:r>{begin * depth}{end * depth}<w:r><w:t>two</w:t></w:r></w:p>"
    document = read_docx(docx(body), "a.docx")
    assert unchanged(document) == docx(body)
    written = members(reverse(document))["word/document.xml"]
    assert written.count(b"begin") == written.count(b'"end"') == depth
    assert written.index(b"eno") < written.index(b"begin") < written.index(b'"end"') < written.index(b"owt")


def test_the_texts_of_all_parts_count(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("seq2seq.formats.documents.office.document._MOST", 3)
    text = f'<w:hdr xmlns:w="{WORD}">{"<w:p><w:r><w:t>one</w:t></w:r></w:p>" * 2}</w:hdr>'
    header = WORD_TYPE.replace("document.main", "header")
    parts = {"word/document.xml": (WORD_TYPE, text), "word/header1.xml": (header, text)}
    with pytest.raises(DataError) as caught:
        read_docx(open_xml(parts), "a.docx")
    assert caught.value.code == "data.too-large"
