"""What all children share: a translation program that says how long it took, start-up left out.

It needs nothing but Python: each child runs in the environment of its own engine.
"""

import argparse
import json
import time
from collections.abc import Callable
from pathlib import Path

Translate = Callable[[list[str]], list[str]]
_WARM = 5


def main(open_engine: Callable[[argparse.Namespace], Translate]) -> None:
    """Open an engine, translate a file with it, write the outputs, print seconds (and latencies) as JSON."""
    parser = argparse.ArgumentParser()
    parser.add_argument("model")
    parser.add_argument("sources", type=Path)
    parser.add_argument("outputs", type=Path)
    parser.add_argument("--beam", type=int, required=True)
    parser.add_argument("--threads", type=int, required=True, help="of each worker")
    parser.add_argument("--workers", type=int, required=True)
    parser.add_argument("--engine", default="torch")
    parser.add_argument("--shortlist", action="store_true")
    parser.add_argument("--length", type=int, help="pieces that every output is held at")
    parser.add_argument("--single", action="store_true", help="one sentence at a time")
    options = parser.parse_args()
    lines = options.sources.read_text(encoding="utf-8").splitlines()

    start = time.perf_counter()
    translate = open_engine(options)
    opened = time.perf_counter() - start
    latencies = []
    if options.single:
        for line in lines[:_WARM]:
            translate([line])
        outputs = []
        for line in lines:
            start = time.perf_counter()
            outputs += translate([line])
            latencies.append(1e3 * (time.perf_counter() - start))
        seconds = sum(latencies) / 1e3
    else:
        start = time.perf_counter()
        outputs = translate(lines)
        seconds = time.perf_counter() - start
    options.outputs.write_text("".join(f"{output}\n" for output in outputs), encoding="utf-8")
    print(json.dumps({"seconds": seconds, "opened": opened, "latencies": latencies}))
