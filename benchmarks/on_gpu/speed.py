"""Training: tokens per second, where a step waits, how busy the device is, memory."""

import time
from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import closing
from itertools import islice
from typing import Any, Final

import torch
from torch.profiler import ProfilerActivity, profile, record_function

from on_gpu.report import Figure
from seq2seq.config.recipe import Recipe
from seq2seq.data.batching.batch import Batch
from seq2seq.diagnostics.learning.trials import fresh_trainer
from seq2seq.machine import resident_peak
from seq2seq.training.estimate.probe import training_steps
from seq2seq.training.trainer import Trainer

_WARM_UP: Final = 5
"""Steps that are not timed: kernels are chosen, memory is allocated."""
_LEAST: Final = 3
_READ_EVERY: Final = 50
"""Steps between two readings of outcomes, as `training.log_every` has it by default."""
_PROFILED: Final = 5
_STEP: Final = "benchmark.step"


def synchronise(device: str) -> None:
    """Wait until the device has done all that it was given."""
    if device == "cuda":
        torch.cuda.synchronize()


def measure(recipe: Recipe, device: str, *, seconds: float) -> list[Figure]:
    """Train for some seconds; a figure per question."""
    with fresh_trainer(recipe, device) as trainer, closing(training_steps(trainer)) as steps:
        for batches in islice(steps, _WARM_UP):
            trainer.learn(batches)
        trainer.flush()
        synchronise(device)
        if device == "cuda":
            torch.cuda.reset_peak_memory_stats()
        figures = _timed(trainer, steps, device, seconds)
        figures += _memory(device)
        return figures + _profiled(trainer, steps, device)


def _timed(trainer: Trainer, steps: Iterable[Sequence[Batch]], device: str, seconds: float) -> list[Figure]:
    spent, seen, count = Counter[str](), Counter[str](), 0
    begin = last = time.perf_counter()

    def lap(what: str) -> None:
        nonlocal last
        now = time.perf_counter()
        spent[what] += now - last
        last = now

    for batches in steps:
        lap("data")
        trainer.learn(batches)
        lap("enqueued")
        count += 1
        for batch in batches:
            seen.update(pairs=len(batch), source=batch.source_tokens, target=batch.target_tokens)
        if count % _READ_EVERY == 0:
            trainer.flush()
            lap("read")
        if count >= _LEAST and last - begin >= seconds:
            break
    trainer.flush()
    synchronise(device)
    lap("read")
    elapsed = last - begin
    per_step = {name: 1e3 * value / count for name, value in spent.items()}
    return [
        Figure("target tokens", seen["target"] / elapsed, "per second", 0),
        Figure("source and target tokens", (seen["source"] + seen["target"]) / elapsed, "per second", 0),
        Figure("pairs", seen["pairs"] / elapsed, "per second"),
        Figure("a step", 1e3 * elapsed / count, "ms", 2),
        Figure("of it waiting for data", per_step["data"], "ms", 3),
        Figure("of it on the host, enqueueing", per_step["enqueued"], "ms", 2),
        Figure("of it waiting for the device, where outcomes are read", per_step["read"], "ms", 3),
    ]


def _memory(device: str) -> list[Figure]:
    if device != "cuda":
        return [Figure("peak of resident memory, the process", resident_peak() / 2**20, "MiB", 0)]
    return [
        Figure("peak of allocated memory", torch.cuda.max_memory_allocated() / 2**20, "MiB", 0),
        Figure("peak of reserved memory", torch.cuda.max_memory_reserved() / 2**20, "MiB", 0),
    ]


def _profiled(trainer: Trainer, steps: Iterable[Sequence[Batch]], device: str) -> list[Figure]:
    """How busy the device is, and how often a step waits for it, by torch's profiler."""
    if device != "cuda":
        return [Figure("synchronisations within a step", "on a GPU alone")]
    some = list(islice(steps, _PROFILED))
    with profile(activities=[ProfilerActivity.CPU, ProfilerActivity.CUDA]) as found:
        start = time.perf_counter()
        for batches in some:
            with record_function(_STEP):
                trainer.learn(batches)
        trainer.flush()
        synchronise(device)
        elapsed = time.perf_counter() - start
    events = list(found.events())
    waits = synchronisations(events)
    return [
        Figure("synchronisations within a step", len(waits) / _PROFILED, digits=1),
        Figure("time in them", sum(waits) / 1e3 / _PROFILED, "ms per step", 3),
        Figure("the device is busy", 100 * busy(events) / 1e6 / elapsed, "% of the time, under the profiler"),
    ]


def synchronisations(events: Iterable[Any]) -> list[float]:
    """Microseconds of every call, within a step, that waits for the device."""
    events = list(events)
    inside = [one.time_range for one in events if one.name == _STEP and one.device_type.name == "CPU"]
    return [
        one.time_range.elapsed_us()
        for one in events
        if one.device_type.name == "CPU"
        and "Synchronize" in one.name
        and any(step.start <= one.time_range.start <= step.end for step in inside)
    ]


def busy(events: Iterable[Any]) -> float:
    """Microseconds in which at least one kernel or copy runs on the device.

    Ranges that the host names, such as a step, are repeated on the device's side; they are no work.
    """
    events = list(events)
    named = {one.name for one in events if one.device_type.name == "CPU"}
    ranges = sorted(
        (one.time_range.start, one.time_range.end)
        for one in events
        if one.device_type.name == "CUDA" and one.name not in named
    )
    total, reached = 0.0, float("-inf")
    for start, end in ranges:
        total += max(0.0, end - max(start, reached))
        reached = max(reached, end)
    return total
