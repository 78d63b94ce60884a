"""A diagnosis for people, on a terminal."""

import textwrap
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from seq2seq.diagnostics.consequences import by_urgency
from seq2seq.diagnostics.diagnosis import Diagnosis
from seq2seq.diagnostics.finding import Finding, Verdict
from seq2seq.report.drawings.tree import Tree
from seq2seq.report.writing import figure
from seq2seq.wording import plural

if TYPE_CHECKING:
    from rich.text import Text

_WIDTH: Final = 100
"""Most columns of a line."""
_MARGIN: Final = 12
"""Columns before a title: the verdict."""
_IN_FULL: Final = frozenset({"before-training", "experiments", "what-if"})
"""Parts that were asked for one by one: their sentences are the answer."""
_WORDS: Final = {Verdict.TROUBLE: "TROUBLE", Verdict.WATCH: "WATCH", Verdict.FINE: "fine", Verdict.UNJUDGED: ""}
_STYLES: Final = {Verdict.TROUBLE: "bold red", Verdict.WATCH: "yellow", Verdict.FINE: "green", Verdict.UNJUDGED: ""}


def shown_figure(finding: Finding) -> str:
    """The figure with its unit; a dash if there is none."""
    if finding.value is None:
        return "–"
    return figure(finding.value) + ("%" if finding.unit == "%" else f" {finding.unit}" if finding.unit else "")


def summary(diagnosis: Diagnosis) -> str:
    """The number of findings by verdict."""
    counts = {verdict: sum(finding.verdict is verdict for finding in diagnosis.findings) for verdict in Verdict}
    troubles = plural(counts[Verdict.TROUBLE], "trouble") if counts[Verdict.TROUBLE] else "no trouble"
    return (
        f"{troubles}, {counts[Verdict.WATCH]} to watch, {counts[Verdict.FINE]} fine, "
        f"{counts[Verdict.UNJUDGED]} not judged"
    )


def lines(diagnosis: Diagnosis, width: int = _WIDTH, *, details: bool = False) -> "Iterator[Text]":
    """All figures, part by part; then what asks for action.

    Args:
        diagnosis: what to show.
        width: columns of the terminal.
        details: every finding with its sentence and remedy in its place; else only those of experiments have them
            there.
    """
    from rich.text import Text

    yield Text(diagnosis.heading)
    shortened = []
    for name, title, findings in diagnosis.parts:
        yield Text()
        yield Text(title, "bold")
        for finding in findings:
            if details or name in _IN_FULL:
                yield from _in_full(finding, width)
            else:
                shortened.append(finding)
                follows = f" (see {finding.cause})" if finding.cause else ""
                yield from _headline(finding, width, follows)
    urgent = by_urgency(shortened)
    if urgent:
        yield Text()
        yield Text("What asks for action, the most urgent first", "bold")
        for finding in urgent:
            yield from _in_full(finding, width)
    if any(finding.verdict is not Verdict.UNJUDGED for finding in diagnosis.findings):
        yield Text()
        yield Text(f"{summary(diagnosis)}.")
    if shortened:
        yield Text("--details explains every figure; --report FILE.html shows it with a picture.")


def _headline(finding: Finding, width: int, more: str = "") -> "Iterator[Text]":
    """Verdict, title and figure."""
    from rich.text import Text

    title = f"{finding.title}: {shown_figure(finding)}{more}"
    first, *others = _wrapped(title, " " * _MARGIN, width)
    verdict = f"  {_WORDS[finding.verdict]:<{_MARGIN - 2}}"
    yield Text.assemble((verdict, _STYLES[finding.verdict]), first.removeprefix(" " * _MARGIN))
    yield from map(Text, others)


def _in_full(finding: Finding, width: int) -> "Iterator[Text]":
    """A finding with its sentence, trees and remedy."""
    from rich.text import Text

    yield from _headline(finding, width)
    yield from map(Text, _wrapped(finding.sentence, " " * _MARGIN, width))
    for drawing in finding.drawings:
        if isinstance(drawing, Tree):
            yield Text(f"{'':{_MARGIN}}{drawing.title} ({drawing.value_label})")
            yield from _tree(drawing)
    if finding.remedy is not None:
        remedy = f"{finding.remedy} ({finding.trouble})"
        yield from map(Text, _wrapped(remedy, f"{'':>{_MARGIN - 3}}-> ", width))


def _tree(tree: Tree) -> "Iterator[Text]":
    """A tree, one node per line; those of the chosen path stand out, and have an arrow behind."""
    from rich.text import Text

    children: dict[int | None, list[int]] = {}
    for place, node in enumerate(tree.nodes):
        children.setdefault(node.parent, []).append(place)

    def below(parent: int | None, indent: str) -> "Iterator[Text]":
        for place in children.get(parent, []):
            last, node = place == children[parent][-1], tree.nodes[place]
            branch, further = ("└ ", "  ") if last else ("├ ", "│ ")
            value = "" if node.value is None else f"  {figure(node.value, tree.digits)}"
            mark = "  ←" if node.chosen else ""
            yield Text.assemble(f"{indent}{branch}", (f"{node.label}{value}{mark}", "bold" if node.chosen else ""))
            yield from below(place, indent + further)

    return below(None, " " * _MARGIN)


def _wrapped(text: str, indent: str, width: int) -> list[str]:
    """Lines of a paragraph; commands are not broken at hyphens."""
    return textwrap.wrap(
        text, min(width, _WIDTH), initial_indent=indent, subsequent_indent=" " * _MARGIN, break_on_hyphens=False
    )
