"""How fast training and decoding with torch are on a machine that does other things, too.

    python benchmarks/busy.py train [--recipe RECIPE] [--set KEY=VALUE ...] [--rounds N] [--busy 0 1 2]
    python benchmarks/busy.py decode --model MODEL --texts FILE [--beam K] [--rounds N] [--busy 0 1 2]

The same work is started once for each way in which OpenMP's threads can wait (:mod:`seq2seq.openmp`), and stopped.
Then the ways take turns, a few seconds each, alone and beside processes that do nothing but use up time, each in a
session of its own as if it had been started in another terminal. A round is left out if anything else on the machine
took more than a quarter of a core meanwhile.
"""

import argparse
import json
import os
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

WAYS: dict[str, dict[str, str]] = {
    "spinning": {"GOMP_SPINCOUNT": "300000"},  # libgomp's own default, said aloud
    "sleeping": {"OMP_WAIT_POLICY": "passive"},
    "ours": {},
}
SETTLE = 2.5
"""Seconds of a turn that do not count: what was stopped looks around first."""
NOISE = 0.25
"""Cores."""
LONGEST = 12.0
"""Seconds that a turn is made longer, at most, until there are enough reports."""
BATCH = 64
"""Texts of a call."""
_BUSY = "import os; parent = os.getppid()\nwhile os.getppid() == parent: pass"
_ENDLESS = {
    "training.max_epochs": "null",
    "training.max_time": "null",
    "training.max_steps": "1000000000",
    "training.validation.every_steps": "1000000000",
    "training.log_every": "2",
}


@dataclass(frozen=True, slots=True)
class Work:
    """A process at work, and the file of its reports: JSON with ``units_per_second`` and ``seconds``, the clock."""

    process: subprocess.Popen[bytes]
    reports: Path

    def wait_until_it_reports(self) -> None:
        """Wait for the first few reports, then stop it."""
        while not self.reports.exists() or len(self.reports.read_bytes().splitlines()) < 3:
            if self.process.poll() is not None:
                raise SystemExit(f"the work has ended before its time: {self.process.args}")
            time.sleep(0.05)
        self.process.send_signal(signal.SIGSTOP)

    def turn(self, seconds: float, others: Sequence[subprocess.Popen[bytes]]) -> float | None:
        """Units per second in a turn; None if it is left out."""
        self.process.send_signal(signal.SIGCONT)
        time.sleep(SETTLE)
        begins, start = self.reports.stat().st_size, time.monotonic()
        used = cores_used_by_others([self.process, *others])
        next(used)
        time.sleep(seconds)
        while len(self._reports(begins)) < 2 and time.monotonic() - start < LONGEST:
            time.sleep(0.1)
        noise = next(used)
        self.process.send_signal(signal.SIGSTOP)
        reports = self._reports(begins)
        if noise > NOISE or len(reports) < 2:
            print(f"left out: {noise:.2f} cores used by others, {len(reports)} reports", file=sys.stderr)
            return None
        spans = [after["seconds"] - before["seconds"] for before, after in pairwise(reports)]
        units = [one["units_per_second"] * span for one, span in zip(reports[1:], spans, strict=True)]
        return sum(units) / sum(spans)

    def _reports(self, begins: int) -> list[dict[str, float]]:
        """The complete reports after this many bytes of the file, without the first, which may have begun before."""
        with self.reports.open("rb") as file:
            file.seek(begins)
            return [json.loads(line) for line in file.read().splitlines(keepends=True)[1:] if line.endswith(b"\n")]


def cores_used_by_others(processes: Sequence[subprocess.Popen[bytes]]) -> Iterator[float]:
    """Cores that were in use by others than these processes, since the last time."""
    tick = os.sysconf("SC_CLK_TCK")

    def used() -> float:
        user, nice, system, _idle, _wait, irq, soft, *_ = map(
            int, Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:]
        )
        own = 0
        for one in processes:
            fields = Path(f"/proc/{one.pid}/stat").read_text().rsplit(")", 1)[1].split()
            own += int(fields[11]) + int(fields[12])
        return (user + nice + system + irq + soft - own) / tick

    while True:
        since, before = time.monotonic(), used()
        yield 0.0
        yield (used() - before) / (time.monotonic() - since)


@contextmanager
def busy(count: int) -> Iterator[list[subprocess.Popen[bytes]]]:
    """This many processes that use up time."""
    running: list[subprocess.Popen[bytes]] = []
    try:
        for _ in range(count):
            running.append(subprocess.Popen([sys.executable, "-c", _BUSY], start_new_session=True))
        yield running
    finally:
        for one in running:
            one.kill()
            one.wait()


@contextmanager
def at_work(command: Sequence[str], reports: Path, environment: Mapping[str, str]) -> Iterator[Work]:
    """Start work, wait until it is under way, and stop it."""
    decided = {name for settings in WAYS.values() for name in settings}
    inherited = {name: value for name, value in os.environ.items() if name not in decided}
    process = subprocess.Popen(
        command, env={**inherited, **environment}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        work = Work(process, reports)
        work.wait_until_it_reports()
        yield work
    finally:
        process.kill()
        process.wait()


def decode(model: str, texts: Path, reports: Path, beam: int) -> None:
    """Translate the same texts again and again, with torch, and report every batch; never ends."""
    import seq2seq

    translator = seq2seq.load(model, engine="torch", device="cpu")
    assert isinstance(translator, seq2seq.Translator)
    batch = texts.read_text(encoding="utf-8").splitlines()[:BATCH]
    config = translator.decoding.model_copy(update={"method": "beam", "beam": beam, "nbest": 1})
    with reports.open("a") as file:
        while True:
            start = time.monotonic()
            found = translator.translate_nbest(batch, config)
            now = time.monotonic()
            tokens = sum(len(best.tokens) + 1 for best, *_ in found)
            file.write(json.dumps({"seconds": now, "units_per_second": tokens / (now - start)}) + "\n")
            file.flush()


def measure(args: argparse.Namespace, found: dict[tuple[int, str], list[float]]) -> None:
    """Collect units per second by the number of busy processes and the way to wait."""
    home = Path(tempfile.mkdtemp(prefix="busy"))
    try:
        with ExitStack() as stack:
            works = {}
            for way, environment in WAYS.items():
                if args.what == "train":
                    reports = home / way / "metrics.jsonl"
                    settings = [f"--set={key}={value}" for key, value in _ENDLESS.items()]
                    settings += [f"--set={one}" for one in args.set]
                    command = ["-m", "seq2seq", "train", args.recipe, "--output", str(home / way), *settings]
                else:
                    reports = home / f"{way}.jsonl"
                    command = [__file__, "work", "--model", args.model, "--texts", str(args.texts)]
                    command += ["--beam", str(args.beam), "--reports", str(reports)]
                works[way] = stack.enter_context(at_work([sys.executable, *command], reports, environment))
            for number in range(args.rounds):
                for count in args.busy:
                    with busy(count) as others:
                        for way, work in list(works.items())[:: -1 if number % 2 else 1]:
                            speed = work.turn(args.seconds, others)
                            if speed is not None:
                                found[count, way].append(speed)
                print(f"round {number + 1} of {args.rounds}", file=sys.stderr)
    finally:
        shutil.rmtree(home, ignore_errors=True)


def table(found: Mapping[tuple[int, str], Sequence[float]], rounds: int) -> Iterator[str]:
    """Median, lowest and highest of each way, and how often as fast as spinning it is."""
    yield "| busy processes | threads that wait | target tokens/s, median (lowest to highest) | turns | times |"
    yield "|---|---|---:|---:|---:|"
    for (count, way), speeds in found.items():
        if not speeds:
            yield f"| {count} | {way} | - | 0 of {rounds} | - |"
            continue
        middle, base = statistics.median(speeds), found[count, "spinning"]
        times = f"{middle / statistics.median(base):.2f}" if base else "-"
        spread = f"{min(speeds):,.0f} to {max(speeds):,.0f}"
        yield f"| {count} | {way} | {middle:,.0f} ({spread}) | {len(speeds)} of {rounds} | {times} |"


def stop(*_: object) -> None:
    """End the measurement, once: a second signal must not disturb the ending of what was started."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    raise KeyboardInterrupt


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["train", "decode", "work"], help="work: what decode starts")
    parser.add_argument("--recipe", default="translation/phrasebook")
    parser.add_argument("--set", action="append", default=[], metavar="KEY=VALUE")
    parser.add_argument("--model")
    parser.add_argument("--texts", type=Path)
    parser.add_argument("--beam", type=int, default=5)
    parser.add_argument("--reports", type=Path)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=2.5, help="of a turn, beside those that do not count")
    parser.add_argument("--busy", type=int, nargs="+", default=[0, 1, 2])
    args = parser.parse_args()
    if args.what == "work":
        decode(args.model, args.texts, args.reports, args.beam)
    signal.signal(signal.SIGTERM, stop)
    found: dict[tuple[int, str], list[float]] = {(count, way): [] for count in args.busy for way in WAYS}
    with suppress(KeyboardInterrupt):  # what was measured until then is shown
        measure(args, found)
    print("\n".join(table(found, args.rounds)))


if __name__ == "__main__":
    main()
