"""All systems on one test set: their scores, and each compared with the first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, cast

from seq2seq.evaluation.breakdown.buckets import Breakdown
from seq2seq.evaluation.breakdown.length import by_length
from seq2seq.evaluation.breakdown.rarity import by_rare_words, counts_in_test_set
from seq2seq.evaluation.breakdown.words import has_words
from seq2seq.evaluation.resampling.bootstrap import SAMPLES, SEED
from seq2seq.evaluation.resampling.significance import Comparison, Test, compare
from seq2seq.progress import show_progress
from seq2seq.scoring.evaluation_set import EvaluationSet
from seq2seq.scoring.source_use import measure_source_use
from seq2seq.scoring.systems.sentences import most_different, worst_sentences
from seq2seq.scoring.systems.system import System, distinct, short_names

if TYPE_CHECKING:
    from pydantic import JsonValue

    from seq2seq.model_folder.read import ModelFolder


@dataclass(frozen=True, slots=True)
class Significance:
    """How systems are compared."""

    test: Test = "bootstrap"
    samples: int | None = None
    """Resampled test sets, or trials (None: sacrebleu's number)."""
    seed: int = SEED

    @property
    def resamples(self) -> int:
        """Resampled test sets for confidence intervals."""
        return SAMPLES if self.samples is None or self.test == "randomisation" else self.samples


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """One or more systems on one test set; the first is the baseline of the others."""

    name: str
    """Of the test set."""
    sources: Sequence[str] | None = field(repr=False)
    """None: not known."""
    references: Sequence[Sequence[str]] = field(repr=False)
    """One or more sets."""
    systems: Sequence[System]
    comparisons: Mapping[str, Sequence[Comparison]]
    """Of every system but the first with the first, by the system's name; metric by metric."""
    detailed: bool = False
    """Whether details are requested."""
    breakdowns: Sequence[Breakdown] = ()
    """The parts of the test set, if it is detailed and large enough."""
    baseline_named: bool = False
    """Whether the baseline was named as such, and is not one of the systems that are evaluated."""

    @property
    def baseline(self) -> System:
        """The system that others are compared with."""
        return self.systems[0]

    @property
    def short_names(self) -> Mapping[str, str]:
        """The systems' names as tables show them, by their full names."""
        names = [system.name for system in self.systems]
        return dict(zip(names, short_names(names), strict=True))

    def to_dict(self) -> "dict[str, JsonValue]":
        """As JSON: the scores of a single system at the top, those of several in ``systems``."""
        sentences = {"sentences_to_read": self._sentences()} if self.detailed else {}
        if len(self.systems) == 1:
            return cast("dict[str, JsonValue]", {**self.baseline.to_dict(), **sentences})
        content: dict[str, object] = {
            "data": self.name,
            "sentences": len(self.references[0]),
            "baseline": self.baseline.name,
            "systems": [{"name": system.name, **system.to_dict()} for system in self.systems],
            "comparisons": [
                {"name": name, "against": self.baseline.name, **one.to_dict()}
                for name, found in self.comparisons.items()
                for one in found
            ],
        } | sentences
        if self.baseline_named and len(self.systems) == 2:  # one system is evaluated, and compared
            system = self.systems[1]
            comparison = {one.metric: one.to_dict() for one in self.comparisons[system.name]}
            content = {**system.to_dict(), "comparison": comparison, **content}
        return cast("dict[str, JsonValue]", content)

    def _sentences(self) -> dict[str, object]:
        first, *others = self.systems
        return {
            "worst": [one.to_dict() for one in worst_sentences(self.systems)],
            "most_different": {
                system.name: [one.to_dict() for one in most_different(first, system)] for system in others
            },
        }


def assemble(
    evaluation_set: EvaluationSet,
    systems: Sequence[System],
    how: Significance,
    *,
    baseline_named: bool = False,
    folders: Sequence["ModelFolder"] = (),
    details: bool = False,
) -> Evaluation:
    """Compare systems whose outputs are scored, and add what else is requested.

    Args:
        evaluation_set: what all of them translated.
        systems: at least one, the baseline first.
        how: systems are compared.
        baseline_named: see :class:`Evaluation`.
        folders: models whose recipes may be asked for their training data, for counts of words.
        details: whether to add scores by source length and rare words, and the use of sources.

    Raises:
        DataError: the numbers of outputs differ.
    """
    names = distinct([system.name for system in systems])
    named = [replace(system, name=name) for system, name in zip(systems, names, strict=True)]
    evaluation = Evaluation(
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
                compare(name, of, after[name], test=how.test, samples=how.samples, seed=how.seed)
                for name, of in before.items()
                if name in after
            ]
            bar.advance()
    return compared


def _with_details(evaluation: Evaluation, folders: Sequence["ModelFolder"], how: Significance) -> Evaluation:
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
