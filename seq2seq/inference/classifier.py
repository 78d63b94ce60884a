"""From text to labels, with probabilities."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Self

import numpy as np

from seq2seq.evaluation.calibration import log_softmax
from seq2seq.inference.base import TextModel, text_list
from seq2seq.inference.engines.open import Network
from seq2seq.inference.input_warnings import InputWarnings
from seq2seq.inference.translator import EMPTY_SOURCE, MAX_TOKENS
from seq2seq.inference.workers import batch_size, length_batches, map_in_parallel
from seq2seq.model_folder.read import ModelFolder
from seq2seq.special import UNK
from seq2seq.text.label_vocabulary import LabelVocabulary
from seq2seq.text.vocabulary_pair import VocabularyPair

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


class TextClassifier(TextModel):
    """Labels text with a trained model; :func:`seq2seq.load` makes one.

    Args:
        network: computes logits.
        tokenizers: of text and labels.
        temperature: divisor of the logits, fitted to the development split (Guo et al. 2017).
        workers: batches that are computed in parallel.
    """

    task = "classification"
    method = "classify"

    def __init__(
        self,
        network: Network,
        tokenizers: VocabularyPair,
        *,
        temperature: float = 1.0,
        workers: int = 1,
    ) -> None:
        if not isinstance(tokenizers.target, LabelVocabulary):
            raise TypeError("a classifier's target vocabulary holds names")
        self.network = network
        self.tokenizers = tokenizers
        self.temperature = temperature
        self.labels = tokenizers.target.names
        self.workers = workers

    @classmethod
    def from_folder(cls, folder: ModelFolder, network: Network, *, workers: int) -> Self:
        """The classifier of a model folder whose network is open."""
        calibration = folder.description.calibration
        temperature = calibration.temperature if calibration else 1.0
        return cls(network, folder.tokenizers, temperature=temperature, workers=workers)

    def classify(
        self,
        texts: Iterable[str],
        *,
        start: int = 0,
        warnings: InputWarnings | None = None,
        advance: Callable[[int], None] | None = None,
    ) -> list[Classified]:
        """Label texts, in order.

        Args:
            texts: one per entry. White space has no label.
            start: number of the first line, from 0, for ``warnings``.
            warnings: counts warnings about the lines.
            advance: called with the number of texts finished since its last call.

        Raises:
            TypeError: ``texts`` is one string, or an entry is not a string.
        """
        texts = text_list(texts)
        warnings = InputWarnings() if warnings is None else warnings
        warnings.lines += len(texts)
        results = [Classified("", 0.0)] * len(texts)
        sources: dict[int, list[int]] = {}
        notes: dict[int, str] = {}
        for row, ids in enumerate(self.tokenizers.source.encode_batch(texts)):
            if not texts[row].strip():
                warnings.empty += 1
            elif not ids:
                results[row] = Classified("", 0.0, note=EMPTY_SOURCE)
            else:
                if UNK in ids:
                    warnings.add_unknown(start + row + 1, self.tokenizers.source.unknown(texts[row]))
                if len(ids) > MAX_TOKENS:
                    notes[row] = f"source cut after its first {MAX_TOKENS:,} tokens"
                sources[row] = ids[:MAX_TOKENS]
        if advance:
            advance(len(texts) - len(sources))
        size = batch_size(len(sources), _ROWS, self.workers)
        batches = list(length_batches([(row, len(ids)) for row, ids in sources.items()], size))
        computed = map_in_parallel(
            lambda rows: self.network.logits([sources[row] for row in rows]), batches, self.workers
        )
        for rows, logits in zip(batches, computed, strict=True):
            probabilities = np.exp(log_softmax(logits / self.temperature))
            for row, outputs, shares in zip(rows, logits.tolist(), probabilities.tolist(), strict=True):
                pairs = tuple(zip(self.labels, shares, strict=True))
                label, probability = max(pairs, key=lambda pair: pair[1])
                results[row] = Classified(label, probability, pairs, tuple(outputs), notes.get(row))
            if advance:
                advance(len(rows))
        for row, result in enumerate(results):
            if result.note:
                warnings.add(start + row + 1, result.note)
        return results
