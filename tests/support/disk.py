"""Disks that fail: small ones that are full, folders that can only be read, calls of the system that go wrong."""

import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

CALLS = ("fsync", "rename", "replace")
"""What a file that is whole or not there takes of the system."""


@contextmanager
def mounted(folder: Path, *options: str) -> Iterator[Path]:
    """Mount something at a folder for a while; the test is skipped where that is not allowed."""
    folder.mkdir(exist_ok=True)
    done = subprocess.run(["mount", *options, str(folder)], capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"mounting takes a right that is missing here: {done.stderr.strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def small_disk(folder: Path, size: str = "8m") -> AbstractContextManager[Path]:
    """A disk of its own, in memory."""
    return mounted(folder, "-t", "tmpfs", "-o", f"size={size}", "tmpfs")


@contextmanager
def read_only(folder: Path) -> Iterator[None]:
    """A folder in which nothing new can be opened for writing, as on a disk that the system has had enough of."""
    with mounted(folder, "--bind", str(folder)):
        subprocess.run(["mount", "-o", "remount,bind,ro", str(folder)], check=True)
        yield


def fill(disk: Path) -> Callable[[], None]:
    """Leave no room on a disk; returns what makes it free again."""
    ballast = disk / "ballast"
    with ballast.open("wb", buffering=0) as file:
        for size in (1 << 16, 1):
            try:
                while True:
                    file.write(bytes(size))
            except OSError:
                continue
    return ballast.unlink


@dataclass
class Failing:
    """Calls of the system that go wrong from a certain one on."""

    patch: pytest.MonkeyPatch
    error: int
    """Its ``errno``."""
    first: int | None
    """The call that fails, from 0 (None: none does, they are counted alone) ..."""
    last: int | None = None
    """... up to this one (None: no other)."""
    inside: Path | None = None
    """Calls about anything else than what lies in this folder succeed, and do not count."""
    count: int = 0
    failed: list[str] = field(default_factory=list)
    """Those that did."""

    def install(self, *calls: str) -> "Failing":
        """Put it in the place of some functions of ``os``."""
        for name in calls or CALLS:
            self.patch.setattr(os, name, self._shim(name, getattr(os, name)))
        return self

    def _shim(self, name: str, call: Callable[..., object]) -> Callable[..., object]:
        def shim(what: object, *rest: object, **options: object) -> object:
            path = Path(f"/proc/self/fd/{what}").readlink() if isinstance(what, int) else Path(str(what))
            if self.inside is not None and not path.is_relative_to(self.inside):
                return call(what, *rest, **options)
            number, self.count = self.count, self.count + 1
            if self.first is not None and self.first <= number <= (self.first if self.last is None else self.last):
                self.failed.append(f"{name} {path}")
                raise OSError(self.error, os.strerror(self.error), str(path))
            return call(what, *rest, **options)

        return shim
