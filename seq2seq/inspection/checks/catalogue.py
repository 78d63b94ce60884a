"""Every check."""

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
from seq2seq.inspection.checks.markup import brackets, marks, markup, placeholders
from seq2seq.inspection.engine import collect
from seq2seq.inspection.engine.finding import Check
from seq2seq.inspection.series import sequences

CHECKS: Final[dict[str, Check]] = {
    check.name: check
    for module in (
        collect, columns, characters, markup, pairs, numbers, placeholders, marks, punctuation, brackets,
        repeated_words, language, other_language, misaligned, duplicates, labels,
        sequences,
    )
    for check in module.CHECKS
}  # fmt: skip
