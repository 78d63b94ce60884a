"""Whatever is in a document, it is read and written as it was, or refused; words that change leave it readable."""

from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.hostile_documents import OPTIONS, lengthened
from support.packages import docx, odt, xlsx

from seq2seq.documents.open import DocumentReader
from seq2seq.errors import DataError
from seq2seq.formats.segment import Code, Part, Target
from seq2seq.registry import DOCUMENTS

RUN = "<w:r><w:t>one </w:t></w:r>"
XML = ["one", "two. ", " ", "\n", "&amp;", "&#13;", "&#0065;", "<!--a-->", "<?a b?>", "<![CDATA[<a>]]>"]
PARTS = {
    "text": ["one", " ", "- ", "1. ", "\t", "\n", "\r\n", "\r", "\u00a0", "."],
    "wrapped": ["one", " ", "-", "- ", "1. ", "\n", "\r\n", "> ", "\u00ad", "見", "    ", "\u0301", "."],
    "html": ["one", " ", ". ", "<", "<a", "<a ", "<a href=b>", "</a>", "<p>", "</p>", "<b>", "</b>", "<i>", "<div>",
             "</div>", "<li>", "<ul>", "<table>", "<td>", "</table>", "<!--", "-->", "<?php", "?>", "<![CDATA[", "&",
             "&#", "&amp;", "99999999", "x=", "='", '="', ">", "/>", "<script>", "</script>", "<textarea>",
             "<title>", "<code>", "</code>", "<br>", "<b translate=no>", "<i translate=yes>", "<img alt='one'>",
             "<p title=one>", "&nbsp;", "\r\n"],
    "srt": ["one", " ", "\n", "\n\n", "1\n", "00:00:01,000 --> 00:00:02,000\n", "<b>", "</b>", "<", "{", "{b}", "- ",
            "♪", "見"],
    "vtt": ["one", " ", "\n", "\n\n", "00:01.000 --> 00:02.000\n", "<v a>", "</v>", "<rt>", "<", "&amp;", "&#9", "- "],
    "po": ['msgid "one"\n', 'msgstr ""\n', '"two\\n"\n', "\n", "# a\n", "#~ a\n", "#, fuzzy\n", 'msgctxt "b"\n',
           'msgid_plural "c"\n', 'msgstr[0] ""\n', 'msgstr[1] ""\n', '"', 'msgid ""\n', '#| msgid "d"\n'],
    "csv": ["one", ",", ";", "\t", '"', '""', "\n", "\r", " ", '"one",', "'"],
    "json": ['"one"', "[", "]", "{", "}", ",", '"a":', '"\\u0041 two"', "1", " ", "\n", '"\\n\\n"', '"\\t"'],
    "jsonl": ['"one"', "[", "]", "{", "}", ",", '"a":', "\n", '["one"]\n', '{"a":"two"}\n'],
    "properties": ["one", "=", ":", " ", "\\", "\\\n", "\n", "\r", "#", "\\u0041", "'", "''", "{0}", "{", "}", "\t"],
    "strings": ['"one"', '"', '\\"', "=", ";", "/*", "*/", "//", "\n", " ", '"a"="two";', "\\U0041", "a"],
    "xliff": [*XML, "<g>", "</g>", "<x/>", "<bx id='1'/>", "<ex id='1'/>", "<mrk mtype='seg' mid='1'>", "</mrk>",
              "<ph>a</ph>", "<sm id='1' translate='no'/>", "<em startRef='1'/>", "<sc id='2'/>", "<ec startRef='2'/>"],
    "android": [*XML, "<b>", "</b>", "&lt;b&gt;", "&lt;/b&gt;", "&lt;", "\\n", "\\t", "\\u0041", "\\", "'", '"', "@",
                "?", "<xliff:g>", "</xliff:g>", "<br/>"],
    "docx": ["<w:p>", "</w:p>", RUN, "<w:r><w:rPr><w:b/></w:rPr><w:t>two</w:t></w:r>", "<w:hyperlink>",
             "</w:hyperlink>", "<w:r><w:br/></w:r>", "<w:r><w:tab/></w:r>", "<w:proofErr/>", "<w:r><w:pict>",
             "</w:pict></w:r>", *(f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>' for kind in ("begin", "separate",
             "end")), "<w:r><w:instrText>HYPERLINK</w:instrText></w:r>", "<w:docPr title='three'/>", "<!--a-->"],
    "odt": [*XML, "<text:p>", "</text:p>", "<text:span text:style-name='x'>", "</text:span>", "<text:s/>",
            "<text:tab/>", "<text:note>", "</text:note>", "<text:a>", "</text:a>", "<text:soft-page-break/>",
            "<text:line-break/>"],
    "xlsx": ["<row>", "</row>", '<c t="inlineStr"><is><t>one</t></is></c>', '<c r="C3"/>', '<c t="s"><v>0</v></c>',
             "<c><f/></c>", '<c t="inlineStr">', "</c>", "<is>", "</is>", "<r><t>two</t></r>",
             "<r><rPr><b/></rPr><t>a</t></r>"],
}  # fmt: skip
"""What documents of a format are made of, whole and broken. Markdown has a test of its own, beside its reader."""


def made(format: str, inner: str) -> bytes:
    """A document with this in it."""
    match format:
        case "docx":
            return docx(f"<w:p>{RUN}{inner}</w:p>")
        case "odt":
            return odt(f"<text:p>{inner}</text:p>")
        case "xlsx":
            return xlsx(f"<row>{inner}</row>")
        case "xliff":
            unit = f'<trans-unit id="1"><source>{inner}</source></trans-unit>'
            return f'<xliff version="1.2"><file target-language="de"><body>{unit}</body></file></xliff>'.encode()
        case "android":
            start = '<resources xmlns:xliff="urn:oasis:names:tc:xliff:document:1.2"><string name="a">'
            return f"{start}{inner}</string></resources>".encode()
    return inner.encode()


@pytest.mark.parametrize("format", PARTS)
@given(data=st.data())
@settings(max_examples=100)
def test_any_document_is_written_as_it_was_or_refused(format: str, data: st.DataObject) -> None:
    file = made(format, "".join(data.draw(st.lists(st.sampled_from(PARTS[format])))))
    options = {"column": 0} if format in OPTIONS else {}
    read = partial(DOCUMENTS.load(format, DocumentReader), **options)
    try:
        document = read(file, "a")
    except DataError:
        return
    same = document.write([Target(segment.content) for segment in document.segments])
    assert same == file or format in ("po", "xliff")
    for segment in document.segments:
        opened = []
        for part in segment.content:
            if isinstance(part, Code) and part.part is Part.OPEN:
                opened.append(part.name)
            elif isinstance(part, Code) and part.part is Part.CLOSE:
                assert opened.pop() == part.name
        assert not opened
    read(document.write([Target(lengthened(segment.content)) for segment in document.segments]), "a")
