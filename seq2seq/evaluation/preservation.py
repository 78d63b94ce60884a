"""What should come out of a translation as it went in, numbers, placeholders and markup; and text without the last two.

Markup that is copied right fills the n-grams of BLEU and chrF, whatever the words between it are like.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import reduce
from operator import and_
from typing import Final

from seq2seq.text.markup.recognise import Kind, find_spans, without_spans
from seq2seq.text.numbers import find_numbers, plain_digits

KINDS: Final = ("numbers", "placeholders", "markup")
"""What is counted: numbers outside of markup, by their digits; what a program fills in; marks, code, links and tags."""
MARKED: Final = 0.1
"""Share of rows with markup from which on the text is scored without it, too."""


@dataclass(frozen=True, slots=True)
class Preservation:
    """How much of one kind is kept; each of several equal ones counts."""

    source: int
    """In the sources."""
    reference: int
    """Of those, in the reference as well (in each of several): the others may be translated, as a date or a link is."""
    output: int
    """Of those in both, in the output, too."""

    @property
    def share(self) -> float | None:
        """Share (0 to 1) of what source and reference have in common that is in the output; None: that is nothing."""
        return self.output / self.reference if self.reference else None

    def to_dict(self) -> dict[str, object]:
        """As JSON."""
        return {**asdict(self), "share": self.share}


def count_preserved(
    hypotheses: Sequence[str], references: Sequence[Sequence[str]], sources: Sequence[str]
) -> Mapping[str, Preservation]:
    """Count what N outputs keep of their sources, for each of ``KINDS`` that the sources have.

    Args:
        hypotheses: N outputs.
        references: one or more sets of N references; blank ones are passed over.
        sources: N sources.
    """
    counts = {kind: [0, 0, 0] for kind in KINDS}
    for hypothesis, source, *accepted in zip(hypotheses, sources, *references, strict=True):
        there = _constants(source)
        if not there:
            continue
        wanted = reduce(and_, [_constants(reference) for reference in accepted if reference.strip()], there)
        found = wanted & _constants(hypothesis)
        for place, counter in enumerate((there, wanted, found)):
            for (kind, _), count in counter.items():
                counts[kind][place] += count
    return {kind: Preservation(*found) for kind, found in counts.items() if found[0]}


def _constants(text: str) -> Counter[tuple[str, str]]:
    """The numbers, placeholders and marks of a text, each with its kind."""
    found: Counter[tuple[str, str]] = Counter()
    outside, place = [], 0
    for span in find_spans(text):
        outside.append(text[place : span.start])
        place = span.end
        if span.kind is not Kind.IDENTIFIER:
            kind = "placeholders" if span.kind is Kind.PLACEHOLDER else "markup"
            found[kind, text[span.start : span.end]] += 1
    outside.append(text[place:])
    found.update(("numbers", plain_digits(number)) for number in find_numbers("\n".join(outside)))
    return found


def marked_rows(references: Sequence[Sequence[str]], sources: Sequence[str] | None) -> int:
    """In how many of N rows the source, or else a reference, has markup or a placeholder."""
    rows = zip(sources, strict=True) if sources is not None else zip(*references, strict=True)
    return sum(any(span.kind is not Kind.IDENTIFIER for text in row for span in find_spans(text)) for row in rows)


def strip_markup(
    hypotheses: Sequence[str], references: Sequence[Sequence[str]], sources: Sequence[str] | None
) -> tuple[list[str], list[list[str]], list[str] | None]:
    """The words alone, of those rows whose references have some."""
    plain = [[without_spans(text) for text in lines] for lines in references]
    rows = [row for row, accepted in enumerate(zip(*plain, strict=True)) if any(map(str.strip, accepted))]
    return (
        [without_spans(hypotheses[row]) for row in rows],
        [[lines[row] for row in rows] for lines in plain],
        None if sources is None else [without_spans(sources[row]) for row in rows],
    )
