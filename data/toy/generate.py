"""Write the toy corpora: copy, reverse and sort sequences of digits and letters.

    python data/toy/generate.py            writes copy/, reverse/ and sort/ beside this file
    python data/toy/generate.py --check    writes nothing; exits 1 if a file differs from what would be written

A sequence holds 3 to 12 symbols, separated by spaces. Two thirds of the sequences of `copy` and `reverse` are digits,
the others letters; `sort` has digits only. Every source stands in one split alone.
"""

import argparse
import random
import sys
from collections.abc import Callable
from pathlib import Path

HERE = Path(__file__).resolve().parent
DIGITS = "0123456789"
LETTERS = "abcdefghij"
SHORTEST, LONGEST = 3, 12
SIZES = {"train": 5000, "dev": 200, "test": 200}
Sequence = tuple[str, ...]

TASKS: dict[str, tuple[tuple[str, ...], Callable[[Sequence], Sequence]]] = {
    "copy": ((DIGITS, DIGITS, LETTERS), lambda symbols: symbols),
    "reverse": ((DIGITS, DIGITS, LETTERS), lambda symbols: symbols[::-1]),
    "sort": ((DIGITS,), lambda symbols: tuple(sorted(symbols))),
}


def sources(alphabets: tuple[str, ...], count: int, rng: random.Random) -> list[Sequence]:
    """Return `count` different sequences, their lengths uniform over what the shortest lengths can still offer."""
    seen: dict[Sequence, None] = {}
    while len(seen) < count:
        alphabet = rng.choice(alphabets)
        seen[tuple(rng.choices(alphabet, k=rng.randint(SHORTEST, LONGEST)))] = None
    return list(seen)


def corpus(seed: int) -> dict[str, str]:
    """Return the text of every file, by its path relative to this folder."""
    files = {}
    for task, (alphabets, transform) in TASKS.items():
        drawn = iter(sources(alphabets, sum(SIZES.values()), random.Random(f"{task} {seed}")))
        for split, size in SIZES.items():
            rows = [next(drawn) for _ in range(size)]
            lines = [f"{' '.join(row)}\t{' '.join(transform(row))}" for row in rows]
            files[f"{task}/{split}.tsv"] = "\n".join(["source\ttarget", *lines]) + "\n"
    return files


def main() -> int:
    """Write the files, or compare them."""
    parser = argparse.ArgumentParser(description="Write the toy corpora (copy, reverse, sort).")
    parser.add_argument("--seed", type=int, default=1, help="decides every draw (default: %(default)s)")
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if a file differs")
    options = parser.parse_args()
    differing = []
    for name, text in corpus(options.seed).items():
        path = HERE / name
        if options.check:
            if not path.is_file() or path.read_text(encoding="utf-8") != text:
                differing.append(name)
        else:
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="\n")
    for name in differing:
        print(f"{name}: differs from what the generator writes", file=sys.stderr)
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main())
