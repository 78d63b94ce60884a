"""Memory and time of an epoch's order: its batches, chosen from lengths on the disk, without their texts or a network.

    python benchmarks/memory_order.py --rows 100000000 --folder /scratch

Lengths are spread like Multi30k's. Prints the largest anonymous memory above that of the program; pages of mapped files
are not counted.
"""

import argparse
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from memory_data import Peak

from seq2seq.config.training import BatchConfig
from seq2seq.data.batching.sampler import TokenBudgetSampler

_CHUNK = 1_000_000
"""Rows whose lengths are generated at a time."""


def write_lengths(path: Path, rows: int) -> None:
    """A file of (rows, 2) lengths, as data are prepared."""
    rng = np.random.default_rng(1)
    with path.open("wb") as file:
        for start in range(0, rows, _CHUNK):
            count = min(_CHUNK, rows - start)
            source = rng.normal(14.0, 4.5, count)
            target = source + rng.normal(1.0, 3.0, count)
            np.maximum(3, np.round(np.stack([source, target], axis=1))).astype(np.int32).tofile(file)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=20_000_000)
    parser.add_argument("--max-tokens", type=int, default=4096)
    parser.add_argument("--folder", help="where the lengths lie meanwhile")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        path = Path(folder) / "lengths"
        write_lengths(path, options.rows)
        lengths = np.asarray(np.memmap(path, np.int32, "r", shape=(options.rows, 2)))
        peak = Peak()
        program = peak.take()

        def report(step: str, began: float) -> None:
            seconds, highest = time.process_time() - began, peak.take()
            print(
                f"{step:<12} {seconds:,.1f} s of processor time, {seconds / options.rows * 1e6:.3f} µs per row; "
                f"{highest - program:,.0f} MB, {(highest - program) * 2**20 / options.rows:.3f} bytes per row",
                flush=True,
            )

        began = time.process_time()
        sampler = TokenBudgetSampler(lengths, BatchConfig(max_tokens=options.max_tokens), seed=1)
        report("begin", began)
        began = time.process_time()
        epoch = sampler.epoch(0)
        batches = len(epoch)
        report("count", began)
        began = time.process_time()
        seen = sum(map(len, epoch))
        report("read", began)
        print(f"{options.rows:,} rows in {batches:,} batches; {seen:,} of them were read")
    return 0


if __name__ == "__main__":
    sys.exit(main())
