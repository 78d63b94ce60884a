"""Tables of scores, and the lines below them: wrapped between words on a terminal, unbroken in a file or a pipe."""

from collections.abc import Collection, Iterable, Iterator
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


def score_table(
    titles: Iterable[str], rows: Iterable[Iterable[str]], *, names: Collection[str], wrap: bool = False
) -> "Table":
    """A table; columns with a title among ``names`` begin at the left, those of figures end at the right."""
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False)
    for title in titles:
        named = title in names
        table.add_column(Text(title), justify="left" if named else "right", no_wrap=not (named or wrap))
    for row in rows:
        table.add_row(*map(Text, row))
    return table
