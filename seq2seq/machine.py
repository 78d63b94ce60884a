"""Description of this machine, and summaries of measurements on it."""

import os
import resource
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

_CPUINFO: Final = Path("/proc/cpuinfo")
_INSTRUCTIONS: Final = {
    "avx2": "AVX2", "avx512f": "AVX-512", "avx_vnni": "VNNI", "avx512_vnni": "VNNI", "avx512_bf16": "BF16",
    "amx_tile": "AMX", "asimd": "NEON", "asimddp": "dot products", "i8mm": "I8MM", "sve": "SVE",
}  # fmt: skip
"""Flags of Linux on x86 and ARM, and their usual names."""
_PACKAGES: Final = ("seq2seq", "torch", "onnxruntime", "numpy")


@dataclass(frozen=True, slots=True)
class Machine:
    """Properties that determine the speed of computations, as far as the system reports them."""

    processor: str
    cores: int
    """Cores available to this process."""
    instructions: tuple[str, ...]
    """Vector instructions; empty where the system does not list them."""
    system: str
    versions: dict[str, str]

    @classmethod
    def here(cls) -> "Machine":
        """This one."""
        import platform

        described = _CPUINFO.read_text(encoding="utf-8", errors="replace") if _CPUINFO.exists() else ""
        lines = (line.partition(":") for line in reversed(described.splitlines()))
        facts = {key.strip(): value.strip() for key, _, value in lines}
        flags = (facts.get("flags") or facts.get("Features") or "").split()
        known = dict.fromkeys(name for flag, name in _INSTRUCTIONS.items() if flag in flags)
        return cls(
            processor=facts.get("model name") or platform.processor() or platform.machine(),
            cores=cores(),
            instructions=tuple(known),
            system=f"{platform.system()} {platform.release()}, {platform.machine()}",
            versions={"python": platform.python_version(), **_versions()},
        )

    def to_dict(self) -> dict[str, object]:
        """As JSON."""
        return asdict(self)

    def lines(self) -> list[str]:
        """For people."""
        instructions = ", ".join(self.instructions) or "vector instructions unknown"
        versions = ", ".join(f"{name} {number}" for name, number in self.versions.items())
        return [f"{self.processor}, cores: {self.cores}, {instructions}", f"{self.system}; {versions}"]


@dataclass(frozen=True, slots=True)
class Spread:
    """Repeated measurements of one quantity."""

    median: float
    lowest: float
    highest: float

    @classmethod
    def of(cls, values: Sequence[float]) -> "Spread":
        """Sum up at least one measurement."""
        from statistics import median

        return cls(median(values), min(values), max(values))

    def shown(self, digits: int = 1, *, scale: float = 1.0) -> str:
        """As in ``66.8 (54.6 .. 75.7)``."""
        middle, low, high = (f"{value * scale:,.{digits}f}" for value in (self.median, self.lowest, self.highest))
        return f"{middle} ({low} .. {high})"


def cores() -> int:
    """Cores available to this process."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def seconds(work: Callable[[], object]) -> float:
    """Wall-clock time of one call."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def resident_peak() -> int:
    """Bytes of this process that were in memory at its peak."""
    status = Path("/proc/self/status")
    if status.exists():  # getrusage on Linux counts what the starting process held, too
        return int(status.read_text().split("VmHWM:")[1].split()[0]) * 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024  # bytes there, KiB elsewhere


def _versions() -> dict[str, str]:
    from importlib.metadata import PackageNotFoundError, version

    found = {}
    for name in _PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found
