"""What the pages and programs left behind that a text went through: tags, entities, templates, missing values."""

import re
from collections.abc import Sequence
from functools import partial
from html import unescape
from html.entities import html5
from typing import Final

from seq2seq.data.inspection.batch import Batch
from seq2seq.data.inspection.finding import Check, Severity
from seq2seq.data.inspection.texts import HOLDER, MARKUP

HTML: Final = Check(
    "html",
    Severity.WARNING,
    "HTML in the text",
    "Unescape entities (`html.unescape` in Python) and remove tags, on both sides.",
    "unescaped, tags removed; scripts and style sheets left out",
)
TEMPLATE: Final = Check(
    "template",
    Severity.WARNING,
    "remnants of a template or a program",
    "Fill the template in, or leave the row out.",
    "code and wiki marks left out; what looks like a placeholder kept",
)
MISSING: Final = Check(
    "missing",
    Severity.WARNING,
    "a missing value that became text",
    "Leave the row out; look for where the text is lost (an export of empty cells writes `nan`, `None` or `NULL`).",
    "left out",
)
CHECKS: Final = (HTML, TEMPLATE, MISSING)

_ENTITY: Final = re.compile(r"&(#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_TAG: Final = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]{0,9})((?:\s[^<>]*)?)(/?)>|<!--|-->|<!DOCTYPE\b[^<>]*>|<!\[CDATA\[")
# fmt: off
_VOID: Final = frozenset(["br", "hr", "img", "input", "meta", "link", "wbr", "p", "li", "td", "tr", "th"])
_INLINE: Final = frozenset(
    ["a", "abbr", "b", "big", "code", "em", "font", "i", "q", "s", "small", "span", "strong", "sub", "sup", "tt", "u"]
)
_TAGS: Final = frozenset(
    [*_VOID, *_INLINE, "blockquote", "body", "button", "caption", "center", "col", "dd", "div", "dl", "dt", "embed",
     "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "head", "header", "html", "iframe", "label", "ol",
     "option", "pre", "script", "section", "select", "style", "table", "tbody", "textarea", "tfoot", "thead", "title",
     "ul", "video"]
)
# fmt: on
_PROGRAM: Final = re.compile(r"<\s*(?:script|style)\b", re.IGNORECASE)
_CODE: Final = re.compile(
    r"\{%|%\}|<\?(?:php|xml|=)|<%|%>|\]\]>|"
    r"\[\[[^\[\]]+\]\]|\{\{\s*(?:cite|citation|main|see also|infobox|reflist)\b[^{}]*\}\}|"
    r"\[(?:citation needed|edit|edit source)\]|\blorem ipsum\b|\$\([\"'#.]|\bfunction\s*\(\w*\)\s*\{",
    re.IGNORECASE,
)
_HOLE: Final = re.compile(r"\{\{[^{}]*\}\}|\$\{[^{}]*\}|\{\{|\}\}")
_NOTHING: Final = frozenset(
    {"nan", "NaN", "NAN", "null", "NULL", "None", "none", "N/A", "n/a", "#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!",
     "undefined", "[deleted]", "[removed]", "<NA>", "<nan>"}
)  # fmt: skip


def check_markup(batch: Batch, side: str) -> None:
    """Look for all of it on one side."""
    texts = batch.side(side)
    rows: list[int] = []
    programs: list[int] = []
    what: dict[int, str] = {}
    for row in texts.having(MARKUP).tolist():
        text = texts.texts[row]
        found = find_html(text)
        if found is not None:
            rows.append(row)
            what[row] = f"'{_short(found)}' in the {side}"
            if _PROGRAM.search(text):
                programs.append(row)
    batch.add(HTML, rows, what.__getitem__, mend=True, out=programs)
    rows, code = [], []
    dummy = [row for row, text in enumerate(texts.texts) if "orem ipsum" in text]
    for row in sorted({*texts.having(HOLDER | MARKUP).tolist(), *dummy}):
        text = texts.texts[row]
        found_code = _CODE.search(text)
        match = found_code or _HOLE.search(text)
        if match is not None:
            rows.append(row)
            what[row] = f"'{_short(match[0])}' in the {side}"
            if found_code:
                code.append(row)
    batch.add(TEMPLATE, rows, what.__getitem__, out=code)


def check_missing(batch: Batch, sides: tuple[str, ...]) -> None:
    """Look for cells that hold the name of nothing, beside another side that is a sentence, or beside none."""
    for side in sides:
        texts = batch.side(side).texts
        rows = [row for row, text in enumerate(texts) if len(text) < 12 and text.strip() in _NOTHING]
        if len(sides) > 1:
            other = batch.side("target" if side == "source" else "source").texts
            rows = [row for row in rows if other[row].count(" ") >= 2 or len(other[row]) >= 12]
        batch.add(MISSING, rows, partial(_missing, side, texts), out=True)


def find_html(text: str) -> str | None:
    """The first tag or entity of a text; None: it has none."""
    for entity in _ENTITY.finditer(text):
        if _is_entity(entity):
            return entity[0]
    return next((tag[0] for tag in _TAG.finditer(text) if _is_tag(tag, text)), None)


def remove_html(text: str) -> str:
    """The text without tags, and with characters for entities; line breaks become spaces."""
    for _ in range(3):  # `&amp;amp;` was escaped twice
        plain = _ENTITY.sub(lambda entity: unescape(entity[0]) if _is_entity(entity) else entity[0], text)
        if plain == text:
            break
        text = plain
    whole = text
    removed = _TAG.sub(lambda tag: _instead(tag) if _is_tag(tag, whole) else tag[0], text)
    return removed if removed == text else re.sub(r" {2,}", " ", removed).strip()


def _missing(side: str, texts: Sequence[str], row: int) -> str:
    return f"the {side} is '{texts[row].strip()}'"


def _is_entity(entity: re.Match[str]) -> bool:
    return entity[1].startswith("#") or f"{entity[1]};" in html5


def _is_tag(tag: re.Match[str], text: str) -> bool:
    """Whether it is one of HTML, and no `<3` or `<B>` of another notation: that has no end."""
    if tag[2] is None:
        return True
    name = tag[2].lower()
    if name not in _TAGS:
        return False
    closed = f"</{name}" in text.lower()
    if tag[1]:
        return len(name) > 1 or re.search(rf"<{name}\b", text, re.IGNORECASE) is not None
    return closed or (name in _VOID and len(name) > 1) or name == "p" or "=" in tag[3]


def _instead(tag: re.Match[str]) -> str:
    return "" if (tag[2] or "").lower() in _INLINE else " "


def _short(text: str, most: int = 40) -> str:
    return text if len(text) <= most else f"{text[: most - 3]}..."
