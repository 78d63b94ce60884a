#!/usr/bin/env python3
"""How cost grows: time a token and peak memory, against one thing at a time.

    python benchmarks/growth.py measure growth.json           # some minutes, on a machine that does nothing else
    python benchmarks/growth.py measure growth.json --quick   # to try it: fewer points, one round
    python benchmarks/growth.py draw growth.json docs/costs   # a picture a curve, and table.md

Every point is measured in a process of its own, so that its memory is its own; the points of all curves come in
shuffled order, round after round, so that what else the machine does falls on all of them. Linux: the processes are
forked.
"""

import argparse
import json
import multiprocessing
import random
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

from growth_curves import CURVES
from growth_pictures import draw

from seq2seq import log
from seq2seq.machine import Machine

T = TypeVar("T")

ROUNDS, SECONDS = 3, 0.8
"""Times that every point is measured; seconds for its counted runs, each time."""
QUICK_ROUNDS, QUICK_SECONDS, QUICK_POINTS = 1, 0.1, 3
PATIENCE = 600.0
"""Seconds that a point may take."""


def apart(work: Callable[..., T], *arguments: object, patience: float = PATIENCE) -> T:
    """Run in a process of its own, with what is imported here, for so many seconds at most.

    Raises:
        RuntimeError: it ended without a result, or took too long.
    """
    context = multiprocessing.get_context("fork")
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=lambda: sender.send(work(*arguments)))
    process.start()
    sender.close()  # here: so that the end of the process is the end of the pipe
    try:
        if not receiver.poll(patience):
            raise RuntimeError(f"{work.__name__}{arguments}: not done after {patience:.0f} s")
        found: T = receiver.recv()
    except EOFError:
        process.join()
        raise RuntimeError(f"{work.__name__}{arguments}: ended with code {process.exitcode}; see above") from None
    finally:
        process.kill()
        process.join()
        receiver.close()
    return found


def threads() -> int:
    """Threads of torch."""
    import torch

    return torch.get_num_threads()


def measure(path: Path, *, quick: bool, rounds: int) -> None:
    """Measure all curves, and write what was found as JSON."""
    from growth_points import Setting, generate
    from growth_points import measure as measure_point

    points = [
        (curve.name, series.name, x)
        for curve in CURVES
        for series in curve.series
        for x in (curve.points[:QUICK_POINTS] if quick else curve.points)
    ]
    found: dict[tuple[str, str, int], list[Any]] = {point: [] for point in points}
    begun = time.monotonic()
    with TemporaryDirectory() as folder:
        setting = Setting(QUICK_SECONDS if quick else SECONDS, Path(folder))
        for pairs in sorted({x for curve, _, x in points if curve == "data"}):
            apart(generate, pairs, setting)
            log.say(f"{time.monotonic() - begun:5.0f} s  corpus of {pairs:,} pairs")
        for number in range(rounds):
            for point in random.Random(number).sample(points, len(points)):
                one = apart(measure_point, *point, setting)
                found[point].append(one)
                curve, series, x = point
                log.say(
                    f"{time.monotonic() - begun:5.0f} s  round {number + 1} of {rounds}  {curve}, {series}, {x:,}: "
                    f"{one.seconds * 1e6:.2f} µs a token, {one.peak / 1e6:,.0f} MB"
                )
    result = {
        "date": date.today().isoformat(),
        "commit": commit(),
        "quick": quick,
        "rounds": rounds,
        "minutes": (time.monotonic() - begun) / 60,
        "machine": Machine.here().lines(),
        "threads": apart(threads),
        "points": [
            {"curve": curve, "series": series, "x": x, "measured": [asdict(one) for one in many]}
            for (curve, series, x), many in found.items()
        ],
    }
    path.write_text(json.dumps(result, indent=1), encoding="utf-8")


def commit() -> str:
    """The commit that was measured, `+` behind it if files differ from it."""
    done = subprocess.run(
        ["git", "describe", "--always", "--dirty=+", "--exclude=*"],
        cwd=Path(__file__).parent,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout.strip() or "unknown"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    measuring = commands.add_parser("measure", help="measure, and write JSON")
    measuring.add_argument("output", type=Path)
    measuring.add_argument("--quick", action="store_true", help="fewer points, one round, short: to try it")
    measuring.add_argument("--rounds", type=int, help=f"times that every point is measured (default: {ROUNDS})")
    drawing = commands.add_parser("draw", help="write the pictures and the table of a measurement")
    drawing.add_argument("measured", type=Path)
    drawing.add_argument("folder", type=Path)
    options = parser.parse_args()
    if options.command == "measure":
        rounds = options.rounds or (QUICK_ROUNDS if options.quick else ROUNDS)
        measure(options.output, quick=options.quick, rounds=rounds)
    else:
        draw(json.loads(options.measured.read_text("utf-8")), options.folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
