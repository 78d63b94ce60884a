"""Two models of one task on the same examples: what fine-tuning has won, and what it has lost."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, cast

import numpy as np
from numpy.typing import NDArray
from pydantic import JsonValue

from seq2seq import log
from seq2seq.config.recipe import GenerationRecipe
from seq2seq.data.reading.examples import Examples
from seq2seq.evaluation.remarks import WrappedLine, remark_lines
from seq2seq.evaluation.report import Report, evaluate
from seq2seq.evaluation.significance import Comparison, compare, paired_bootstrap
from seq2seq.evaluation.translation import MetricName
from seq2seq.evaluation.word_tokenisation import WordTokenisation
from seq2seq.inference.classifier import TextClassifier
from seq2seq.inference.generator import Generator
from seq2seq.inference.load import Pipeline
from seq2seq.inference.translator import Translator
from seq2seq.model_folder.read import ModelFolder
from seq2seq.scoring.likelihood import measure_generator
from seq2seq.text.sketch import Overlap

if TYPE_CHECKING:
    from rich.console import Group

_BLOCKS: Final = 200
"""Groups into which texts are put, each measured at once, for resampling."""
_TITLES: Final = {
    "bleu": ("BLEU", "{:.1f}"),
    "chrf": ("chrF", "{:.1f}"),
    "accuracy": ("accuracy, %", "{:.1f}"),
    "macro_f1": ("macro-F1", "{:.3f}"),
    "bits_per_byte": ("bits per byte", "{:.3f}"),
}

Opened = tuple[ModelFolder, Pipeline]


@dataclass(frozen=True, slots=True)
class ModelComparison:
    """What two models make of one set of examples."""

    name: str
    """What the set is called: `new dev`."""
    data: str
    """Where it comes from."""
    examples: int
    comparisons: tuple[Comparison, ...]
    report: Report | None = None
    """All that there is to say of the new model's outputs, if they are translations."""
    overlap: Overlap | None = None
    """How many of the texts the new model was trained on; None: that is not known."""

    def to_dict(self) -> dict[str, JsonValue]:
        """As JSON."""
        found: dict[str, object] = {one.metric: one.to_dict() for one in self.comparisons}
        if self.report is not None:
            found["after"] = self.report.to_dict()
        if self.overlap is not None:
            found["trained_on"] = self.overlap.to_dict()
        return cast(dict[str, JsonValue], {"data": self.data, "examples": self.examples, **found})

    def remarks(self) -> list[str]:
        """What a person should know, one sentence each; none if all is well."""
        found = self.overlap.remarks() if self.overlap else []
        return found + (self.report.remarks() if self.report else [])


def compare_models(before: Opened, after: Opened, sets: Mapping[str, Examples]) -> list[ModelComparison]:
    """Compare two models on sets of examples, by paired bootstrap resampling.

    Args:
        before: the baseline.
        after: a model of the same task.
        sets: the examples, by what to call them.
    """
    sketch, key = after[0].description.sketch, after[0].recipe.sides.key
    compared = []
    for name, examples in sets.items():
        if len(examples.sources):
            texts = examples.sources if key == "source" else examples.targets
            overlap = None if sketch is None else sketch.overlap(texts)
            found, report = _compare(before, after, examples, name)
            compared.append(ModelComparison(name, examples.name, len(examples.sources), found, report, overlap))
    return compared


def _compare(
    before: Opened, after: Opened, examples: Examples, name: str
) -> tuple[tuple[Comparison, ...], Report | None]:
    both = (before, after)
    pipelines = [pipeline for _, pipeline in both]
    if all(isinstance(pipeline, Translator) for pipeline in pipelines):
        outputs = []
        for stage, pipeline in zip(("before", "after"), cast(list[Translator], pipelines), strict=True):
            with log.progress(f"{name}, {stage}", total=len(examples.sources), unit="sentences") as bar:
                found = pipeline.translate_nbest(examples.sources, advance=bar.advance)
            outputs.append([translations[0].text for translations in found])
        metrics: tuple[MetricName, ...] = ("bleu", "chrf")
        old, new = outputs
        words = WordTokenisation.of([examples.targets], tokenize=after[0].recipe.training.validation.tokenize)
        report = evaluate(new, [examples.targets], sources=examples.sources, metrics=metrics, words=words)
        return tuple(
            paired_bootstrap(old, new, [examples.targets], name=metric, words=words) for metric in metrics
        ), report
    if all(isinstance(pipeline, TextClassifier) for pipeline in pipelines):
        expected = [label.strip() for label in examples.targets]
        labels = sorted(set(expected))
        rows = [
            _confusion([one.label for one in pipeline.classify(examples.sources)], expected, labels)
            for pipeline in cast(list[TextClassifier], pipelines)
        ]
        return (
            compare("accuracy", rows[0], rows[1], _accuracy),
            compare("macro_f1", rows[0], rows[1], _macro_f1),
        ), None
    sums = [_likelihood(folder, pipeline, examples) for folder, pipeline in both]
    return (compare("bits_per_byte", sums[0], sums[1], _bits_per_byte),), None


def _confusion(predicted: Sequence[str], expected: Sequence[str], labels: Sequence[str]) -> NDArray[np.float64]:
    """(N, 3 C) for each example: is it a hit, predicted, expected; label by label."""
    columns = [
        [
            [one == other == label for one, other in zip(predicted, expected, strict=True)],
            [one == label for one in predicted],
            [other == label for other in expected],
        ]
        for label in labels
    ]
    return np.array(columns, dtype=np.float64).reshape(3 * len(labels), len(expected)).T


def _accuracy(sums: NDArray[np.float64]) -> float:
    hits, _, expected = sums.reshape(-1, 3).T
    return float(100 * hits.sum() / expected.sum())


def _macro_f1(sums: NDArray[np.float64]) -> float:
    """The mean over the labels that occur: F1 is twice the hits, by all that is predicted and all that is expected."""
    hits, predicted, expected = sums.reshape(-1, 3).T
    occur = expected > 0
    return float((2 * hits[occur] / (predicted[occur] + expected[occur])).mean())


def _likelihood(folder: ModelFolder, pipeline: Pipeline, examples: Examples) -> NDArray[np.float64]:
    """(N, 2) nats and bytes of groups of texts; of texts that are read as one, of all together."""
    assert isinstance(folder.recipe, GenerationRecipe)
    assert isinstance(pipeline, Generator)
    windows = folder.recipe.training.batch.windows
    texts = list(zip(examples.sources, examples.targets, strict=True))
    size = len(texts) if windows is not None else -(-len(texts) // _BLOCKS)
    found = [measure_generator(pipeline, texts[start : start + size], windows) for start in range(0, len(texts), size)]
    return np.array([(one.nats, one.bytes) for one in found])


def _bits_per_byte(sums: NDArray[np.float64]) -> float:
    return float(sums[0] / np.log(2) / sums[1])


def render_model_comparisons(compared: Sequence[ModelComparison]) -> "Group":
    """For a rich console: set by set and metric by metric, then the signatures, then what is remarkable."""
    from rich.console import Group
    from rich.table import Table
    from rich.text import Text

    translated = any(one.report is not None for one in compared)
    table = Table(box=None, pad_edge=False)
    copying = ["copying"] if translated else []
    for title in ("set", "rows", "", *copying, "before", "after", "change", "95 % interval", "p"):
        table.add_column(title, justify="left" if title in ("set", "") else "right", no_wrap=True)
    signatures: dict[str, None] = {}
    for one in compared:
        for number, found in enumerate(one.comparisons):
            title, form = _TITLES[found.metric]
            sure = one.examples > 1 and not found.low == found.high == found.delta
            signed = form.replace("{:", "{:+")
            table.add_row(
                one.name if number == 0 else "",
                f"{one.examples:,}" if number == 0 else "",
                title,
                *([_copied(one.report, found.metric)] if translated else []),
                form.format(found.baseline),
                form.format(found.system),
                signed.format(found.delta),
                f"{signed.format(found.low)} to {signed.format(found.high)}" if sure else "",
                f"{found.p_value:.3f}" if sure else "",
            )
            if found.signature:
                signatures[f"{title}: {found.signature}"] = None
    lines = [WrappedLine(f"{one.name}: {fact}") for one in compared if one.report for fact in one.report.summary()]
    lines += [note for one in compared for note in remark_lines(one.remarks(), of=one.name)]
    return Group(table, *(Text(signature, "dim") for signature in signatures), *lines)


def _copied(report: Report | None, metric: str) -> str:
    """What copying the source scores."""
    if report is None or report.copy_baseline is None:
        return ""
    return next((f"{score.score:.1f}" for name, score in report.copy_baseline.named().items() if name == metric), "")
