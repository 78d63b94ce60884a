"""Outputs of systems that are there already, scored."""

from collections.abc import Sequence

from seq2seq.evaluation.translation_report import evaluate_translations
from seq2seq.evaluation.word_tokenisation import WordTokenisation
from seq2seq.scoring.evaluation_set import EvaluationSet
from seq2seq.scoring.systems.compared import Significance
from seq2seq.scoring.systems.system import System

Outputs = tuple[str, Sequence[str]]
"""The name of a system, and what it wrote: N lines."""


def systems_of_outputs(
    outputs: Sequence[Outputs],
    evaluation_set: EvaluationSet,
    *,
    words: WordTokenisation,
    how: Significance,
) -> list[System]:
    """Score outputs that are there already, by name.

    Raises:
        DataError: there are more or fewer lines than references.
    """
    systems = []
    for name, texts in outputs:
        evaluation_set.require_lines(name, texts)
        report = evaluate_translations(
            texts,
            evaluation_set.references,
            sources=evaluation_set.sources,
            groups=evaluation_set.groups,
            words=words,
        )
        report = report.with_intervals(samples=how.resamples, seed=how.seed)
        systems.append(System(name=name, outputs=texts, report=report))
    return systems
