"""Documents that are made to be slow to read: of each family, one of any size.

What makes readers slow: openers without closers, closers without openers, one long line, deep nesting, many of one kind
of thing, and long runs of what an expression may try from each of its characters.
"""

import re
from collections.abc import Callable
from functools import partial
from typing import Final

from support.packages import docx, odt, xlsx

from seq2seq.formats.segment import Code, Content

Family = Callable[[int], bytes]
"""A document of about so many characters."""
_CUE: Final = "1\n00:00:01,000 --> 00:00:02,000\n"
_BEGIN, _END = (f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>' for kind in ("begin", "end"))
_RUN: Final = "<w:r><w:t>one</w:t></w:r>"
_CELL: Final = '<c t="inlineStr"><is><t>one two</t></is></c>'


def many(*units: str, before: str = "", between: str = "", after: str = "") -> Callable[[int], str]:
    """Each unit as often as fits, one unit after the other."""
    size = sum(map(len, units))
    return lambda length: (
        before + between.join(unit * max(1, (length - len(before) - len(after)) // size) for unit in units) + after
    )


def _made_by(make: Callable[[str], bytes], **families: Callable[[int], str]) -> dict[str, Family]:
    """Families of texts that become files in the same way."""

    def family(text: Callable[[int], str]) -> Family:
        return lambda size: make(text(size))

    return {name: family(text) for name, text in families.items()}


_encoded: Final = partial(_made_by, str.encode)


def _xliff(body: Callable[[int], str], head: str = "") -> Callable[[int], str]:
    before = (
        f'<xliff version="1.2" xmlns="urn:oasis:names:tc:xliff:document:1.2"><file target-language="de"{head}><body>'
    )
    return lambda size: f"{before}{body(size)}</body></file></xliff>"


def _source(inside: Callable[[int], str]) -> Callable[[int], str]:
    """A unit with this in its source."""
    return _xliff(lambda size: f'<trans-unit id="1"><source>one {inside(size)} two</source></trans-unit>')


def _numbered(unit: str, *, before: str = "", after: str = "") -> Callable[[int], str]:
    """Units with numbers, all of them different."""
    return lambda size: before + "".join(unit.format(number) for number in range(size // (len(unit) + 2))) + after


FAMILIES: Final[dict[str, dict[str, Family]]] = {
    "text": _encoded(line=many("one "), spaces=many(" ", after="one"), bullets=many("- "), marks=many("1. ")),
    "wrapped": _encoded(
        line=many("one "), lines=many("one\n"), quotes=many(">", "> one\n"), spaces=many(" "),
        hyphens=many("one\u00ad\n"),
    ),
    "markdown": _encoded(
        front_matter=many("one\r\n", before="---\r\n"),
        blocks_of_html=many("<br>\none\n\n<div>\n\n"),
        formulas=many("$$ one\n\n"),
        quoted_formulas=many("> $$ one\n>\n"),
        formula_marks=many("$one "),
        dollars=many("$$"),
        footnotes=many("[^"),
        brackets=many("["),
        brackets_closed=many("[", "]"),
        images=many("![", "](one)", between="one"),
        links=many("[one]("),
        titles=many('[one](two "'),
        definitions=_numbered('[one{}]: two "three"\n\n'),
        definition=many("one\n", before='[one]: two "', after='"'),
        title_spaces=many(" ", before='[one](two "three', after='four\n")'),
        emphasis=many("*one "),
        emphasis_closed=many("*one* _two_ "),
        marks=many("**one_two*"),
        strikes=many("~~one "),
        ticks=many("`one ``"),
        growing_ticks=lambda size: " ".join("`" * count for count in range(int((2 * size) ** 0.5))),
        tags=many("<b>one", "</b>"),
        comments=many("<!--", before="one "),
        instructions=many("<?", before="one "),
        data=many("<![CDATA[", before="one "),
        entities=many("&#"),
        quotes=many("> "),
        lists=many("- "),
        items=many("- one\n"),
        indented=lambda size: "\n".join("  " * level + "- one" for level in range(min(90, size // 90))),
        table=many("|one|two|\n", before="|one|two|\n|-|-|\n"),
        wide_table=lambda size: "|one" * (size // 20) + "\n" + "|-" * (size // 20) + "\n" + "|one\n" * (size // 8),
        bars=many("|"),
        fences=many("```one\n\n````\n"),
        attributes=many("{#one "),
        special=many("a*b_c[d]e<f&g;"),
        spaces=many(" ", after="\n=="),
        underlines=many("one\n---\n"),
    ),
    "html": _encoded(
        tags=many("<b>one", "</b>"),
        items=many("<li>one"),
        lists=many("<ul><li>one"),
        tables=many("<table><tr><td>one"),
        blocks=many("<div><b>", "</b><p>", between="one"),
        stray=many("</p>one"),
        formatting=many("<b><i>one</b></i> "),
        switches=many("<b translate=no>one<i translate=yes>two", "</i></b>"),
        switches_open=many("<b translate=no>one<i translate=yes>two"),
        attributes=_numbered(" a{}=one", before="<p", after=">one"),
        open_attributes=many("<a b='>one\" c=\""),
        spaces=many(" ", before="<a", after="one"),
        less=many("<"),
        comments=many("<!--"),
        instructions=many("<?php"),
        data=many("<![CDATA["),
        scripts=many("<script>one</script"),
        images=many('<img alt="one">two '),
        links=many("<a href=one>two</a> "),
        entities=many("&nbsp; &#12"),
        digits=many("9", before="one &#", after=";"),
        breaks=many("one<br>"),
        code=many("<code>", "</code>"),
        space=many(" \n", after="one"),
    ),
    "srt": _encoded(
        cues=many(f"{_CUE}one two\n\n"),
        lines=many("one\n", before=_CUE),
        words=many("one ", before=_CUE),
        letters=many("見", before=_CUE),
        dashes=many("- one\n", before=_CUE),
        tags=many("<b>", "{one", "<rt.", before=_CUE, after="one"),
        digits=many("1", before=_CUE),
        times=many("00:00:01,000 -->"),
    ),
    "vtt": _encoded(
        cues=many("00:01.000 --> 00:02.000\none two\n\n", before="WEBVTT\n\n"),
        lines=many("one\n", before="WEBVTT\n\n00:01.000 --> 00:02.000\n"),
        digits=many("9", before="WEBVTT\n\n00:01.000 --> 00:02.000\none &#"),
    ),
    "po": _encoded(
        lines=many('"one "\n', before='msgid ""\n', after='msgstr ""\n'),
        line=many("one ", before='msgid "', after='"\nmsgstr ""\n'),
        breaks=many("one\\n", before='msgid "', after='"\nmsgstr ""\n'),
        forms=many('msgid "one"\nmsgid_plural "two"\nmsgstr[9] ""\n\n'),
        comments=many("# one\n", after='msgid "one"\nmsgstr ""\n'),
        flags=many("#, one\n", after='msgid "one"\nmsgstr ""\n'),
        obsolete=many('#~ msgid "one"\n'),
        quote=many("one", before='msgid "'),
    ),
    "xliff": _encoded(
        units=_xliff(many('<trans-unit id="1"><source>one two</source></trans-unit>')),
        long_file=_xliff(many('<trans-unit id="1"><source>one</source></trans-unit>'), f' x="{"y" * 50_000}"'),
        segments=_xliff(
            lambda size: (
                '<trans-unit id="1"><source>one</source><seg-source>'
                + _numbered('<mrk mtype="seg" mid="{}">one</mrk>')(size)
                + "</seg-source></trans-unit>"
            )
        ),
        namespaces=lambda size: (
            '<xliff version="1.2"' + _numbered(' xmlns:a{}="b"')(size // 2) + ">"
            + many('<a xmlns:b="c"/>')(size // 2) + "</xliff>"
        ),
        pairs=_source(many('<g id="1">one</g> ')),
        marks=_source(many('<sm id="1" translate="no"/>', '<g id="1">one</g> ')),
        halves=_source(many('<bx id="1"/>one ', '<ex id="1"/>')),
        comments=_source(many("<!--one-->two ")),
        comment=_source(many("one ", before="<!--", after="-->")),
        attributes=_source(_numbered(' a{}="b"', before="<x", after="/>")),
        entities=_source(many("&amp;")),
        spaces=_source(many(" ")),
        nested=_source(lambda size: (many("<g>", "</g>", between="one ")(1500)) * (size // 1500)),
    ),
    "android": _encoded(
        strings=many('<string name="a">one</string>', before="<resources>", after="</resources>"),
        tags=many("&lt;b one ", before='<resources><string name="a">', after="</string></resources>"),
        escapes=many("\\n\\'", before='<resources><string name="a">one', after="</string></resources>"),
        data=many("&", before='<resources><string name="a">one <![CDATA[', after="]]></string></resources>"),
        digits=many("0", before='<resources><string name="a">one &#', after="65; two</string></resources>"),
        pairs=many("<b>one</b> ", before='<resources><string name="a">', after="</string></resources>"),
    ),
    "csv": _encoded(
        rows=many("one,two\n"),
        columns=many("one,", after="\n"),
        quotes=many('"one""two",'),
        open_quote=many("one,", before='"'),
        blank_lines=many("\n", before='one,two\n"', after='three",\n'),
        spaces=many(" ", after=",one\n"),
    ),
    "json": _encoded(
        items=many('"one",', before="[", after='"two"]'),
        deep_items=many('"one",', before="[" * 200, after='"two"' + "]" * 200),
        nested=many("[", "]"),
        long_key=lambda size: '{"' + "k" * (size // 2) + '":[' + '"one",' * (size // 12) + '"two"]}',
        escapes=many("\\u0041\\n", before='["one ', after='"]'),
        objects=many('{"a":"one"},', before="[", after="{}]"),
    ),
    "jsonl": _encoded(lines=many('{"a":"one"}\n')),
    "properties": _encoded(
        entries=many("a=one\n"),
        lines=many("one \\\n", before="a="),
        quotes=many("'{ ", before="a={0}"),
        backslashes=many("\\", before="a="),
        spaces=many(" ", before="a", after="one"),
    ),
    "strings": _encoded(
        entries=many('"a"="one";\n'),
        escapes=many('\\"', before='"a"="one', after='";'),
        comments=many("/* ", after="*/"),
        equals=many("a=", after="one"),
        spaces=many(" ", before='"a"', after="="),
    ),
    "docx": _made_by(
        docx,
        paragraphs=many(f"<w:p>{_RUN}</w:p>"),
        runs=many(f"<w:r><w:rPr><w:b/></w:rPr><w:t>one </w:t></w:r>{_RUN}", before="<w:p>", after="</w:p>"),
        breaks=many("<w:r><w:br/></w:r>", before=f"<w:p>{_RUN}", after=f"{_RUN}</w:p>"),
        fields=many(_BEGIN, _END, before="<w:p>", between=_RUN, after=f"{_RUN}</w:p>"),
        fields_around_a_link=many(
            _BEGIN, _END, before="<w:p>", between=f"<w:hyperlink>{_RUN}</w:hyperlink>", after="</w:p>"
        ),
        boxes=many(f"<w:pict><w:p>{_RUN}</w:p></w:pict>", before="<w:p><w:r><w:t>one</w:t>", after="</w:r></w:p>"),
        descriptions=many("<wp:docPr ", before=f"<w:p>{_RUN}</w:p><!--", after="-->"),
    ),
    "odt": _made_by(
        odt,
        notes=many("<text:note><text:p>one</text:p></text:note>", before="<text:p>one", after="</text:p>"),
        spans=many('<text:span text:style-name="x">one </text:span>', before="<text:p>", after="</text:p>"),
        spaces=many("<text:s/>", before="<text:p>one", after="two</text:p>"),
    ),
    "xlsx": _made_by(
        xlsx,
        cells=many(_CELL, before="<row>", after="</row>"),
        rows=many(f"<row>{_CELL}</row>"),
        letters=many("A", before='<row><c r="', after=f'1"/>{_CELL}</row>'),
        dimensions=many("<dimension ", before="<!--", after=f"--><row>{_CELL}</row>"),
    ),
}  # fmt: skip
"""By format and name."""
OPTIONS: Final[dict[str, dict[str, int]]] = {
    "csv": {"column": 0, "target_column": 1},
    "xlsx": {"column": 0, "target_column": 1},
}
"""Options with which a format is read."""


def lengthened(content: Content) -> Content:
    """Every word twice as long."""
    return tuple(part if isinstance(part, Code) else re.sub(r"[^\W\d_]+", r"\g<0>\g<0>", part) for part in content)
