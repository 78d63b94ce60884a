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
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

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

    def wait_for(self, come: Callable[[], bool], timeout: float = 120.0) -> bool:
        """Wait until something has come about; False: the process has ended before."""
        end = time.monotonic() + timeout
        while not come():
            if self.process.poll() is not None:
                return False
            assert time.monotonic() < end, f"nothing came about in {timeout} s:\n{self.said()}"
            time.sleep(_POLL)
        return True

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
    """The scratch folders of a checkpoint or of the model that stand in a run: names and inode numbers."""
    found = set()
    for place, name in ((run, ".model."), (run / "checkpoints", ".step-")):
        try:
            found |= {(entry.name, entry.inode()) for entry in os.scandir(place) if entry.name.startswith(name)}
        except FileNotFoundError:
            continue
    return found


def checkpoints(run: Path) -> list[Path]:
    """The checkpoints of a run, the oldest first; nothing is tidied up."""
    return sorted((run / "checkpoints").glob("step-*"))


def parts(checkpoint: Path) -> dict[str, Any]:
    """A checkpoint: a digest of every file with tensors, and what the state says, the time apart."""
    found: dict[str, Any] = {path.name: _digest(path) for path in sorted(checkpoint.glob("*.safetensors"))}
    found["state"] = json.loads((checkpoint / "state.json").read_text())
    found["state"]["state"].pop("seconds")
    return found


def outcome(run: Path) -> dict[str, Any]:
    """What a run comes to: its checkpoints, its model, and all that it has measured but speeds and times."""
    description = json.loads((run / "model" / "config.json").read_text())
    for name in ("created", "card"):
        description.pop(name, None)
    description["training"].pop("seconds")
    return {
        "checkpoint": {path.name: parts(path) for path in checkpoints(run)[-1:]},
        "model": {path.name: _digest(path) for path in (run / "model").iterdir() if path.suffix != ".json"}
        | {"README.md": None, "config.json": description},
        "metrics": measured(run),
    }


def measured(run: Path) -> list[dict[str, Any]]:
    """The lines of ``metrics.jsonl`` on training and validating, without speeds and times."""
    entries = [json.loads(line) for line in (run / "metrics.jsonl").read_text().splitlines()]
    return [
        {name: value for name, value in entry.items() if not name.endswith(("seconds", "_per_second"))}
        for entry in entries
        if entry["kind"] != "checkpoint"
    ]


class Record:
    """Every checkpoint that a running training writes, also those that it deletes: by step, what was there."""

    def __init__(self, run: Path) -> None:
        self.run = run
        self.found: defaultdict[int, list[dict[str, Any]]] = defaultdict(list)
        self._seen: set[int] = set()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> "Record":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()
        self._look()

    def _watch(self) -> None:
        while not self._stop.wait(_POLL):
            self._look()

    def _look(self) -> None:
        for path in checkpoints(self.run):
            try:
                inode = path.stat().st_ino
                if inode not in self._seen:
                    found = parts(path)
                    self._seen.add(inode)
                    self.found[int(path.name.removeprefix("step-"))].append(found)
            except FileNotFoundError:  # it was deleted while we looked
                continue


@dataclass
class Tally:
    """What became of the kills."""

    kills: int = 0
    """So many processes were killed."""
    writing: int = 0
    """Of these, while a checkpoint or the model was being written: a scratch folder was left."""
    early: int = 0
    """Of these, before there was any checkpoint."""
    equal: int = 0
    """Kills after which the newest checkpoint, if there was one, was that of the run that was never stopped."""
    runs: int = 0
    """Runs that came to their end."""
    ends: list[dict[str, Any]] = field(default_factory=list)
    """What each of these came to."""

    def __str__(self) -> str:
        return (
            f"{self.equal} of {self.kills} equal ({self.writing} fell into a write, {self.early} before the first "
            f"checkpoint), over {self.runs} run(s)"
        )


def kill_again_and_again(
    recipe: Path, run: Path, record: Record, kills: int, *, longest: float, disk: float, seed: int
) -> Tally:
    """Start a training, kill it, start it again: until there were so many kills, and then until it ends.

    Every third kill waits for something to be written; the others come at any moment of a process's life. A run that
    ends before is followed by another, in a folder beside it.

    Args:
        recipe: its file.
        run: the folder of the first run.
        record: of the same training, never stopped.
        kills: how many.
        longest: seconds that a process lives at most before it is killed.
        disk: see :class:`Training`.
        seed: of the moments.
    """
    draw, tally, folder = random.Random(seed), Tally(), run
    while True:
        before = being_written(folder)
        with Training(recipe, folder, disk=disk) as training:
            if tally.kills < kills:
                if tally.kills % 3 == 0:
                    known = set(before)
                    for _ in range(draw.randint(1, 3)):
                        training.wait_for(lambda known=known, of=folder: being_written(of) - known != set())
                        known |= being_written(folder)
                    time.sleep(draw.uniform(0.0, 12 * disk))
                else:
                    end = time.monotonic() + draw.uniform(0.0, longest)
                    training.wait_for(lambda end=end: time.monotonic() >= end)
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
        tally.writing += being_written(folder) - before != set()
        newest = checkpoints(folder)[-1:]
        tally.early += not newest
        step = int(newest[0].name.removeprefix("step-")) if newest else 0
        tally.equal += not newest or parts(newest[0]) in record.found[step]


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
