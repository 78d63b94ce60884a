"""What a text is that is no list of sentences, and whether the advice makes sentences or pairs of it."""

import gzip
import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from support.refused import refused

from seq2seq.config.data import ColumnsConfig
from seq2seq.data.reading.find_files import what_is
from seq2seq.data.reading.infer_columns import infer_columns
from seq2seq.data.reading.sources import find_splits
from seq2seq.data.tables.text_kinds import KINDS, text_kind
from seq2seq.formats.csv_dialect import first_lines

Write = Callable[[str, str | bytes], Path]

PO = """# translated by nobody
msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\\n"

#: lid.c:3
msgid "Close the lid."
msgstr "Sulje kansi."

#, fuzzy
msgid "Open the box."
msgstr "Sulje laatikko."

msgid ""
"Press \\"start\\" "
"and wait.\\n"
msgstr "Paina \\"käynnistä\\" ja odota.\\n"

msgid "Not translated."
msgstr ""
"""
TMX = """<?xml version="1.0" encoding="utf-8"?>
<tmx version="1.4"><header srclang="en"/><body>
<tu><tuv xml:lang="en"><seg>Close the <bpt i="1">&lt;b&gt;</bpt>lid.</seg></tuv><tuv xml:lang="fi"><seg>Sulje
kansi.</seg></tuv></tu>
<tu><tuv xml:lang="en"><seg>Open it.</seg></tuv><tuv xml:lang="fi"><seg>Avaa se.</seg></tuv></tu>
</body></tmx>
"""
XLIFF = """<?xml version="1.0"?>
<xliff xmlns="urn:oasis:names:tc:xliff:document:1.2" version="1.2"><file source-language="en"><body>
<trans-unit id="1"><source>Close the lid.</source><target>Sulje kansi.</target></trans-unit>
<trans-unit id="2"><source>Not yet.</source></trans-unit></body></file></xliff>
"""
XLIFF2 = """<xliff xmlns="urn:oasis:names:tc:xliff:document:2.0" version="2.0"><file id="f"><unit id="1"><segment>
<source>Close the lid.</source><target>Sulje kansi.</target></segment></unit></file></xliff>
"""
SRT = "1\n00:00:01,000 --> 00:00:03,500\nClose the lid.\n\n2\n00:00:04,000 --> 00:00:05,000\nOpen it.\nNow.\n"
VTT = "WEBVTT\n\n00:01.000 --> 00:03.500\nClose the lid.\n"
HTML = """<!DOCTYPE html>
<html><head><title>Lids</title><style>p {}</style></head>
<body><p>Close the <b>lid</b>
&amp; wait.</p>"""
MARKDOWN = "# Lids\n\nClose the lid.\n\n- one\n- two\n\n```\nimport json\n```\n"
TSV = "Close the lid.\tSulje kansi.\nOpen it.\tAvaa se.\nWait.\tOdota.\n"
CSV = 'source;target\n"Close; the lid.";Sulje\nOpen it.;Avaa\n'
ROWS = [
    {"translation": {"en": "Close the lid.", "fi": "Sulje kansi."}},
    {"translation": {"en": "Open\nit.", "fi": "x"}},
]
JSONL = "".join(json.dumps(row) + "\n" for row in ROWS)
FASTTEXT = "__label__a Close the lid.\n__label__b Open it.\n__label__a __label__b Wait.\n"


@pytest.mark.parametrize(
    ("text", "word"),
    [
        (PO, "PO"),
        (TMX, "TMX"),
        (XLIFF, "XLIFF"),
        (XLIFF2, "XLIFF"),
        (SRT, "SubRip"),
        (VTT, "WebVTT"),
        (HTML, "HTML"),
        ("<p>One.</p>\n<p>Two.</p>\n<div>Three.</div>\n", "HTML"),
        ('<?xml version="1.0"?>\n<resources><string name="x">y</string></resources>\n', "XML"),
        (MARKDOWN, "Markdown"),
        ("| a | b |\n| --- | --- |\n| c | d |\n", "Markdown"),
        (TSV, "tabs"),
        (CSV, "CSV"),
        (JSONL, "JSON Lines"),
        (json.dumps(ROWS), "JSON"),
        (json.dumps(ROWS, indent=2), "JSON"),
        (FASTTEXT, "fastText"),
        (".. note:: Read this.\n\n.. image:: x.png\n", "reStructuredText"),
        ("\\documentclass{article}\n\\begin{document}\n", "LaTeX"),
    ],
)
def test_each_kind_is_known_without_a_name(text: str, word: str) -> None:
    kind = text_kind(text.splitlines())
    assert kind is not None
    assert word in kind.name


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n\n",
        "Close the lid.\n",
        "Close the lid.\tNow.\n",
        "One tab\there.\nNone here.\nNor here.\n",
        "- Hello.\n- Hello to you.\n- Bye.\n",
        "# 1 in the charts.\nIt is a song.\n" + "Everybody knows it.\n" * 20,
        "Source, target and more.\nThe second line.\n",
        "Use <b>bold</b> text.\n<3 you\n",
        "He said: 12:00:01 --> 13.\n",
        "The value {x} is {y}.\n[1] See there.\n[citation needed]\n",
        '{x} and {y}\n"quoted", he said\n',
        "1. First\n2. Second\n3. Third\n",
        "* a star\n> a quotation\n",
        "msgid is a keyword.\nmsgstr, too.\n",
        "a, b; c | d\ne, f; g | h\ni, j; k | l\n",
        "日本語の文章です。\nもう一つ。\n",
    ],
)
def test_sentences_are_not_taken_for_anything_else(text: str) -> None:
    assert text_kind(text.splitlines()) is None


@pytest.mark.parametrize(
    ("name", "text", "word"),
    [
        ("a.tsv", "one\teins\n", "tabs"),
        ("a.tsv.gz", "one\teins\n", "tabs"),
        ("a.csv", "one,eins\n", "CSV"),
        ("README.md", "Just a sentence.\n", "Markdown"),
        ("a.yaml", "a: b\n", "settings"),
        ("a.jsonl", '{"a": "b"}\n', "JSON Lines"),
    ],
)
def test_a_name_makes_one_line_enough(name: str, text: str, word: str) -> None:
    kind = text_kind(text.splitlines(), name)
    assert kind is not None
    assert word in kind.name


@pytest.mark.parametrize("name", ["a.tsv", "a.csv", "a.po", "a.html", "a.srt", "a.json"])
def test_a_name_alone_is_not_enough_where_lines_tell(name: str) -> None:
    assert text_kind(["Just a sentence."], name) is None


def command_in(advice: str) -> str:
    """The command that a message advises."""
    last = advice.splitlines()[-1]
    return last[last.index(": ") + 2 :]


@pytest.mark.parametrize(
    ("name", "text", "lines"),
    [
        ("my lib.po", PO, ["Close the lid.", 'Press "start" and wait.', "Not translated."]),
        ("a.srt", SRT, ["Close the lid.", "Open it.", "Now."]),
        ("a.vtt", VTT, ["Close the lid."]),
        ("a.html", HTML, ["Lids", "Close the lid & wait."]),
        ("my pairs.tsv", TSV, ["Close the lid.", "Open it.", "Wait."]),
        ("a.csv", CSV, ["source", "Close; the lid.", "Open it."]),
        ("a.jsonl", JSONL, ["Close the lid.", "Open it."]),
        ("a.txt", FASTTEXT, ["Close the lid.", "Open it.", "Wait."]),
    ],
)
def test_the_advice_makes_sentences(write: Write, tmp_path: Path, name: str, text: str, lines: list[str]) -> None:
    path = write(name, text)
    kind = text_kind(first_lines(path), name)
    assert kind is not None
    advice = kind.for_sentences(name, first_lines(path))
    subprocess.run(command_in(advice), shell=True, check=True, cwd=tmp_path)
    (made,) = set(tmp_path.iterdir()) - {path}
    assert [line for line in made.read_text(encoding="utf-8").splitlines() if "Content-Type" not in line] == lines


@pytest.mark.parametrize(
    ("name", "text"), [("a.po", PO), ("a.tmx", TMX), ("a.xlf", XLIFF), ("a.xlf", XLIFF2), ("a.txt", TMX), ("a", PO)]
)
def test_bilingual_files_are_read_whatever_they_are_called(write: Write, name: str, text: str) -> None:
    source = find_splits(infer_columns([str(write(name, text))]), ("train",))["train"]
    assert source is not None
    found = source.examples()
    assert (found.sources[0], found.targets[0]) == ("Close the lid.", "Sulje kansi.")


@pytest.mark.parametrize(("name", "text"), [("a.srt", SRT), ("a.html", HTML), ("a.md", MARKDOWN), ("a.yaml", "a: b\n")])
def test_files_of_one_language_are_named(write: Write, name: str, text: str) -> None:
    with refused("data.other-kind", f"{name}: "):
        infer_columns([str(write(name, text))])


def test_a_folder_of_what_is_not_read(write: Write, tmp_path: Path) -> None:
    write("lib/a.srt", SRT)
    with refused("data.no-data-file", "SubRip"):
        find_splits(infer_columns([str(tmp_path / "lib")]), ("train",))


def test_plain_text_is_one_side(write: Write) -> None:
    advice = str(what_is(write("a.txt", "Close the lid.\n")))
    assert "Two files that are aligned line by line" in advice
    with refused("data.not-text", "a.txt: ", "PNG"):
        what_is(write("a.txt", b"\x89PNG\r\n\x1a\n" + bytes(100)))


def test_what_has_a_reader_is_read(write: Write) -> None:
    readers = {kind.reader for kind in KINDS if kind.reader is not None}
    assert readers == {".tsv", ".csv", ".json", ".jsonl", ".fasttext", ".tmx", ".xliff", ".po"}
    assert ColumnsConfig() == infer_columns([str(write("a.txt", TSV))]).columns


@pytest.mark.parametrize("form", ["utf-16", "gz"])
def test_the_advice_for_what_is_no_plain_text_begins_with_making_it_plain(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    monkeypatch.chdir(tmp_path)
    name = "pairs.tsv.gz" if form == "gz" else "pairs.tsv"
    Path(name).write_bytes(gzip.compress(TSV.encode()) if form == "gz" else TSV.encode("utf-16"))
    kind = text_kind(first_lines(Path(name)), name)
    assert kind is not None
    advice = kind.for_sentences(name, first_lines(Path(name)))
    assert "Save it, unpacked and in UTF-8, as FILE.tsv. Then: " in advice
    Path("FILE.tsv").write_text(TSV, encoding="utf-8")
    last = advice.splitlines()[-1]
    subprocess.run(last[last.rindex(": ") + 2 :], shell=True, check=True)
    assert Path("FILE.new.txt").read_text(encoding="utf-8").splitlines() == ["Close the lid.", "Open it.", "Wait."]


def test_documents_are_named_where_lines_are_taken_as_sentences() -> None:
    formats = {
        "page.html": ["<html>"],
        "list.po": ['msgid "a"', 'msgstr ""'],
        "film.srt": ["1", "0:00:01,5 --> 0:00:02,0"],
    }
    for name, lines in formats.items():
        kind = text_kind(lines, name)
        assert kind is not None
        assert f"--format {name.rpartition('.')[2]}" in kind.for_sentences(name, lines)
    memory = text_kind(['<tmx version="1.4">'], "a.tmx")
    assert memory is not None
    assert "--format" not in memory.for_sentences("a.tmx", ['<tmx version="1.4">'])
