"""Running the program in a process of its own: what it imports, and the time of a processor that it takes."""

import os
import re
import resource
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Started:
    """A process that has ended."""

    output: str
    modules: frozenset[str]
    """Everything that it imported."""
    seconds: float
    """Of a processor: other work makes them more, but by far less than those of a clock."""

    @property
    def packages(self) -> frozenset[str]:
        """The top-level modules that it imported."""
        return frozenset(name.split(".")[0] for name in self.modules)


def start(arguments: Sequence[str | Path], environment: Mapping[str, str] | None = None, text: str = "") -> Started:
    """Run ``python -m seq2seq`` with arguments, further environment variables and a standard input."""
    return start_python(["-m", "seq2seq", *map(str, arguments)], environment, text)


def start_python(arguments: Sequence[str], environment: Mapping[str, str] | None = None, text: str = "") -> Started:
    """Run Python; it must exit with 0."""
    command = [sys.executable, "-X", "importtime", *arguments]
    variables = os.environ | (environment or {})
    before = _of_children()
    done = subprocess.run(command, capture_output=True, text=True, env=variables, input=text, check=False)
    seconds = _of_children() - before
    assert done.returncode == 0, done.stderr[-2000:]
    modules = re.findall(r"^import time:.*\|\s+([\w.]+)$", done.stderr, re.MULTILINE)
    return Started(done.stdout, frozenset(modules), seconds)


def _of_children() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime
