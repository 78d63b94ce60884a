"""Runs a model in a process of its own, so that start-up time, memory and threads are those of the model alone.

It imports the same as any command that uses the model: with ONNX Runtime, no torch.
"""

import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from seq2seq import process
from seq2seq.config.search_settings import SearchSettings
from seq2seq.errors import ModelError
from seq2seq.inference.classifier import TextClassifier
from seq2seq.inference.engines.open import Engine
from seq2seq.inference.forecasting.forecaster import SeriesForecaster
from seq2seq.inference.generator import Generator
from seq2seq.inference.load import open_pipeline
from seq2seq.inference.request.sources import MAX_TOKENS
from seq2seq.inference.synthesis.synthesizer import VectorSynthesizer
from seq2seq.inference.translator import Translator
from seq2seq.machine import resident_peak, seconds
from seq2seq.search.stepper import places_of

_WARM_UP = 64
"""Texts that are answered before timing begins, apart from the start."""


@dataclass(frozen=True, slots=True)
class WorkerJob:
    """The job of a worker process."""

    model: str
    """A model folder."""
    engine: Engine
    threads: int
    """CPU threads per batch."""
    workers: int
    """Batches computed in parallel."""
    texts: list[str]
    """Sources, or tags; none is empty, unless the model generates from nothing."""
    beams: list[int | None]
    """Beam sizes, one after the other; None: as in the model's recipe."""
    singles: int
    """Number of texts, spread over all, that are answered one at a time."""
    limits: dict[str, Any]
    """Changed settings of `decoding`."""
    started: float = 0.0
    """Start time of the process, in seconds since the epoch."""


@dataclass(frozen=True, slots=True)
class BeamTiming:
    """Measurements with one beam."""

    seconds: float
    """Seconds for all texts."""
    lengths: list[int]
    """Tokens of each output, EOS included; 0 for a label."""
    latencies: list[float]
    """Seconds for each text that was answered by itself."""


@dataclass(frozen=True, slots=True)
class WorkerResult:
    """The measurements of a worker process."""

    start: float
    """Seconds from its start to its first answer."""
    memory: int
    """Peak resident bytes."""
    read: list[int]
    """Tokens of each source, EOS included."""
    answered: list[BeamTiming]
    """Measurements for each beam, in their order."""


def run_worker(job: WorkerJob) -> WorkerResult:
    """Run a job in a worker process.

    Raises:
        ModelError: the process ended with an error.
    """
    found = process.run_worker(
        "seq2seq.bench.decoding_worker",
        {**asdict(job), "started": time.time()},
        error=ModelError,
        who=f"{job.model}: the process that ran it with {job.engine}",
        remedy="Out of memory? Give a shorter text.",
    )
    return WorkerResult(**{**found, "answered": [BeamTiming(**one) for one in found["answered"]]})


def measure(job: WorkerJob) -> WorkerResult:
    """Measure in this process: see :func:`run_worker`."""
    _, pipeline = open_pipeline(job.model, device="cpu", engine=job.engine, threads=job.threads, workers=job.workers)
    assert not isinstance(pipeline, VectorSynthesizer | SeriesForecaster)  # refused with its folder
    answer = _answerer(pipeline, job)
    answer(job.texts[:1], job.beams[0])
    start = time.time() - job.started
    for beam in job.beams:
        answer(_spread(job.texts, _WARM_UP), beam)
    answered = []
    for beam in job.beams:
        lengths: list[int] = []
        spent = seconds(lambda beam=beam, lengths=lengths: lengths.extend(answer(job.texts, beam)))  # type: ignore[misc]
        latencies = [
            seconds(lambda text=text, beam=beam: answer([text], beam))  # type: ignore[misc]
            for text in _spread(job.texts, job.singles)
        ]
        answered.append(BeamTiming(spent, lengths, latencies))
    memory = resident_peak()
    read = [places_of(ids[:MAX_TOKENS]) for ids in pipeline.tokenizers.source.encode_batch(job.texts)]
    return WorkerResult(start, memory, read, answered)


def _answerer(
    pipeline: Translator | TextClassifier | Generator, job: WorkerJob
) -> Callable[[Sequence[str], int | None], list[int]]:
    """A function that answers texts with a beam, and returns the number of tokens of each output."""
    if isinstance(pipeline, TextClassifier):
        return lambda texts, _: [0 for _ in pipeline.classify(texts)]

    def config(beam: int | None) -> SearchSettings:
        given = {} if beam is None else {"method": "beam", "beam": beam}
        return pipeline.decoding.model_copy(update={**job.limits, **given, "nbest": 1})

    if isinstance(pipeline, Generator):
        return lambda texts, beam: [len(one.tokens) + 1 for one in pipeline.generate(texts, config(beam))]
    return lambda texts, beam: [len(best.tokens) + 1 for best, *_ in pipeline.translate_nbest(texts, config(beam))]


def _spread(texts: Sequence[str], count: int) -> list[str]:
    """At most ``count`` texts, evenly spread over all."""
    count = min(count, len(texts))
    return [texts[number * len(texts) // count] for number in range(count)]


if __name__ == "__main__":
    sys.exit(process.worker_main(lambda job, _: asdict(measure(WorkerJob(**job)))))
