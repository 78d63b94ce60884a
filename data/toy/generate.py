"""Write the toy corpora: copy, reverse and sort sequences of digits and letters; remember the first symbol of many.

    python data/toy/generate.py            writes copy/, reverse/, sort/ and remember/ beside this file
    python data/toy/generate.py --check    writes nothing; exits 1 if a file differs from what would be written

A sequence holds 3 to 12 symbols, separated by spaces. Two thirds of the sequences of `copy` and `reverse` are digits,
the others letters; `sort` has digits only. A sequence of `remember` is a letter and zeros and ones behind it, and its
target is the letter: 1 to 60 of them in train, so that what is near can teach what is far; 40 to 60 in dev and test.
Every source stands in one split alone.
"""

import argparse
import random
import sys
from collections.abc import Callable
from itertools import islice
from pathlib import Path

HERE = Path(__file__).resolve().parent
DIGITS = "0123456789"
LETTERS = "abcdefghij"
SHORTEST, LONGEST = 3, 12
SIZES = {"train": 5000, "dev": 200, "test": 200}
LAGS = {"train": (1, 60), "dev": (40, 60), "test": (40, 60)}
"""Digits that follow the letter which is to be remembered, at least and at most."""
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
        drawn = sources(alphabets, sum(SIZES.values()), random.Random(f"{task} {seed}"))
        files |= splits(task, SIZES, [(row, transform(row)) for row in drawn])
    sizes = {**SIZES, "train": 2000}
    long = remembered(sizes, random.Random(f"remember {seed}"))
    return files | splits("remember", sizes, [(row, row[:1]) for row in long])


def remembered(sizes: dict[str, int], rng: random.Random) -> dict[Sequence, None]:
    """Return different sequences for all splits, one split after the other."""
    seen: dict[Sequence, None] = {}
    for split, size in sizes.items():
        wanted = len(seen) + size
        while len(seen) < wanted:
            seen[(rng.choice(LETTERS[:8]), *rng.choices("01", k=rng.randint(*LAGS[split])))] = None
    return seen


def splits(task: str, sizes: dict[str, int], pairs: list[tuple[Sequence, Sequence]]) -> dict[str, str]:
    """Return the text of a task's files."""
    files, rest = {}, iter(pairs)
    for split, size in sizes.items():
        lines = [f"{' '.join(source)}\t{' '.join(target)}" for source, target in islice(rest, size)]
        files[f"{task}/{split}.tsv"] = "\n".join(["source\ttarget", *lines]) + "\n"
    return files


def main() -> int:
    """Write the files, or compare them."""
    parser = argparse.ArgumentParser(description="Write the toy corpora (copy, reverse, sort, remember).")
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
