#!/usr/bin/env python3
"""Time and memory for documents that are made to be slow: reading, writing, and writing with all words changed.

    python benchmarks/hostile_documents.py                                      # all families, 100,000 characters each
    python benchmarks/hostile_documents.py --size 1000000 markdown-formulas ... # some of them

The families are those of tests/support/hostile_documents.py, whose growth the tests hold. Every document is read in a
process of its own. Linux: the processes are forked.
"""

import argparse
import resource
import sys
import time
from itertools import pairwise
from pathlib import Path

from growth import apart

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from support.hostile_documents import FAMILIES, OPTIONS, lengthened

from seq2seq.documents.open import DocumentReader
from seq2seq.errors import DataError
from seq2seq.formats.segment import Target
from seq2seq.registry import DOCUMENTS

PATIENCE = 60.0
"""Seconds that a document may take."""


def measure(format: str, family: str, size: int) -> str:
    """What one document takes."""
    data = FAMILIES[format][family](size)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    times = [time.process_time()]
    outcome = ""
    try:
        document = DOCUMENTS.load(format, DocumentReader)(data, family, **OPTIONS.get(format, {}))
        times.append(time.process_time())
        document.write([Target(segment.content) for segment in document.segments])
        times.append(time.process_time())
        document.write([Target(lengthened(segment.content)) for segment in document.segments])
    except DataError as error:
        outcome = f", refused: {error.code}"
    except (ValueError, RecursionError) as error:
        outcome = f", {type(error).__name__}"
    times.append(time.process_time())
    took = " + ".join(f"{after - begun:.2f}" for begun, after in pairwise(times))
    more = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    return f"{len(data):,} bytes: {took} s, {more:,.0f} MB{outcome}"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    names = [f"{format}-{family}" for format, families in FAMILIES.items() for family in families]
    parser.add_argument("families", nargs="*", metavar="FORMAT-FAMILY", help="default: all")
    parser.add_argument("--size", type=int, default=100_000, help="characters of each document (default: 100,000)")
    options = parser.parse_args()
    if unknown := set(options.families) - set(names):
        parser.error(f"no families {', '.join(sorted(unknown))}; there are {', '.join(names)}")
    for name in options.families or names:
        try:
            found = apart(measure, *name.split("-", 1), options.size, patience=PATIENCE)
        except RuntimeError as error:
            found = str(error)
        print(f"{name}: {found}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
