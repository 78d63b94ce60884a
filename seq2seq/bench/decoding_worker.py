"""A model at work in a process of its own, so that its start, its memory and its threads are its own.

It imports what any command does that uses the model: with ONNX Runtime, no torch.
"""

import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from seq2seq import process
from seq2seq.config.decoding import DecodingConfig
from seq2seq.errors import ModelError
from seq2seq.inference.classifier import TextClassifier
from seq2seq.inference.engines.open import Engine
from seq2seq.inference.generator import Generator
from seq2seq.inference.load import Pipeline, open_pipeline
from seq2seq.inference.translator import MAX_TOKENS
from seq2seq.machine import resident_peak, seconds

_WARM_UP = 64
"""Texts that are answered before anything but the start is timed."""


@dataclass(frozen=True, slots=True)
class WorkerJob:
    """What a process is to do."""

    model: str
    """A model folder."""
    engine: Engine
    threads: int
    """For each of the ..."""
    workers: int
    """... batches that are worked on side by side."""
    texts: list[str]
    """Sources, or tags; none is empty, unless the model writes from nothing."""
    beams: list[int | None]
    """One after the other; None is what the model's recipe says."""
    singles: int
    """Texts, spread over all, that are answered one at a time."""
    limits: dict[str, Any]
    """Settings of `decoding` that are changed."""
    started: float = 0.0
    """When the process was, in seconds since the epoch."""


@dataclass(frozen=True, slots=True)
class BeamTiming:
    """All texts, answered with one beam."""

    seconds: float
    """For all of them."""
    lengths: list[int]
    """Tokens of each output, EOS counted; 0 for a label."""
    latencies: list[float]
    """Seconds for each of those that were answered one at a time."""


@dataclass(frozen=True, slots=True)
class WorkerResult:
    """What a process measured."""

    start: float
    """Seconds from its start to its first answer."""
    memory: int
    """Peak bytes resident."""
    read: list[int]
    """Tokens of each source, EOS counted."""
    answered: list[BeamTiming]
    """For each beam."""


def run_worker(job: WorkerJob) -> WorkerResult:
    """Do a job in another process.

    Raises:
        ModelError: that process ended with an error.
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
    read = [min(len(ids), MAX_TOKENS) + 1 for ids in pipeline.tokenizers.source.encode_batch(job.texts)]
    return WorkerResult(start, memory, read, answered)


def _answerer(pipeline: Pipeline, job: WorkerJob) -> Callable[[Sequence[str], int | None], list[int]]:
    """What answers texts with a beam, and says how many tokens each output has."""
    if isinstance(pipeline, TextClassifier):
        return lambda texts, _: [0 for _ in pipeline.classify(texts)]

    def config(beam: int | None) -> DecodingConfig:
        given = {} if beam is None else {"method": "beam", "beam": beam}
        return pipeline.decoding.model_copy(update={**job.limits, **given, "nbest": 1})

    if isinstance(pipeline, Generator):
        return lambda texts, beam: [len(one.tokens) + 1 for one in pipeline.generate(texts, config(beam))]
    return lambda texts, beam: [len(best.tokens) + 1 for best, *_ in pipeline.translate_nbest(texts, config(beam))]


def _spread(texts: Sequence[str], count: int) -> list[str]:
    """At most so many texts, evenly spread over all."""
    count = min(count, len(texts))
    return [texts[number * len(texts) // count] for number in range(count)]


if __name__ == "__main__":
    sys.exit(process.worker_main(lambda job, _: asdict(measure(WorkerJob(**job)))))
