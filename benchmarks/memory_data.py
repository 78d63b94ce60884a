"""Memory and speed of the data pipeline on a generated corpus: prepare it, then batch one epoch.

    python benchmarks/memory_data.py                    # 2,000,000 pairs
    python benchmarks/memory_data.py --pairs 200000
    python benchmarks/memory_data.py --pairs 5000000 --words 4 --workers 1 --dev    # bytes per row
    python benchmarks/memory_data.py --pairs 1000000 --workers 1 2 1 2 --prepare    # what more processes gain

Prints the largest anonymous memory of every step (of this process; of the largest worker, all resident memory) and
pairs per second, and the processor time of preparing. Pages of memory-mapped files are not counted: the system takes
them back when it needs the memory.
"""

import argparse
import os
import resource
import shutil
import sys
import tempfile
import threading
import time
from pathlib import Path

import numpy as np

from seq2seq.config.data import DataConfig
from seq2seq.config.tokenizer import TokenizerConfig
from seq2seq.config.training import BatchConfig
from seq2seq.data.batching.loader import Loader
from seq2seq.data.batching.sampler import TokenBudgetSampler
from seq2seq.data.preparing.prepare import prepare
from seq2seq.machine import cores

WORDS = 60_000
"""Different words of the generated language; frequencies follow Zipf's law."""
_CHUNK = 100_000
"""Pairs that are generated at a time."""


def write_corpus(path: Path, pairs: int, *, words: float = 11.5, seed: int = 1) -> None:
    """Pairs of different sentences; lengths are correlated, and with ``words`` 11.5 spread like Multi30k's."""
    rng = np.random.default_rng(seed)
    letters = np.array(list("etaoinshrdlucmfwypvbgkqjxz"))
    shares = 1 / np.arange(1, 27)
    language = np.array(
        ["".join(rng.choice(letters, size=size, p=shares / shares.sum())) for size in rng.integers(2, 10, size=WORDS)],
        dtype=object,
    )
    frequencies = 1 / np.arange(1, WORDS + 1)
    cumulative = np.cumsum(frequencies / frequencies.sum())
    spread = words / 11.5

    with path.open("w", encoding="utf-8") as file:
        for start in range(0, pairs, _CHUNK):
            count = min(_CHUNK, pairs - start)
            source = rng.normal(words, 4.0 * spread, count)
            target = source + rng.normal(0.0, 2.0 * spread, count)
            sizes = np.maximum(1, np.round(np.stack([source, target], axis=1))).astype(np.int64).ravel()
            ends = np.cumsum(sizes)
            drawn = language[np.searchsorted(cumulative, rng.random(ends[-1])).clip(max=WORDS - 1)].tolist()
            texts = [" ".join(drawn[end - size : end]) for size, end in zip(sizes.tolist(), ends.tolist(), strict=True)]
            file.writelines(f"{left}\t{right}\n" for left, right in zip(texts[::2], texts[1::2], strict=True))


class Peak:
    """The largest anonymous memory of this process: what cannot be given back, unlike pages of mapped files."""

    def __init__(self) -> None:
        self.bytes = 0
        threading.Thread(target=self._watch, daemon=True).start()

    def take(self) -> float:
        """The largest since the last call, in MB."""
        highest, self.bytes = max(self.bytes, _resident("RssAnon")), 0
        return highest / 2**20

    def _watch(self) -> None:
        while True:
            self.bytes = max(self.bytes, _resident("RssAnon"))
            time.sleep(0.01)


def _resident(name: str) -> int:
    """Bytes of a kind of resident memory of this process."""
    with Path("/proc/self/status").open() as file:
        return next(int(line.split()[1]) * 1024 for line in file if line.startswith(name))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pairs", type=int, default=2_000_000)
    parser.add_argument("--words", type=float, default=11.5, help="mean words per sentence")
    parser.add_argument("--workers", type=int, nargs="+", default=[cores()], help="prepare with so many, one by one")
    parser.add_argument("--prepare", action="store_true", help="prepare, and no more")
    parser.add_argument("--vocabulary", type=int, default=8000)
    parser.add_argument("--max-tokens", type=int, default=2048)
    parser.add_argument("--dev", action="store_true", help="dev is given, not held out")
    parser.add_argument("--folder", help="where the data lie meanwhile")
    options = parser.parse_args()
    peak = Peak()
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        corpus = Path(folder) / "train.tsv"
        write_corpus(corpus, options.pairs, words=options.words)
        dev = Path(folder) / "dev.tsv"
        write_corpus(dev, 2000, words=options.words, seed=2)
        start = peak.take()
        print(f"corpus      {options.pairs:,} pairs, {corpus.stat().st_size / 1e6:,.0f} MB", flush=True)

        def report(step: str, began: float, more: str = "") -> None:
            seconds, highest = time.perf_counter() - began, peak.take()
            slope = (highest - start) * 2**20 / options.pairs
            print(
                f"{step:<11} {seconds:,.1f} s, {options.pairs / seconds:,.0f} pairs/s{more}; peak {highest:,.0f} MB "
                f"anonymous, {slope:,.1f} bytes per pair above the start",
                flush=True,
            )

        data = DataConfig(
            train=str(corpus),
            dev=str(dev) if options.dev else None,
            cache=f"{folder}/cache",
        )
        tokenizer = TokenizerConfig(vocabulary=options.vocabulary)
        for number in options.workers:
            shutil.rmtree(f"{folder}/cache", ignore_errors=True)
            began, before = time.perf_counter(), os.times()
            prepared = prepare(data.model_copy(update={"workers": number}), tokenizer, seed=1)
            after = os.times()
            here = after.user + after.system - before.user - before.system
            others = after.children_user + after.children_system - before.children_user - before.children_system
            report(
                "prepare", began, f", processes: {number}, processor time {here:.1f} s here, {others:.1f} s in others"
            )
        if not options.prepare:
            began = time.perf_counter()
            prepared = prepare(data, tokenizer, seed=1)
            report("once more", began)
        workers = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
        size = sum(path.stat().st_size for path in prepared.folder.iterdir())
        print(f"on disk     {size / 1e6:,.0f} MB; largest worker {workers / 1024:,.0f} MB", flush=True)

        if options.prepare:
            return 0
        began = time.perf_counter()
        sampler = TokenBudgetSampler(prepared.train.lengths, BatchConfig(max_tokens=options.max_tokens), seed=1)
        loader = Loader(prepared.train, sampler, prepared.tokenizers, seed=1)
        batches = loader.len_epoch(0)
        report("sampler", began, f", {batches:,} batches")

        began = time.perf_counter()
        real = padded = 0
        for batch in loader.batches(0):
            real += batch.source_tokens + batch.target_tokens
            padded += batch.source.numel() + batch.target[:, 1:].numel()
        report("one epoch", began, f", {real / padded:.1%} non-padding")
    return 0


if __name__ == "__main__":
    sys.exit(main())
