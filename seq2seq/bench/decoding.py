"""Inference speed on a CPU: engines interleaved, each time in a new process, relative to the machine's peak.

Operations are counted as in :mod:`seq2seq.bench.operations`, for the forward pass only. A search over K hypotheses
counts one token for the first step, and K for each later one, up to the length of the returned output; anything beyond
that is overhead. The peak is that of float32; 8-bit networks may exceed it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from seq2seq.bench.decoding_worker import BeamTiming, WorkerJob, WorkerResult, run_worker
from seq2seq.bench.operations import Work, forward_operations, matmul_peak
from seq2seq.config.recipe import ClassificationRecipe, GenerationRecipe
from seq2seq.errors import ConfigError, DataError
from seq2seq.inference.engines.onnx.files import network_files
from seq2seq.inference.engines.open import Engine
from seq2seq.inference.engines.torch.load import LoadedModel, load_folder
from seq2seq.machine import Spread, cores
from seq2seq.models.build import Model
from seq2seq.progress import show_progress
from seq2seq.scoring.splits import read_own
from seq2seq.text.vocabulary.labels import LabelVocabulary
from seq2seq.wording import plural

BEAMS: Final = (1, 5)
"""Default beams of a model that translates."""
_SINGLES: Final = 100
"""Texts that are answered one at a time, per round."""
_SAMPLED: Final = 32
"""Outputs of a model that generates from tags, or from nothing."""


@dataclass(frozen=True, slots=True)
class EngineSpeed:
    """One engine with one beam: medians over rounds, lowest and highest; the engines were interleaved."""

    engine: Engine
    beam: int | None
    """Beam size; None: it classifies, or generates as its recipe says."""
    seconds: Spread
    """Seconds for all texts."""
    sentences: Spread
    """Texts per second."""
    tokens: Spread
    """Output tokens per second, EOS included."""
    latency_p50: float
    """Median milliseconds for one text at a time, over all rounds."""
    latency_p99: float
    """99th percentile of the milliseconds for one text at a time, over all rounds."""
    share: Spread
    """Share of the float32 matrix-multiplication peak, by counted operations."""
    start: Spread
    """Seconds from the start of a process to its first answer, with the first of the beams."""
    memory: Spread
    """Peak resident bytes of the process, which has run all beams."""


@dataclass(frozen=True, slots=True)
class DecodingSpeed:
    """Results for all engines of a model."""

    model: str
    texts: int
    source_tokens: int
    """Tokens of all texts together, EOS included."""
    rounds: int
    threads: int
    """CPU threads in all."""
    peak: Spread
    """Operations per second of a float32 matrix product."""
    engines: list[EngineSpeed]

    def lines(self) -> list[str]:
        """The figures common to all engines, for people."""
        return [
            f"decoding: {plural(self.texts, 'text')} of {self.source_tokens / self.texts:.1f} tokens, "
            f"{plural(self.rounds, 'round')}, {plural(self.threads, 'thread')}; median (lowest .. highest)",
            f"  peak {self.peak.shown(scale=1e-9)} GFLOP/s in float32 matrix products",
        ]


def measure_decoding(
    path: str | Path,
    *,
    texts: Sequence[str] | None = None,
    engines: Sequence[Engine] = (),
    beams: Sequence[int] = (),
    rounds: int,
    threads: int | None,
    workers: int | None = None,
    limits: dict[str, Any] | None = None,
) -> DecodingSpeed:
    """Measure how fast a model answers texts.

    Args:
        path: a model folder, a run folder, or ``hf://user/name``.
        texts: input (by default the test split of its recipe, or else dev); empty ones are left out.
        engines: which (by default all that the folder has).
        beams: which (by default those of ``BEAMS`` for a model that translates; others answer as their recipe says).
        rounds: repetitions, with the engines and the peak interleaved.
        threads: CPU threads in all (``None``: one per core).
        workers: batches computed in parallel, with an equal share of the threads each (``None``: one for torch, and as
            many as there are threads for ONNX Runtime).
        limits: changed settings of `decoding`.

    Raises:
        ModelError: the folder is not complete or damaged, or lacks what an engine needs.
        ConfigError: a beam is given for a model that classifies.
        DataError: there is no text.
    """
    import torch

    loaded = load_folder(path)
    loaded.require_no_numeric_targets("measurements of decoding")
    if beams and isinstance(loaded.recipe, ClassificationRecipe):
        raise ConfigError("--beam", ["a classifier does not search; leave it out"], code="bench.beam-for-classifier")
    threads = threads or cores()
    torch.set_num_threads(threads)
    given = _own_texts(loaded) if texts is None else [text for text in texts if text.strip()]
    if not given:
        message = f"{loaded.path}: no text to measure with. Give a FILE with one text per line."
        raise DataError(message, code="bench.no-text")
    writes = isinstance(loaded.recipe, ClassificationRecipe | GenerationRecipe)
    chosen: list[int | None] = [*beams] or ([None] if writes else [*BEAMS])
    used = [*dict.fromkeys(engines)] or _engines_of(loaded)
    sides = {engine: workers or (1 if engine == "torch" else threads) for engine in used}
    jobs = {
        engine: WorkerJob(
            str(loaded.path), engine, max(1, threads // side), side, given, chosen, _SINGLES, limits or {}
        )
        for engine, side in sides.items()
    }
    peaks: list[float] = []
    results: dict[Engine, list[WorkerResult]] = {engine: [] for engine in used}
    with show_progress("decoding", total=rounds * len(used), unit="processes") as bar:
        for _ in range(rounds):
            peaks.append(matmul_peak())
            for engine, found in results.items():
                found.append(run_worker(jobs[engine]))
                bar.advance()
    return DecodingSpeed(
        model=str(loaded.path),
        texts=len(given),
        source_tokens=sum(results[used[0]][0].read),
        rounds=rounds,
        threads=threads,
        peak=Spread.of(peaks),
        engines=[
            _sum_up(loaded.model, engine, beam, number, found, peaks)
            for number, beam in enumerate(chosen)
            for engine, found in results.items()
        ],
    )


def work_of(read: Sequence[int], written: Sequence[int], beam: int) -> Work:
    """The work of a search: tokens read of each source, and written of each output (0: a label), EOS included."""
    rows = [1 + (count - 1) * beam if count else 0 for count in written]
    return Work(len(read), sum(read), sum(rows), sum(one * other for one, other in zip(read, rows, strict=True)))


def _sum_up(
    model: Model, engine: Engine, beam: int | None, number: int, results: Sequence[WorkerResult], peaks: Sequence[float]
) -> EngineSpeed:
    found: list[BeamTiming] = [one.answered[number] for one in results]
    needed = [
        sum(forward_operations(model, work_of(results[0].read, one.lengths, beam or 1)).values()) for one in found
    ]
    latencies = [1e3 * latency for one in found for latency in one.latencies]
    return EngineSpeed(
        engine=engine,
        beam=beam,
        seconds=Spread.of([one.seconds for one in found]),
        sentences=Spread.of([len(one.lengths) / one.seconds for one in found]),
        tokens=Spread.of([sum(one.lengths) / one.seconds for one in found]),
        latency_p50=float(np.quantile(latencies, 0.5)),
        latency_p99=float(np.quantile(latencies, 0.99, method="inverted_cdf")),
        share=Spread.of([count / one.seconds / peak for count, one, peak in zip(needed, found, peaks, strict=True)]),
        start=Spread.of([one.start for one in results]),
        memory=Spread.of([float(one.memory) for one in results]),
    )


def _engines_of(loaded: LoadedModel) -> list[Engine]:
    """The engines that the folder supports, torch first."""
    classifies = isinstance(loaded.recipe, ClassificationRecipe)
    found: list[Engine] = ["torch"]
    for precision in ("onnx", "onnx-int8"):
        if all((loaded.path / name).exists() for name in network_files(precision, classifies=classifies)):
            found.append(precision)
    return found


def _own_texts(loaded: LoadedModel) -> list[str]:
    """The sources of its recipe's test split, or dev; tags, or nothing, for a model that generates from them."""
    source = loaded.tokenizers.source
    if isinstance(source, LabelVocabulary):
        names = ["", *source.names]
        return [names[number % len(names)] for number in range(_SAMPLED)]
    recipe = loaded.recipe.model_copy(update={"data": loaded.own_data})
    examples = read_own(recipe, "test", loaded.tokenizers) or read_own(recipe, "dev", loaded.tokenizers)
    return [text for text in examples.sources if text.strip()] if examples else []
