"""Memory and speed of the data pipeline on a generated corpus: prepare it, then batch one epoch.

    python benchmarks/memory_data.py                    # 2,000,000 pairs
    python benchmarks/memory_data.py --pairs 200000

Prints the largest resident memory (of this process; of the largest worker apart) and pairs per second. Pages of
memory-mapped files count as resident while the system has no other use for them; ``anonymous`` is what cannot be
given back.
"""

import argparse
import os
import resource
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from seq2seq.config.data import DataConfig
from seq2seq.config.tokenizer import TokenizerConfig
from seq2seq.config.training import BatchConfig
from seq2seq.data.batching.loader import Loader
from seq2seq.data.batching.sampler import TokenBudgetSampler
from seq2seq.data.preparing.prepare import prepare

WORDS = 60_000
"""Different words of the generated language; frequencies follow Zipf's law."""


def write_corpus(path: Path, pairs: int, *, seed: int = 1) -> None:
    """Pairs whose lengths are spread like Multi30k's (12 words per side, correlated), all different."""
    rng = np.random.default_rng(seed)
    letters = np.array(list("etaoinshrdlucmfwypvbgkqjxz"))
    shares = 1 / np.arange(1, 27)
    words = np.array(
        ["".join(rng.choice(letters, size=size, p=shares / shares.sum())) for size in rng.integers(2, 10, size=WORDS)]
    )
    frequencies = 1 / np.arange(1, WORDS + 1)
    cumulative = np.cumsum(frequencies / frequencies.sum())

    def sentence(length: int) -> str:
        return " ".join(words[np.searchsorted(cumulative, rng.random(length))])

    with path.open("w", encoding="utf-8") as file:
        for _ in range(pairs):
            source = max(1, round(rng.normal(11.5, 4.0)))
            target = max(1, round(source + rng.normal(0.0, 2.0)))
            file.write(f"{sentence(source)}\t{sentence(target)}\n")


def memory() -> str:
    """Resident memory of this process, now and at its highest."""
    with Path("/proc/self/status").open() as file:
        kilobytes = {
            name: int(rest.split()[0]) for name, _, rest in (line.partition(":") for line in file) if "Rss" in name
        }
    workers = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return (
        f"peak {peak / 1024:,.0f} MB (now: anonymous {kilobytes['RssAnon'] / 1024:,.0f}, "
        f"mapped files {kilobytes['RssFile'] / 1024:,.0f}); largest worker {workers / 1024:,.0f} MB"
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pairs", type=int, default=2_000_000)
    parser.add_argument("--workers", type=int, default=os.cpu_count())
    parser.add_argument("--vocabulary", type=int, default=8000)
    parser.add_argument("--max-tokens", type=int, default=2048)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        corpus = Path(folder) / "train.tsv"
        write_corpus(corpus, options.pairs)
        print(f"corpus      {options.pairs:,} pairs, {corpus.stat().st_size / 2**20:,.0f} MB; {memory()}", flush=True)

        data = DataConfig(train=str(corpus), cache=f"{folder}/cache", workers=options.workers)
        tokenizer = TokenizerConfig(vocabulary=options.vocabulary)
        for name in ("prepare", "once more"):
            start = time.perf_counter()
            prepared = prepare(data, tokenizer, seed=1)
            seconds = time.perf_counter() - start
            print(f"{name:<11} {seconds:,.1f} s, {options.pairs / seconds:,.0f} pairs/s; {memory()}", flush=True)

        start = time.perf_counter()
        sampler = TokenBudgetSampler(prepared.train.lengths, BatchConfig(max_tokens=options.max_tokens), seed=1)
        loader = Loader(prepared.train, sampler, prepared.tokenizers, seed=1)
        batches = loader.len_epoch(0)
        print(f"sampler     {time.perf_counter() - start:,.1f} s for {batches:,} batches; {memory()}", flush=True)

        start = time.perf_counter()
        real = padded = 0
        for batch in loader.batches(0):
            real += batch.source_tokens + batch.target_tokens
            padded += batch.source.numel() + batch.target[:, 1:].numel()
        seconds = time.perf_counter() - start
        print(
            f"one epoch   {seconds:,.1f} s, {seconds / batches * 1e3:.2f} ms a batch, "
            f"{len(prepared.train) / seconds:,.0f} pairs/s, {real / padded:.1%} non-padding; {memory()}"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
