"""Glossaries in TBX, of both versions and styles."""

from collections.abc import Callable
from pathlib import Path

import pytest
from support.refused import refused

from seq2seq.formats.glossaries.glossary import Term
from seq2seq.formats.glossaries.read import read_glossary

Write = Callable[[str, str | bytes], Path]

VERSION_2 = """<?xml version="1.0"?>
<!DOCTYPE martif SYSTEM "TBXcoreStructV02.dtd">
<martif type="TBX" xml:lang="en"><martifHeader/><text><body>
<termEntry id="1">
  <descrip type="definition">an animal</descrip>
  <langSet xml:lang="en-US"><tig><term>dog</term></tig><ntig><termGrp><term>hound</term></termGrp></ntig></langSet>
  <langSet xml:lang="de"><tig><term>K<hi>ö</hi>ter</term>
    <termNote type="administrativeStatus">deprecatedTerm-admn-sts</termNote></tig>
    <tig><term>Vierbeiner</term></tig>
    <tig><termNote type="administrativeStatus">preferredTerm-admn-sts</termNote><term>Hund</term></tig></langSet>
  <langSet xml:lang="fr"><tig><term>chien</term></tig></langSet>
</termEntry>
<termEntry><langSet xml:lang="en"><tig><term>cat</term></tig></langSet></termEntry>
</body></text></martif>
"""
VERSION_3 = """<?xml version="1.0"?>
<tbx style="{style}" type="TBX-Basic" xml:lang="en" xmlns="urn:iso:std:iso:30042:ed-2" xmlns:basic="http://x">
<tbxHeader/><text><body><conceptEntry id="c1">
<langSec xml:lang="en"><termSec><term>dog</term></termSec></langSec>
<langSec xml:lang="de">
<termSec><term>Köter</term>{status}</termSec><termSec><term>Hund</term></termSec></langSec>
</conceptEntry></body></text></tbx>
"""
STYLES = {
    "dca": '<termNote type="administrativeStatus">supersededTerm-admn-sts</termNote>',
    "dct": "<basic:administrativeStatus>supersededTerm-admn-sts</basic:administrativeStatus>",
}


def test_version_2(write: Write) -> None:
    path = write("a.tbx", VERSION_2)
    targets = ("Hund", "Vierbeiner")
    assert read_glossary(path, ("en", "de")).terms == (Term("dog", targets, 4), Term("hound", targets, 4))
    assert read_glossary(path, ("fr", "en")).terms == (Term("chien", ("dog", "hound"), 4),)


@pytest.mark.parametrize("style", STYLES)
def test_version_3(write: Write, style: str) -> None:
    path = write("a.tbx", VERSION_3.format(style=style, status=STYLES[style]))
    assert read_glossary(path, ("en", "de-AT")).terms == (Term("dog", ("Hund",), 3),)


@pytest.mark.parametrize("languages", [("", ""), ("en", "it"), ("", "de")])
def test_languages_that_have_to_be_chosen(write: Write, languages: tuple[str, str]) -> None:
    with refused("glossary.languages", "a.tbx", "'fr'"):
        read_glossary(write("a.tbx", VERSION_2), languages)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (VERSION_2[:600], "data.xml-damaged"),
        ('<!DOCTYPE a [<!ENTITY b "c">]><martif>&b;</martif>', "data.xml-entity"),
        ("<a>" * 5000, "data.xml-too-deep"),
        ("<martif/>", "glossary.empty"),
    ],
)
def test_files_that_cannot_be_read(write: Write, content: str, code: str) -> None:
    with refused(code, "a.tbx"):
        read_glossary(write("a.tbx", content), ("en", "de"))
