"""As test_growth.py, for files that are read as rows, and for glossaries."""

from collections.abc import Callable
from pathlib import Path

import pytest
from support.hostile_documents import many
from support.processor_time import measured

from seq2seq.formats.bilingual.po import PO
from seq2seq.formats.bilingual.reader import LeftOut, PairReader
from seq2seq.formats.bilingual.tmx import TMX
from seq2seq.formats.bilingual.xliff import XLIFF
from seq2seq.formats.glossaries.read import read_glossary

SIZE = 20_000
"""Characters of the smaller file; the larger has four times as many."""
GROWTH, UNNOTICED, TRIES = 8.0, 0.03, 4
"""As in test_growth.py."""


def pairs(reader: PairReader) -> Callable[[Path], object]:
    return lambda path: list(reader.read(path, "en", "de", LeftOut()))


def unit(inner: Callable[[int], str]) -> Callable[[int], str]:
    """A translation memory of one unit."""
    start = '<tmx version="1.4"><header srclang="en"/><body><tu><tuv xml:lang="en"><seg>'
    end = '</seg></tuv><tuv xml:lang="de"><seg>eins</seg></tuv></tu></body></tmx>'
    return lambda size: f"{start}{inner(size)}{end}"


def source(inner: Callable[[int], str]) -> Callable[[int], str]:
    """An XLIFF file of one unit."""
    start = '<xliff version="1.2"><file source-language="en" target-language="de"><body><trans-unit id="1"><source>'
    end = "</source><target>eins</target></trans-unit></body></file></xliff>"
    return lambda size: f"{start}{inner(size)}{end}"


def concept(size: int) -> str:
    """A glossary with one concept."""
    sides = (
        f'<langSec xml:lang="{tag}">'
        + "".join(f"<termSec><term>{tag}{number}</term></termSec>" for number in range(size // 80))
        + "</langSec>"
        for tag in ("en", "de")
    )
    return f'<tbx type="TBX-Basic"><text><body><conceptEntry>{"".join(sides)}</conceptEntry></body></text></tbx>'


def wide_glossary(size: int) -> str:
    return "source" + "\ttarget" * (size // 14) + "\n" + "".join(f"one{row}\ttwo\n" for row in range(size // 24))


FAMILIES: dict[str, tuple[str, Callable[[Path], object], Callable[[int], str]]] = {
    "spaces": ("a.tmx", pairs(TMX), unit(many(" ", after="one\ntwo"))),
    "codes": ("a.tmx", pairs(TMX), unit(many("<ph>&lt;b></ph>one "))),
    "spaces_and_code": ("a.tmx", pairs(TMX), unit(many(" ", before="<ph>a</ph>one", after="two"))),
    "placeholder": ("a.tmx", pairs(TMX), unit(many(" ", before="<ph>{0,", after="!</ph>"))),
    "empty_placeholder": ("a.tmx", pairs(TMX), unit(many(" ", before="<ph>{", after="!</ph>"))),
    "zeros": ("a.tmx", pairs(TMX), unit(many("0", before="<ph>%", after="!</ph>"))),
    "variants": ("a.tmx", pairs(TMX), unit(many('</seg></tuv><tuv xml:lang="de"><seg>'))),
    "sub": ("a.tmx", pairs(TMX), unit(many("<sub>one</sub>", before="<ph>", after="</ph>"))),
    "marks": ("a.xlf", pairs(XLIFF), source(many('<mrk mtype="seg" mid="1">one</mrk>'))),
    "lines": ("a.po", pairs(PO), many('"one "\n', before='msgid ""\n', after='msgstr "eins"\n')),
    "entries": ("de.po", pairs(PO), many('msgid "one"\nmsgstr "eins"\n\n')),
    "concept": ("a.tbx", lambda path: read_glossary(path, ("en", "de")), concept),
    "columns": ("a.tsv", read_glossary, wide_glossary),
    "repeated": ("a.tsv", read_glossary, lambda size: "".join(f"one\t{row}\n" for row in range(size // 9))),
}


@pytest.mark.parametrize("name", FAMILIES)
def test_time_grows_as_the_size(name: str, tmp_path: Path) -> None:
    file, read, make = FAMILIES[name]
    path = tmp_path / file

    def seconds(size: int) -> float:
        path.write_text(make(size), "utf-8")
        with measured() as spent:
            read(path)
        return spent[0]

    found = ((seconds(SIZE), seconds(4 * SIZE)) for _ in range(TRIES))
    assert any(large <= max(GROWTH * small, UNNOTICED) for small, large in found)
