"""Memory and speed of reading a large translation memory, which is generated.

    python benchmarks/memory_tmx.py                     # 1,000 MB
    python benchmarks/memory_tmx.py --megabytes 20

Prints the largest resident memory of a process that reads it into an Arrow file, as `train`, `finetune` and `inspect`
do, and what that process has before; the limit is 300 MB.
"""

import argparse
import random
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

LIMIT = 300
"""Megabytes (of 1,000,000 bytes) of resident memory."""
_ENGLISH = "the lid of this box must be closed before you open valve number seven and wait for the green light"
_GERMAN = "der Deckel dieser Kiste muss geschlossen sein bevor man Ventil Nummer sieben öffnet und auf Licht wartet"
_BLOCK = 1000
"""Units written at once."""


def write_memory(path: Path, megabytes: int, *, seed: int = 1) -> int:
    """Write a memory in English, German and Italian, of which a tenth has inline elements; returns its units."""
    numbers = random.Random(seed)
    units = size = 0
    with path.open("w", encoding="utf-8") as file:
        file.write('<?xml version="1.0" encoding="UTF-8"?>\n<tmx version="1.4"><header srclang="en-GB"/><body>\n')
        while size < megabytes * 1_000_000:
            block = "".join(_unit(units + number, numbers) for number in range(_BLOCK))
            size += len(block.encode())
            units += _BLOCK
            file.write(block)
        file.write("</body></tmx>\n")
    return units


def _unit(number: int, numbers: random.Random) -> str:
    source, target = (numbers.choices(text.split(), k=numbers.randint(4, 20)) for text in (_ENGLISH, _GERMAN))
    if number % 10 == 0:
        source[0] = f'<bpt i="1">&lt;b&gt;</bpt>{source[0]}<ept i="1">&lt;/b&gt;</ept> <ph>{{{number}}}</ph>'
    texts = {"en-GB": " ".join(source), "de-DE": " ".join(target), "it": "lo stesso testo in un'altra lingua"}
    variants = "\n".join(f'    <tuv xml:lang="{tag}"><seg>{text}</seg></tuv>' for tag, text in texts.items())
    return f'  <tu tuid="{number}" creationdate="20260102T030405Z">\n{variants}\n  </tu>\n'


def read(path: Path) -> None:
    """Read a memory into an Arrow file beside it; prints rows, seconds, megabytes of memory before and at most."""
    import pyarrow.ipc  # noqa: F401 - what is imported later would count as memory for reading

    from seq2seq.config.data import DataConfig
    from seq2seq.data.reading.sources import find_splits
    from seq2seq.data.tables.problems import BadRows

    before = _peak()
    start = time.perf_counter()
    source = find_splits(DataConfig(train=str(path), languages=("en", "de")), ("train",))["train"]
    assert source is not None
    rows = source.write(path.with_suffix(".arrow"), BadRows())
    print(rows, time.perf_counter() - start, before, _peak())


def _peak() -> int:
    """The largest resident memory so far, in megabytes; that of the parent, which `getrusage` counts, is left out."""
    status = Path("/proc/self/status")
    if status.exists():
        return int(status.read_text().partition("VmHWM:")[2].split()[0]) * 1024 // 1_000_000
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit // 1_000_000


def measure(megabytes: int, folder: Path) -> tuple[int, int, float, int, int]:
    """Units written; rows read, seconds, megabytes of memory before reading and at most."""
    path = folder / "memory.tmx"
    units = write_memory(path, megabytes)
    command = [sys.executable, __file__, "--read", str(path)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    rows, seconds, before, peak = done.stdout.split()
    return units, int(rows), float(seconds), int(before), int(peak)


def main() -> None:
    """Measure, and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--megabytes", type=int, default=1000)
    parser.add_argument("--read", type=Path, metavar="FILE", help="read this file, and print figures for a program")
    given = parser.parse_args()
    if given.read is not None:
        read(given.read)
        return
    megabytes = given.megabytes
    with tempfile.TemporaryDirectory() as folder:
        units, rows, seconds, before, peak = measure(megabytes, Path(folder))
    print(f"{units:,} units, {rows:,} rows read in {seconds:.0f} s ({megabytes / seconds:.1f} MB per second)")
    print(f"memory: {before} MB before, {peak} MB at most (limit: {LIMIT})")


if __name__ == "__main__":
    main()
