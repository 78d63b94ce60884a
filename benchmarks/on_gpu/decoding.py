"""A model trained on the device, decoded there and on the CPU: tokens per second, latency, memory, equal outputs."""

import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch

import seq2seq
from on_gpu.report import Figure
from on_gpu.speed import synchronise
from seq2seq import log
from seq2seq.config.recipe import Recipe
from seq2seq.training.fit import LaunchOptions, fit

_BEAMS = (1, 5)
_LARGE = 512
"""Sentences of a large batch: 64, the default, may be too few to fill a GPU."""


def measure(recipe: Recipe, device: str, run: Path, texts: Sequence[str], *, singles: int) -> list[Figure]:
    """Train, then decode."""
    start = time.perf_counter()
    with log.muted():
        summary = fit(recipe, run, LaunchOptions(accelerator=device, devices=1, overwrite=True)).summary
    assert summary.best is not None
    figures = [
        Figure(f"training, {recipe.training.max_steps:,} steps with validation", time.perf_counter() - start, "s"),
        Figure("validation loss", summary.best, "nats per token", 3),
    ]
    here = seq2seq.Translator.load(run, device=device, engine="torch")
    on_cpu = seq2seq.Translator.load(run, device="cpu", engine="torch")
    if device == "cuda":
        torch.cuda.reset_peak_memory_stats()
    for beam in _BEAMS:
        name = "greedy" if beam == 1 else f"beam {beam}"
        found, outputs = _timed(here, texts, beam, device)
        figures += [Figure(f"{name}: {what}", *rest) for what, *rest in found]
        large = replace(here, decoding=here.decoding.model_copy(update={"batch_size": _LARGE}))
        (rate, *_), _ = _timed(large, texts, beam, device)
        figures.append(Figure(f"{name}: {rate[0]}, in batches of {_LARGE}", *rate[1:]))
        (rate, *_), expected = _timed(on_cpu, texts, beam, "cpu")
        figures.append(Figure(f"{name}: {rate[0]} on the CPU", *rate[1:]))
        equal = sum(one == other for one, other in zip(outputs, expected, strict=True)) / len(texts)
        figures.append(Figure(f"{name}: outputs equal to the CPU's", 100 * equal, "%"))
        p50, p99 = np.percentile(_latencies(here, texts[:singles], beam), [50, 99])
        figures.append(Figure(f"{name}: one sentence, p50", float(p50), "ms", 2))
        figures.append(Figure(f"{name}: one sentence, p99", float(p99), "ms", 2))
    if device == "cuda":
        peak = torch.cuda.max_memory_allocated() / 2**20
        figures.append(Figure("peak of allocated memory, decoding", peak, "MiB", 0))
    return figures


def _timed(
    translator: "seq2seq.Translator", texts: Sequence[str], beam: int, device: str
) -> tuple[list[tuple[str, float, str, int]], list[str]]:
    """Output tokens and sentences per second, and the outputs; the first batch is not timed."""
    translator.translate(texts[:8], beam=beam)
    synchronise(device)
    start = time.perf_counter()
    outputs = translator.translate(texts, beam=beam)
    elapsed = time.perf_counter() - start
    tokens = sum(len(ids) + 1 for ids in translator.tokenizers.target.encode_batch(outputs))  # EOS is one of them
    found = [("output tokens", tokens / elapsed, "per second", 0), ("sentences", len(texts) / elapsed, "per second", 1)]
    return found, outputs


def _latencies(translator: "seq2seq.Translator", texts: Sequence[str], beam: int) -> list[float]:
    found = []
    for text in texts:
        start = time.perf_counter()
        translator.translate([text], beam=beam)
        found.append(1e3 * (time.perf_counter() - start))
    return found
