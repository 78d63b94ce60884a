"""Lines below a table of scores: wrapped between words on a terminal, unbroken in a file or a pipe."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console, ConsoleOptions
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
    """Remarks for people, one sentence per line.

    Args:
        remarks: the sentences.
        of: their subject, if a table has several.
    """
    about = f"{of}: " if of else ""
    return [WrappedLine(f"note: {about}{remark}", "yellow") for remark in remarks]
