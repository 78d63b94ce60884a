"""Time ``echo SENTENCE | seq2seq translate MODEL`` as a whole command, of one or several checkouts in turn.

    python benchmarks/start_up.py MODEL --checkout ../before --checkout . --engine onnx --engine onnx-int8

It is run by the Python that runs this script, from compiled modules, which a first run that is not counted writes.
Other work makes the time of a processor more, but by far less than the time by the clock.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from itertools import product
from pathlib import Path

CODE = "from seq2seq.cli.main import main; main()"


def run(arguments: list[str], sentence: str, environment: dict[str, str]) -> tuple[float, float, int]:
    """One command: its seconds, those of a processor, and its peak of memory in bytes."""
    start = time.perf_counter()
    command = [sys.executable, "-P", "-c", CODE, *arguments]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(f"{sentence}\n".encode())
        process.stdin.close()
        output = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.perf_counter() - start
    if process.returncode or not output.strip():
        sys.exit(f"{' '.join(command)}: exit code {process.returncode}")
    return seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def shown(values: list[float], scale: float = 1.0) -> str:
    """Median, lowest and highest."""
    return " ".join(f"{value / scale:7.3f}" for value in (statistics.median(values), min(values), max(values)))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", type=Path)
    parser.add_argument("--checkout", type=Path, action="append", help="of this package (default: this one)")
    parser.add_argument("--engine", action="append", help="see seq2seq translate (default: auto)")
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--sentence", default="A dog runs.")
    options = parser.parse_args()
    checkouts = [path.resolve() for path in options.checkout or [Path(__file__).parents[1]]]
    variants = list(product(options.engine or ["auto"], checkouts))
    times: dict[tuple[str, Path], list[tuple[float, float, int]]] = {variant: [] for variant in variants}
    variables = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    with tempfile.TemporaryDirectory() as compiled:
        for turn in range(options.rounds + 1):
            for engine, checkout in variants:
                environment = variables | {"PYTHONPATH": str(checkout), "PYTHONPYCACHEPREFIX": compiled}
                arguments = ["translate", str(options.model.resolve()), "--engine", engine]
                found = run(arguments, options.sentence, environment)
                if turn:
                    times[engine, checkout].append(found)
    print(f"{options.rounds} rounds in turn: median, lowest, highest")
    for (engine, checkout), found in times.items():
        seconds, processor, memory = map(list, zip(*found, strict=True))
        print(f"{engine:10} s {shown(seconds)}  processor s {shown(processor)}  MB {shown(memory, 1e6)}  {checkout}")


if __name__ == "__main__":
    main()
