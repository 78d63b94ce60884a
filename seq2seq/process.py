"""Work in a Python process of its own, so that its start, its memory and its threads are its own.

A module that does such work is run with ``-m``: its job stands on standard input, and what it found goes to standard
output, both JSON. :func:`ask` starts it, and :func:`answer` is what it does.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from seq2seq.errors import Seq2SeqError


def command(module: str) -> list[str]:
    """What starts a module of ours; ``-P``: a module in the current folder, of the same name as another, is not met."""
    return [sys.executable, "-P", "-m", module]


def environment() -> dict[str, str]:
    """Its environment: what can be imported here can be there.

    But for modules that happen to lie in the current folder, which "-m" without ``-P``, and "" on the path, would find
    first. This package may lie there itself.
    """
    root = str(Path(__file__).resolve().parents[1])
    return os.environ | {"PYTHONPATH": os.pathsep.join(path or root for path in sys.path)}


def ask(module: str, job: Mapping[str, object], *, error: type[Seq2SeqError], who: str, mend: str) -> dict[str, Any]:
    """Have a job done, and wait for what is found.

    Args:
        module: does it, by :func:`answer`.
        job: as JSON has it.
        error: raised if it fails.
        who: the process, in words, where it ends without an answer.
        mend: what to do then, a sentence or two.

    Raises:
        Seq2SeqError: ``error``, with the text of the error there, or since the process was killed.
    """
    done = subprocess.run(
        command(module), input=json.dumps(job), stdout=subprocess.PIPE, env=environment(), text=True, check=False
    )
    if done.returncode:
        raise error(f"{who} ended with code {done.returncode}; what it said stands above.\n  {mend}")
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    if "error" in found:
        raise error(found["error"])
    return found


def answer(work: Callable[[dict[str, Any]], dict[str, Any]]) -> int:
    """Do the job that stands on standard input, and print what was found; returns the exit code."""
    job = json.load(sys.stdin)
    try:
        found = work(job)
    except Seq2SeqError as error:
        found = {"error": str(error)}
    except KeyboardInterrupt:  # whoever started this process says what there is to say
        return 130
    print(json.dumps(found))
    return 0
