"""Texts that are given to functions in Python: as files, or as lists."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from seq2seq.inference.base import text_list
from seq2seq.inference.lines import read_lines

if TYPE_CHECKING:
    from seq2seq.data.reading.examples import Examples
    from seq2seq.scoring.evaluation_set import EvaluationSet
    from seq2seq.scoring.systems.models import OpenModel
    from seq2seq.scoring.systems.outputs import Outputs

Texts = str | Path | Sequence[str]
"""A file with one text per line, or the texts themselves."""


def is_given(argument: object) -> bool:
    """Whether an argument has another value than its default."""
    return not (argument is None or argument is False or argument == ())


def named(texts: Texts, name: str) -> "Outputs":
    """Texts with their name: that of their file, or the given one."""
    if isinstance(texts, str | Path):
        return str(texts), read_lines(Path(texts).expanduser())
    return name, [" ".join(line.splitlines()) for line in text_list(texts)]


def outputs_of(hypotheses: str | Path | Sequence[Texts] | Mapping[str, Texts]) -> "list[Outputs]":
    """The outputs of every system, by name."""
    if isinstance(hypotheses, str | Path):
        return [named(hypotheses, "")]
    if isinstance(hypotheses, Mapping):
        return [(name, named(texts, name)[1]) for name, texts in hypotheses.items()]
    return [named(texts, f"system {number}") for number, texts in enumerate(hypotheses, start=1)]


def reference_sets(references: str | Path | Sequence[Texts]) -> "list[Outputs]":
    """Sets of references by name.

    Raises:
        TypeError: sentences are given where sets are expected.
    """
    sets = [references] if isinstance(references, str | Path) else list(references)
    for one in sets:
        if isinstance(one, str) and not Path(one).expanduser().exists() and (" " in one or len(sets) > 8):
            raise TypeError("references are sets of references: a list of sentences belongs into another list")
    return [named(one, f"references {number}") for number, one in enumerate(sets, start=1)]


def evaluation_set_of(
    sets: "Sequence[Outputs]",
    sources: Texts | None,
    test_set: str | None,
    pair: str | None,
    models: "Sequence[OpenModel]",
) -> "EvaluationSet":
    """Sources and references that are no data of a model."""
    from seq2seq.scoring.evaluation_set import EvaluationSet
    from seq2seq.scoring.test_sets import named_set

    if test_set is not None:
        if sources is not None:
            raise TypeError("data, sources and test_set: give one of them")
        return named_set(test_set, pair or (models[0].language_pair if models else None), sets)
    if not sets:
        raise TypeError("references are missing")
    own = None if sources is None else named(sources, "sources")
    found = EvaluationSet.from_texts(sets, own)
    return found if own is None or not models else replace(found, name=own[0])


def labelled_examples(sets: "Sequence[Outputs]", sources: Texts | None) -> "Examples":
    """Expected labels, and the texts if they are known."""
    from seq2seq.data.reading.examples import Examples

    if len(sets) != 1:
        raise TypeError("a text has one label: give one set of references")
    ((name, expected),) = sets
    texts = [""] * len(expected) if sources is None else named(sources, "sources")[1]
    return Examples(name, texts, expected)
