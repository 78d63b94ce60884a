"""Write the strokes corpus: the path of a pen that writes a number in digits, and the number in words.

    python data/strokes/generate.py            writes train.tsv, dev.tsv and test.tsv beside this file
    python data/strokes/generate.py --check    writes nothing; exits 1 if a file differs from what would be written

README.md says what the paths hold.
"""

import argparse
import json
import math
import random
import sys
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

HERE = Path(__file__).resolve().parent
SIZES = {"train": 1200, "dev": 100, "test": 200}
WRITERS = {"train": 60, "dev": 10, "test": 20}
"""No writer is in two splits, and no number either."""
UNIT = 20
"""Units of a path per height of a digit."""
SPACING = 0.2
"""Distance of two points of a path, as a share of the height of a digit, before the writer's tempo."""

Point = tuple[float, float]
Step = tuple[int, int, int]
EIGHT: list[Point] = [(0.5, 1), (0.12, 0.75), (0.5, 0.48), (0.82, 0.25), (0.72, 0.08)]
"""The way back up."""
SHAPES: dict[str, list[list[list[Point]]]] = {
    "0": [[[(0.5, 0), (0.1, 0.3), (0.1, 0.75), (0.5, 1), (0.9, 0.7), (0.9, 0.25), (0.5, 0)]]],
    "1": [[[(0.5, 0), (0.5, 0.5), (0.5, 1)]], [[(0.2, 0.3), (0.55, 0), (0.55, 0.5), (0.55, 1)]]],
    "2": [
        [[(0.1, 0.25), (0.45, 0), (0.85, 0.25), (0.5, 0.65), (0.1, 1), (0.5, 0.97), (0.95, 1)]],
        [[(0.1, 0.2), (0.5, 0), (0.85, 0.3), (0.45, 0.8), (0.15, 0.95), (0.3, 0.75), (0.6, 0.95), (0.95, 0.9)]],
    ],
    "3": [[[(0.1, 0.12), (0.5, 0), (0.85, 0.22), (0.4, 0.47), (0.9, 0.72), (0.5, 1), (0.08, 0.86)]]],
    "4": [
        [[(0.4, 0), (0.25, 0.35), (0.08, 0.65), (0.5, 0.66), (0.95, 0.64)], [(0.65, 0.35), (0.65, 0.7), (0.62, 1)]],
        [[(0.2, 0), (0.15, 0.3), (0.15, 0.55), (0.5, 0.55), (0.8, 0.5)], [(0.75, 0.05), (0.75, 0.5), (0.75, 1)]],
    ],
    "5": [
        [[(0.85, 0.02), (0.5, 0), (0.2, 0.03), (0.15, 0.42), (0.6, 0.4), (0.88, 0.7), (0.5, 1), (0.08, 0.9)]],
        [[(0.25, 0.02), (0.15, 0.42), (0.6, 0.4), (0.88, 0.7), (0.5, 1), (0.08, 0.9)], [(0.25, 0.02), (0.85, 0)]],
    ],
    "6": [[[(0.7, 0), (0.3, 0.3), (0.1, 0.7), (0.45, 1), (0.85, 0.78), (0.5, 0.52), (0.14, 0.72)]]],
    "7": [
        [[(0.08, 0.03), (0.5, 0.02), (0.9, 0), (0.6, 0.45), (0.35, 1)]],
        [[(0.08, 0.03), (0.5, 0.02), (0.9, 0), (0.6, 0.45), (0.35, 1)], [(0.3, 0.5), (0.8, 0.48)]],
    ],
    "8": [[[(0.75, 0.12), (0.4, 0), (0.2, 0.25), (0.5, 0.48), (0.85, 0.75), *EIGHT]]],
    "9": [[[(0.85, 0.22), (0.45, 0), (0.15, 0.25), (0.45, 0.5), (0.85, 0.25), (0.8, 0.6), (0.65, 1)]]],
}
"""Ways to write each digit, in a box of width and height 1, y downwards: strokes, each the points of a curve."""
ONES = (
    "nought one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
).split()
TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()


def in_words(number: int) -> str:
    """An English number below a thousand: ``four hundred and twenty-seven``."""
    if number < 20:
        return ONES[number]
    if number < 100:
        ten, one = divmod(number, 10)
        return TENS[ten - 2] + (f"-{ONES[one]}" if one else "")
    hundred, rest = divmod(number, 100)
    return f"{ONES[hundred]} hundred" + (f" and {in_words(rest)}" if rest else "")


@dataclass(frozen=True)
class Writer:
    """How somebody writes."""

    ways: dict[str, int]
    """Which of the ways to write each digit."""
    slant: float
    width: float
    size: float
    tempo: float
    """Distance of points, relative to the usual one."""
    wobble: float
    """Deviation of the points of a shape."""
    gap: float
    """Between digits."""


def writer(rng: random.Random) -> Writer:
    """Draw a writer."""
    return Writer(
        {digit: rng.randrange(len(ways)) for digit, ways in SHAPES.items()},
        rng.uniform(-0.1, 0.4),
        rng.uniform(0.5, 0.8),
        rng.uniform(0.8, 1.25),
        rng.uniform(0.85, 1.3),
        rng.uniform(0.02, 0.05),
        rng.uniform(0.1, 0.35),
    )


def curve(points: list[Point]) -> list[Point]:
    """A smooth line through points (Catmull and Rom 1974), densely sampled."""
    ends = [points[0], *points, points[-1]]
    found = [points[0]]
    for a, b, c, d in zip(ends, ends[1:], ends[2:], ends[3:], strict=False):
        for step in range(1, 13):
            t = step / 12
            found.append(
                tuple(
                    0.5 * (2 * q + (r - p) * t + (2 * p - 5 * q + 4 * r - s) * t**2 + (3 * q - p - 3 * r + s) * t**3)
                    for p, q, r, s in zip(a, b, c, d, strict=True)
                )  # type: ignore[arg-type]
            )
    return found


def spaced(line: list[Point], spacing: float) -> list[Point]:
    """Points of a line at about equal distances, its ends among them."""
    lengths = [0.0]
    for a, b in pairwise(line):
        lengths.append(lengths[-1] + math.dist(a, b))
    count = max(1, round(lengths[-1] / spacing))
    found, place = [], 0
    for number in range(count + 1):
        wanted = lengths[-1] * number / count
        while place < len(line) - 2 and lengths[place + 1] < wanted:
            place += 1
        share = (wanted - lengths[place]) / ((lengths[place + 1] - lengths[place]) or 1)
        (x, y), (other_x, other_y) = line[place], line[place + 1]
        found.append((x + share * (other_x - x), y + share * (other_y - y)))
    return found


def path(rng: random.Random, number: int, by: Writer) -> list[Step]:
    """The steps of a pen: how far it moves right and down, and 1 if it does so above the paper."""
    found: list[Step] = []
    left, at = 0.0, (0, 0)
    for digit in str(number):
        size, lift = by.size * rng.uniform(0.92, 1.08), rng.gauss(0, 0.04)
        for stroke in SHAPES[digit][by.ways[digit]]:
            shaken = [(x + rng.gauss(0, by.wobble), y + rng.gauss(0, by.wobble)) for x, y in stroke]
            line = [
                (left + size * (by.width * x + by.slant * (1 - y)), size * y + lift)
                for x, y in spaced(curve(shaken), SPACING * by.tempo)
            ]
            for place, (x, y) in enumerate(line):
                to = (round(UNIT * x), round(UNIT * y))
                found.append((to[0] - at[0], to[1] - at[1], int(place == 0)))
                at = to
        left += size * by.width + by.gap
    return found[1:]  # where on the paper the pen began is of no interest


def build(seed: int) -> dict[str, list[tuple[list[Step], str]]]:
    """Draw the splits."""
    rng = random.Random(f"strokes {seed}")
    numbers = list(range(1, 1000))
    rng.shuffle(numbers)
    of_split = {"test": numbers[:200], "dev": numbers[200:300], "train": numbers[300:]}
    splits = {}
    for split, size in SIZES.items():
        writers = [writer(rng) for _ in range(WRITERS[split])]
        drawn = []
        for place in range(size):
            number = of_split[split][place % len(of_split[split])]
            drawn.append((path(rng, number, writers[place % len(writers)]), in_words(number)))
        rng.shuffle(drawn)
        splits[split] = drawn
    return splits


def files(corpus: dict[str, list[tuple[list[Step], str]]]) -> dict[str, str]:
    """Return the text of every file by its name."""
    return {
        f"{split}.tsv": "".join(f"{json.dumps(steps, separators=(',', ':'))}\t{words}\n" for steps, words in [*drawn])
        for split, drawn in corpus.items()
    }


def main() -> int:
    """Write the files, or compare them."""
    parser = argparse.ArgumentParser(description="Write the strokes corpus.")
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
