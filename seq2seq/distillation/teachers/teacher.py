"""What a teacher is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal, NamedTuple, Protocol

from pydantic import JsonValue

from seq2seq.data.tables.lines import FORBIDDEN

Task = Literal["translation", "classification"]
"""What a teacher does, by the tasks of recipes."""
TRANSLATION: Final = "translation"
CLASSIFICATION: Final = "classification"


class Answer(NamedTuple):
    """A translation by a teacher, or a label."""

    text: str
    """On one line."""
    score: float | None = None
    """How likely the teacher finds it, among its answers to a source: higher is better; the probability of a label.
    None: it does not say; a label is then certain."""


@dataclass(frozen=True)
class Identity:
    """Which teacher it is: answers are only mixed with those of the same."""

    name: str
    """For people."""
    license: str | None = None
    """Licence of its weights, if it is known."""
    settings: Mapping[str, JsonValue] = field(default_factory=dict)
    """All that its answers depend on, as far as it is known here."""

    def to_dict(self) -> dict[str, JsonValue]:
        """As JSON."""
        return {"name": self.name, "license": self.license, "settings": dict(self.settings)}


class Teacher(Protocol):
    """Translates lines of text, or labels them."""

    @property
    def task(self) -> Task:
        """Which of them it does."""

    @property
    def identity(self) -> Identity:
        """Which teacher it is."""

    @property
    def at_once(self) -> int:
        """Shards that it is asked for at the same time, each by a thread of its own."""

    def answer(self, sources: Sequence[str]) -> list[list[Answer]]:
        """Translations of each source, best first, or the labels that it may have; at least one of each.

        A text that has no label has the answer "".

        Args:
            sources: texts of one line, none of them blank.

        Raises:
            TeacherError: it does not answer, or not each line.
        """


def one_line(text: str) -> str:
    """A text without tabs, line breaks of any kind, and what else no line of a corpus holds."""
    return FORBIDDEN.sub(" ", " ".join(text.split("\n"))).replace("\t", " ")
