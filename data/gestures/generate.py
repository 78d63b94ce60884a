"""Write the gestures corpus: accelerations of a hand that makes one of five gestures, simulated.

    python data/gestures/generate.py            writes train.ts, dev.ts and test.ts beside this file
    python data/gestures/generate.py --check    writes nothing; exits 1 if a file differs from what would be written

README.md says what the sequences hold.
"""

import argparse
import math
import random
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
SIZES = {"train": 250, "dev": 50, "test": 100}
PEOPLE = {"train": 25, "dev": 5, "test": 10}
"""No person is in two splits."""
FASTEST, SLOWEST, REST = 14, 34, 6
"""Steps of a gesture; most steps of rest before it, and after it."""
LOST = 0.12
"""Share of the sequences in which the sensor lost steps."""
Vector = tuple[float, float, float]


@dataclass(frozen=True)
class Person:
    """How somebody moves: the hand's turn about each axis, its strength, its tempo, and how it trembles."""

    turn: Vector
    strength: float
    tempo: float
    tremble: float


def circle(turns: float, start: float, direction: int) -> Callable[[float], Vector]:
    """Round in the plane of x and y."""
    return lambda time: (
        math.cos(start + 2 * math.pi * turns * time),
        direction * math.sin(start + 2 * math.pi * turns * time),
        0.0,
    )


def thrust(direction: int) -> Callable[[float], Vector]:
    """Along z: speed up and slow down in one direction."""
    return lambda time: (0.0, 0.0, 1.6 * direction * math.sin(2 * math.pi * time))


def wave(times: float) -> Callable[[float], Vector]:
    """To and fro along x."""
    return lambda time: (1.2 * math.sin(2 * math.pi * times * time), 0.2 * math.cos(4 * math.pi * times * time), 0.0)


def gesture(rng: random.Random, label: str) -> Callable[[float], Vector]:
    """The acceleration of a gesture at a time from 0 to 1."""
    if label in ("clockwise", "anticlockwise"):
        return circle(rng.uniform(0.9, 1.6), rng.uniform(0, 2 * math.pi), -1 if label == "clockwise" else 1)
    return wave(rng.uniform(2, 3.5)) if label == "wave" else thrust(1 if label == "push" else -1)


LABELS = ("anticlockwise", "clockwise", "pull", "push", "wave")


def turned(vector: Vector, turn: Vector) -> Vector:
    """A vector turned about x, then y, then z, by angles in radians."""
    x, y, z = vector
    (sine, cosine), *others = ((math.sin(angle), math.cos(angle)) for angle in turn)
    y, z = cosine * y - sine * z, sine * y + cosine * z
    (sine, cosine), (last_sine, last_cosine) = others
    x, z = cosine * x + sine * z, cosine * z - sine * x
    return last_cosine * x - last_sine * y, last_sine * x + last_cosine * y, z


def recording(rng: random.Random, person: Person, label: str) -> list[Vector | None]:
    """One gesture of a person, with rest about it; None: the sensor lost the step."""
    shape = gesture(rng, label)
    steps = round(rng.uniform(FASTEST, SLOWEST) * person.tempo)
    before, after = rng.randrange(REST + 1), rng.randrange(REST + 1)
    warp, strength = rng.uniform(-0.3, 0.3), person.strength * rng.uniform(0.8, 1.2)
    gravity = turned((0.0, 0.5, 0.0), person.turn)
    tremble = [0.0, 0.0, 0.0]
    found: list[Vector | None] = []
    for step in range(before + steps + after):
        moved = (0.0, 0.0, 0.0)
        if before <= step < before + steps:
            time = (step - before + 0.5) / steps
            time += warp * math.sin(2 * math.pi * time) / (2 * math.pi)
            moved = turned(shape(time), person.turn)
        tremble = [0.5 * one + rng.gauss(0, person.tremble) for one in tremble]
        x, y, z = (strength * one + pull + shake for one, pull, shake in zip(moved, gravity, tremble, strict=True))
        found.append((x, y, z))
    if rng.random() < LOST:
        first, lost = rng.randrange(2, len(found) - 4), rng.randrange(1, 4)
        found[first : first + lost] = [None] * lost
    return found


def build(seed: int) -> dict[str, list[tuple[str, list[Vector | None]]]]:
    """Draw the splits: every person makes each gesture equally often."""
    rng = random.Random(f"gestures {seed}")
    splits = {}
    for split, size in SIZES.items():
        people = [
            Person(
                (rng.uniform(-0.4, 0.4), rng.uniform(-0.4, 0.4), rng.uniform(-0.4, 0.4)),
                rng.uniform(0.7, 1.4),
                rng.uniform(0.8, 1.25),
                rng.uniform(0.08, 0.22),
            )
            for _ in range(PEOPLE[split])
        ]
        labels = LABELS * (size // len(LABELS))
        drawn = [(label, recording(rng, people[place % len(people)], label)) for place, label in enumerate(labels)]
        rng.shuffle(drawn)
        splits[split] = drawn
    return splits


def channel(recorded: list[Vector | None], axis: int) -> str:
    """One channel of a sequence as text."""
    return ",".join("?" if vector is None else f"{vector[axis]:.2f}" for vector in recorded)


def files(corpus: dict[str, list[tuple[str, list[Vector | None]]]]) -> dict[str, str]:
    """Return the text of every file by its name."""
    head = [
        "@problemName gestures",
        "@timeStamps false",
        "@missing true",
        "@univariate false",
        "@dimensions 3",
        "@equalLength false",
        f"@classLabel true {' '.join(LABELS)}",
        "@data",
    ]
    return {
        f"{split}.ts": "\n".join(
            [*head, *(":".join([*(channel(one, axis) for axis in range(3)), label]) for label, one in drawn)]
        )
        + "\n"
        for split, drawn in corpus.items()
    }


def main() -> int:
    """Write the files, or compare them."""
    parser = argparse.ArgumentParser(description="Write the gestures corpus.")
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
