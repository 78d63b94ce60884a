"""Tables of scores, and the lines below them: wrapped between words on a terminal, unbroken in a file or a pipe."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console, ConsoleOptions
    from rich.table import Table
    from rich.text import Text


@dataclass(frozen=True, slots=True)
class WrappedLine:
    """A line of prose, for a rich console that does not wrap text, because signatures must not be broken."""

    text: str
    style: str = ""

    def __rich_console__(self, console: "Console", _: "ConsoleOptions") -> Iterator["Text"]:
        """The line, for rich."""
        from rich.text import Text

        text = Text(self.text, self.style)
        if console.is_terminal:
            text.no_wrap, text.overflow = False, "fold"
        yield text


def remark_lines(remarks: Iterable[str], of: str = "") -> list[WrappedLine]:
    """Remarks for people, one sentence per line; ``of`` is their subject, if a table has several."""
    about = f"{of}: " if of else ""
    return [WrappedLine(f"note: {about}{remark}", "yellow") for remark in remarks]


def score_table(names: Sequence[str], figures: Sequence[str]) -> "Table":
    """An empty table with columns for names, then for figures."""
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False)
    for title in names:
        table.add_column(title)
    for title in figures:
        table.add_column(Text(title), justify="right", no_wrap=True)
    return table
