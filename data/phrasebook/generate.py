"""Write the phrasebook corpus: English sentences with their German translations.

    python data/phrasebook/generate.py            writes train.tsv, dev.tsv and test.tsv beside this file
    python data/phrasebook/generate.py --check    writes nothing; exits 1 if a file differs from what would be written

The grammar is in grammar/, the words in lexicon/, the sentences in sentences/; README.md says what they cover.
"""

import argparse
import random
import sys
from collections import Counter
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from grammar.draw import Combination, Draw, held_out
from grammar.nouns import Adjective, Noun
from lexicon.names import CITIES, COUNTRIES, LANGUAGES, PROFESSIONS, SURNAMES, UNSEEN_SURNAMES
from lexicon.places import PLACES
from lexicon.verbs import Action
from sentences import TEMPLATES

HERE = Path(__file__).resolve().parent
PAIRS, DEV, TEST_SEEN, TEST_HELD_OUT = 12_000, 500, 350, 150
SHORTEST, LONGEST = 3, 20
"""Words of the shortest English sentence, and of the longest one of either side."""
POOL = 4
"""Sentences drawn for each one that train keeps."""
AS_DRAWN = 0.55
"""Share of train that is taken as it was drawn."""
ENTRIES, FORMS = 28, 8
"""The rest first takes sentences with an entry of the lexicon, or a form of a word, that train has less often."""
FAMILIAR = 6
"""Words of dev and test occur at least so often in train, digits and unseen surnames apart."""
REPEATS = 3
"""Pairs of test in which one held-out combination may stand."""
RENAMED = 15
"""Pairs in the seen part of test whose surname becomes one that train never shows."""


@dataclass(frozen=True)
class Pair:
    """A sentence, its translation, its template, the words it combines, and its entries in the lexicon."""

    en: str
    de: str
    template: str
    combinations: frozenset[Combination]
    entries: frozenset[Hashable]

    @property
    def held_out(self) -> bool:
        """Whether it holds a combination that train and dev must not."""
        return any(map(held_out, self.combinations))

    @property
    def words(self) -> set[tuple[str, str]]:
        """The words of both sides, each with its language."""
        return {("en", word) for word in words(self.en)} | {("de", word) for word in words(self.de)}


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


def copied(word: str) -> bool:
    """Whether a word is no word of either language, but copied: digits, or a surname that train never shows."""
    return any(letter.isdigit() for letter in word) or word in UNSEEN_SURNAMES


_LISTED = {*PROFESSIONS, *CITIES, *COUNTRIES, *LANGUAGES}


def lexical(entry: Hashable, english: str) -> bool:
    """Whether something picked is an entry of the lexicon (no number, no person, no time) and stands in a sentence."""
    if isinstance(entry, Noun):
        return entry.en in english or entry.en_plural in english
    if isinstance(entry, Adjective):
        return entry.en in english or (bool(entry.en_more) and entry.en_more in english)
    if isinstance(entry, tuple):
        return entry in _LISTED and entry[0] in english
    return isinstance(entry, Action) or (entry in PLACES and str(entry) in english)


def pool(seed: int, wanted: int) -> list[Pair]:
    """Draw distinct pairs until so many hold no held-out combination.

    Raises:
        ValueError: one English sentence came out with two German ones, or with stray spaces.
    """
    draw = Draw(f"phrasebook {seed}")
    names = list(TEMPLATES)
    weights = [TEMPLATES[name][1] for name in names]
    seen: dict[str, str] = {}
    pairs: list[Pair] = []
    shown = 0
    while shown < wanted:
        name = draw.weighted(names, weights)
        draw.begin()
        en, de = TEMPLATES[name][0](draw)
        if "  " in en + de or en != en.strip() or de != de.strip():
            raise ValueError(f"{name}: stray spaces in {en!r} or {de!r}")
        known = seen.get(key(en))
        if known is not None and key(known) != key(de):
            raise ValueError(f"{name}: two translations of {en!r}: {known!r} and {de!r}")
        if known is not None:
            continue
        seen[key(en)] = de
        if len(en.split()) >= SHORTEST and max(len(en.split()), len(de.split())) <= LONGEST:
            pairs.append(
                Pair(
                    en,
                    de,
                    name,
                    frozenset(draw.combinations),
                    frozenset(entry for entry in draw.picked if lexical(entry, en)),
                )
            )
            shown += not pairs[-1].held_out
    return pairs


def count(pairs: Iterable[Pair]) -> Counter[tuple[str, str]]:
    """Count in how many pairs each word stands."""
    return Counter(word for pair in pairs for word in pair.words)


def choose(pairs: list[Pair], wanted: int) -> tuple[list[Pair], list[Pair]]:
    """Choose the pairs of train, in its second half those with rare words first; return them and the rest."""
    entries: Counter[Hashable] = Counter()
    forms: Counter[tuple[str, str]] = Counter()
    chosen: list[Pair] = []
    rest = pairs

    def take(wanting: Callable[[Pair], bool], limit: int = wanted) -> None:
        nonlocal rest
        left = []
        for pair in rest:
            if len(chosen) < limit and wanting(pair):
                chosen.append(pair)
                entries.update(pair.entries)
                forms.update(pair.words)
            else:
                left.append(pair)
        rest = left

    take(bool, round(wanted * AS_DRAWN))
    take(lambda pair: any(entries[entry] < ENTRIES for entry in pair.entries))
    take(lambda pair: any(forms[word] < FORMS for word in pair.words if not copied(word[1])))
    take(bool)
    return chosen, rest


def surname_of(pair: Pair) -> str:
    """Return the surname that both sides hold once, or nothing (Frau Sommer kommt im Sommer)."""
    return next((name for name in SURNAMES if words(pair.en).count(name) == words(pair.de).count(name) == 1), "")


def rename(pair: Pair, name: str) -> Pair:
    """Give the surname of a pair another form on both sides."""
    surname = surname_of(pair)
    return replace(pair, en=pair.en.replace(surname, name), de=pair.de.replace(surname, name))


def various(pairs: list[Pair]) -> list[Pair]:
    """Leave out pairs whose held-out combinations stand in enough others."""
    uses: Counter[Combination] = Counter()
    kept = []
    for pair in pairs:
        combinations = [combination for combination in pair.combinations if held_out(combination)]
        if all(uses[combination] < REPEATS for combination in combinations):
            uses.update(combinations)
            kept.append(pair)
    return kept


def build(seed: int, wanted: int) -> Corpus:
    """Draw the corpus: train and dev show no held-out combination; each of test's held-out part has one.

    Raises:
        ValueError: there are too few pairs to fill dev and test.
    """
    drawn = pool(seed, wanted * POOL)
    train, rest = choose([pair for pair in drawn if not pair.held_out], wanted)
    uses = count(train)
    familiar = [pair for pair in rest if all(uses[word] >= FAMILIAR or copied(word[1]) for word in pair.words)]
    unseen = [
        pair
        for pair in drawn
        if pair.held_out and all(uses[word] >= FAMILIAR or copied(word[1]) for word in pair.words)
    ]
    rng = random.Random(seed)
    for pairs in (train, familiar, unseen):
        rng.shuffle(pairs)
    seen = familiar[DEV : DEV + TEST_SEEN]
    for index in [index for index, pair in enumerate(seen) if surname_of(pair)][:RENAMED]:
        seen[index] = rename(seen[index], rng.choice(UNSEEN_SURNAMES))
    test = (*seen, *various(unseen)[:TEST_HELD_OUT])
    if len(familiar) < DEV + TEST_SEEN or len(test) < TEST_SEEN + TEST_HELD_OUT:
        raise ValueError(f"dev and test need words that train shows at least {FAMILIAR} times: draw more pairs")
    return Corpus(tuple(train), tuple(familiar[:DEV]), test)


def files(corpus: Corpus) -> dict[str, str]:
    """Return the text of every file by its name."""
    rows = {
        "train.tsv": ["en\tde", *(f"{pair.en}\t{pair.de}" for pair in corpus.train)],
        "dev.tsv": ["en\tde", *(f"{pair.en}\t{pair.de}" for pair in corpus.dev)],
        "test.tsv": [
            "en\tde\tgroup",
            *(f"{pair.en}\t{pair.de}\t{'held-out' if pair.held_out else 'seen'}" for pair in corpus.test),
        ],
    }
    return {name: "\n".join(lines) + "\n" for name, lines in rows.items()}


def main() -> int:
    """Write the files, or compare them."""
    parser = argparse.ArgumentParser(description="Write the phrasebook corpus.")
    parser.add_argument("--seed", type=int, default=1, help="decides every draw (default: %(default)s)")
    parser.add_argument("--pairs", type=int, default=PAIRS, help="training pairs (default: %(default)s)")
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if a file differs")
    options = parser.parse_args()
    try:
        corpus = build(options.seed, options.pairs)
    except ValueError as problem:
        parser.error(str(problem))
    differing = []
    for name, text in files(corpus).items():
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
