"""Every check."""

from itertools import chain
from typing import Final

from seq2seq.inspection.checks import (
    characters,
    columns,
    duplicates,
    labels,
    language,
    misaligned,
    numbers,
    other_language,
    pairs,
    punctuation,
    repeated_words,
)
from seq2seq.inspection.checks.markup import brackets, compare, markup, placeholders
from seq2seq.inspection.engine import collect
from seq2seq.inspection.engine.finding import Check

CHECKS: Final[dict[str, Check]] = {
    check.name: check
    for check in chain(
        collect.CHECKS,
        columns.CHECKS,
        characters.CHECKS,
        markup.CHECKS,
        pairs.CHECKS,
        numbers.CHECKS,
        placeholders.CHECKS,
        compare.CHECKS,
        punctuation.CHECKS,
        brackets.CHECKS,
        repeated_words.CHECKS,
        language.CHECKS,
        other_language.CHECKS,
        misaligned.CHECKS,
        duplicates.CHECKS,
        labels.CHECKS,
    )
}
"""Every check by its name."""
