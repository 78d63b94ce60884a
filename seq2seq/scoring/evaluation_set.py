"""Texts that outputs are scored on."""

from collections.abc import Sequence
from dataclasses import dataclass

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

    def require_lines(self, file: str, outputs: Sequence[str]) -> None:
        """Refuse the outputs of a file that are not one per reference.

        Raises:
            DataError: their number differs, or there are none.
        """
        wanted = len(self.references[0])
        if len(outputs) != wanted or not outputs:
            raise DataError(
                f"{file}: {plural(len(outputs), 'line')}, but {plural(wanted, 'reference')}.\n"
                "  Both need one line per sentence, in the same order; an empty output is an empty line.",
                code="evaluation.not-aligned" if outputs else "evaluation.empty",
            )
