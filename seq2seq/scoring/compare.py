"""Two models of one task compared on the same examples: what fine-tuning gained, and what it lost."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, cast

import numpy as np
from numpy.typing import NDArray
from pydantic import JsonValue

from seq2seq.config.recipe import GenerationRecipe
from seq2seq.data.reading.examples import Examples
from seq2seq.evaluation.remarks import WrappedLine, remark_lines
from seq2seq.evaluation.resampling.label_statistics import compare_labels
from seq2seq.evaluation.resampling.significance import FEWEST, Comparison, compare
from seq2seq.evaluation.resampling.sufficient_statistics import SufficientStatistics
from seq2seq.evaluation.translation import MetricName, corpus_statistics
from seq2seq.evaluation.translation_report import TranslationReport, evaluate_translations
from seq2seq.evaluation.vectors import Independent
from seq2seq.evaluation.word_tokenisation import WordTokenisation
from seq2seq.inference.classifier import TextClassifier
from seq2seq.inference.generator import Generator
from seq2seq.inference.pipeline import Pipeline
from seq2seq.inference.synthesis.synthesizer import VectorSynthesizer
from seq2seq.inference.translator import Translator
from seq2seq.model_folder.read import ModelFolder
from seq2seq.progress import show_progress
from seq2seq.scoring.likelihood import measure_generator
from seq2seq.scoring.synthesis import measure
from seq2seq.text.sketch import Overlap

if TYPE_CHECKING:
    from rich.console import Group

_BLOCKS: Final = 200
"""Most groups of texts whose likelihoods are resampled; each group is measured at once."""
_TITLES: Final = {
    "bleu": ("BLEU", "{:.1f}"),
    "chrf": ("chrF", "{:.1f}"),
    "accuracy": ("accuracy, %", "{:.1f}"),
    "macro_f1": ("macro-F1", "{:.3f}"),
    "bits_per_byte": ("bits per byte", "{:.3f}"),
    "mase": ("MASE", "{:.3f}"),
    "wql": ("wQL", "{:.4f}"),
    "nats_per_step": ("nats per step", "{:.3f}"),
    "explained": ("explained, %", "{:.1f}"),
}

LoadedPipeline = tuple[ModelFolder, Pipeline]
"""A model folder and its open pipeline."""


@dataclass(frozen=True, slots=True)
class ModelComparison:
    """Two models compared on one set of examples."""

    name: str
    """Name of the set: `new dev`."""
    data: str
    """File or data set of the examples."""
    examples: int
    comparisons: tuple[Comparison, ...]
    report: TranslationReport | None = None
    """The evaluation of the new model's outputs, if they are translations."""
    overlap: Overlap | None = None
    """How many of the texts the new model was trained on; None: unknown."""
    notes: tuple[str, ...] = ()
    """Remarks, one sentence each."""

    def to_dict(self) -> dict[str, JsonValue]:
        """As JSON."""
        content: dict[str, object] = {"data": self.data, "examples": self.examples}
        content |= {comparison.metric: comparison.to_dict() for comparison in self.comparisons}
        if self.report is not None:
            content["after"] = self.report.to_dict()
        if self.overlap is not None:
            content["trained_on"] = self.overlap.to_dict()
        if self.notes:
            content["notes"] = list(self.notes)
        return cast(dict[str, JsonValue], content)

    def remarks(self) -> list[str]:
        """What a person should know, one sentence each; none if all is well."""
        overlap = self.overlap.remarks() if self.overlap else []
        return [*overlap, *(self.report.remarks() if self.report else []), *self.notes]


def compare_models(
    before: LoadedPipeline, after: LoadedPipeline, sets: Mapping[str, Examples]
) -> list[ModelComparison]:
    """Compare two models of one task on sets of examples, by name.

    Classifiers are compared as in :func:`~seq2seq.evaluation.resampling.label_statistics.compare_labels`, others by the
    paired bootstrap.
    """
    sketch, key = after[0].description.sketch, after[0].recipe.sides.key
    compared = []
    for name, examples in sets.items():
        if len(examples.sources):
            texts = examples.sources if key == "source" else examples.targets
            overlap = None if sketch is None else sketch.overlap(texts)
            comparisons, report, notes = _compare(before, after, examples, name)
            count = len(examples.sources)
            compared.append(ModelComparison(name, examples.name, count, comparisons, report, overlap, notes))
    return compared


def _compare(
    before: LoadedPipeline, after: LoadedPipeline, examples: Examples, name: str
) -> tuple[tuple[Comparison, ...], TranslationReport | None, tuple[str, ...]]:
    """By all metrics; the evaluation of the new model's translations; and remarks."""
    pipelines = [pipeline for _, pipeline in (before, after)]
    if all(isinstance(pipeline, Translator) for pipeline in pipelines):
        outputs: list[list[str]] = []
        for stage, pipeline in zip(("before", "after"), cast(list[Translator], pipelines), strict=True):
            with show_progress(f"{name}, {stage}", total=len(examples.sources), unit="sentences") as bar:
                nbest = pipeline.translate_nbest(examples.sources, advance=bar.advance)
            outputs.append([best.text for best, *_ in nbest])
        metrics: tuple[MetricName, ...] = ("bleu", "chrf")
        old, new = outputs
        words = WordTokenisation.of([examples.targets], tokenize=after[0].recipe.training.validation.tokenize)
        report = evaluate_translations(new, [examples.targets], sources=examples.sources, metrics=metrics, words=words)
        return (
            tuple(
                compare(
                    metric,
                    corpus_statistics(metric, old, [examples.targets], words=words),
                    report.scores.statistics[metric],
                )
                for metric in metrics
            ),
            report,
            (),
        )
    if all(isinstance(pipeline, TextClassifier) for pipeline in pipelines):
        expected = [label.strip() for label in examples.targets]
        old_labels, new_labels = (
            [text.label for text in pipeline.classify(examples.sources)]
            for pipeline in cast(list[TextClassifier], pipelines)
        )
        accuracy, f1 = compare_labels(old_labels, new_labels, expected)
        return (_in_percent(accuracy), f1), None, ()
    if all(isinstance(pipeline, VectorSynthesizer) for pipeline in pipelines):
        return _compare_vectors(cast(list[VectorSynthesizer], pipelines), examples)
    sums = [
        SufficientStatistics(_likelihood(folder, pipeline, examples), _bits_per_byte)
        for folder, pipeline in (before, after)
    ]
    return (compare("bits_per_byte", *sums),), None, ()


def _compare_vectors(
    pipelines: Sequence[VectorSynthesizer], examples: Examples
) -> tuple[tuple[Comparison, ...], None, tuple[str, ...]]:
    old, new = (measure(pipeline, examples) for pipeline in pipelines)
    lengths = np.array([len(steps) for steps in new.targets], np.float64)
    mean = np.concatenate(new.targets).mean(axis=0, dtype=np.float64)
    around = np.array([((steps - mean) ** 2).sum(dtype=np.float64) for steps in new.targets])
    nats, explained = (
        [SufficientStatistics(np.stack(rows, axis=1), score) for rows in (before, after)]
        for before, after, score in (
            ((old.nats, lengths), (new.nats, lengths), _per_unit),
            ((old.squares, around), (new.squares, around), _explained),
        )
    )
    base = Independent.of(new.targets).nats / lengths.sum()
    verdict = "" if nats[1].score < base else ": the new model is not better"
    note = f"nats per step of independent normal numbers are {base:.3f}{verdict}"
    return (compare("nats_per_step", *nats), compare("explained", *explained)), None, (note,)


def _in_percent(of: Comparison) -> Comparison:
    figures = {name: 100 * getattr(of, name) for name in ("baseline", "system", "delta", "low", "high")}
    return replace(of, **figures)


def _likelihood(folder: ModelFolder, pipeline: Pipeline, examples: Examples) -> NDArray[np.float64]:
    """(N, 2) nats and bytes of groups of texts; one group if the texts are read as one."""
    assert isinstance(folder.recipe, GenerationRecipe)
    assert isinstance(pipeline, Generator)
    windows = folder.recipe.training.batch.windows
    texts = list(zip(examples.sources, examples.targets, strict=True))
    size = len(texts) if windows is not None else -(-len(texts) // _BLOCKS)
    groups = (texts[start : start + size] for start in range(0, len(texts), size))
    likelihoods = [measure_generator(pipeline, group, windows) for group in groups]
    return np.array([(likelihood.nats, likelihood.bytes) for likelihood in likelihoods])


def _bits_per_byte(sums: NDArray[np.float64]) -> float:
    return _per_unit(sums) / float(np.log(2))


def _per_unit(sums: NDArray[np.float64]) -> float:
    return float(sums[0] / sums[1])


def _explained(sums: NDArray[np.float64]) -> float:
    """Percentage of the squared distances from the mean that predictions explain."""
    return 100 * float(1 - sums[0] / sums[1]) if sums[1] else 0.0


def render_model_comparisons(compared: Sequence[ModelComparison]) -> "Group":
    """For a rich console: set by set and metric by metric, then the signatures, then remarks."""
    from rich.console import Group
    from rich.table import Table
    from rich.text import Text

    translated = any(of.report is not None for of in compared)
    table = Table(box=None, pad_edge=False)
    copying = ["copying"] if translated else []
    for title in ("set", "rows", "", *copying, "before", "after", "change", "95 % interval", "p"):
        table.add_column(title, justify="left" if title in ("set", "") else "right", no_wrap=True)
    signatures: dict[str, None] = {}
    for of in compared:
        for number, comparison in enumerate(of.comparisons):
            title, form = _TITLES[comparison.metric]
            known = of.examples > 1 and not comparison.low == comparison.high == comparison.delta
            signed = form.replace("{:", "{:+")
            table.add_row(
                of.name if number == 0 else "",
                f"{of.examples:,}" if number == 0 else "",
                title,
                *([_copied(of.report, comparison.metric)] if translated else []),
                form.format(comparison.baseline),
                form.format(comparison.system),
                signed.format(comparison.delta),
                f"{signed.format(comparison.low)} to {signed.format(comparison.high)}" if known else "",
                f"{comparison.p_value:.3f}" if known and of.examples >= FEWEST else "",
            )
            if comparison.signature:
                signatures[f"{title}: {comparison.signature}"] = None
    lines = [WrappedLine(f"{of.name}: {fact}") for of in compared if of.report for fact in of.report.summary()]
    lines += [line for of in compared for line in remark_lines(of.remarks(), of=of.name)]
    return Group(*([table] if table.row_count else []), *(Text(one, "dim") for one in signatures), *lines)


def _copied(report: TranslationReport | None, metric: str) -> str:
    """The score of copying the source."""
    scores = report.copy_baseline.named() if report and report.copy_baseline else {}
    return f"{scores[metric].score:.1f}" if metric in scores else ""
