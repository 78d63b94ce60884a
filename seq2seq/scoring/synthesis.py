"""Scores of a synthesizer on sequences of vectors: nats per step, and how much of the next step it predicts."""

import time
from typing import Any, Final, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray

from seq2seq import log, openmp
from seq2seq.data.batching.batch import collate
from seq2seq.data.reading.examples import Examples
from seq2seq.evaluation.vectors import VectorReport, VectorScores
from seq2seq.inference.engines.torch.synthesizer import TorchSynthesizer
from seq2seq.inference.request.tags import warn_unknown_tags
from seq2seq.inference.synthesis.synthesizer import VectorSynthesizer
from seq2seq.inference.workers import length_batches
from seq2seq.progress import show_progress
from seq2seq.scoring.scored import Scored
from seq2seq.text.sketch import Sketch

_ROWS: Final = 64
"""Most sequences of a batch."""


def score(synthesizer: VectorSynthesizer, examples: Examples, *, sketch: Sketch | None = None) -> Scored[VectorReport]:
    """Measure the likelihood of sequences, given their tags, under a synthesizer that torch runs.

    The sketch is of the training sequences.

    Raises:
        DataError: there is nothing to score, or a sequence has other channels than the model.
    """
    log.warn_skipped(examples.skipped, examples.name)
    warn_unknown_tags(synthesizer.tokenizers.source, examples.sources, examples.name)
    start = time.perf_counter()
    found = measure(synthesizer, examples)
    seconds = time.perf_counter() - start
    nats, squares = float(found.nats.sum()), float(found.squares.sum())
    scores = VectorScores.of(found.targets, nats=nats, squares=squares)
    return Scored(
        name=examples.name,
        report=VectorReport(scores, None if sketch is None else sketch.overlap(examples.targets)),
        seconds=seconds,
        count=scores.steps,
        unit="steps",
        skipped=examples.skipped,
    )


class Measured(NamedTuple):
    """N sequences under a model."""

    targets: list[NDArray[Any]]
    """N arrays (S, F) of scaled numbers."""
    nats: NDArray[np.float64]
    """(N,) negative log-likelihoods."""
    squares: NDArray[np.float64]
    """(N,) squared distances of all numbers from the predicted means, summed."""


@torch.inference_mode()
def measure(synthesizer: VectorSynthesizer, examples: Examples) -> Measured:
    """Read sequences, given their tags, under a synthesizer that torch runs.

    Raises:
        DataError: a sequence has other channels than the model.
    """
    network, tokenizers = synthesizer.network, synthesizer.tokenizers
    assert isinstance(network, TorchSynthesizer)  # as opened by :func:`seq2seq.scoring.splits.open_to_score`
    sources = tokenizers.source.encode_batch(examples.sources)
    targets: list[NDArray[Any]] = synthesizer.channels.encode_batch(examples.targets)
    nats, squares = np.zeros(len(targets)), np.zeros(len(targets))
    model = network.model
    with show_progress("reading", total=len(targets), unit="sequences") as bar:
        for rows in length_batches([(row, len(steps)) for row, steps in enumerate(targets)], _ROWS):
            openmp.adapt(network.device)
            batch = collate([sources[row] for row in rows], [targets[row] for row in rows]).to(network.device)
            written = model(batch.source, batch.source_lengths, batch.target)
            nats[rows] = model.nll(written, batch.target).sum(dim=1).cpu().numpy()
            # The first parameter of every distribution is its mean.
            away = (written.parameters[..., 0].float() - batch.target).nan_to_num()
            squares[rows] = away.square().sum(dim=(1, 2)).cpu().numpy()
            bar.advance(len(rows))
    return Measured(targets, nats, squares)
