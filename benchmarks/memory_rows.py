"""Memory and time of what is done with every row of a corpus, without its texts and without a network.

    python benchmarks/memory_rows.py --rows 100000000 --folder /scratch

Digests are generated, and rows to train on are chosen by them: no duplicate, dev and test held out. Then batches are
chosen from generated lengths, spread like Multi30k's. Prints the largest anonymous memory of each step above that of
the program; pages of mapped files are not counted.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from memory_data import Peak
from numpy.typing import NDArray

from seq2seq.config.data import DataConfig
from seq2seq.config.training import BatchConfig
from seq2seq.data.batching.sampler import TokenBudgetSampler
from seq2seq.data.preparing.filter_rows import Digests, filter_rows
from seq2seq.storage.mapped import map_array, write_array

_CHUNK = 1_000_000
"""Rows that are generated at a time."""


def counts(rows: int) -> Iterator[int]:
    """Rows of each chunk."""
    for start in range(0, rows, _CHUNK):
        yield min(_CHUNK, rows - start)


def write_digests(folder: Path, rows: int) -> Digests:
    """Digests as of texts, a twentieth of which stands somewhere else, too."""

    def digests(seed: int) -> Iterator[NDArray[Any]]:
        rng = np.random.default_rng(seed)
        for count in counts(rows):
            numbers = rng.integers(0, 10 * rows, count, dtype=np.uint64)
            yield numbers * np.uint64(0x9E3779B97F4A7C15)  # spread over 64 bits, and as many different ones

    write_array(folder / "pair", digests(1))
    write_array(folder / "text", digests(2))
    write_array(folder / "empty", (np.zeros(count, np.bool_) for count in counts(rows)))
    return Digests(
        map_array(folder / "text", np.uint64),
        map_array(folder / "pair", np.uint64),
        map_array(folder / "empty", np.bool_),
    )


def write_lengths(path: Path, rows: int) -> NDArray[np.int32]:
    """(rows, 2) lengths, as data are prepared."""

    def lengths() -> Iterator[NDArray[np.int32]]:
        rng = np.random.default_rng(1)
        for count in counts(rows):
            source = rng.normal(14.0, 4.5, count)
            target = source + rng.normal(1.0, 3.0, count)
            yield np.maximum(3, np.round(np.stack([source, target], axis=1))).astype(np.int32)

    write_array(path, lengths())
    return map_array(path, np.int32, 2)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=20_000_000)
    parser.add_argument("--max-tokens", type=int, default=4096)
    parser.add_argument("--folder", help="where the files lie meanwhile")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.folder) as name:
        folder = Path(name)
        digests, lengths = write_digests(folder, options.rows), write_lengths(folder / "lengths", options.rows)
        peak = Peak()
        program, began = peak.take(), time.process_time()

        def report(step: str, result: str) -> None:
            nonlocal began
            seconds, highest = time.process_time() - began, peak.take() - program
            print(
                f"{step:<22} {highest:6,.0f} MB, {highest * 2**20 / options.rows:5.2f} bytes per row; "
                f"{seconds:,.1f} s of processor time, {seconds / options.rows * 1e6:.2f} µs per row; {result}",
                flush=True,
            )
            began = time.process_time()

        held_out = {"dev": 2000, "test": 2000}
        chosen = filter_rows(digests, DataConfig(), hold_out=held_out, seed=1, scratch=folder)
        report("rows to train on", f"{len(chosen.train):,} rows, without {chosen.removed}")
        sampler = TokenBudgetSampler(lengths, BatchConfig(max_tokens=options.max_tokens), seed=1)
        report("start of training", f"{len(sampler.left_out):,} rows left out")
        epoch = sampler.epoch(0)
        report("batches are counted", f"{len(epoch):,} batches")
        report("batches are read", f"{sum(map(len, epoch)):,} rows")
    return 0


if __name__ == "__main__":
    sys.exit(main())
