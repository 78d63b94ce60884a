"""Write the tunes corpus: dance tunes in ABC notation, with the tags that a model starts them from.

    python data/tunes/generate.py            writes train.tsv, dev.tsv and test.tsv beside this file
    python data/tunes/generate.py --check    writes nothing; exits 1 if a file differs from what would be written

How a tune is made is in craft/; README.md says what the tunes hold.
"""

import argparse
import random
import sys
from pathlib import Path

from craft.form import Composer, Tune

HERE = Path(__file__).resolve().parent
TUNES, DEV, TEST = 3_000, 150, 150
SHORTEST, LONGEST = 100, 400
"""Characters of a tune."""


def draw(seed: int, wanted: int) -> list[Tune]:
    """Draw tunes, none of which is another one in a second key."""
    rng = random.Random(f"tunes {seed}")
    tunes: dict[tuple[int, ...], Tune] = {}
    while len(tunes) < wanted:
        tune = Composer(rng).tune()
        if SHORTEST <= len(tune.body) <= LONGEST:
            tunes.setdefault(tune.degrees, tune)
    return list(tunes.values())


def build(seed: int, wanted: int) -> dict[str, list[Tune]]:
    """Draw the splits: no tune of dev or test begins with the eight notes of one of train, in any key."""
    tunes = draw(seed, wanted)
    counts: dict[tuple[int, ...], int] = {}
    for tune in tunes:
        counts[tune.opening] = counts.get(tune.opening, 0) + 1
    alone = [tune for tune in tunes if counts[tune.opening] == 1][: DEV + TEST]
    taken = {tune.degrees for tune in alone}
    return {
        "train": [tune for tune in tunes if tune.degrees not in taken],
        "dev": alone[:DEV],
        "test": alone[DEV:],
    }


def files(corpus: dict[str, list[Tune]]) -> dict[str, str]:
    """Return the text of every file by its name."""
    return {
        f"{split}.tsv": "\n".join(["tags\ttune", *(f"{tune.tags}\t{tune.body}" for tune in tunes)]) + "\n"
        for split, tunes in corpus.items()
    }


def main() -> int:
    """Write the files, or compare them."""
    parser = argparse.ArgumentParser(description="Write the tunes corpus.")
    parser.add_argument("--seed", type=int, default=1, help="decides every draw (default: %(default)s)")
    parser.add_argument("--tunes", type=int, default=TUNES, help="tunes of all splits (default: %(default)s)")
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if a file differs")
    options = parser.parse_args()
    if options.tunes < 2 * (DEV + TEST):
        parser.error(f"dev and test take {DEV + TEST} tunes: draw at least twice as many")
    differing = []
    for name, text in files(build(options.seed, options.tunes)).items():
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
