"""Placeholders, links and addresses, which are the same on both sides of a pair."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Final

from seq2seq.inspection.checks.markup.edits import edits
from seq2seq.inspection.checks.numbers import describe_difference
from seq2seq.inspection.engine.batch import Batch
from seq2seq.inspection.engine.finding import Check
from seq2seq.text.markup.recognise import Kind, Part, Span, find_spans

PLACEHOLDERS: Final = Check(
    "placeholders",
    "placeholders, links or addresses that do not match",
    "Put the same placeholders on both sides, or leave the pair out: a model learns to drop or invent them.",
    guess=True,
)
CHECKS: Final = (PLACEHOLDERS,)

_DATE: Final = "%Y-%m-%d"
_PARTS: Final = ("%d", "%e", "%a", "%c", "%x", "%X", "%u")
"""Parts of a date in another format that look like placeholders of numbers."""
_PRINTF: Final = re.compile(
    r"%(?P<name>\([^()]*\)|\{\w+\})?(?:\d+\$)?[-+#0 ]*[\d*]*(?:\.[\d*]+)?[hlqjztL]*(?P<kind>\w)?\Z"
)
_LANGUAGE: Final = r"[a-z]{2}(?:[-_](?:[A-Za-z]{2}|Hans|Hant|[0-9]{3}))?"
_SCHEME: Final = re.compile(r"^[a-z]+://(?:www\.)?", re.IGNORECASE)
_LOCAL: Final = re.compile(rf"(?<=^)({_LANGUAGE})(?=\.[\w-]+\.)|(?<=/)({_LANGUAGE})(?=/|$)|(?<==)({_LANGUAGE})(?=&|$)")
"""The language of a page: at the beginning of its host, between two slashes, or as a parameter."""


def check_placeholders(batch: Batch) -> None:
    """Compare the placeholders, links and addresses of the two sides."""
    source, target = batch.marked("source"), batch.marked("target")
    what: dict[int, tuple[list[str], list[str]]] = {}
    for row in sorted({*source.spans, *target.spans}):
        if not batch.paired[row]:
            continue
        ours, theirs = (
            Items(batch.sources[row], source.spans.get(row, [])),
            Items(batch.targets[row], target.spans.get(row, [])),
        )
        left, right = unmatched(ours, theirs)
        if left or right:
            what[row] = (left, right)
    batch.add(PLACEHOLDERS, list(what), lambda row: describe_difference(batch, row, *what[row]))


class Items:
    """The placeholders, links and addresses among the spans of a text, in a comparable form."""

    def __init__(self, text: str, spans: list[Span]) -> None:
        self.counts = Counter(_items(text, spans))
        """How often each occurs outside of code."""
        self.in_code = {
            item
            for span in spans
            if span.kind in (Kind.CODE, Kind.ROLE)
            for item in _items(span.content, find_spans(span.content))
        }
        """The items inside code."""


def unmatched(source: Items, target: Items) -> tuple[list[str], list[str]]:
    """The placeholders and links of each side that have no match on the other.

    Named placeholders may occur more or less often; a link may lead to the same page in another language, a date may
    have another format, and text in square brackets may be translated.
    """
    left, right = (
        [
            item
            for item in (this.counts - other.counts).elements()
            # Each occurrence of a positional placeholder counts.
            if item not in other.in_code and (item not in other.counts or re.fullmatch(r"%\w|\{\}", item))
        ]
        for this, other in ((source, target), (target, source))
    )
    if _DATE in left + right:
        left, right = ([item for item in items if item not in (_DATE, *_PARTS)] for items in (left, right))
    for item in list(left):
        match = next((other for other in right if _is_translated(item, other)), None)
        if match is not None:
            left.remove(item)
            right.remove(match)
    return left, right


def _is_translated(one: str, other: str) -> bool:
    """Whether two links, or two texts in square brackets, are translations of each other."""
    if "://" in one and "://" in other:
        return same_page(one, other)
    return one[:1] == other[:1] == "[" and edits(one, other) > 1


def same_page(one: str, other: str) -> bool:
    """Whether two links lead to the same page, perhaps in two languages: then its name may differ."""
    left, right = (_SCHEME.sub("", link).rstrip("/") for link in (one, other))
    if len({_LOCAL.sub("", link).replace("//", "/").strip("/.") for link in (left, right)}) == 1:
        return True
    languages = [[next(filter(None, found)) for found in _LOCAL.findall(link)] for link in (left, right)]
    hosts = [_LOCAL.sub("", link).partition("/")[0].lstrip(".") for link in (left, right)]
    return all(languages) and languages[0] != languages[1] and hosts[0] == hosts[1]


def _items(text: str, spans: list[Span]) -> Iterator[str]:
    """The items that the other side must have too, in a comparable form."""
    for span in spans:
        shown = text[span.start : span.end]
        leads = span.kind is Kind.LINK and span.part is Part.OPEN and "://" in span.content
        if leads or span.kind in (Kind.URL, Kind.EMAIL):
            yield span.content
        elif span.kind is Kind.TAG and span.content:
            yield from _items(span.content, find_spans(span.content))
        elif span.kind is Kind.TEMPLATE:
            yield " ".join(shown.split())
        elif span.kind is Kind.PLACEHOLDER and span.part in (Part.WHOLE, Part.OPEN):
            if span.part is Part.OPEN or (shown.startswith("{") and "," in shown):
                yield f"{{{span.name}, {span.content}}}"
            elif shown != "%%":
                yield _normal(shown)


def _normal(placeholder: str) -> str:
    """A placeholder without its format: ``%1$s`` is ``%s``, ``{ n:>3 }`` is ``{n}``, dates are ``%Y-%m-%d``."""
    if placeholder.startswith("%"):
        found = _PRINTF.match(placeholder)
        return _DATE if found is None else f"%{found['name'] or ''}{found['kind'] or ''}"
    if placeholder.startswith("{"):
        return re.sub(r"(?:![rsa])?(?::[^{}]*)?(?=\}+$)", "", re.sub(r"\s+", "", placeholder), count=1)
    return placeholder
