"""Whatever is read is written as well-formed XML, and what is damaged is refused."""

import io
import random
import re
import zipfile
from collections.abc import Callable
from functools import partial
from xml.parsers.expat import ParserCreate

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.packages import FIXTURES, members, zipped

from seq2seq.errors import DataError
from seq2seq.formats.documents.office.docx import read_docx
from seq2seq.formats.documents.office.odt import read_odt
from seq2seq.formats.documents.office.pptx import read_pptx
from seq2seq.formats.documents.office.xlsx import read_xlsx
from seq2seq.formats.segment import Code, Content, Document, Part, Target

READERS: list[tuple[str, str, Callable[[bytes, str], Document]]] = [
    ("manual.docx", "word/document.xml", read_docx),
    ("manual.odt", "content.xml", read_odt),
    ("slides.pptx", "ppt/slides/slide1.xml", read_pptx),
    ("stock.xlsx", "xl/sharedStrings.xml", read_xlsx),
    ("stock.xlsx", "xl/worksheets/sheet1.xml", partial(read_xlsx, column="Description", target_column="New")),
]


def reordered(content: Content) -> Content:
    """Words and codes from the last to the first, with what is between a pair of codes in its place."""
    units: list[list[str | Code]] = []
    depth = 0
    for part in content:
        if depth:
            units[-1].append(part)
        else:
            units.append([part])
        if isinstance(part, Code):
            depth += (part.part is Part.OPEN) - (part.part is Part.CLOSE)
    assert depth == 0
    return tuple(part for unit in reversed(units) for part in unit)


def changed(text: bytes, rng: random.Random) -> bytes:
    """XML with some tags or texts left out, repeated, moved or swapped."""
    parts = re.findall(rb"<[^>]*>|[^<]+", text)
    for _ in range(rng.randint(1, 4)):
        one, other = rng.randrange(len(parts)), rng.randrange(len(parts))
        match rng.randrange(4):
            case 0:
                del parts[one]
            case 1:
                parts.insert(other, parts[one])
            case 2:
                parts.insert(other, parts.pop(one))
            case _:
                parts[one], parts[other] = parts[other], parts[one]
    return b"".join(parts)


def written(read: Callable[[bytes, str], Document], data: bytes) -> bytes | None:
    """What is written of a document, if it is not refused."""
    try:
        document = read(data, "a")
    except DataError:
        return None
    return document.write([Target(reordered(segment.content)) for segment in document.segments])


@pytest.mark.parametrize(("name", "part", "read"), READERS)
@given(rng=st.randoms(use_true_random=False))
@settings(max_examples=100, deadline=None)
def test_changed_parts(name: str, part: str, read: Callable[[bytes, str], Document], rng: random.Random) -> None:
    parts = members((FIXTURES / name).read_bytes())
    data = written(read, zipped({**parts, part: changed(parts[part], rng)}))
    if data is not None:
        ParserCreate().Parse(members(data)[part], True)


@pytest.mark.parametrize(("name", "read"), [(name, read) for name, _, read in READERS])
@given(place=st.integers(0, 1 << 20), value=st.integers(0, 255), cut=st.booleans())
@settings(max_examples=100, deadline=None)
def test_changed_bytes(name: str, read: Callable[[bytes, str], Document], place: int, value: int, cut: bool) -> None:
    data = bytearray((FIXTURES / name).read_bytes())
    place %= len(data)
    data[place] = value
    out = written(read, bytes(data[:place] if cut else data))
    if out is not None:
        assert len(zipfile.ZipFile(io.BytesIO(out)).namelist()) == len(zipfile.ZipFile(io.BytesIO(data)).namelist())
