"""Whether a file that is translated in shards, by processes that are killed at random, becomes what one process writes.

Lines are drawn from 2,000 short sentences, and translated greedily, since it is not the search that is to be proved.
Two processes at a time translate shards of them with `--resume`, and are killed (SIGKILL) after random times, so many
times in all; the parts are merged, and compared with the output of one process.

    python benchmarks/shards.py MODEL [--lines 1000000] [--shards 8] [--processes 2] [--kills 40]
"""

import argparse
import filecmp
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_WORDS: Final = (
    *("the", "a", "dog", "cat", "bird", "house", "train", "letter", "book", "morning", "sister"),
    *("old", "red", "small", "sees", "reads", "where", "is", "not", "we", "today"),
)
_SENTENCES: Final = 2_000
"""Sentences from which lines are drawn: a process translates each one once."""
_POLL: Final = 0.02
"""Seconds between two looks at the processes."""


@dataclass(frozen=True, slots=True)
class Proof:
    """What came of it."""

    equal: bool
    """Whether the merged output is that of one process, byte for byte."""
    size: int
    """Bytes of it."""
    kills: int
    starts: int
    """Processes that were started."""
    shards: float
    """Seconds that the shards took, with all kills, and one process beside them that translated all."""
    merge: float
    """Seconds that the merge took."""


def prove(
    model: Path, folder: Path, *, lines: int, count: int, processes: int, kills: int, longest: float, seed: int
) -> Proof:
    """Translate in one process, and in shards by processes that are killed; and compare.

    Args:
        model: a model that translates.
        folder: to work in.
        lines: of the input.
        count: of shards.
        processes: at the same time.
        kills: processes that are killed in all.
        longest: seconds after which one that is to be killed is killed at the latest.
        seed: of sentences and moments.
    """
    draw = random.Random(seed)
    source, one, output = folder / "in.txt", folder / "one.txt", folder / "out.txt"
    sentences = [" ".join(draw.choices(_WORDS, k=draw.randint(1, 5))) + "\n" for _ in range(_SENTENCES)]
    with source.open("w", encoding="utf-8") as file:
        file.writelines(draw.choice(sentences) for _ in range(lines))
    translate = ["translate", str(model), str(source), "--beam", "1", "--threads", "1", "--workers", "1", "--output"]
    start = time.perf_counter()
    alone = _started([*translate, str(one)])  # beside the others: what counts is what it writes
    waiting, killed, starts = list(range(1, count + 1)), 0, 0
    running: dict[subprocess.Popen[bytes], tuple[int, float]] = {}
    """Shards by the process that translates them, and when it is killed, while there are kills left."""
    while waiting or running:
        while waiting and len(running) < processes:
            number = waiting.pop(0)
            process = _started([*translate, str(output), "--shard", f"{number}/{count}", "--resume"])
            running[process] = number, time.monotonic() + draw.uniform(0.0, longest)
            starts += 1
        time.sleep(_POLL)
        for process, (number, end) in list(running.items()):
            if process.poll() is None and killed < kills and time.monotonic() >= end:
                process.send_signal(signal.SIGKILL)
                process.wait()
            if process.poll() is not None:
                del running[process]
                if process.returncode == -signal.SIGKILL:
                    killed += 1
                    waiting.append(number)
                elif process.returncode:
                    raise SystemExit(f"shard {number}/{count} ended with {process.returncode}")
    done = time.perf_counter()
    if _started(["merge", str(output)]).wait():
        raise SystemExit("the parts cannot be merged")
    merged = time.perf_counter()
    if alone.wait():
        raise SystemExit(f"the one process ended with {alone.returncode}")
    equal = filecmp.cmp(one, output, shallow=False)
    return Proof(equal, output.stat().st_size, killed, starts, done - start, merged - done)


def _started(arguments: list[str]) -> "subprocess.Popen[bytes]":
    """A command of this program, with one thread."""
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    return subprocess.Popen([sys.executable, "-m", "seq2seq", *arguments], env=environment, stderr=subprocess.DEVNULL)


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("model", type=Path)
    parser.add_argument("--lines", type=int, default=1_000_000)
    parser.add_argument("--shards", type=int, default=8)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--kills", type=int, default=40)
    parser.add_argument("--longest", type=float, default=30.0, help="seconds")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        done = prove(
            given.model,
            Path(folder),
            lines=given.lines,
            count=given.shards,
            processes=given.processes,
            kills=given.kills,
            longest=given.longest,
            seed=given.seed,
        )
    print(done)
    sys.exit(not done.equal)


if __name__ == "__main__":
    main()
