"""Kinds of text files that are no plain lists of sentences: tables, catalogues, subtitles, markup.

Each kind says how it is known, by the first lines of a file (and by its name, where lines alone do not tell), and how
to make pairs or sentences of it. What can be read as pairs has the name of its reader.
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from seq2seq.data.tables.column_names import names_a_column
from seq2seq.data.tables.conversions import HTML_TO_TEXT, OPEN, READ_PO, SUBTITLES_TO_TEXT, TMX_TO_TSV, XLIFF_TO_TSV
from seq2seq.files.kinds import filled
from seq2seq.files.opening import without_compression
from seq2seq.files.unpack import marks
from seq2seq.registry import DOCUMENTS

Lines = Sequence[str]
_TABLE_RULE: Final = re.compile(r"\s*\|?(\s*:?-{3,}:?\s*\|)+(\s*:?-{3,}:?\s*\|?)?\s*")
"""`| --- | --- |` of Markdown."""
_MARKED: Final = 0.05
"""Share of lines with marks that a text in Markdown has at least."""

_LEAST: Final = 3
"""Lines that have to look alike where one could be a sentence."""
_SHARE: Final = 0.9
"""Share of lines that have to."""


@dataclass(frozen=True)
class TextKind:
    """A kind of text file."""

    name: str
    """A noun, with its article if it has one."""
    seen: Callable[[Lines], bool]
    """Whether the first lines of a file that are not blank are of this kind."""
    endings: tuple[str, ...] = ()
    """Endings of the names of such files, for which one line may be enough."""
    named: Callable[[Lines], bool] = lambda _: False
    """Whether lines that do not show the kind may be of a file with such an ending."""
    reader: str | None = None
    """The ending of tables that are read in the same way (``.tsv``); None: pairs are not read from it."""
    pairs: str = "Pairs are read from TSV, CSV, JSON, Parquet, or two text files that are aligned line by line."
    """Advice on how to make pairs of it; :func:`seq2seq.files.kinds.filled` fills it in."""
    sentences: str = "Put its sentences into a text file, one per line, and translate that."
    """Advice on how to make sentences of it; it is filled in, too."""
    more: Callable[[Lines], Mapping[str, str]] = field(default=lambda _: {})
    """Further names that are filled in."""

    def for_pairs(self, file: str) -> str:
        """The error where pairs are read."""
        before, name = _as_plain_text(file)
        return f"{file}: this is {self.name}, which is not read as pairs.\n  {before}{filled(self.pairs, name)}"

    def for_sentences(self, file: str, lines: Lines, *, documents: bool = True) -> str:
        """The warning where sentences are read; ``documents``: where documents are, too."""
        before, name = _as_plain_text(file if Path(file).suffix else "FILE")
        advice = before + filled(self.sentences, name, **self.more(lines))
        format = next((ending[1:] for ending in self.endings if ending[1:] in DOCUMENTS), None)
        document = f"\n  To translate it as a document: --format {format}" if format and documents else ""
        return f"{file} looks like {self.name}: every line of it is taken as a sentence.{document}\n  {advice}"


def _as_plain_text(file: str) -> tuple[str, str]:
    """First step of advice on a file that is compressed or not in UTF-8, and the file's name after it."""
    try:
        with Path(file).open("rb") as opened:
            head = opened.read(max(map(len, marks())))
    except OSError:  # a stream
        return "", file
    if not head.startswith(marks()):
        return "", file
    ending = Path(without_compression(Path(file).name)).suffix
    return f"Save it, unpacked and in UTF-8, as FILE{ending}. Then: ", f"FILE{ending}"


def text_kind(lines: Lines, name: str = "") -> TextKind | None:
    """The kind of text that begins with some lines; None: sentences, or an unknown kind."""
    filled_lines = [line for line in lines if line.strip()]
    ending = Path(without_compression(name)).suffix.lower()
    for kind in KINDS:
        if ending in kind.endings and (kind.named(lines) or (filled_lines and kind.seen(filled_lines))):
            return kind
    if len(filled_lines) == 0:
        return None
    # A table of tabs is known by what many lines have in common.
    certain = [kind for kind in KINDS if kind is not _TSV or len(filled_lines) >= _LEAST]
    return next((kind for kind in certain if kind.seen(filled_lines)), None)


def _any(pattern: str) -> Callable[[Lines], bool]:
    """Whether some line has a pattern."""
    search = re.compile(pattern).search
    return lambda lines: any(search(line) for line in lines)


def _several(pattern: str, least: int) -> Callable[[Lines], bool]:
    """Whether at least ``least`` lines have a pattern."""
    search = re.compile(pattern).search
    return lambda lines: sum(search(line) is not None for line in lines) >= least


def _most(pattern: str) -> Callable[[Lines], bool]:
    """Whether nearly all lines have a pattern."""
    search = re.compile(pattern).search
    return lambda lines: sum(search(line) is not None for line in lines) >= _SHARE * len(lines)


def _is_tsv(lines: Lines) -> bool:
    """Nearly all lines have the same number of tabs."""
    counts = [line.count("\t") for line in lines]
    usual = max(set(counts), key=counts.count)
    return usual > 0 and counts.count(usual) >= _SHARE * len(lines)


def _is_csv(lines: Lines) -> bool:
    """The first line has usual names of columns."""
    names = [name.strip().strip("\"'") for name in re.split("[,;|]", lines[0])]
    return len(lines) > 1 and sum(map(names_a_column, names)) >= 2


def _is_json_lines(lines: Lines) -> bool:
    """The first lines are objects."""
    return all(isinstance(_json(line), dict) for line in lines[:_LEAST])


def _is_json(lines: Lines) -> bool:
    """An array of objects, or an object that goes over several lines."""
    text = "".join(line.strip() for line in lines)
    return re.match(r'\[\s*\{\s*"|\{\s*"[^"]*"\s*:\s*[\[{"]', text) is not None


def _is_markdown(lines: Lines) -> bool:
    """A block of code, the rule of a table, or headings with lists or links: each alone may stand in any text."""
    fences = sum(line.lstrip().startswith("```") for line in lines)
    rules = sum(_TABLE_RULE.fullmatch(line) is not None for line in lines)
    headings = sum(re.match(r"#{1,6} \S", line) is not None for line in lines)
    others = sum(re.search(r"^\s*[-*+] \S|^\s*\d+\. \S|\]\([^)\s]+\)|^> ", line) is not None for line in lines)
    if (fences + rules + headings + others) < _MARKED * len(lines):
        return False
    return fences >= 2 or (rules > 0 and len(lines) > rules) or headings >= 2 or (headings > 0 and others > 1)


def _json(line: str) -> object:
    try:
        return json.loads(line)
    except (ValueError, RecursionError):
        return None


def _key(lines: Lines) -> Mapping[str, str]:
    """The expression for the first text of a JSON object in a program."""
    from seq2seq.data.tables.columns import places

    found = next((record for line in lines if isinstance(record := _json(line), dict)), {})
    place = next((place for _, place in places(found)), ("source",))
    return {"key": "".join(f"[{json.dumps(key, ensure_ascii=False)}]" for key in place)}


def _delimiter(lines: Lines) -> Mapping[str, str]:
    from seq2seq.formats.csv_dialect import sniff

    return {"delimiter": sniff(lines, ".csv").delimiter.replace("\t", "\\t")}


_FIRST: Final = "For its first column: "

FASTTEXT: Final = TextKind(
    "text with labels as fastText reads it (`__label__x text`)",
    _most(r"^__label__\S+\s"),
    reader=".fasttext",
    pairs="It holds labels and texts, for classification: --task classification, or a model that classifies.",
    sentences="To classify its texts: sed -E 's/^(__label__[^ ]+ +)+//' {file} > {stem}.txt",
)
_TSV: Final = TextKind(
    "a table of columns that are separated by tabs",
    _is_tsv,
    (".tsv", ".tab"),
    reader=".tsv",
    sentences=_FIRST + "cut -f1 {file} > {stem}.txt",
)
_JSON_LINES: Final = TextKind(
    "JSON Lines",
    _is_json_lines,
    (".jsonl", ".ndjson"),
    reader=".jsonl",
    sentences="To translate one value of each: python3 -c 'import json, sys; "
    f'[print(" ".join(str(json.loads(line){{key}}).split())) for line in {OPEN}]\' {{file}} > {{stem}}.txt',
    more=_key,
)
KINDS: Final = (
    TextKind(
        "a catalogue of messages (gettext PO)",
        lambda lines: _any(r'^msgid "')(lines) and _any(r'^msgstr(\[\d\])? "')(lines),
        (".po", ".pot"),
        reader=".po",
        sentences="To translate its messages: "
        + READ_PO
        + "[print(one) for one, _ in found if one]' {file} > {stem}.txt",
    ),
    TextKind(
        "a translation memory (TMX)",
        _any(r"<tmx[\s>]"),
        (".tmx",),
        reader=".tmx",
        sentences="Convert it to TSV, whose first column can be translated: " + TMX_TO_TSV,
    ),
    TextKind(
        "a file of translation units (XLIFF)",
        _any(r"<xliff[\s>]"),
        (".xlf", ".xliff", ".sdlxliff", ".mqxliff", ".mxliff"),
        reader=".xliff",
        sentences="Convert it to TSV, whose first column can be translated: " + XLIFF_TO_TSV,
    ),
    TextKind(
        "subtitles (WebVTT)",
        lambda lines: lines[0].startswith("WEBVTT"),
        (".vtt",),
        sentences="Take the text out: " + SUBTITLES_TO_TEXT,
        pairs="They are in one language. Take the text out, here and of the other language: " + SUBTITLES_TO_TEXT,
    ),
    TextKind(
        "subtitles (SubRip)",
        _any(r"^\d+:\d\d:\d\d[,.]\d+ +--> +\d"),
        (".srt",),
        pairs="They are in one language. Take the text out, here and of the other language: " + SUBTITLES_TO_TEXT,
        sentences="Take the text out: " + SUBTITLES_TO_TEXT,
    ),
    TextKind(
        "HTML",
        lambda lines: (
            _any(r"(?i)<!doctype html|<html[\s>]")(lines[:20])
            or _several(
                r"(?i)^\s*</?(p|div|h[1-6]|ul|ol|li|table|tr|td|th|body|head|section|article|nav|title|meta)\b[^<>]*>",
                _LEAST,
            )(lines)
        ),
        (".html", ".htm", ".xhtml"),
        pairs="It is in one language. Take the text out, here and of the other language: " + HTML_TO_TEXT,
        sentences="Take the text out: " + HTML_TO_TEXT,
    ),
    TextKind("XML", lambda lines: lines[0].lstrip("\ufeff ").startswith("<?xml"), (".xml", ".resx", ".ts")),
    FASTTEXT,
    _JSON_LINES,
    TextKind(
        "JSON",
        _is_json,
        (".json",),
        reader=".json",
        sentences="Make a text file of it, one sentence per line, and translate that.",
    ),
    _TSV,
    TextKind(
        "pairs that are separated by `|||`",
        _most(r"\S \|\|\| \S"),
        reader=".tsv",
        sentences="To translate the sources: sed 's/ ||| .*//' {file} > {stem}.txt",
    ),
    TextKind(
        "a table (CSV)",
        _is_csv,
        (".csv",),
        named=_any('[,;|\t"]'),
        reader=".csv",
        sentences=_FIRST + 'python3 -c \'import csv, sys; [print(" ".join(row[0].split())) for row in csv.reader('
        'open(sys.argv[1], encoding="utf-8-sig", newline=""), delimiter="{delimiter}") if row]\' {file} > {stem}.txt',
        more=_delimiter,
    ),
    TextKind("Markdown", _is_markdown, (".md", ".markdown", ".mdx"), named=lambda _: True),
    TextKind("reStructuredText", _several(r"^\.\. [\w-]+::", 2), (".rst",), named=lambda _: True),
    TextKind("LaTeX", _any(r"^\s*\\(documentclass|begin\{document\})"), (".tex",), named=lambda _: True),
    TextKind(
        "a file of settings or messages",
        lambda _: False,
        (".yaml", ".yml", ".properties", ".strings", ".ini", ".toml"),
        named=lambda _: True,
    ),
)
"""Every kind, the surest first."""
