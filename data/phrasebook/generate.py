"""Write the phrasebook corpus: English sentences with their German translations.

    python data/phrasebook/generate.py            writes train.tsv, dev.tsv and test.tsv beside this file
    python data/phrasebook/generate.py --check    writes nothing; exits 1 if a file differs from what would be written

The grammar is in grammar/, the words in lexicon/, the sentences in sentences/; README.md says what they cover.
"""

import argparse
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from grammar.draw import Combination, Draw, held_out
from sentences import TEMPLATES

HERE = Path(__file__).resolve().parent
PAIRS, DEV, TEST_SEEN, TEST_HELD_OUT = 12_000, 500, 350, 150
RARE = 5
"""Words of dev and test occur at least so often in train, names and digits apart."""


@dataclass(frozen=True)
class Pair:
    """A sentence, its translation, the template it came from and the words it combines."""

    en: str
    de: str
    template: str
    combinations: frozenset[Combination]

    @property
    def held_out(self) -> bool:
        """Whether it holds a combination that train and dev must not."""
        return any(map(held_out, self.combinations))


@dataclass(frozen=True)
class Corpus:
    """The three splits."""

    train: tuple[Pair, ...]
    dev: tuple[Pair, ...]
    test: tuple[Pair, ...]


def key(sentence: str) -> str:
    """Return a sentence without case and punctuation: sentences with the same key count as one."""
    return " ".join("".join(letter if letter.isalnum() else " " for letter in sentence.casefold()).split())


def words(sentence: str) -> list[str]:
    """Split a sentence into words, with their case but without punctuation around them."""
    return [word for word in (part.strip(".,!?") for part in sentence.split()) if word]


def sentences(draw: Draw, seen: dict[str, str], wanted: int, longest: int = 20) -> list[Pair]:
    """Draw distinct pairs.

    Raises:
        ValueError: one English sentence came out with two German ones.
    """
    pairs: list[Pair] = []
    names = list(TEMPLATES)
    weights = [TEMPLATES[name][1] for name in names]
    while len(pairs) < wanted:
        name = draw.weighted(names, weights)
        draw.begin()
        en, de = TEMPLATES[name][0](draw)
        known = seen.get(key(en))
        if known is not None and known != key(de):
            raise ValueError(f"{name}: two translations of {en!r}: {known!r} and {de!r}")
        if known is None and max(len(en.split()), len(de.split())) <= longest:
            seen[key(en)] = key(de)
            pairs.append(Pair(en, de, name, frozenset(draw.combinations)))
    return pairs


def build(seed: int, pairs: int) -> Corpus:
    """Draw the corpus: train from the combinations it may show, test from those and from the others."""
    draw = Draw(f"phrasebook {seed}")
    seen: dict[str, str] = {}
    drawn = sentences(draw, seen, (pairs + DEV + TEST_SEEN) * 5 // 4)
    shown = [pair for pair in drawn if not pair.held_out]
    while len(shown) < pairs + DEV + TEST_SEEN:
        more = sentences(draw, seen, 1000)
        drawn += more
        shown += [pair for pair in more if not pair.held_out]
    train, rest = shown[:pairs], shown[pairs:]
    rare = {side: {word for word, count in counts(train, side).items() if count >= RARE} for side in ("en", "de")}

    def familiar(pair: Pair) -> bool:
        return all(word in rare[side] or copied(word) for side in ("en", "de") for word in words(getattr(pair, side)))

    rest = [pair for pair in rest if familiar(pair)]
    while len(rest) < DEV + TEST_SEEN:
        rest += [pair for pair in sentences(draw, seen, 500) if not pair.held_out and familiar(pair)]
    unseen = [pair for pair in drawn if pair.held_out and familiar(pair)]
    test = rest[DEV : DEV + TEST_SEEN] + unseen[:TEST_HELD_OUT]
    return Corpus(tuple(train), tuple(rest[:DEV]), tuple(test))


def counts(pairs: list[Pair], side: str) -> Counter[str]:
    """Count the words of one side."""
    return Counter(word for pair in pairs for word in words(getattr(pair, side)))


def copied(word: str) -> bool:
    """Whether a word holds digits or is a surname, which a translator copies."""
    from lexicon.names import UNSEEN_SURNAMES

    return any(letter.isdigit() for letter in word) or word in UNSEEN_SURNAMES


def files(corpus: Corpus) -> dict[str, str]:
    """Return the text of every file."""
    plain = {
        name: "".join(f"{pair.en}\t{pair.de}\n" for pair in pairs)
        for name, pairs in (("train.tsv", corpus.train), ("dev.tsv", corpus.dev))
    }
    tested = "".join(f"{pair.en}\t{pair.de}\t{'held-out' if pair.held_out else 'seen'}\n" for pair in corpus.test)
    return {name: f"en\tde\n{text}" for name, text in plain.items()} | {"test.tsv": f"en\tde\tgroup\n{tested}"}


def main() -> int:
    """Write the files, or compare them."""
    parser = argparse.ArgumentParser(description="Write the phrasebook corpus.")
    parser.add_argument("--seed", type=int, default=1, help="decides every draw (default: %(default)s)")
    parser.add_argument("--pairs", type=int, default=PAIRS, help="training pairs (default: %(default)s)")
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if a file differs")
    options = parser.parse_args()
    differing = []
    for name, text in files(build(options.seed, options.pairs)).items():
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
