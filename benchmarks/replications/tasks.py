"""The generated tasks, a function of their seed; every source stands in one split alone."""

import random
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple

LETTERS: Final = "abcdefgh"
"""What is to be remembered."""
_TRIES: Final = 1000
"""Samples in a row that were written before, after which a task counts as exhausted."""

Row = tuple[str, ...]
"""The columns of an example."""
Generator = Callable[[random.Random], Row]


class Part(NamedTuple):
    """Some of the examples of a split."""

    generate: Generator
    group: str = "all"
    """The condition that they belong to, by which they are scored."""


def copies(lengths: tuple[int, int], symbols: str) -> Generator:
    """Copy a sequence: source and target; its length is uniform between ``lengths``."""

    def generate(rng: random.Random) -> Row:
        text = " ".join(rng.choices(symbols, k=rng.randint(*lengths)))
        return text, text

    return generate


def remembered(lags: tuple[int, int]) -> Generator:
    """Remember the letter in front of zeros and ones: source and label; their number is uniform between ``lags``."""

    def generate(rng: random.Random) -> Row:
        letter = rng.choice(LETTERS)
        return " ".join([letter, *rng.choices("01", k=rng.randint(*lags))]), letter

    return generate


def ordered(lengths: tuple[int, int]) -> Generator:
    """The temporal order problem: source and label.

    Two symbols, X or Y each, stand among distractors, one in the second tenth of the sequence and one in the fifth; the
    label is both in their order (Hochreiter and Schmidhuber 1997, experiment 6a; Pascanu et al. 2013, section 4.1).
    """

    def generate(rng: random.Random) -> Row:
        length = rng.randint(*lengths)
        sequence = rng.choices("abcd", k=length)
        pair = rng.choices("XY", k=2)
        for symbol, tenth in zip(pair, (1, 4), strict=True):
            sequence[rng.randrange(tenth * length // 10, (tenth + 1) * length // 10)] = symbol
        return " ".join(sequence), "".join(pair)

    return generate


def recalled(lag: int) -> Generator:
    """A line of text: a letter, ``lag`` digits, and the letter again."""

    def generate(rng: random.Random) -> Row:
        letter = rng.choice(LETTERS)
        return (" ".join([letter, *rng.choices("0123456789", k=lag), letter]),)

    return generate


def write(folder: Path, seed: int, splits: Mapping[str, tuple[int, Sequence[Part]]]) -> Path:
    """Write one file per split, from its number of examples and its parts, which take turns.

    Lines of text go to ``.txt``, pairs to ``.tsv`` with the columns source, target and group. A source that was written
    before is sampled again.

    Raises:
        ValueError: there are too few different sources.
    """
    rng = random.Random(seed)
    folder.mkdir(parents=True)
    seen: set[str] = set()
    for split, (size, parts) in splits.items():
        rows: list[Row] = []
        while len(rows) < size:
            part = parts[len(rows) % len(parts)]
            row = next((row for row in (part.generate(rng) for _ in range(_TRIES)) if row[0] not in seen), None)
            if row is None:
                raise ValueError(f"{split}: the task has too few different sources for {size} examples")
            seen.add(row[0])
            rows.append(row if len(row) == 1 else (*row, part.group))
        text = len(rows[0]) == 1
        header = [] if text else ["source\ttarget\tgroup"]
        lines = [*header, *("\t".join(row) for row in rows), ""]
        (folder / f"{split}.{'txt' if text else 'tsv'}").write_text("\n".join(lines), encoding="utf-8")
    return folder
