"""Preservation of numbers, placeholders and markup by translations; and texts without the last two.

Copied markup matches n-grams of BLEU and chrF, however bad the words between are.
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
"""What is counted: numbers outside of markup, by their digits; placeholders; marks, code, links and tags."""
MARKED: Final = 0.1
"""Least share of rows with markup at which the text is also scored without it."""


@dataclass(frozen=True, slots=True)
class Preservation:
    """Counts of one kind of items; equal items count separately."""

    source: int
    """Items in the sources."""
    reference: int
    """Items that are also in all references: others may be translated, such as dates and links."""
    output: int
    """Items in source and references that are also in the output."""

    @property
    def share(self) -> float | None:
        """Share (0 to 1) of the items in source and references that are in the output; None: there are no items."""
        return self.output / self.reference if self.reference else None

    def to_dict(self) -> dict[str, object]:
        """As JSON."""
        return {**asdict(self), "share": self.share}


def count_preserved(
    hypotheses: Sequence[str], references: Sequence[Sequence[str]], sources: Sequence[str]
) -> Mapping[str, Preservation]:
    """Count the items that N outputs preserve, for each of ``KINDS`` in the sources; blank references are ignored."""
    counts = {kind: [0, 0, 0] for kind in KINDS}
    for hypothesis, source, *accepted in zip(hypotheses, sources, *references, strict=True):
        in_source = _constants(source)
        if not in_source:
            continue
        common = reduce(and_, [_constants(reference) for reference in accepted if reference.strip()], in_source)
        preserved = common & _constants(hypothesis)
        for place, counter in enumerate((in_source, common, preserved)):
            for (kind, _), count in counter.items():
                counts[kind][place] += count
    return {kind: Preservation(*of_kind) for kind, of_kind in counts.items() if of_kind[0]}


def _constants(text: str) -> Counter[tuple[str, str]]:
    """The numbers, placeholders and marks of a text, each with its kind."""
    constants: Counter[tuple[str, str]] = Counter()
    outside, place = [], 0
    for span in find_spans(text):
        outside.append(text[place : span.start])
        place = span.end
        if span.kind is not Kind.IDENTIFIER:
            kind = "placeholders" if span.kind is Kind.PLACEHOLDER else "markup"
            constants[kind, text[span.start : span.end]] += 1
    outside.append(text[place:])
    constants.update(("numbers", plain_digits(number)) for number in find_numbers("\n".join(outside)))
    return constants


def marked_rows(references: Sequence[Sequence[str]], sources: Sequence[str] | None) -> int:
    """The number of rows whose source has markup or a placeholder (a reference, if sources are unknown)."""
    rows = zip(sources, strict=True) if sources is not None else zip(*references, strict=True)
    return sum(any(span.kind is not Kind.IDENTIFIER for text in row for span in find_spans(text)) for row in rows)


def strip_markup(
    hypotheses: Sequence[str], references: Sequence[Sequence[str]], sources: Sequence[str] | None
) -> tuple[list[str], list[list[str]], list[str] | None]:
    """All texts without markup, of the rows whose references have words."""
    plain = [[without_spans(text) for text in lines] for lines in references]
    rows = [row for row, accepted in enumerate(zip(*plain, strict=True)) if any(map(str.strip, accepted))]
    return (
        [without_spans(hypotheses[row]) for row in rows],
        [[lines[row] for row in rows] for lines in plain],
        None if sources is None else [without_spans(sources[row]) for row in rows],
    )
