"""Text files of series that declare what they hold: lines that begin with @, then @data, then one series per line.

`.tsf` and `.ts` have this in common.
"""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from seq2seq.errors import DataError, reason_of
from seq2seq.files.not_utf8 import not_utf8
from seq2seq.files.opening import open_text
from seq2seq.files.unpack import DamagedError
from seq2seq.series.reading.problems import Problems

_SHORTEST = 1


@dataclass(frozen=True, slots=True)
class Declared:
    """The lines of a file."""

    header: list[tuple[int, str, str]]
    """Line number, name in small letters, and the rest of the line, of every declaration."""
    rows: Iterator[tuple[int, str]]
    """Line number and text of every series; remarks and empty lines are passed over."""
    problems: Problems

    def value(self, name: str) -> str | None:
        """What the last declaration of a name says; None: there is none."""
        return next((value for _, own, value in reversed(self.header) if own == name), None)

    def says(self, name: str) -> bool:
        """Whether a declaration says `true`."""
        return (self.value(name) or "").split(" ")[0].casefold() == "true"

    def line_of(self, name: str) -> int:
        """The line of a declaration; that of the first if there is none."""
        return next((line for line, own, _ in self.header if own == name), _SHORTEST)


@contextmanager
def declared(path: Path, problems: Problems) -> Iterator[Declared]:
    """The declarations of a file, and its series while it is open.

    What is wrong with rows is added to ``problems``.

    Raises:
        DataError: it cannot be read, or declares no data.
    """
    number = 0
    with open_text(path) as file:
        text = io.TextIOWrapper(file, encoding="utf-8-sig")

        def lines() -> Iterator[tuple[int, str]]:
            nonlocal number
            for number, line in enumerate(text, 1):
                plain = line.strip()
                if plain and not plain.startswith(("#", "%")):
                    yield number, plain

        every = lines()
        header = []
        try:
            for place, line in every:
                if line.casefold() == "@data":
                    break
                name, _, value = line.replace("\t", " ").partition(" ")
                if not name.startswith("@"):
                    raise _no_data(path, place)
                header.append((place, name[1:].casefold(), value.strip()))
            else:
                raise _no_data(path, max(number, 1))
            yield Declared(header, every, problems)
        except UnicodeDecodeError as error:
            raise not_utf8(path, "series.unreadable") from error
        except (DamagedError, OSError) as error:
            raise DataError(
                f"{path}:{number + 1}: {reason_of(error)}.\n  Copy the file again; it may be damaged.",
                code="series.unreadable",
            ) from error


def _no_data(path: Path, line: int) -> DataError:
    return DataError(
        f"{path}:{line}: a line `@data` is expected before the first series, and declarations (`@...`) before it.\n"
        "  Tables without declarations are read as .csv.",
        code="series.no-data",
    )
