"""From text to labels, with probabilities."""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Self

import numpy as np

from seq2seq.errors import ConfigError
from seq2seq.evaluation.calibration import log_softmax
from seq2seq.inference.base import TextModel, text_list
from seq2seq.inference.engines.open import Network
from seq2seq.inference.explanation import (
    Explanation,
    WordContribution,
    label_odds,
    label_record,
    occluded_spans,
    occlusions,
)
from seq2seq.inference.request.input_warnings import InputWarnings
from seq2seq.inference.request.sources import MAX_TOKENS, list_sources, read_sources
from seq2seq.inference.workers import map_by_length
from seq2seq.model_folder.read import ModelFolder
from seq2seq.text.vocabulary.labels import LabelVocabulary
from seq2seq.text.vocabulary.pair import VocabularyPair
from seq2seq.text.words import word_spans
from seq2seq.wording import listed

_ROWS = 64
"""Most texts of a batch."""


@dataclass(frozen=True, slots=True)
class Classified:
    """The label of one text."""

    label: str
    """The most probable label; empty for an empty line."""
    probability: float
    """Its calibrated probability; 0 for an empty line."""
    probabilities: tuple[tuple[str, float], ...] = ()
    """All labels with their probabilities, in the model's order."""
    logits: tuple[float, ...] = ()
    """The network's outputs before calibration."""
    note: str | None = None
    """A warning about the text, for people."""

    def record(self, number: int, text: str) -> dict[str, object]:
        """For JSON; see :func:`seq2seq.inference.explanation.label_record`."""
        return label_record(number, text, self.label, self.probability, self.probabilities, self.note)


@dataclass(eq=False, repr=False)
class TextClassifier(TextModel):
    """Labels text with a trained model; :func:`seq2seq.load` makes one."""

    task = "classification"
    method = "classify"

    network: Network
    tokenizers: VocabularyPair
    """Vocabularies of text and labels."""
    temperature: float = field(default=1.0, kw_only=True)
    """Divisor of the logits, fitted to the development split (Guo et al. 2017)."""
    workers: int = field(default=1, kw_only=True)
    """Batches that are computed in parallel."""

    def __post_init__(self) -> None:
        if not isinstance(self.tokenizers.target, LabelVocabulary):
            raise TypeError("a classifier's target vocabulary holds names")
        self.labels = self.tokenizers.target.names

    @classmethod
    def from_folder(cls, folder: ModelFolder, network: Network, *, workers: int) -> Self:
        """The classifier of a model folder whose network is open."""
        return cls(network, folder.tokenizers, temperature=folder.inference.temperature, workers=workers)

    @property
    def unit(self) -> str:
        """What it labels, in the plural."""
        return "sequences" if self.tokenizers.reads_vectors else "texts"

    def classify(
        self,
        texts: Iterable[Any],
        *,
        start: int = 0,
        warnings: InputWarnings | None = None,
        advance: Callable[[int], None] | None = None,
    ) -> list[Classified]:
        """Label texts, or sequences of vectors, in order.

        Args:
            texts: one per entry. White space has no label. Sequences of vectors are (S, F) numbers, as nested lists or
                arrays, or their JSON.
            start: number of the first line, from 0, for ``warnings``.
            warnings: counts warnings about the lines.
            advance: called with the number of texts finished since its last call.

        Raises:
            TypeError: ``texts`` is one string, or an entry is not a string.
            DataError: an entry is no sequence of vectors, or has other channels than the model.
        """
        warnings = InputWarnings() if warnings is None else warnings
        texts = list_sources(self.tokenizers.source, texts)
        sources, notes = read_sources(self.tokenizers.source, texts, start, warnings)
        results = [Classified("", 0.0, note=notes.get(row)) for row in range(len(texts))]
        if advance:
            advance(len(texts) - len(sources))

        def compute(rows: list[int]) -> Iterator[tuple[list[float], list[float]]]:
            logits = self.network.logits([sources[row] for row in rows])
            probabilities = np.exp(log_softmax(logits / self.temperature))
            return zip(logits.tolist(), probabilities.tolist(), strict=True)

        lengths = [(row, len(ids)) for row, ids in sources.items()]
        for row, (outputs, shares) in map_by_length(compute, lengths, _ROWS, self.workers, advance):
            pairs = tuple(zip(self.labels, shares, strict=True))
            label, probability = max(pairs, key=lambda pair: pair[1])
            results[row] = Classified(label, probability, pairs, tuple(outputs), notes.get(row))
        for row, result in enumerate(results):
            if result.note:
                warnings.add(start + row + 1, result.note)
        return results

    def explain(
        self,
        texts: Iterable[str],
        *,
        label: str | None = None,
        start: int = 0,
        warnings: InputWarnings | None = None,
        advance: Callable[[int], None] | None = None,
    ) -> list[Explanation]:
        """Label texts, and measure the effect of each word: the label's log-odds with it, less those without it.

        Each word is deleted by itself, and the rest classified; of a text of more than 128 words, each of at most 128
        runs of words. So a text takes as many classifications as it has words. A text without its only word is read as
        EOS alone. Words of a text that is too long to be read whole have no contribution where they are cut off.

        Args:
            texts: one per entry. White space has no label, and no words.
            label: explained instead of the most probable one of each text.
            start: number of the first line, from 0, for ``warnings``.
            warnings: counts warnings about the lines.
            advance: called with the number of texts finished since its last call.

        Raises:
            TypeError: ``texts`` is one string, or an entry is not a string.
            ConfigError: the model has no such label, or reads vectors, which have no words.
        """
        if self.tokenizers.reads_vectors:
            problem = "words are deleted to explain a label, and this model reads vectors of numbers"
            raise ConfigError("explain", [problem], code="inference.no-words")
        texts = text_list(texts)
        if label is not None and label not in self.labels:
            problem = f"{label!r} is not one of the model's labels: {listed(self.labels)}"
            raise ConfigError("label", [problem], code="inference.unknown-label")
        classified = self.classify(texts, start=start, warnings=warnings)
        names = [(label or one.label) if one.label else "" for one in classified]
        whole = [self._odds(one, name) if name else (0.0, 0.0) for one, name in zip(classified, names, strict=True)]
        spans = [
            occluded_spans(text[: self._reach(text)]) if name else [] for text, name in zip(texts, names, strict=True)
        ]
        words: list[list[WordContribution]] = [[] for _ in texts]
        if advance:
            advance(sum(not parts for parts in spans))
        for block in occlusions(texts, spans):
            for (row, (first, end), _), rest in zip(block, self.classify([rest for *_, rest in block]), strict=True):
                odds, probability = self._odds(rest, names[row])
                word = texts[row][first:end]
                words[row].append(WordContribution(first, end, word, whole[row][0] - odds, probability))
            if advance:
                advance(sum(len(words[row]) == len(spans[row]) for row in {row for row, *_ in block}))
        return [
            Explanation(name, probability, one.probabilities, odds, tuple(found), one.note)
            for name, (odds, probability), found, one in zip(names, whole, words, classified, strict=True)
        ]

    def _odds(self, one: Classified, label: str) -> tuple[float, float]:
        """Log-odds (nats) and probability of a label for a classified text."""
        logits = one.logits or self._logits_of_nothing
        return label_odds(np.array(logits) / self.temperature, self.labels.index(label))

    def _reach(self, text: str) -> int:
        """Characters of a text that the network reads, up to the end of a word."""
        encode = self.tokenizers.source.encode
        if len(encode(text)) <= MAX_TOKENS:
            return len(text)
        ends = [end for _, end in word_spans(text)]
        return ends[bisect_left(ends, True, key=lambda end: len(encode(text[:end])) >= MAX_TOKENS)]

    @cached_property
    def _logits_of_nothing(self) -> tuple[float, ...]:
        """The logits of a text without a token."""
        return tuple(self.network.logits([[]])[0].tolist())
