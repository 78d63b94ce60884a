"""What `seq2seq inspect` finds, what it says in vain, and how long it takes.

    python benchmarks/inspection.py recall                      # planted faults, five seeds
    python benchmarks/inspection.py alarms multi30k.yaml ...    # what is found in real data, by check
    python benchmarks/inspection.py alarms multi30k.yaml --show misaligned    # the rows, to be judged one by one
    python benchmarks/inspection.py speed data.en data.de --pairs 1000000     # seconds, and the largest resident memory

Data are named as on the command line of `seq2seq inspect`, best by a recipe. `speed` makes pairs out of those given:
two of them joined, or one with a number behind it.
"""

import argparse
import random
import resource
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import numpy as np

from seq2seq.config.data import DataConfig
from seq2seq.config.sides import TEXTS
from seq2seq.data.preparing.filter_rows import record_batches
from seq2seq.data.reading.sources import read_split
from seq2seq.inspection.corpus import find_corpus
from seq2seq.inspection.engine.inspect import inspect
from seq2seq.inspection.engine.result import Inspection

ALL = 10**9


def recall(seeds: int, times: int) -> None:
    """Recall and false alarms of every check on the phrasebook with planted faults."""
    sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
    from support.faults import FAULTS, phrasebook, plant, write_tsv
    from support.inspected import lines_of

    planted, found, false = Counter[str](), Counter[str](), Counter[str]()
    for seed in range(seeds):
        with tempfile.TemporaryDirectory() as folder:
            faulty = plant(phrasebook(), times, seed)
            path = write_tsv(Path(folder) / "planted.tsv", faulty.pairs)
            lines = lines_of(inspect(DataConfig(train=str(path)), TEXTS, Path(folder), shown=ALL))
        for check in FAULTS:
            got, wanted = {line - 1 for line in lines.get(check, set())}, faulty.where[check]
            planted[check] += len(wanted)
            found[check] += len(got & wanted)
            false[check] += len(got - wanted - faulty.allowed[check])
    print(f"{seeds} corpora of {len(phrasebook()):,} pairs")
    for check in FAULTS:
        share = found[check] / planted[check]
        print(f"{check:<15} {found[check]} of {planted[check]} ({share:.1%}), false {false[check]}")


def alarms(where: list[str], show: str | None) -> None:
    """What is found in data; or the rows of one finding."""
    corpus = find_corpus(where, None, {}, None)
    with tempfile.TemporaryDirectory() as folder:
        found = inspect(corpus.config, corpus.sides, Path(folder), shown=ALL)
        rows = sum(split.ledger.rows for split in found.splits)
        print(f"{' '.join(where)}: {rows:,} rows")
        for finding in found.findings:
            if show is None:
                share = finding.rows / finding.of
                print(f"  {finding.check.name:<15} {finding.split:<5} {finding.rows:>6,} ({share:.3%})")
        if show is not None:
            _show(found, show)


def _show(found: Inspection, check: str) -> None:
    """The rows of a finding: where, what, both sides; a star if --fix leaves them out."""
    for split in found.splits:
        ledger = split.ledger
        reported = {
            (example.file, example.line): example.what
            for finding in ledger.findings()
            if finding.check.name == check
            for example in finding.examples
        }
        verdict, _ = ledger.left_out()
        row = 0
        for batch in record_batches(split.path):
            for source, target in zip(batch["source"].to_pylist(), batch["target"].to_pylist(), strict=True):
                place = (ledger.files[ledger.file[row]], int(ledger.line[row]))
                if place in reported:
                    mark = "*" if verdict[row] else " "
                    print(f"{mark} {ledger.where(row)}: {reported[place]}\n    {source}\n    {target}")
                row += 1


def speed(where: list[str], pairs: int) -> None:
    """Inspect many pairs made out of few."""
    corpus = find_corpus(where, None, {}, None)
    read = read_split(corpus.config, "train", sides=corpus.sides)
    assert read is not None
    given = list(zip(read.sources, read.targets, strict=True))
    rng = random.Random(1)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "many.tsv"
        with path.open("w", encoding="utf-8") as file:
            for number in range(pairs):
                one, other = rng.choice(given), rng.choice(given)
                more = (str(number), str(number)) if number % 3 else other
                file.write(
                    "\t".join(f"{left} {right}".replace("\t", " ") for left, right in zip(one, more, strict=True))
                )
                file.write("\n")
        size = path.stat().st_size / 2**20
        del given, read
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        start, used = time.perf_counter(), time.process_time()
        found = inspect(DataConfig(train=str(path)), corpus.sides, Path(folder))
        seconds, used = time.perf_counter() - start, time.process_time() - used
        words = np.array(found.splits[0].words) / pairs
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{pairs:,} pairs ({size:,.0f} MB, {words[0]:.1f} and {words[1]:.1f} words): {seconds:.1f} s, {used:.1f} s of "
        f"one core, {pairs / seconds:,.0f} pairs/s; largest resident memory {peak:,.0f} MB ({before:,.0f} MB before)"
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["recall", "alarms", "speed"])
    parser.add_argument("data", nargs="*")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--times", type=int, default=60, help="faults of each kind")
    parser.add_argument("--show", metavar="CHECK")
    parser.add_argument("--pairs", type=int, default=1_000_000)
    options = parser.parse_args()
    if options.what == "recall":
        recall(options.seeds, options.times)
    elif options.what == "alarms":
        alarms(options.data, options.show)
    else:
        speed(options.data, options.pairs)
    return 0


if __name__ == "__main__":
    sys.exit(main())
