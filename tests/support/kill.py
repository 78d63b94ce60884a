"""Training in a process of its own, which is killed at random moments; and what a run comes to, by digests."""

import hashlib
import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Set
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from support.runs import without_times

from seq2seq.config.load import dump_recipe
from seq2seq.config.recipe import Recipe

_SLOW_DISK = """
import os, time

def slow(call):
    def slowed(*arguments, **options):
        time.sleep({seconds})
        return call(*arguments, **options)
    return slowed

for name in ("fsync", "rename", "replace"):
    setattr(os, name, slow(getattr(os, name)))
"""
"""What Python runs at its start (as ``sitecustomize``): a disk on which a checkpoint takes long enough to be hit."""
_POLL = 0.003


class Training:
    """``python -m seq2seq train RECIPE --output RUN``.

    Args:
        recipe: its file.
        run: the run folder.
        disk: seconds that every flush and every rename takes.
    """

    def __init__(self, recipe: Path, run: Path, *, disk: float = 0.0) -> None:
        shim = recipe.with_name(f"disk-{disk}")
        shim.mkdir(exist_ok=True)
        (shim / "sitecustomize.py").write_text(_SLOW_DISK.format(seconds=disk) if disk else "")
        self.run = run
        self._said = (recipe.parent / f"{run.name}.said").open("w+")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "seq2seq", "train", str(recipe), "--output", str(run), "--accelerator", "cpu"],
            stdout=subprocess.DEVNULL,
            stderr=self._said,
            env={**os.environ, "PYTHONPATH": str(shim)},
        )

    def __enter__(self) -> "Training":
        return self

    def __exit__(self, *_: object) -> None:
        """Leave no process behind."""
        self.process.kill()
        self.process.wait()
        self._said.close()

    def wait_for_write(self, known: Set[tuple[str, int]], timeout: float = 120.0) -> None:
        """Wait until there is something in :func:`being_written` that is not ``known``, or the process has ended."""
        end = time.monotonic() + timeout
        while being_written(self.run) <= known and self.process.poll() is None:
            assert time.monotonic() < end, f"nothing was written in {timeout} s:\n{self.said()}"
            time.sleep(_POLL)

    def let_live(self, seconds: float) -> None:
        """Let the process live for so long, if it does."""
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(seconds)

    def end(self, timeout: float = 240.0) -> int:
        """Wait for its end; returns the exit code."""
        return self.process.wait(timeout)

    def said(self) -> str:
        """What it has said to people."""
        self._said.flush()
        return Path(self._said.name).read_text()


def write_recipe(recipe: Recipe, folder: Path) -> Path:
    """A recipe as a file, in a folder of its own."""
    folder.mkdir(exist_ok=True)
    path = folder / "recipe.yaml"
    path.write_text(dump_recipe(recipe), encoding="utf-8")
    return path


def being_written(run: Path) -> set[tuple[str, int]]:
    """The scratch folders of checkpoints and of the model that stand in a run: names, and when they last changed."""
    found = set()
    for path in [*run.glob(".model.*"), *(run / "checkpoints").glob(".step-*")]:
        with suppress(FileNotFoundError):
            found.add((path.name, path.stat().st_mtime_ns))
    return found


def checkpoints(run: Path) -> list[Path]:
    """The checkpoints of a run, the oldest first; nothing is tidied up."""
    return sorted((run / "checkpoints").glob("step-*"))


def parts(checkpoint: Path) -> dict[str, Any]:
    """A checkpoint: a digest of every file with tensors, and what the state says, the time apart."""
    found: dict[str, Any] = {path.name: _digest(path) for path in sorted(checkpoint.glob("*.safetensors"))}
    found["state"] = json.loads((checkpoint / "state.json").read_text())
    found["state"]["state"] = without_times(found["state"]["state"])
    return found


def outcome(run: Path) -> dict[str, Any]:
    """What a run comes to: last checkpoint, model, measurements without times; and which files lie about."""
    described = json.loads((run / "model" / "config.json").read_text())
    described["training"].pop("seconds")
    described["files"].pop("README.md")  # has the time in it
    return {
        "checkpoint": {path.name: parts(path) for path in checkpoints(run)[-1:]},
        "model": {name: described[name] for name in ("files", "training", "measured", "data")}
        | {"weights.safetensors": _digest(run / "model" / "weights.safetensors")},
        "metrics": measured(run),
        "left": sorted(path.name for path in [*run.iterdir(), *(run / "checkpoints").glob(".*")]),
    }


def measured(run: Path) -> list[dict[str, Any]]:
    """The lines of ``metrics.jsonl`` on training and validating, without speeds and times."""
    entries = [json.loads(line) for line in (run / "metrics.jsonl").read_text().splitlines()]
    return [
        {name: value for name, value in entry.items() if not name.endswith(("seconds", "_per_second"))}
        for entry in entries
        if entry["kind"] != "checkpoint"
    ]


def differences(one: Any, other: Any, place: str = "") -> list[str]:
    """Where two outcomes differ, a line each."""
    if isinstance(one, dict) and isinstance(other, dict):
        pairs = [(f"{place}/{name}", one.get(name), other.get(name)) for name in sorted(one.keys() | other.keys())]
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        pairs = [(f"{place}[{number}]", *pair) for number, pair in enumerate(zip(one, other, strict=True))]
    else:
        return [] if one == other else [f"{place}: {one!r}, {other!r}"]
    return [line for where, left, right in pairs for line in differences(left, right, where)]


class Record:
    """Every checkpoint that a running training writes, also those that it deletes: by step, what was there."""

    def __init__(self, run: Path) -> None:
        self.run = run
        self.found: defaultdict[int, list[dict[str, Any]]] = defaultdict(list)
        self._seen: set[tuple[str, int]] = set()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> "Record":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()
        self._look()

    def compare(self, checkpoint: Path) -> list[str]:
        """In what a checkpoint of another run is none of those that this one has written at the same step."""
        found = parts(checkpoint)
        known = self.found[int(checkpoint.name.removeprefix("step-"))]
        if not known:
            return [f"{checkpoint.name}: not written by the run that was never stopped"]
        return [] if found in known else differences(known[-1], found, checkpoint.name)

    def _watch(self) -> None:
        while not self._stop.wait(_POLL):
            self._look()

    def _look(self) -> None:
        for path in checkpoints(self.run):
            with suppress(FileNotFoundError):  # it was deleted while we looked
                one = (path.name, path.stat().st_mtime_ns)
                if one not in self._seen:
                    found = parts(path)
                    self._seen.add(one)
                    self.found[int(path.name.removeprefix("step-"))].append(found)


@dataclass
class Tally:
    """What became of the kills."""

    kills: int = 0
    """So many processes were killed."""
    writing: int = 0
    """Of these, while a checkpoint or the model was being written: a scratch folder was left."""
    polite: list[tuple[int, float]] = field(default_factory=list)
    """Of processes that were asked to stop: the exit code, and how many seconds they took."""
    early: int = 0
    """Of the kills, before there was any checkpoint."""
    equal: int = 0
    """Kills after which the newest checkpoint, if there was one, was that of the run that was never stopped."""
    runs: int = 0
    """Runs that came to their end."""
    ends: list[dict[str, Any]] = field(default_factory=list)
    """What each of these came to."""
    wrong: list[str] = field(default_factory=list)
    """After kills: in what the newest checkpoint was another."""

    def __str__(self) -> str:
        return (
            f"{self.equal} of {self.kills} equal ({self.writing} fell into a write, {self.early} before the first "
            f"checkpoint), over {self.runs} run(s); asked to stop: "
            + ", ".join(f"exit {code} after {seconds:.1f} s" for code, seconds in self.polite)
        )


def kill_again_and_again(
    recipe: Path,
    run: Path,
    record: Record,
    kills: int,
    polite: signal.Signals,
    *,
    longest: float,
    disk: float,
    seed: int,
) -> Tally:
    """Start a training, kill it, start it again: until there were so many kills, and then until it ends.

    Every third kill waits for something to be written; the others come at any moment of a process's life. A run that
    ends before is followed by another, in a folder beside it. After the first kill, one process is asked to stop.

    Args:
        recipe: its file.
        run: the folder of the first run.
        record: of the same training, never stopped.
        kills: how many.
        polite: the signal that asks.
        longest: seconds that a process lives at most before it is killed.
        disk: see :class:`Training`.
        seed: of the moments.
    """
    draw, tally, folder = random.Random(seed), Tally(), run
    while True:
        before = being_written(folder)
        with Training(recipe, folder, disk=disk) as training:
            if tally.kills == 1 and not tally.polite:
                training.wait_for_write(before)  # now it trains
                training.let_live(draw.uniform(0.0, 0.5))
                start = time.monotonic()
                training.process.send_signal(polite)
                tally.polite.append((training.end(), time.monotonic() - start))
                continue
            if tally.kills < kills:
                if tally.kills % 3 == 0:
                    known = set(before)
                    for _ in range(draw.randint(1, 8)):  # changes of scratch folders: files that appear in them
                        training.wait_for_write(known)
                        known |= being_written(folder)
                    training.let_live(draw.uniform(0.0, 4 * disk))
                else:
                    training.let_live(draw.uniform(0.0, longest))
                training.process.send_signal(signal.SIGKILL)
            if training.end() != -signal.SIGKILL:
                assert training.process.returncode == 0, training.said()
                tally.runs += 1
                tally.ends.append(outcome(folder))
                if tally.kills == kills:
                    return tally
                folder = run.with_name(f"{run.name}-{tally.runs}")
                continue
        tally.kills += 1
        tally.writing += not being_written(folder) <= before
        newest = checkpoints(folder)[-1:]
        tally.early += not newest
        wrong = record.compare(newest[0]) if newest else []
        tally.wrong += wrong
        tally.equal += not wrong


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
