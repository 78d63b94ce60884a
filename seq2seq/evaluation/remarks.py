"""Lines below a table of scores: wrapped between words on a terminal, whole in a file or a pipe."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console, ConsoleOptions
    from rich.text import Text


@dataclass(frozen=True, slots=True)
class WrappedLine:
    """One line of prose, for a rich console that leaves wrapping to the terminal, as signatures need it."""

    text: str
    style: str = ""

    def __rich_console__(self, console: "Console", _: "ConsoleOptions") -> Iterator["Text"]:
        """Draw it."""
        from rich.text import Text

        text = Text(self.text, self.style)
        if console.is_terminal:
            text.no_wrap, text.overflow = False, "fold"
        yield text


def remark_lines(remarks: Iterable[str], of: str = "") -> list[WrappedLine]:
    """What a person should know, a sentence a line.

    Args:
        remarks: the sentences.
        of: what they are about, where a table is about several things.
    """
    about = f"{of}: " if of else ""
    return [WrappedLine(f"note: {about}{remark}", "yellow") for remark in remarks]
