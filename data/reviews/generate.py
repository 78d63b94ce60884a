"""Write the reviews corpus: short English reviews, each with its label.

    python data/reviews/generate.py            writes train.tsv, dev.tsv and test.tsv beside this file
    python data/reviews/generate.py --check    writes nothing; exits 1 if a file differs from what would be written

The words are in words/, the patterns of the sentences in patterns/; README.md says what they cover.
"""

import argparse
import random
import re
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from patterns import WEIGHTS, patterns
from patterns.scene import NEW_NOUN, NEW_WORD, SEEN, Scene, UnsuitableError, plural, sentences
from words.draw import Draw

HERE = Path(__file__).resolve().parent
TRAIN, DEV, TEST_SEEN, TEST_HELD_OUT = 4_000, 500, 300, 200
SHORTEST, LONGEST = 5, 40
"""Words of the shortest review, and of the longest."""
LONGEST_SENTENCES = 3
INTRO, SUPPORT = 0.2, 0.9
"""Shares of the reviews that begin with a sentence that judges nothing, and that end with one that agrees."""
NEW_WORDS = 0.65
"""Share of the held-out part drawn for an adjective that train never shows; the others are drawn for a noun."""
LABELS = {True: "positive", False: "negative"}


@dataclass(frozen=True)
class Review:
    """A review, what it says, its phenomenon and the pattern it was made of."""

    text: str
    praise: bool
    phenomenon: str
    pattern: str
    held_out: frozenset[str]

    @property
    def label(self) -> str:
        """The name of its class."""
        return LABELS[self.praise]


@dataclass(frozen=True)
class Corpus:
    """The three splits."""

    train: tuple[Review, ...]
    dev: tuple[Review, ...]
    test: tuple[Review, ...]


def key(text: str) -> str:
    """Return a text without case and punctuation: texts with the same key count as one."""
    return " ".join("".join(letter if letter.isalnum() else " " for letter in text.casefold()).split())


def review(draw: Draw, praise: bool, news: str) -> Review | None:
    """Draw a review, or nothing where domain, pattern and length do not go together."""
    phenomenon = draw.weighted(WEIGHTS)
    pattern = draw.pick(patterns(phenomenon, praise))
    scene = Scene(draw, praise, news)
    room = LONGEST_SENTENCES - len(re.findall(r"[.?!](?: |$)", pattern))
    try:
        parts = [scene.intro()] if room and draw.chance(INTRO) else []
        parts.append(scene.fill(pattern))
        if room >= len(parts) and draw.chance(SUPPORT if "{V}" not in pattern else SUPPORT / 3):
            parts.append(scene.support())
    except UnsuitableError:
        return None
    text = sentences(" ".join(parts))
    if not SHORTEST <= len(text.split()) <= LONGEST or sum(map(text.count, ".?!")) > LONGEST_SENTENCES:
        return None
    shown = (used.word for used in scene.used if used.held_out)
    held_out = frozenset(word for word in shown if word in text or plural(word) in text)
    return Review(text, praise, phenomenon, pattern, held_out)


def build(seed: int, wanted: int) -> Corpus:
    """Draw the corpus, with as many reviews of either label in every split and in both groups of test."""
    draw = Draw(f"reviews {seed}")
    keys: set[str] = set()

    def collect(count: int, news: str) -> list[Review]:
        left = Counter({True: count // 2, False: count // 2})
        found = []
        while left.total():
            praise = left[True] >= left[False]
            one = review(draw, praise, news)
            if one is not None and key(one.text) not in keys and bool(one.held_out) == (news != SEEN):
                keys.add(key(one.text))
                found.append(one)
                left[praise] -= 1
        return found

    new_words = 2 * round(TEST_HELD_OUT * NEW_WORDS / 2)
    seen = collect(wanted + DEV + TEST_SEEN, SEEN)
    unseen = collect(new_words, NEW_WORD) + collect(TEST_HELD_OUT - new_words, NEW_NOUN)
    test, dev, train = seen[:TEST_SEEN], seen[TEST_SEEN : TEST_SEEN + DEV], seen[TEST_SEEN + DEV :]
    for reviews in (train, dev, test, unseen):
        random.Random(seed).shuffle(reviews)
    return Corpus(tuple(train), tuple(dev), (*test, *unseen))


def files(corpus: Corpus) -> dict[str, str]:
    """Return the text of every file by its name."""
    rows = {
        "train.tsv": ["text\tlabel", *(f"{one.text}\t{one.label}" for one in corpus.train)],
        "dev.tsv": ["text\tlabel", *(f"{one.text}\t{one.label}" for one in corpus.dev)],
        "test.tsv": [
            "text\tlabel\tgroup",
            *(f"{one.text}\t{one.label}\t{'held-out' if one.held_out else 'seen'}" for one in corpus.test),
        ],
    }
    return {name: "\n".join(lines) + "\n" for name, lines in rows.items()}


def main() -> int:
    """Write the files, or compare them."""
    parser = argparse.ArgumentParser(description="Write the reviews corpus.")
    parser.add_argument("--seed", type=int, default=1, help="decides every draw (default: %(default)s)")
    parser.add_argument("--reviews", type=int, default=TRAIN, help="training reviews, even (default: %(default)s)")
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if a file differs")
    options = parser.parse_args()
    if options.reviews < 2 or options.reviews % 2:
        parser.error("--reviews must be even: half of them praise")
    differing = []
    for name, text in files(build(options.seed, options.reviews)).items():
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
