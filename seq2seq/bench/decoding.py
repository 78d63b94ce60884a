"""How fast a model answers on a CPU: its engines by turns, each time in a fresh process, beside the machine's peak.

Operations are counted as :mod:`seq2seq.bench.operations` says, for the forward pass alone. A search over K hypotheses
is counted as one token for the first step, and K for each of those after it, as long as the output is that it returns:
what it looks at beyond that is overhead. The peak is that of float32; 8-bit networks may lie above it.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from seq2seq.bench.decoding_worker import BeamTiming, WorkerJob, WorkerResult, run_worker
from seq2seq.bench.operations import Work, forward_operations, matmul_peak
from seq2seq.config.recipe import ClassificationRecipe, GenerationRecipe
from seq2seq.errors import ConfigError, DataError
from seq2seq.inference.engines.onnx.networks import network_files
from seq2seq.inference.engines.open import Engine
from seq2seq.inference.engines.torch.load import LoadedModel, load_folder
from seq2seq.machine import Spread, cores
from seq2seq.models.build import Model
from seq2seq.progress import show_progress
from seq2seq.scoring.splits import read_own
from seq2seq.text.label_vocabulary import LabelVocabulary

BEAMS: Final = (1, 5)
"""Of a model that translates, when none is asked for."""
_SINGLES: Final = 100
"""Texts that are answered one at a time, in each round."""
_DRAWN: Final = 32
"""Outputs of a model that writes from tags, or from nothing."""


@dataclass(frozen=True, slots=True)
class EngineSpeed:
    """One engine with one beam: medians over rounds, lowest and highest; the engines have taken turns."""

    engine: Engine
    beam: int | None
    """None: it labels, or writes as its recipe says."""
    seconds: Spread
    """For all texts."""
    sentences: Spread
    """Texts a second."""
    tokens: Spread
    """Of outputs, EOS counted, a second."""
    latency_p50: float
    """Milliseconds for one text at a time: half of them took no longer ..."""
    latency_p99: float
    """... and 99 % no longer than this; over all rounds."""
    share: Spread
    """Of the float32 matrix-multiplication peak, by counted operations."""
    start: Spread
    """Seconds from the start of a process to its first answer, with the first of the beams."""
    memory: Spread
    """Peak bytes resident of the process, which has run all the beams."""


@dataclass(frozen=True, slots=True)
class DecodingSpeed:
    """What was measured."""

    model: str
    texts: int
    source_tokens: int
    """Of all texts together, EOS counted."""
    rounds: int
    threads: int
    """Of the CPU, in all."""
    peak: Spread
    """Operations a second of a float32 matrix product."""
    engines: list[EngineSpeed]

    def to_dict(self) -> dict[str, object]:
        """As JSON."""
        return asdict(self)

    def lines(self) -> list[str]:
        """What is the same for all engines, for people."""
        threads = f"{self.threads} thread{'s' if self.threads > 1 else ''}"
        return [
            f"decoding: {self.texts:,} texts of {self.source_tokens / self.texts:.1f} tokens, {self.rounds} rounds, "
            f"{threads}; median (lowest .. highest)",
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
        texts: what it is given (by default its recipe's test split, or else dev); empty ones are left out.
        engines: which (by default all that the folder has).
        beams: which (by default those of ``BEAMS`` for a model that translates; others answer as their recipe says).
        rounds: how often the engines, and the peak, take turns.
        threads: of the CPU in all (``None``: one a core).
        workers: batches that are worked on side by side, with an equal share of the threads each (``None``: one for
            torch, and with ONNX Runtime as many as there are threads).
        limits: settings of `decoding` that are changed.

    Raises:
        ModelError: the folder is not complete or damaged, or lacks what an engine needs.
        ConfigError: a beam is asked of a model that labels.
        DataError: there is no text.
    """
    import torch

    loaded = load_folder(path)
    if beams and isinstance(loaded.recipe, ClassificationRecipe):
        raise ConfigError("--beam", ["a model that labels searches for nothing; leave it out"])
    threads = threads or cores()
    torch.set_num_threads(threads)
    given = _own_texts(loaded) if texts is None else [text for text in texts if text.strip()]
    if not given:
        raise DataError(f"{loaded.path}: there is no text to measure with. Give a FILE with a text a line.")
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
    visits: dict[Engine, list[WorkerResult]] = {engine: [] for engine in used}
    with show_progress("decoding", total=rounds * len(used), unit="processes") as bar:
        for _ in range(rounds):
            peaks.append(matmul_peak())
            for engine, found in visits.items():
                found.append(run_worker(jobs[engine]))
                bar.advance()
    return DecodingSpeed(
        model=str(loaded.path),
        texts=len(given),
        source_tokens=sum(visits[used[0]][0].read),
        rounds=rounds,
        threads=threads,
        peak=Spread.of(peaks),
        engines=[
            _sum_up(loaded.model, engine, beam, number, found, peaks)
            for number, beam in enumerate(chosen)
            for engine, found in visits.items()
        ],
    )


def work_of(read: Sequence[int], written: Sequence[int], beam: int) -> Work:
    """What a search needs to look at.

    Args:
        read: tokens of each source, EOS counted.
        written: tokens of each output, EOS counted; 0 for a label.
        beam: hypotheses that live on after each step.
    """
    rows = [1 + (count - 1) * beam if count else 0 for count in written]
    return Work(len(read), sum(read), sum(rows), sum(one * other for one, other in zip(read, rows, strict=True)))


def _sum_up(
    model: Model, engine: Engine, beam: int | None, number: int, visits: Sequence[WorkerResult], peaks: Sequence[float]
) -> EngineSpeed:
    found: list[BeamTiming] = [one.answered[number] for one in visits]
    needed = [sum(forward_operations(model, work_of(visits[0].read, one.lengths, beam or 1)).values()) for one in found]
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
        start=Spread.of([one.start for one in visits]),
        memory=Spread.of([float(one.memory) for one in visits]),
    )


def _engines_of(loaded: LoadedModel) -> list[Engine]:
    """What the folder has, torch first."""
    classifies = isinstance(loaded.recipe, ClassificationRecipe)
    found: list[Engine] = ["torch"]
    for precision in ("onnx", "onnx-int8"):
        if all((loaded.path / name).exists() for name in network_files(precision, classifies=classifies)):
            found.append(precision)
    return found


def _own_texts(loaded: LoadedModel) -> list[str]:
    """The sources of its recipe's test split, or dev; tags, or nothing, for a model that writes from them."""
    source = loaded.tokenizers.source
    if isinstance(source, LabelVocabulary):
        names = ["", *source.names]
        return [names[number % len(names)] for number in range(_DRAWN)]
    recipe = loaded.recipe.model_copy(update={"data": loaded.own_data})
    examples = read_own(recipe, "test", loaded.tokenizers) or read_own(recipe, "dev", loaded.tokenizers)
    return [text for text in examples.sources if text.strip()] if examples else []
