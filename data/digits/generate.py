"""Write the digits corpus: the name of a digit, and a small grey picture of it, row by row.

    python data/digits/generate.py            writes train.tsv, dev.tsv and test.tsv beside this file
    python data/digits/generate.py --check    writes nothing; exits 1 if a file differs from what would be written

README.md says what the pictures hold. The shapes, and how somebody writes, are those of data/strokes.
"""

import argparse
import json
import math
import random
import runpy
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
STROKES = runpy.run_path(str(HERE.parent / "strokes" / "generate.py"))
SIZES = {"train": 1500, "dev": 100, "test": 200}
ROWS, COLUMNS = 10, 8
HEIGHT = 7.0
"""Of a digit, in pixels, before the writer's size."""
INK = 100
"""Grey of a pixel that the pen covers; paper is 0."""
NOISE = 4.0
"""Deviation of the noise of the camera."""

Point = tuple[float, float]


def lines(rng: random.Random, digit: str, by: Any) -> list[list[Point]]:
    """The strokes of a digit, in pixels: dense points of smooth curves, in the middle of the picture, or near it."""
    size = by.size * rng.uniform(0.92, 1.08) * HEIGHT
    strokes = []
    for stroke in STROKES["SHAPES"][digit][by.ways[digit]]:
        shaken = [(x + rng.gauss(0, by.wobble), y + rng.gauss(0, by.wobble)) for x, y in stroke]
        curve = STROKES["curve"](shaken)[::4]  # closer points than these change no grey
        strokes.append([(size * (by.width * x + by.slant * (1 - y)), size * y) for x, y in curve])
    shift = []
    for axis, extent in enumerate((COLUMNS, ROWS)):
        places = [point[axis] for stroke in strokes for point in stroke]
        shift.append(extent / 2 - (min(places) + max(places)) / 2 + rng.uniform(-0.5, 0.5))
    return [[(x + shift[0], y + shift[1]) for x, y in stroke] for stroke in strokes]


def distance(x: float, y: float, pieces: list[tuple[Point, Point]]) -> float:
    """From a point to the nearest of some lines, given by their ends."""
    least = math.inf
    for (left, top), (right, bottom) in pieces:
        across, down = right - left, bottom - top
        share = ((x - left) * across + (y - top) * down) / (across * across + down * down or 1.0)
        share = min(max(share, 0.0), 1.0)
        away, below = x - left - share * across, y - top - share * down
        least = min(least, away * away + below * below)
    return math.sqrt(least)


def picture(rng: random.Random, digit: str, by: Any, pen: float) -> list[list[int]]:
    """Rows of grey pixels: how far the pen, of so many pixels' radius, covers each, and noise."""
    pieces = [piece for stroke in lines(rng, digit, by) for piece in pairwise(stroke)]
    rows = []
    for row in range(ROWS):
        nearest = [distance(column + 0.5, row + 0.5, pieces) for column in range(COLUMNS)]
        covered = [min(max(pen + 0.5 - found, 0.0), 1.0) for found in nearest]
        rows.append([round(INK * share + rng.gauss(0, NOISE)) for share in covered])
    return rows


def build(seed: int) -> dict[str, list[tuple[str, list[list[int]]]]]:
    """Draw the splits."""
    rng = random.Random(f"digits {seed}")
    splits = {}
    for split, size in SIZES.items():
        drawn = []
        for place in range(size):  # each by another writer, with another pen
            digit, by, pen = str(place % 10), STROKES["writer"](rng), rng.uniform(0.35, 0.7)
            drawn.append((digit, picture(rng, digit, by, pen)))
        rng.shuffle(drawn)
        splits[split] = drawn
    return splits


def files(corpus: dict[str, list[tuple[str, list[list[int]]]]]) -> dict[str, str]:
    """Return the text of every file by its name."""
    return {
        f"{split}.tsv": "digit\trows\n"
        + "".join(f"{digit}\t{json.dumps(rows, separators=(',', ':'))}\n" for digit, rows in drawn)
        for split, drawn in corpus.items()
    }


def main() -> int:
    """Write the files, or compare them."""
    parser = argparse.ArgumentParser(description="Write the digits corpus.")
    parser.add_argument("--seed", type=int, default=1, help="decides every draw (default: %(default)s)")
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if a file differs")
    options = parser.parse_args()
    differing = []
    for name, text in files(build(options.seed)).items():
        path = HERE / name
        if not options.check:
            path.write_text(text, encoding="utf-8", newline="\n")
        elif not path.is_file() or path.read_text(encoding="utf-8") != text:
            differing.append(name)
    for name in differing:
        print(f"{name}: differs from what the generator writes", file=sys.stderr)
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main())
