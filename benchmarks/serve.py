"""Measure `seq2seq serve` under closed-loop load, beside the same engine in batch and a server without batches.

    python benchmarks/serve.py MODEL --texts sentences.txt

MODEL is an exported model from English to German. The server has one core, its clients another. Each client asks for
one sentence, waits for the answer, and asks for the next; what counts is a translation that is, to the letter, that of
`seq2seq translate`. Without batches, lines are translated one by one, as LibreTranslate does it with its own engine.
Beside the wall clock, the time of the processor: what the server takes for a translation, over the engine's own.
"""

import argparse
import asyncio
import os
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from support.serving import Connection

import seq2seq
from seq2seq.inference.engines.open import EngineOptions
from seq2seq.server.models.catalogue import Place
from seq2seq.server.settings import Listening, QueueLimits, Settings

WARM = 1.0
"""Seconds of load before what is measured."""


@dataclass(frozen=True)
class Batch:
    """The engine by itself."""

    rate: float
    """Sentences per second."""
    processor: float
    """Seconds of a processor for a sentence."""


@dataclass
class Measured:
    """What clients saw."""

    during: float
    """Seconds that were measured."""
    seconds: list[float] = field(default_factory=list)
    """From a request to its right answer."""
    others: Counter[str] = field(default_factory=Counter)
    """Statuses of other answers; `wrong`: of 200 with another translation."""
    processor: float = 0.0
    """Seconds of the server's processor."""

    def shown(self, batch: Batch) -> str:
        """A line with throughput, latencies, and the share of requests that were answered."""
        if not self.seconds:
            return f"no right translation; {dict(self.others)}"
        rate, ordered = len(self.seconds) / self.during, sorted(self.seconds)
        p50, p99 = (1000 * ordered[int(share * (len(ordered) - 1))] for share in (0.5, 0.99))
        total = len(ordered) + self.others.total()
        others = f"; others: {dict(self.others)}" if self.others else ""
        return (
            f"{rate:.1f}/s, {100 * rate / batch.rate:.0f} % of batch "
            f"(processor: {100 * batch.processor * len(ordered) / self.processor:.0f} %); p50 {p50:.1f} ms, "
            f"p99 {p99:.1f} ms; {100 * len(ordered) / total:.2f} % of {total:,}{others}"
        )


def in_batch(model: Path, texts: list[str]) -> Batch:
    """All texts at once; the median of three."""
    translator = seq2seq.load(model, engine="onnx", threads=1, workers=1)
    assert isinstance(translator, seq2seq.Translator)
    translator.translate(texts[:50])
    times, processor = [], []
    for _ in range(3):
        start, used = time.perf_counter(), time.process_time()
        translator.translate(texts)
        times.append(time.perf_counter() - start)
        processor.append(time.process_time() - used)
    return Batch(len(texts) / sorted(times)[1], sorted(processor)[1] / len(texts))


def translated(model: Path, texts: list[str]) -> dict[str, str]:
    """The translations of the command."""
    command = [sys.executable, "-m", "seq2seq", "translate", str(model), "--engine", "onnx"]
    command += ["--source-language", "en", "--target-language", "de"]
    lines = "".join(f"{text}\n" for text in texts)
    done = subprocess.run(command, input=lines, stdout=subprocess.PIPE, text=True, check=True)
    return dict(zip(texts, done.stdout.splitlines(), strict=True))


@contextmanager
def serving(model: Path, core: int, *, batches: bool) -> Iterator[tuple[str, int]]:
    """A server on a core: its address and its process."""
    own = ["taskset", "-c", str(core), sys.executable, __file__, str(model), "--serve", "on" if batches else "off"]
    with subprocess.Popen(own, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stderr is not None
            yield next(line for line in process.stderr if "listening" in line).split()[2], process.pid
        finally:
            process.terminate()


def serve(model: Path, *, batches: bool) -> None:
    """What the process of a server does."""
    from seq2seq.server.process.run import serve as listen

    queue = QueueLimits() if batches else QueueLimits(batch_tokens=1)
    options: EngineOptions = {"engine": "onnx", "threads": 1, "workers": 1}
    listen([Place("en-de", str(model))], Settings(queue=queue, preload=True), options, Listening(port=0))


async def load(
    server: tuple[str, int], clients: int, seconds: float, known: dict[str, str], listed: int = 1
) -> Measured:
    """Closed-loop clients for a while; each text of a list counts."""
    address, process = server
    found, texts, begun = Measured(seconds), list(known), time.perf_counter() + WARM

    async def client(number: int) -> None:
        connection, draw = Connection(address), random.Random(number)
        while (sent := time.perf_counter()) < begun + seconds:
            asked = draw.choices(texts, k=listed)
            status, answer = await connection.translate(asked)
            came = time.perf_counter()
            if not begun <= came < begun + seconds:
                continue
            if status == 200 and answer["translatedText"] == [known[text] for text in asked]:
                found.seconds.extend([came - sent] * listed)
            else:
                found.others["wrong" if status == 200 else str(status)] += listed
                await asyncio.sleep(0.1 if status == 429 else 0)
        connection.close()

    async def processor() -> None:
        await asyncio.sleep(begun - time.perf_counter())
        before = used(process)
        await asyncio.sleep(begun + seconds - time.perf_counter())
        found.processor = used(process) - before

    await asyncio.gather(processor(), *(client(number) for number in range(clients)))
    return found


def used(process: int) -> float:
    """Seconds of a process on processors."""
    user, system = Path(f"/proc/{process}/stat").read_text("ascii").rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def memory(process: int) -> int:
    """Kilobytes of a process that are in memory."""
    status = Path(f"/proc/{process}/status").read_text("ascii")
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS"))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", type=Path)
    parser.add_argument("--texts", type=Path)
    parser.add_argument("--seconds", type=float, default=10.0, help="of each load")
    parser.add_argument("--longest", type=float, default=60.0, help="seconds of the load with most clients")
    parser.add_argument("--clients", type=int, nargs="+", default=[1, 8, 64, 200])
    parser.add_argument("--serve", choices=["on", "off"], help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.serve:
        serve(given.model, batches=given.serve == "on")
        return
    texts = list(dict.fromkeys(given.texts.read_text("utf-8").splitlines()))
    server_core, client_core = sorted(os.sched_getaffinity(0))[:2]
    os.sched_setaffinity(0, {server_core})
    known, batch = translated(given.model, texts), in_batch(given.model, texts)
    print(f"in batch: {batch.rate:.1f} sentences/s of {len(texts):,}", flush=True)
    os.sched_setaffinity(0, {client_core})
    with serving(given.model, server_core, batches=True) as server:
        asyncio.run(load(server, 1, 0.0, known))
        before = memory(server[1])
        for clients in given.clients:
            during = given.longest if clients == max(given.clients) else given.seconds
            print(f"{clients} clients: {asyncio.run(load(server, clients, during, known)).shown(batch)}", flush=True)
        print(
            f"8 clients, lists of 32: {asyncio.run(load(server, 8, given.seconds, known, 32)).shown(batch)}", flush=True
        )
        print(f"memory: {before:,} kB before, {memory(server[1]):,} kB after", flush=True)
    with serving(given.model, server_core, batches=False) as server:
        for clients, listed in ((1, 1), (64, 1), (8, 32)):
            found = asyncio.run(load(server, clients, given.seconds, known, listed))
            print(f"without batches, {clients} clients, lists of {listed}: {found.shown(batch)}", flush=True)


if __name__ == "__main__":
    main()
