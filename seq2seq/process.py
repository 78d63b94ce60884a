"""Work in Python processes of their own, whose start, memory and threads are then theirs alone.

A module that does such work is run with ``-m``: its job comes on standard input, and lines go to standard output, all
JSON: numbers, the units of work done since the last of them, and at the end the result or an error. :func:`run_worker`
is the side of the caller, :func:`worker_main` that of the module.

A process is not forked (the threads of sentencepiece and torch do not survive that), nor spawned by multiprocessing
(which runs the caller's script again, and one without a ``__main__`` guard for ever).
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed, wait
from contextlib import ExitStack, suppress
from functools import partial
from pathlib import Path
from typing import Any, Final

from seq2seq.errors import Seq2SeqError

Result = dict[str, Any]
FAILED: Final = "process.failed"
"""Code of the error about a process that ended without a result."""


def command(module: str) -> list[str]:
    """The command that starts a module of ours; ``-P``: not one of the same name as another in the current folder."""
    return [sys.executable, "-P", "-m", module]


def _environment() -> dict[str, str]:
    """The environment of a worker: what can be imported here can be imported there.

    Except modules that happen to lie in the current folder, which "-m" without ``-P``, and "" on the path, would find
    first. This package may lie there itself.
    """
    root = str(Path(__file__).resolve().parents[1])
    return os.environ | {"PYTHONPATH": os.pathsep.join(path or root for path in sys.path)}


def run_worker(
    module: str,
    job: Mapping[str, object],
    *,
    error: type[Seq2SeqError],
    who: str,
    remedy: str,
    timeout: float | None = None,
    quiet: bool = False,
) -> Result:
    """Have a job done, and wait for its result: :func:`run_workers` with a single job.

    Args:
        module: does it, by :func:`worker_main`.
        job: as JSON has it.
        error: raised if it fails.
        who: the process, in words, for the error of one that ends without a result.
        remedy: what to do then, a sentence or two.
        timeout: seconds that it may take.
        quiet: discard what the process writes to standard error.

    Raises:
        Seq2SeqError: ``error``, with the text of the worker's error, or because the worker was killed.
    """
    (result,) = run_workers(module, [job], error=error, who=who, remedy=remedy, timeout=timeout, quiet=quiet)
    return result


def run_workers(
    module: str,
    jobs: Sequence[Mapping[str, object]],
    *,
    error: type[Seq2SeqError],
    who: str,
    remedy: str,
    advance: Callable[[int], None] | None = None,
    timeout: float | None = None,
    quiet: bool = False,
) -> list[Result]:
    """Do each job in a process of its own; the first that fails ends the others. See :func:`run_worker`.

    ``advance`` is called with the units of work done since its last call; results come in the order of the jobs.
    """
    with ThreadPoolExecutor(len(jobs)) as threads, ExitStack() as stack:
        processes = []
        for _ in jobs:
            process = subprocess.Popen(
                command(module),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL if quiet else None,
                env=_environment(),
                text=True,
                encoding="utf-8",
            )
            stack.enter_context(process)  # closes its pipes and waits for it, ...
            stack.callback(process.kill)  # ... after this
            processes.append(process)
        follow = partial(_follow, advance=advance, error=error, who=who, remedy=remedy)
        followed = [threads.submit(follow, process, job) for process, job in zip(processes, jobs, strict=True)]
        stack.callback(wait, followed)  # no other thread may use a pipe while it is closed, ...
        for process in processes:
            stack.callback(process.kill)  # ... which those that follow do until their process ends
        try:
            for done in as_completed(followed, timeout):
                done.result()
        except TimeoutError:
            raise error(f"{who} took more than {timeout:g} s.\n  {remedy}", code="process.timeout") from None
        return [done.result() for done in followed]


def start_worker(module: str, job: Mapping[str, object]) -> subprocess.Popen[str]:
    """Start a job that nobody waits for, and whose result and messages nobody reads; the caller ends the process."""
    quiet = subprocess.DEVNULL
    process = subprocess.Popen(
        command(module), stdin=subprocess.PIPE, stdout=quiet, stderr=quiet, env=_environment(), text=True
    )
    assert process.stdin is not None
    with suppress(BrokenPipeError), process.stdin as file:
        json.dump(job, file)
    return process


def _follow(
    process: subprocess.Popen[str],
    job: Mapping[str, object],
    *,
    advance: Callable[[int], None] | None,
    error: type[Seq2SeqError],
    who: str,
    remedy: str,
) -> Result:
    """Give a process its job, and read its lines; returns its result."""
    assert process.stdin is not None
    assert process.stdout is not None
    with suppress(BrokenPipeError):  # it has ended already: its return code tells
        process.stdin.write(json.dumps(job))
        process.stdin.flush()
    with suppress(BrokenPipeError):
        process.stdin.close()
    message: Any = None
    for line in process.stdout:
        with suppress(ValueError):  # a line that some library printed
            message = json.loads(line)
        if isinstance(message, int) and advance is not None:
            advance(message)
    if process.wait() or not isinstance(message, dict):
        text = f"{who} ended with code {process.returncode}; its messages are above.\n  {remedy}"
        raise error(text, code=FAILED)
    if "error" in message:
        raise error(message["error"], code=message["code"])
    return message


def worker_main(work: Callable[[dict[str, Any], Callable[[int], None]], Result]) -> int:
    """Do the job on standard input, and print progress and result; returns the exit code.

    Args:
        work: takes the job, and a function to call with the units of work done since its last call.
    """
    try:
        try:
            result = work(json.load(sys.stdin), _print)
        except Seq2SeqError as error:
            result = {"error": str(error), "code": error.code}
        _print(result)
    except (KeyboardInterrupt, BrokenPipeError):  # the process that started this one reports what there is to report
        return 130
    return 0


def _print(message: object) -> None:
    print(json.dumps(message), flush=True)
