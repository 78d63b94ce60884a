"""What differs by what a student learns: translations, or labels."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from seq2seq.config.recipe import Recipe
from seq2seq.data.reading.examples import Examples
from seq2seq.distillation.answers import Answers
from seq2seq.distillation.corpus import Corpus
from seq2seq.distillation.options import DistillationOptions

if TYPE_CHECKING:
    from pydantic import JsonValue
    from rich.console import RenderableType

LEARNT, OWN = "train.tsv", "references.tsv"
"""Tables of what the student learns, and of what it would learn without a teacher."""
Rows = Sequence[tuple[str, str]]
"""Sources and targets, of a table."""


def write_table(columns: tuple[str, str], pairs: Iterable[tuple[str, str]]) -> bytes:
    """A table of pairs, with the names of its ``columns``."""
    rows = ["\t".join(text.replace("\t", " ") for text in pair) for pair in (columns, *pairs)]
    return "\n".join([*rows, ""]).encode()


class Table(Protocol):
    """The teacher, the student, and the same student without a teacher, side by side."""

    def to_dict(self) -> "dict[str, JsonValue]":
        """As JSON."""

    def render(self) -> "RenderableType":
        """For a rich console, of 80 columns."""


class Measurement(Protocol):
    """Measures systems on one set of examples."""

    def add_outputs(self, name: str, outputs: Sequence[str], *, rate: float | None) -> None:
        """A system whose outputs are there already; the ``rate`` is its texts per second."""

    def add_model(self, name: str, model: Path) -> None:
        """An exported model, in both precisions."""

    def table(self) -> Table:
        """All of them, and the student compared with the others."""


class Lesson(Protocol):
    """What a student learns."""

    columns: tuple[str, str]
    """Header of the tables that it learns from."""
    targets: str
    """What it learns, in the plural."""

    def rows(self, corpus: Corpus, answers: Answers, options: DistillationOptions) -> tuple[Rows, Sequence[str]]:
        """What it learns of a teacher's answers, and what was left out, in words.

        Args:
            corpus: all of its sources are answered.
            answers: the teacher's.
            options: of the distillation.

        Raises:
            DataError: the answers do not fit the corpus.
        """

    def recipe(self, folder: Path, corpus: Corpus, options: DistillationOptions, *, taught: bool) -> Recipe:
        """How the student is trained.

        Args:
            folder: with the tables.
            corpus: what they were made of.
            options: of the distillation.
            taught: by the teacher; False: the same student, by the references alone.

        Raises:
            ConfigError: a setting is wrong.
            DataError: the data cannot be read.
        """

    def measurement(self, examples: Examples) -> Measurement:
        """What measures systems on some examples."""
