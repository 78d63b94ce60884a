"""Memory that training needs besides its batches, and memory that is free."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import torch

from seq2seq import log
from seq2seq.config.training import TrainingConfig

_NUMBER: Final = 4
"""Bytes per parameter, gradient or statistic, whatever the precision of the arithmetic."""
_MEMINFO: Final = Path("/proc/meminfo")
_GROUP: Final = Path("/sys/fs/cgroup")
"""Where Linux publishes the limits of a container."""


@dataclass(frozen=True, slots=True)
class RequiredMemory:
    """Bytes that training holds throughout, whatever its batches; computed from the number of parameters."""

    parameters: int
    weights: int
    gradients: int
    moments: int
    """The optimiser's statistics of past gradients."""
    average: int
    """The moving average of the weights."""

    @classmethod
    def of(cls, parameters: int, config: TrainingConfig) -> "RequiredMemory":
        """The memory for the training of a recipe."""
        size = parameters * _NUMBER
        moments = 2 if config.optimizer.name != "sgd" else int(config.optimizer.momentum > 0)
        return RequiredMemory(parameters, size, size, moments * size, average=size if config.ema_decay else 0)

    @property
    def total(self) -> int:
        """The sum."""
        return self.weights + self.gradients + self.moments + self.average

    def __str__(self) -> str:
        """The parts that are not zero, for people."""
        parts = {
            "weights": self.weights,
            "gradients": self.gradients,
            "optimiser": self.moments,
            "moving average": self.average,
        }
        return ", ".join(f"{name} {megabytes(size)}" for name, size in parts.items() if size)


def report_required_memory(needed: RequiredMemory, device: torch.device) -> None:
    """Report the memory that training needs in any case, before the first step; warn if there is less.

    Weights and moving average are allocated by now; the needs of the batches are known only when they are read.
    """
    log.say(f"memory: {megabytes(needed.total)} ({needed}), plus what the batches need")
    free = free_memory(device)
    missing = needed.gradients + needed.moments
    if free is not None and missing > free:
        log.warn(
            f"gradients and optimiser need {megabytes(missing)} more, but only {megabytes(free)} are free on {device}: "
            "training may run out of memory. Lower the sizes under model, or tokenizer.vocabulary; "
            "training.optimizer.name: sgd needs the least.",
            code="training.memory-short",
        )


def free_memory(device: torch.device) -> int | None:
    """Free bytes of a device; of a CPU, within the limit of its container, if any; None: unknown."""
    if device.type == "cuda":
        return int(torch.cuda.mem_get_info(device)[0])
    found = []
    try:
        fields = dict(line.split(":", 1) for line in _MEMINFO.read_text(encoding="ascii").splitlines())
        found.append(int(fields["MemAvailable"].split()[0]) * 1024)
    except (OSError, KeyError, ValueError):
        pass  # not a Linux
    try:
        limit, used = ((_GROUP / f"memory.{name}").read_text(encoding="ascii") for name in ("max", "current"))
        found.append(max(0, int(limit) - int(used)))
    except (OSError, ValueError):
        pass  # no container, or one without a limit
    return min(found, default=None)


def megabytes(size: int) -> str:
    """A number of bytes for people."""
    return f"{size / 1e6:,.1f} MB" if size < 1e7 else f"{size / 1e6:,.0f} MB"
