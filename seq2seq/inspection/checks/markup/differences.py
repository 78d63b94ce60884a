"""Differences between the markup of a translation and that of its source."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Final

from seq2seq.inspection.checks.markup.edits import edits, misspelt
from seq2seq.inspection.checks.markup.marks import CHANGED, CODE, DROPPED, LOST, SIDES, UNBALANCED, Difference, Side
from seq2seq.inspection.checks.markup.tags import compare_tags
from seq2seq.inspection.engine.batch import Batch
from seq2seq.inspection.engine.example import Spot
from seq2seq.inspection.engine.finding import Check
from seq2seq.text.markup.recognise import Kind, Part, Span

_FREE_ROLES: Final = frozenset({"term", "abbr", "samp", "index"})
"""Roles whose content may be translated."""
_NAME: Final = re.compile(r"[!-~]*[A-Za-z0-9_][!-~]*")
"""Code that is probably the same in all languages: ASCII without a space."""
_WORDS: Final = re.compile(r"[^\W\d_]+(?:[ ,-]+[^\W\d_]+)+")
"""Prose, which single backticks may emphasise."""
_OWN: Final = re.compile(r"\"[^\"]*\"|'[^']*'|<[^<>]*>|\{\w*\}")
"""Parts of code that may be translated: quotations, and names chosen by the user."""
_FREE_PARTS: Final = re.compile(
    r"(?<![A-Za-z])(?:en|us|uk|gb|de|fr|es|it|ja|jp|pt|br|ru|zh|cn|ko|kr|nl|pl|cs|tr|sv)(?:_[A-Z]{2})?(?![A-Za-z])"
    r"|(?<![A-Za-z])(?:foo|bar|baz|spam|eggs|ham|toto|titi|tata|truc|machin|huevos)(?![A-Za-z])"
)
"""Parts of names that depend on the country, and placeholder names."""
_QUOTES: Final = re.compile('["“”„‟«»‹›「」『』＂《》]')


def check_markup_pairs(batch: Batch) -> None:
    """Compare the markup of the two sides."""
    source, target = batch.marked("source"), batch.marked("target")
    differences: dict[Check, dict[int, Difference]] = {}
    for row in sorted({*source.suspects, *target.suspects}):
        if not batch.paired[row]:
            continue
        left, right = batch.sources[row], batch.targets[row]
        for difference in compare(Side(left, source.spans.get(row, [])), Side(right, target.spans.get(row, []))):
            differences.setdefault(difference.check, {}).setdefault(row, difference)
    for check, by_row in differences.items():

        def describe(row: int, by_row: dict[int, Difference] = by_row) -> Spot:
            return Spot(*by_row[row][1:], both=True)

        batch.add(check, sorted(by_row), describe)


def compare(source: Side, target: Side) -> Iterator[Difference]:
    """The differences between the markup of the two sides."""
    if source.text == target.text:
        return
    unbalanced = list(_unbalanced(source, target))
    yield from unbalanced
    yield from compare_tags(source, target)
    if not unbalanced:
        yield from _compare_codes(source, target)
        yield from _compare_counts(source, target)
    yield from _compare_names(source, target)


def _unbalanced(source: Side, target: Side) -> Iterator[Difference]:
    """Stray marks on one side, where the other side has more text marked up by them."""
    for mark in "`*_":
        if mark not in source.text and mark not in target.text:
            continue
        loose = source.loose(mark), target.loose(mark)
        marked = source.marked_by(mark), target.marked_by(mark)
        for this, other in ((0, 1), (1, 0)):
            if len(loose[this]) > len(loose[other]) and marked[other] > marked[this]:
                place = loose[this][0].span()
                yield Difference(UNBALANCED, f"{loose[this][0][0]} has no match", SIDES[this], *place)


def _compare_codes(source: Side, target: Side) -> Iterator[Difference]:
    """Code and roles of the source that are missing in the target."""
    left, right = list(source.codes), list(target.codes)
    for same in (_key, _loose_key, _kind):
        for span in list(left):
            if same is _kind and not _is_free(span):
                continue
            match = next((other for other in right if same(other) == same(span)), None)
            if match is not None:
                left.remove(span)
                right.remove(match)
    for span in left:
        difference = _explain(span, source, target, right)
        if difference is not None:
            yield difference


def _explain(span: Span, source: Side, target: Side, right: list[Span]) -> Difference | None:
    """What the target has instead of some code or a role; removes it from ``right``."""
    shown, name = source.text[span.start : span.end], _name(span)
    what = shown if span.part is Part.WHOLE else f":{span.name}:"
    other = next((one for one in right if name and _name(one) == name), None)
    if other is not None:
        right.remove(other)
        became = target.text[other.start : other.end]
        return Difference(CHANGED, f"{what} is {became} in the target", "target", other.start, other.end)
    bare = [place for one in _bare_names(span) if len(place := target.bare(one)) > len(source.bare(one))]
    if bare and span.part is Part.WHOLE:
        return Difference(LOST, f"{what} has no markup in the target", "target", *bare[0][-1].span())
    other = next((one for one in right if name and _is_translated(name, _name(one))), None)
    if other is not None:
        right.remove(other)
        return None
    for alike in (_misspelt, _replaced):
        for one in right:
            if name and alike(name, _name(one)) and _name(one) not in source.text:
                right.remove(one)
                became = target.text[one.start : one.end]
                return Difference(CODE, f"{what} is {became} in the target", "target", one.start, one.end)
    other = next((one for one in right if _kind(one) == _kind(span)), None)
    if other is not None:  # translated
        right.remove(other)
        return None
    if name and span.part is Part.WHOLE and not _is_free(span):
        if any(one in target.text for one in _bare_names(span)):
            return None  # mentioned less often
        if name.lower() not in target.text.lower():
            return Difference(DROPPED, f"{what} is missing in the target", "source", span.start, span.end)
    return Difference(LOST, f"{what} of the source is missing in the target", "source", span.start, span.end)


def _compare_counts(source: Side, target: Side) -> Iterator[Difference]:
    """Emphasis, links and block marks of which the target has fewer."""
    marks = [Counter(len(span.name) for span in side.spans if _opens(span, Kind.EMPHASIS)) for side in (source, target)]
    first = next((span for span in source.spans if _opens(span, Kind.EMPHASIS)), None)
    if first is not None and marks[0] != marks[1]:
        where = ("source", first.start, first.end)
        quoted = len(_QUOTES.findall(target.text)) > len(_QUOTES.findall(source.text))
        if marks[0].total() > marks[1].total() and not quoted:
            yield Difference(LOST, f"emphasis ({first.name}) is missing in the target", *where)
        elif marks[0].total() == marks[1].total():
            yield Difference(CHANGED, f"emphasis ({first.name}) has different marks in the target", *where)
    links = [span for span in source.spans if _opens(span, Kind.LINK)]
    others = [span for span in target.spans if _opens(span, Kind.LINK)]
    if len(links) > len(others):
        what = f"{source.text[links[0].start : links[0].end]} of the source is missing in the target"
        yield Difference(LOST, f"a link is missing: {what}", "source", links[0].start, links[0].end)
    for kind in (Kind.LINK, Kind.DIRECTIVE):
        for span in source.spans:
            shown = source.text[span.start : span.end]
            if span.kind is kind and span.part is Part.WHOLE and shown not in target.text:
                yield Difference(LOST, f"{shown} is missing in the target", "source", span.start, span.end)


def _compare_names(source: Side, target: Side) -> Iterator[Difference]:
    """Names in code without marks that are misspelt on one side."""
    left, right = (
        [span for span in side.spans if span.kind is Kind.IDENTIFIER and span.content not in other.text]
        for side, other in ((source, target), (target, source))
    )
    for span in left:
        alike = (one for one in right if misspelt(span.content, one.content))
        other = next((one for one in alike if not _is_free_form(span.content, one.content)), None)
        if other is not None:
            what = f"{span.content} is {other.content} in the target"
            yield Difference(CODE, what, "target", other.start, other.end)


def _opens(span: Span, kind: Kind) -> bool:
    return span.kind is kind and span.part is Part.OPEN


def _kind(span: Span) -> tuple[Kind, str]:
    """The kind of markup, and its name."""
    return span.kind, span.name.rpartition(":")[2] if span.kind is Kind.ROLE else span.name


def _key(span: Span) -> tuple[Kind, str, str]:
    return *_kind(span), _name(span)


def _loose_key(span: Span) -> tuple[Kind, str, str]:
    """The key without what a translator may change: a capital, the country of a host, a placeholder name."""
    name = _name(span)
    return *_kind(span), _FREE_PARTS.sub("", name[:1].lower() + name[1:] if name.isalpha() else name).rstrip("/")


def _name(span: Span) -> str:
    """The name in some code or a role; "" where words are marked up."""
    return span.content.lstrip("~!") if span.kind is Kind.ROLE else span.content


def _bare_names(span: Span) -> list[str]:
    """The name as it may appear in a text without marks."""
    name = _name(span)
    return [name, name.rpartition(".")[2]] if span.kind is Kind.ROLE and span.content.startswith("~") else [name]


def _is_free(span: Span) -> bool:
    """Whether its content may be translated."""
    if span.kind is Kind.ROLE:
        return not span.content or _kind(span)[1] in _FREE_ROLES
    return span.name == "`" and _WORDS.fullmatch(span.content) is not None


def _misspelt(one: str, other: str) -> bool:
    """Whether ``one`` is a misspelling of ``other``; other endings, capitals or accents are translations."""
    if one.isalpha() and other.isalpha():
        short, long = sorted((one[:1].lower() + one[1:], other[:1].lower() + other[1:]), key=len)
        if long.startswith(short):
            return False
    return misspelt(one, other) and (other.isascii() or not one.isascii())


def _is_free_form(one: str, other: str) -> bool:
    """Whether two bare names differ only by capitals, or by parts that depend on the country."""
    return _FREE_PARTS.sub("", one.lower()) == _FREE_PARTS.sub("", other.lower())


def _is_translated(one: str, other: str) -> bool:
    """Whether some code differs only in quotations or names chosen by the user, and by more than one edit."""
    if _OWN.sub("", one) != _OWN.sub("", other):
        return False
    parts = ([match[0] for match in _OWN.finditer(name)] for name in (one, other))
    return all(edits(*both) > 1 for both in zip(*parts, strict=False))


def _replaced(one: str, other: str) -> bool:
    """Whether both are names in code and no words: neither can be a translation of the other."""
    return all(_NAME.fullmatch(name) is not None and not name.isalpha() for name in (one, other))
