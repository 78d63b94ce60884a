"""Translations of all systems on one test set: their scores, and each compared with the first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, ClassVar

from seq2seq.evaluation.breakdown.buckets import Breakdown
from seq2seq.evaluation.breakdown.length import by_length
from seq2seq.evaluation.breakdown.rarity import by_rare_words, counts_in_test_set
from seq2seq.evaluation.breakdown.words import has_words
from seq2seq.evaluation.resampling.significance import Comparison, compare
from seq2seq.progress import show_progress
from seq2seq.scoring.evaluation_set import EvaluationSet
from seq2seq.scoring.source_use import measure_source_use
from seq2seq.scoring.systems.compared import Evaluation, Significance
from seq2seq.scoring.systems.names import distinct
from seq2seq.scoring.systems.sentences import most_different, worst_sentences
from seq2seq.scoring.systems.system import System

if TYPE_CHECKING:
    from rich.console import RenderableType

    from seq2seq.model_folder.read import ModelFolder
    from seq2seq.report.page import Page


@dataclass(frozen=True, slots=True, kw_only=True)
class TranslationEvaluation(Evaluation[System]):
    """One or more systems that translate on one test set; the first is the baseline of the others."""

    unit: ClassVar[str] = "sentences"

    sources: Sequence[str] | None = field(repr=False)
    """None: not known."""
    references: Sequence[Sequence[str]] = field(repr=False)
    """One or more sets."""
    breakdowns: Sequence[Breakdown] = ()
    """The parts of the test set, if it is detailed and large enough."""

    @property
    def size(self) -> int:
        """Sentences of the test set."""
        return len(self.references[0])

    def further(self) -> dict[str, object]:
        """The sentences to read, if details are requested."""
        if not self.detailed:
            return {}
        first, *others = self.systems
        different = {system.name: [one.to_dict() for one in most_different(first, system)] for system in others}
        worst = [one.to_dict() for one in worst_sentences(self.systems)]
        return {"sentences_to_read": {"worst": worst, "most_different": different}}

    def tables(self) -> "list[RenderableType]":
        """The systems, their comparison with the first, details, and remarks."""
        from seq2seq.scoring.systems.tables import render

        return render(self)

    def page(self, facts: Mapping[str, str]) -> "Page":
        """Scores, differences, details, and sentences side by side."""
        from seq2seq.scoring.systems.page import build_page

        return build_page(self, facts=facts)


def assemble(
    evaluation_set: EvaluationSet,
    systems: Sequence[System],
    how: Significance,
    *,
    baseline_named: bool = False,
    folders: Sequence["ModelFolder"] = (),
    details: bool = False,
) -> TranslationEvaluation:
    """Compare systems whose outputs are scored, and add what else is requested.

    Args:
        evaluation_set: what all of them translated.
        systems: at least one, the baseline first.
        how: systems are compared.
        baseline_named: see :class:`~seq2seq.scoring.systems.compared.Evaluation`.
        folders: models whose recipes may be asked for their training data, for counts of words.
        details: whether to add scores by source length and rare words, and the use of sources.

    Raises:
        DataError: the numbers of outputs differ.
    """
    names = distinct([system.name for system in systems])
    named = [replace(system, name=name) for system, name in zip(systems, names, strict=True)]
    evaluation = TranslationEvaluation(
        name=evaluation_set.name,
        sources=evaluation_set.sources,
        references=evaluation_set.references,
        systems=named,
        comparisons=_compare_with_first(named, how) if len(named) > 1 else {},
        baseline_named=baseline_named,
    )
    return _with_details(evaluation, folders, how) if details else evaluation


def _compare_with_first(systems: Sequence[System], how: Significance) -> dict[str, list[Comparison]]:
    """By all metrics that both have sentence by sentence."""
    first, *others = systems
    before = first.report.scores.statistics
    compared: dict[str, list[Comparison]] = {}
    with show_progress("comparing", total=len(others), unit="systems") as bar:
        for system in others:
            after = system.report.scores.statistics
            compared[system.name] = [
                compare(name, of, after[name], test=how.test or "bootstrap", samples=how.samples, seed=how.seed)
                for name, of in before.items()
                if name in after
            ]
            bar.advance()
    return compared


def _with_details(
    evaluation: TranslationEvaluation, folders: Sequence["ModelFolder"], how: Significance
) -> TranslationEvaluation:
    """The same, with scores by source length and rare words, and how much models use their sources."""
    from seq2seq.scoring.training_words import training_word_counts

    sources = evaluation.sources
    texts = evaluation.references[0] if sources is None else sources
    breakdowns = [by_length(texts, of="reference" if sources is None else "source")]
    if sources is not None:
        spaced = has_words(sources)
        counted = (training_word_counts(folder, spaced=spaced) for folder in folders)
        known = next((counts for counts in counted if counts is not None), None)
        breakdowns.append(by_rare_words(sources, known or counts_in_test_set(sources, spaced=spaced)))
    found = [breakdown for breakdown in breakdowns if breakdown.buckets]
    systems = [_detailed(system, found, sources, evaluation.references[0], how) for system in evaluation.systems]
    return replace(evaluation, systems=systems, detailed=True, breakdowns=found)


def _detailed(
    system: System,
    breakdowns: Sequence[Breakdown],
    sources: Sequence[str] | None,
    references: Sequence[str],
    how: Significance,
) -> System:
    use = None
    if system.translator is not None and sources is not None:
        with show_progress(f"source use of {system.name}", total=2 * len(sources), unit="sentences") as bar:
            use = measure_source_use(system.translator, sources, references, advance=bar.advance)
    statistics = system.report.scores.statistics
    scores = {one.key: one.scores(statistics, samples=how.resamples, seed=how.seed) for one in breakdowns}
    return replace(system, breakdowns=scores, source_use=use)
