"""CommonMark with tables and strikethrough, parsed by markdown-it-py, and the extensions that documentation often has.

The extensions are recognised to leave them as they are: footnotes, formulas (``$x$``), attributes (``{#id}``),
containers (``:::``), admonitions (``!!!``) and statements of templates on lines of their own.
"""

import re
from bisect import bisect_right
from collections.abc import Callable
from functools import cache
from typing import Final

from markdown_it import MarkdownIt
from markdown_it.ruler import RuleOptionsType
from markdown_it.rules_block import StateBlock
from markdown_it.rules_block import reference as reference_rule
from markdown_it.rules_inline import StateInline

FOOTNOTE: Final = r"\[\^[^\[\]\s]+\]"
FORMULA: Final = r"\$\$[^$]+\$\$|\$(?![\s$])[^$\n]*?(?<![\s\\])\$(?!\d)"
"""As pandoc recognises them: no space within the signs, no digit after them, so that prices are none."""
ATTRIBUTES: Final = r"\{:?[ ]*[#.:][^{}\n]*\}"
_RECORDED: Final = ("newline", "escape", "backticks", "strikethrough", "emphasis", "link", "image", "autolink",
                    "html_inline", "entity")  # fmt: skip
_CONTAINER: Final = re.compile(r":{3,}|(?:!!!|\?\?\?\+?)\s|(?:\{[%#].*[%#]\}|\{\{<.*>\}\}|\[TOC\]|\[\[_TOC_\]\])\s*\Z")
_FORMULA_ENDS: Final = "formula_ends"
_DEEPEST: Final = 100
"""Nesting of blocks and of inline markup that is looked at."""

Record = Callable[[str, StateInline, int], None]
"""Takes the name of a rule that has matched, the state after it, and the place where it begins."""


class RecordedState(StateInline):
    """A state of the inline parser that reports the rules that match, and where."""

    record: Record | None = None


@cache
def create_parser() -> MarkdownIt:
    """The parser. It leaves inline content alone (:func:`parse_inline` is for that)."""
    parser = MarkdownIt("commonmark", {"maxNesting": _DEEPEST}).enable(["table", "strikethrough"])
    parser.disable(["inline", "text_join", "fragments_join", "text_collapse"], ignoreInvalid=True)
    interrupts: RuleOptionsType = {"alt": ["paragraph", "reference", "blockquote", "list"]}
    parser.block.ruler.before("fence", "container", _container, interrupts)
    parser.block.ruler.before("fence", "formula", _formula_block, interrupts)
    parser.block.ruler.at("reference", _reference)
    for name, pattern in (("footnote", FOOTNOTE), ("formula", FORMULA), ("attributes", ATTRIBUTES)):
        parser.inline.ruler.before("escape", name, _recorded(name, _matching(re.compile(pattern))))
    for name, rule in zip(parser.inline.ruler.get_active_rules(), parser.inline.ruler.getRules(""), strict=True):
        if name in _RECORDED:
            parser.inline.ruler.at(name, _recorded(name, rule))
    return parser


def parse_inline(content: str, references: dict[str, object], record: Record) -> None:
    """Parse the content of a block, and report every rule that matches.

    Args:
        content: the text.
        references: definitions of links, by label.
        record: is called for each rule, those within a link before the link; after that, the types of the tokens of
            emphasis say what they are.
    """
    parser = create_parser()
    state = RecordedState(content, parser, {"references": references}, [])
    state.record = record
    parser.inline.tokenize(state)
    for rule in parser.inline.ruler2.getRules(""):
        rule(state)


def _recorded(name: str, rule: Callable[[StateInline, bool], bool]) -> Callable[[StateInline, bool], bool]:
    def recorded(state: StateInline, silent: bool) -> bool:
        start = state.pos
        matched = rule(state, silent)
        if matched and not silent and isinstance(state, RecordedState) and state.record is not None:
            state.record(name, state, start)
        return matched

    return recorded


def _matching(pattern: re.Pattern[str]) -> Callable[[StateInline, bool], bool]:
    """An inline rule that matches an expression, and makes no token."""

    def matching(state: StateInline, silent: bool) -> bool:
        found = pattern.match(state.src, state.pos, state.posMax)
        if found is None:
            return False
        if not silent:
            state.push("text", "", 0).content = found[0]
        state.pos = found.end()
        return True

    return matching


def _line(state: StateBlock, line: int) -> str:
    return state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]]


def _container(state: StateBlock, start: int, _end: int, silent: bool) -> bool:
    """A line that is a mark by itself."""
    if state.is_code_block(start) or _CONTAINER.match(_line(state, start)) is None:
        return False
    if not silent:
        state.line = start + 1
    return True


def _formula_block(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Lines from ``$$`` to ``$$``."""
    first = _line(state, start).rstrip()
    if state.is_code_block(start) or not first.startswith("$$"):
        return False
    stop = start
    if len(first) < 4 or not first.endswith("$$"):
        ends = _formula_ends(state)
        place = bisect_right(ends, start)
        stop = ends[place] if place < len(ends) else end
    if stop >= end:
        return False
    if not silent:
        state.line = stop + 1
    return True


def _formula_ends(state: StateBlock) -> list[int]:
    """Lines at which a formula may end; found once, since all beginnings may be without an end."""
    if _FORMULA_ENDS not in state.env:
        lines = zip(state.bMarks, state.eMarks, strict=True)
        state.env[_FORMULA_ENDS] = [
            line for line, (begin, end) in enumerate(lines) if state.src[begin:end].rstrip().endswith("$$")
        ]
    ends: list[int] = state.env[_FORMULA_ENDS]
    return ends


def _reference(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """The definition of a link; that of a footnote is a paragraph."""
    return not _line(state, start).startswith("[^") and reference_rule(state, start, end, silent)
