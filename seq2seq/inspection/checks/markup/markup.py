"""Remnants of pages and programs in a text: tags, entities, templates, missing values."""

import re
from typing import Final

from seq2seq.inspection.engine.batch import Batch
from seq2seq.inspection.engine.example import Spot
from seq2seq.inspection.engine.finding import Check
from seq2seq.inspection.engine.spans import MarkedTexts
from seq2seq.text.markup.patterns import HTML_TAGS
from seq2seq.text.markup.recognise import Kind, Markup, Part, Span, blanked

HTML: Final = Check(
    "html",
    "HTML in the text",
    "Unescape entities (`html.unescape` in Python) and remove tags, on both sides.",
    "entities unescaped outside of code, where no tag is; tags kept; scripts and style sheets left out",
)
TEMPLATE: Final = Check(
    "template",
    "remnants of a template or a program",
    "Fill the template in, or leave the row out.",
    "code and wiki marks left out; possible placeholders kept",
)
MISSING: Final = Check(
    "missing",
    "a missing value that became text",
    "Leave the row out; find out where the text is lost (exports write `nan`, `None` or `NULL` for empty cells).",
    "left out",
)
CHECKS: Final = (HTML, TEMPLATE, MISSING)

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
_MESSAGES: Final = 0.02
"""Least share of pairs with the same tags or placeholders on both sides in messages of a program."""


def are_program_messages(source: MarkedTexts, target: MarkedTexts) -> bool:
    """Whether pairs are messages of a program or a page: several have the same tags or placeholders on both sides."""
    common = sum(bool(_names(spans) & _names(target.spans.get(row, []))) for row, spans in source.spans.items())
    return common > _MESSAGES * len(source.texts)


def _names(spans: list[Span]) -> set[str]:
    return {span.name for span in spans if span.kind in (Kind.TAG, Kind.PLACEHOLDER)}


def check_markup(batch: Batch, side: str, sides: tuple[str, ...], *, messages: bool) -> None:
    """Find HTML and templates on one side.

    Ignored are code, tags and templates that both ``sides`` have, and HTML where it is declared. In ``messages``, HTML
    is not repaired: their entities belong to a page.
    """
    texts, marked = batch.side(side).texts, batch.marked(side)
    pairs = len(sides) > 1
    other = batch.marked("target" if side == "source" else "source")
    found_html: dict[int, Span] = {}
    found_code: dict[int, re.Match[str]] = {}
    dummy = [row for row, text in enumerate(texts) if "orem ipsum" in text]
    for row in sorted({*marked.suspects, *dummy}):
        spans = marked.spans.get(row, [])
        html = [span for span in spans if _is_html(span)]
        if (
            html
            and Markup.HTML not in batch.declared
            and not (pairs and _are_intended(spans, other.spans.get(row, [])))
        ):
            found_html[row] = html[0]
        remnant = _find_remnant(texts[row], spans)
        if remnant is not None and not (pairs and _is_intended(remnant, spans, batch, row)):
            found_code[row] = remnant
    programs = [row for row in found_html if _PROGRAM.search(texts[row])]

    def describe(row: int) -> Spot:
        span = found_html[row]
        return Spot(f"'{_short(texts[row][span.start : span.end])}' in the {side}", side, span.start, span.end)

    batch.add(HTML, list(found_html), describe, repairable=not messages, out=programs)
    code = [row for row, remnant in found_code.items() if _CODE.match(remnant[0])]
    batch.add(
        TEMPLATE,
        list(found_code),
        lambda row: Spot(f"'{_short(found_code[row][0])}' in the {side}", side, *found_code[row].span()),
        out=code,
    )


def check_missing(batch: Batch, sides: tuple[str, ...]) -> None:
    """Find cells that hold the name of a missing value, where the other side is a sentence, or there is none."""
    for side in sides:
        texts = batch.side(side).texts
        rows = [row for row, text in enumerate(texts) if len(text) < 12 and text.strip() in _NOTHING]
        if len(sides) > 1:
            other = batch.side("target" if side == "source" else "source").texts
            rows = [row for row in rows if other[row].count(" ") >= 2 or len(other[row]) >= 12]
        what = {row: f"the {side} is '{texts[row].strip()}'" for row in rows}
        batch.add(MISSING, rows, what.__getitem__, out=True)


def _is_html(span: Span) -> bool:
    """Whether a span is an entity, a comment, or a tag of HTML."""
    return span.kind is Kind.ENTITY or (span.kind is Kind.TAG and (span.name in HTML_TAGS or span.name == "!"))


def _are_intended(spans: list[Span], others: list[Span]) -> bool:
    """Whether both sides have the same tag, or a placeholder and the same entities, as messages of a page do."""
    tags, holders, entities = (
        [{span.name for span in side if span.kind is kind} for side in (spans, others)]
        for kind in (Kind.TAG, Kind.PLACEHOLDER, Kind.ENTITY)
    )
    return bool(tags[0] & tags[1]) or (bool(holders[0] & holders[1]) and not any(tags) and entities[0] == entities[1])


def _is_intended(remnant: re.Match[str], spans: list[Span], batch: Batch, row: int) -> bool:
    """Whether both sides have the same placeholder, or the same statement of a template."""
    known = any(
        span.start <= remnant.start() < span.end for span in spans if span.kind in (Kind.PLACEHOLDER, Kind.TEMPLATE)
    )
    braces = remnant[0] in ("{{", "}}")  # part of data that the text shows
    return (known or braces) and remnant[0] in batch.sources[row] and remnant[0] in batch.targets[row]


def _find_remnant(text: str, spans: list[Span]) -> re.Match[str] | None:
    """The first remnant of a template, except in code and in messages with branches."""
    inside = [
        span
        for span in spans
        if span.kind in (Kind.CODE, Kind.ROLE, Kind.URL)
        or (span.kind is Kind.PLACEHOLDER and (span.part is not Part.WHOLE or text[span.start] == "%"))
    ]
    outside = blanked(text, inside)
    return _CODE.search(outside) or _HOLE.search(outside)


def _short(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:37]}..."
