"""Texts that outputs are scored on."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from seq2seq.data.reading.examples import Examples
from seq2seq.errors import DataError
from seq2seq.wording import plural


@dataclass(frozen=True, slots=True)
class EvaluationSet:
    """Sources to translate, and their references.

    Raises:
        DataError: the numbers of lines differ.
    """

    name: str
    sources: Sequence[str] | None
    """None: not known, where outputs are scored that are there already."""
    references: Sequence[Sequence[str]]
    """One or more sets of references, each as long as the sources."""
    groups: Sequence[str | None] | None = None
    """The group of each source; None if the data have no groups."""
    skipped: int = 0
    """Malformed rows that were left out."""

    def __post_init__(self) -> None:
        if self.sources is None:
            return
        for references in self.references:
            if len(references) != len(self.sources):
                raise DataError(
                    f"{self.name}: {plural(len(self.sources), 'source')}, but {plural(len(references), 'reference')}.\n"
                    "  Both need one line per sentence, in the same order.",
                    code="evaluation.not-aligned",
                )

    @classmethod
    def from_examples(cls, examples: Examples) -> "EvaluationSet":
        """Examples with one reference each."""
        return cls(examples.name, examples.sources, [examples.targets], examples.groups, examples.skipped)

    @classmethod
    def from_texts(
        cls, references: Sequence[tuple[str, Sequence[str]]], sources: tuple[str, Sequence[str]] | None
    ) -> "EvaluationSet":
        """Sets of references by name, and the sources where they are known.

        Raises:
            DataError: the numbers of lines differ.
        """
        first, *others = references
        found = cls(", ".join(name for name, _ in references), None, [first[1]])
        if sources is not None:
            require_lines(*sources, len(first[1]))
            found = replace(found, sources=sources[1])
        return found.with_references(others)

    def with_references(self, references: Sequence[tuple[str, Sequence[str]]]) -> "EvaluationSet":
        """The same with further sets of references, by name.

        Raises:
            DataError: one has more or fewer lines than there are sources or references.
        """
        wanted, what = (len(self.references[0]), "reference") if self.sources is None else (len(self.sources), "source")
        for name, lines in references:
            require_lines(name, lines, wanted, what=what)
        return replace(self, references=[*self.references, *(lines for _, lines in references)])

    def require_lines(self, file: str, outputs: Sequence[str]) -> None:
        """Refuse the outputs of a file that are not one per reference.

        Raises:
            DataError: their number differs, or there are none.
        """
        require_lines(file, outputs, len(self.references[0]))


def require_lines(file: str, lines: Sequence[str], wanted: int, *, what: str = "reference") -> None:
    """Refuse the lines of a file that are not one per line of what they are compared with.

    Args:
        file: its name.
        lines: one per sentence or text.
        wanted: how many there have to be.
        what: they are compared with, in the singular.

    Raises:
        DataError: their number differs, or there are none.
    """
    if not lines and not wanted:
        raise DataError(f"{file}: is empty, and so is what it is compared with.", code="evaluation.empty")
    if len(lines) != wanted or not lines:
        raise DataError(
            f"{file}: {plural(len(lines), 'line')}, but {plural(wanted, what)}.\n"
            "  Both need one line per sentence, in the same order; an empty output is an empty line.",
            code="evaluation.not-aligned" if lines else "evaluation.empty",
        )
