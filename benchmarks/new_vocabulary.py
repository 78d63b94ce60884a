"""Pairs with names, symbols and scripts that a caption model has never seen, and whether they come out right.

    python benchmarks/new_vocabulary.py write FOLDER            1,000 training and 200 test pairs, no pair in both
    python benchmarks/new_vocabulary.py score REFERENCES FILE   how much of what is new a file of translations has

All names occur in both splits, in other sentences: it is measured whether a model learns to write them, not whether it
guesses the spelling of names that it has never met.
"""

import random
import sys
from collections import Counter
from pathlib import Path

NAMES = (
    "Żaneta Łuczak", "Gülşah Öztürk", "Þórdís Ðaníelsdóttir", "Nguyễn Thị Hạnh", "Ştefan Țurcanu", "Zoë Brontë",
    "Søren Ångström", "Čeněk Dvořák", "Ελένη Παππά", "Дмитрий Щукин", "Işıl Yağmur", "Ķēniņa Āboliņa",
    "李小龍", "さくら", "김민수", "Ģirts Šķēle",
)  # fmt: skip
PLACES = ("Θεσσαλονίκη", "Łódź", "İzmir", "Київ", "東京", "Þingvellir", "Đà Nẵng", "서울", "Škocjan", "Ærø")
SIGNS = ("€", "£", "¥", "₺", "₩", "₹", "§", "→", "★", "♪", "✈", "☂")
FRAMES = (
    ("{name} pays {sign}{count} for a ticket to {place}.", "{name} bezahlt {sign}{count} für eine Karte nach {place}."),
    ("A man from {place} is talking to {name}.", "Ein Mann aus {place} spricht mit {name}."),
    ("{name} is standing in front of a sign with {sign}.", "{name} steht vor einem Schild mit {sign}."),
    ("{name} and two children are playing in {place}.", "{name} und zwei Kinder spielen in {place}."),
    ("The woman called {name} wears a shirt with {sign}.", "Die Frau namens {name} trägt ein Hemd mit {sign}."),
    ("{name} rides a bicycle through {place}.", "{name} fährt mit dem Fahrrad durch {place}."),
    ("A train to {place} costs {count} {sign}.", "Ein Zug nach {place} kostet {count} {sign}."),
    ("In {place}, {name} sells books for {count} {sign}.", "In {place} verkauft {name} Bücher für {count} {sign}."),
)
TRAIN, TEST = 1000, 200


def pairs(count: int, seed: int = 1) -> list[tuple[str, str]]:
    """This many different pairs."""
    draw = random.Random(seed)
    found: dict[tuple[str, str], None] = {}
    while len(found) < count:
        values = {
            "name": draw.choice(NAMES),
            "place": draw.choice(PLACES),
            "sign": draw.choice(SIGNS),
            "count": draw.randint(2, 99),
        }
        source, target = draw.choice(FRAMES)
        found[source.format(**values), target.format(**values)] = None
    return list(found)


def write(folder: Path) -> None:
    """Write ``train.tsv`` and ``test.tsv``."""
    folder.mkdir(parents=True, exist_ok=True)
    made = pairs(TRAIN + TEST)
    for name, rows in (("train", made[:TRAIN]), ("test", made[TRAIN:])):
        text = "".join(f"{source}\t{target}\n" for source, target in rows)
        (folder / f"{name}.tsv").write_text(text, encoding="utf-8")


def score(references: Path, hypotheses: Path) -> None:
    """Print how many of the new names, places, signs and characters occur in the translations."""
    wanted = [line.split("\t")[-1] for line in references.read_text(encoding="utf-8").splitlines()]
    written = hypotheses.read_text(encoding="utf-8").splitlines()
    new = {character for text in (*NAMES, *PLACES, *SIGNS) for character in text if not character.isascii()}
    new -= set("äöüÄÖÜß")
    there = of = 0
    for reference, hypothesis in zip(wanted, written, strict=True):
        expected, found = (Counter(c for c in text if c in new) for text in (reference, hypothesis))
        there += (expected & found).total()
        of += expected.total()
    print(f"new characters  {there:,} of {of:,} ({there / of:.1%})")
    for title, group in (("names", NAMES), ("places", PLACES), ("signs", SIGNS)):
        cases = [(h, one) for r, h in zip(wanted, written, strict=True) for one in group if one in r]
        right = sum(one in hypothesis for hypothesis, one in cases)
        print(f"{title:<15} {right:,} of {len(cases):,} ({right / len(cases):.1%})")


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["write", folder]:
            write(Path(folder))
        case ["score", references, hypotheses]:
            score(Path(references), Path(hypotheses))
        case _:
            sys.exit(__doc__)
