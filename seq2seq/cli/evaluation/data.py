"""What ``seq2seq evaluate`` compares outputs with: the texts of its options."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from seq2seq.data.reading.examples import Examples
    from seq2seq.scoring.evaluation_set import EvaluationSet
    from seq2seq.scoring.systems.outputs import Outputs


def named_lines(files: Iterable[Path]) -> list[Outputs]:
    """The lines of files, by their names."""
    from seq2seq.inference.lines import read_lines

    return [(str(file), read_lines(file)) for file in files]


def named_set(texts: Mapping[str, Any]) -> EvaluationSet:
    """The test set of --test-set, and --references beside its own."""
    from seq2seq.scoring.test_sets import named_set as read

    return read(texts["test_set"], texts.get("language_pair"), named_lines(texts.get("references", ())))


def set_without_model(texts: Mapping[str, Any]) -> EvaluationSet:
    """What --hypotheses are compared with: --references, or a test set of sacrebleu's."""
    from seq2seq.scoring.evaluation_set import EvaluationSet

    if "test_set" in texts:
        return named_set(texts)
    sources = texts.get("sources")
    return EvaluationSet.from_texts(
        named_lines(texts["references"]), None if sources is None else named_lines([sources])[0]
    )


def labels_without_model(texts: Mapping[str, Any]) -> Examples:
    """The same for labels; the sources are empty without --sources."""
    from seq2seq.data.reading.examples import Examples

    found = set_without_model(texts)
    (expected,) = found.references
    return Examples(found.name, [""] * len(expected) if found.sources is None else found.sources, expected)
