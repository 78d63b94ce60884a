"""Write the polarity corpus: single English words, and whether they praise or blame.

    python data/polarity/generate.py            writes train.tsv, dev.tsv and test.tsv beside this file
    python data/polarity/generate.py --check    writes nothing; exits 1 if a file differs from what would be written

The roots are in roots.py, the rules of spelling and polarity in affixes.py; README.md says what has to be learnt.
"""

import argparse
import random
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from affixes import polarity, spell
from roots import ROOTS

HERE = Path(__file__).resolve().parent
DEV, TEST = 150, 250
FAMILIAR = {"root": 2, "prefix": 10, "suffix": 10}
"""In how many words of train each part of a word of dev or test stands, at least."""
LABELS = {1: "positive", 0: "neutral", -1: "negative"}


@dataclass(frozen=True)
class Word:
    """A word, its parts and its polarity (1, 0 or -1)."""

    text: str
    root: str
    prefix: str
    suffix: str
    polarity: int

    @property
    def parts(self) -> tuple[tuple[str, str], ...]:
        """Its parts, each with what it is."""
        return ("root", self.root), ("prefix", self.prefix), ("suffix", self.suffix)


def words() -> list[Word]:
    """Build every word of the lexicon.

    Raises:
        ValueError: two entries build the same word.
    """
    found: dict[str, Word] = {}
    for root, valence, forms in ROOTS:
        for prefix, suffix in forms:
            text = prefix + spell(root, suffix)
            if text in found:
                raise ValueError(f"{text!r} is built of {found[text].root!r} and of {root!r}")
            found[text] = Word(text, root, prefix, suffix, polarity(valence, prefix, suffix))
    return list(found.values())


def build(seed: int) -> dict[str, list[Word]]:
    """Deal the words out: dev and test take as many of each polarity, of words whose parts train shows often enough."""
    rng = random.Random(seed)
    drawn = words()
    rng.shuffle(drawn)
    left = Counter(part for word in drawn for part in word.parts)
    splits: dict[str, list[Word]] = {"train": [], "dev": [], "test": []}
    wanted = {
        (split, sign): size // 3 + (position < size % 3)
        for split, size in (("test", TEST), ("dev", DEV))
        for position, sign in enumerate(LABELS)
    }
    for word in drawn:
        split = next((name for name in ("test", "dev") if wanted[name, word.polarity]), "train")
        if split != "train" and all(left[part] > FAMILIAR[part[0]] for part in word.parts):
            wanted[split, word.polarity] -= 1
            left.subtract(word.parts)
        else:
            split = "train"
        splits[split].append(word)
    for found in splits.values():
        rng.shuffle(found)
    return splits


def files(splits: dict[str, list[Word]]) -> dict[str, str]:
    """Return the text of every file by its name."""
    return {
        f"{split}.tsv": "\n".join(["text\tlabel", *(f"{word.text}\t{LABELS[word.polarity]}" for word in found)]) + "\n"
        for split, found in splits.items()
    }


def main() -> int:
    """Write the files, or compare them."""
    parser = argparse.ArgumentParser(description="Write the polarity corpus.")
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
