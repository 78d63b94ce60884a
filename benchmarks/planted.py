"""Faults of markup and punctuation planted in real bilingual text: what `seq2seq inspect` finds, and says in vain.

    python benchmarks/planted.py recall CATALOGUES --languages de,fr,es     # .po files (needs polib), or TSV files
    python benchmarks/planted.py recall CATALOGUES --languages de --missed  # what was not found, to be looked at
    python benchmarks/planted.py alarms CATALOGUES --languages de,fr --show brackets    # alarms on the text as it is

CATALOGUES is a folder that holds LANGUAGE/LC_MESSAGES/*.po somewhere, such as an unpacked wheel. This script shares no
code with the checks: it has expressions of its own for what it damages. Every kind is planted into a copy of its own,
one fault a row, at random rows that had no alarm before; a fault counts as found if one of the checks named beside its
kind names its row. Final punctuation is planted where the text keeps that mark in nine rows of ten or more,
into a twentieth of these.
"""

import argparse
import random
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from itertools import product
from pathlib import Path

import planted_words

from seq2seq.config.data import DataConfig
from seq2seq.config.sides import TEXTS
from seq2seq.inspection.engine.inspect import inspect

Pair = tuple[str, str]
Maker = Callable[[random.Random, str, str], Pair | None]
ALL = 10**9
MOST = 0.1
"""Share of the rows that get a fault, at most."""


def read(where: list[Path], languages: list[str]) -> dict[str, list[Pair]]:
    """Pairs by the name of the file, or by the language; line breaks become spaces, repeats are left out."""
    found: dict[str, list[Pair]] = {}
    for path in where:
        if path.is_file():
            lines = path.read_text(encoding="utf-8").splitlines()
            found[path.name] = [(one, other) for one, other, *_ in (line.split("\t") for line in lines)]
            continue
        for language in languages:
            catalogues = sorted(path.glob(f"**/{language}/LC_MESSAGES/*.po"))
            found.setdefault(language, []).extend(pair for one in catalogues for pair in _entries(one))
    return {name: list(dict.fromkeys(pairs)) for name, pairs in found.items()}


def _entries(path: Path) -> list[Pair]:
    """The translated entries of a catalogue; of a plural, the last form of both sides."""
    import polib

    pairs = []
    for entry in polib.pofile(str(path)):
        if entry.obsolete or "fuzzy" in entry.flags:
            continue
        source, target = entry.msgid, entry.msgstr
        if entry.msgid_plural:
            source, target = entry.msgid_plural, entry.msgstr_plural.get(max(entry.msgstr_plural, default=0), "")
        pair = " ".join(source.split()), " ".join(target.split())
        if all(pair):
            pairs.append(pair)
    return pairs


# ------------------------------------------------------------------------------------------------- what is planted

CODE = re.compile(r"(?<!`)``[^`\s](?:[^`]*[^`\s])?``(?!`)|(?<![`:\w])`[^`\s<>](?:[^`<>]*[^`\s<>])?`(?![`_\w])")
ROLE = re.compile(r":[a-z][a-z:+-]*:`[^`<>]+`")
STRONG = re.compile(r"(?<![\w*])(\*{1,2})(?=[^\s*])([^*]*[^\s*])\1(?![\w*])")
ELEMENT = re.compile(r"<(b|i|a|em|strong|code|p|span|li|kbd|ul|h1|h2)(\s[^<>]*)?>([^<>]*)</\1>")
LINKED = re.compile(r"`[^`<>]+<[^<>`]+>`__?")
NAME = re.compile(r"[A-Za-z]{3,}")


def _pick(rng: random.Random, text: str, *patterns: re.Pattern[str]) -> re.Match[str] | None:
    places = [found for pattern in patterns for found in pattern.finditer(text)]
    return rng.choice(places) if places else None


def _put(text: str, found: re.Match[str], new: str) -> str:
    return text[: found.start()] + new + text[found.end() :]


def lose(rng: random.Random, source: str, target: str) -> Pair | None:
    found = _pick(rng, target, CODE, ROLE, STRONG, ELEMENT, LINKED)
    if found is None or (found[0] not in source and found.re in (CODE, ROLE)):
        return None
    if found.re is STRONG:
        new = found[2]
    elif found.re is ELEMENT:
        new = found[3]
    elif found.re is LINKED:
        new = found[0].split("<")[0].strip("` ")
    else:
        new = found[0].split("`", 1)[1].strip("`")
    return source, _put(target, found, new)


def unbalance(rng: random.Random, source: str, target: str) -> Pair | None:
    side = rng.choice((0, 1))
    found = _pick(rng, (source, target)[side], CODE, ROLE, STRONG, ELEMENT, LINKED)
    if found is None:
        return None
    text, first = found[0], rng.random() < 0.5
    if found.re is ELEMENT:
        opening = text[: text.index(">") + 1]
        closing = text[text.rindex("<") :]
        new = rng.choice(
            [text[len(opening) :], text[: -len(closing)], text[: -len(closing)] + closing.replace("/", "")]
        )
    elif found.re is ROLE:
        new = text[:-1]
    elif found.re is LINKED:
        new = text[1:]
    else:
        new = text[1:] if first else text[:-1]
    changed = _put((source, target)[side], found, new)
    return (source, changed) if side else (changed, target)


def change(rng: random.Random, source: str, target: str) -> Pair | None:
    found = _pick(rng, target, CODE, ROLE, STRONG, ELEMENT)
    if found is None or (found[0] not in source and found.re in (CODE, ROLE)):
        return None
    text = found[0]
    if found.re is ROLE:
        new = (
            f":{rng.choice([role for role in ('func', 'meth', 'class', 'ref') if role not in text])}:`"
            + text.split("`")[1]
            + "`"
        )
    elif found.re is STRONG:
        new = f"*{found[2]}*" if found[1] == "**" else f"**{found[2]}**"
    elif found.re is ELEMENT:
        name = rng.choice([name for name in ("b", "i", "em", "strong") if name != found[1]])
        new = f"<{name}>{found[3]}</{name}>"
        if found[2] and rng.random() < 0.5:
            new = text.replace(found[2], found[2] + ' class="x"', 1)
    else:
        inside = text.strip("`")
        new = f"`{inside}`" if text.startswith("``") else f"``{inside}``"
    return source, _put(target, found, new)


def drop(rng: random.Random, source: str, target: str) -> Pair | None:
    found = _pick(rng, target, CODE, ROLE)
    if found is None or found[0] not in source or target.count(found[0].split("`", 1)[1].strip("`")) > 1:
        return None
    return source, " ".join(_put(target, found, "").split()) or None  # type: ignore[return-value]


def misspell(rng: random.Random, source: str, target: str) -> Pair | None:
    """A slip in a name of code: two letters exchanged, one replaced, doubled or left out."""
    found = _pick(rng, target, CODE, ROLE)
    if found is None or found[0] not in source:
        return None
    start = found[0].index("`")
    places = [place for place in NAME.finditer(found[0]) if place.start() > start]
    if not places:
        return None
    name = rng.choice(places)
    word, place = name[0], rng.randrange(1, len(name[0]) - 1)
    wrong = rng.choice([
        word[:place] + word[place + 1] + word[place] + word[place + 2 :],
        word[:place] + rng.choice("aeioustrn") + word[place + 1 :],
        word[:place] + word[place] + word[place:],
        word[:place] + word[place + 1 :],
    ])  # fmt: skip
    if wrong == word:
        return None
    return source, _put(target, found, found[0][: name.start()] + wrong + found[0][name.end() :])


FINAL = ".。．।۔!！?？؟:："
OTHERS = {".": "?:", "。": "？：", "?": ".:", "？": "。：", "؟": ".:", ":": ".?", "：": "。？"}


def lose_final(_: random.Random, source: str, target: str) -> Pair | None:
    if source[-1] not in ".?!:" or target[-1] not in FINAL or len(target) < 2 or source.endswith("..."):
        return None
    return source, target[:-1].rstrip()


def marks_kept(pairs: list[Pair]) -> Counter[str]:
    """A twentieth of the rows with each final mark of sources that targets keep in nine rows of ten or more."""
    alike = {".": ".。．।۔", "?": "?？؟", "!": "!！", ":": ":："}
    total = Counter(source[-1] for source, _ in pairs)
    same = Counter(source[-1] for source, target in pairs if target[-1] in alike.get(source[-1], ""))
    return Counter({mark: total[mark] // 20 for mark in alike if same[mark] >= 0.9 * total[mark]})


def other_final(rng: random.Random, source: str, target: str) -> Pair | None:
    if source[-1] not in ".?:" or target[-1] not in OTHERS or source.endswith("..."):
        return None
    return source, target[:-1] + rng.choice(OTHERS[target[-1]])


def _remove(rng: random.Random, source: str, target: str, marks: str) -> Pair | None:
    side = rng.choice((0, 1))
    texts = [source, target]
    outside = re.sub(
        r"``.*?``|`.*?`|%\([^)]*\)|<[^<>]*>|\(s\)|(?<=\w)\(\)", lambda found: " " * len(found[0]), texts[side]
    )
    places = [place for place, mark in enumerate(outside) if mark in marks]
    if not places:
        return None
    place = rng.choice(places)
    texts[side] = texts[side][:place] + texts[side][place + 1 :]
    return texts[0], texts[1]


def bracket(rng: random.Random, source: str, target: str) -> Pair | None:
    return _remove(rng, source, target, "()[]（）「」『』【】")


def quote(rng: random.Random, source: str, target: str) -> Pair | None:
    return _remove(rng, source, target, '"“”„«»')


PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|(?<![%\w])%[sdr]\b|\{\w*\}")
URL = re.compile(r"https?://[^\s<>\"'`)]*[a-z]{3}[^\s<>\"'`)]*")


def placeholder(rng: random.Random, source: str, target: str) -> Pair | None:
    found = _pick(rng, target, PLACEHOLDER)
    if found is None or target.count(found[0]) > 1:
        return None
    text = found[0]
    if text.startswith("%("):
        new = rng.choice(
            [text[:2] + "x" + text[3:] if text[2] != "x" else text[:2] + "y" + text[3:], text[:-1] + " ", ""]
        )
    else:
        new = rng.choice(["", "% s" if text.startswith("%") else "{wrong}"])
    return source, _put(target, found, new)


def url(rng: random.Random, source: str, target: str) -> Pair | None:
    found = _pick(rng, target, URL)
    if found is None or found[0] not in source:
        return None
    letters = [place for place, letter in enumerate(found[0]) if letter.isalpha() and place > 8]
    place = rng.choice(letters)
    letter = rng.choice([letter for letter in "aeiorst" if letter != found[0][place].lower()])
    return source, _put(target, found, found[0][:place] + letter + found[0][place + 1 :])


KINDS: dict[str, tuple[Maker, tuple[str, ...]]] = {
    "markup lost": (lose, ("markup-lost",)),
    "markup unbalanced": (unbalance, ("markup-unbalanced",)),
    "markup changed": (change, ("markup-changed",)),
    "marked-up word dropped": (drop, ("markup-dropped",)),
    "code name misspelt": (misspell, ("code-changed",)),
    "final punctuation lost": (lose_final, ("final-punctuation",)),
    "final punctuation of another kind": (other_final, ("final-punctuation",)),
    "bracket lost": (bracket, ("brackets",)),
    "quotation mark lost": (quote, ("quotes", "brackets")),
    "placeholder damaged": (placeholder, ("placeholders",)),
    "letter of a link changed": (url, ("placeholders",)),
}
"""What is planted, and the checks that must find it."""


def alarms_of(pairs: list[Pair]) -> dict[str, dict[int, str]]:
    """What is said of which rows, by check."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "pairs.tsv"
        path.write_text("".join(f"{one}\t{other}\n" for one, other in pairs), encoding="utf-8")
        found = inspect(DataConfig(train=str(path)), TEXTS, Path(folder), shown=ALL)
    return {
        finding.check.name: {example.line - 1: example.what for example in finding.examples}
        for finding in found.findings
    }


def recall(corpora: dict[str, list[Pair]], times: int, seeds: int, *, kinds: str, missed: bool) -> None:
    """Recall of each kind, and new alarms on rows without a fault."""
    before = {name: alarms_of(pairs) for name, pairs in corpora.items()}
    rows = sum(map(len, corpora.values()))
    print(f"{rows:,} rows: " + ", ".join(f"{name} {len(pairs):,}" for name, pairs in corpora.items()))
    for kind, (make, checks) in KINDS.items():
        if kinds not in kind:
            continue
        planted, named, found, false = 0, 0, 0, Counter[str]()
        for seed, (name, pairs) in product(range(seeds), corpora.items()):
            rng = random.Random(f"{seed} {kind} {name}")
            most = min(-(-times // len(corpora) // seeds), int(MOST * len(pairs)))
            changed = plant(
                rng, kind, make, pairs, most, spoilt={row for rows in before[name].values() for row in rows}
            )
            if not changed:
                continue
            after = alarms_of([changed.get(row, pair) for row, pair in enumerate(pairs)])
            right = {row for check in checks for row in after.get(check, {})} & set(changed)
            planted, named = planted + len(changed), named + len(right)
            found += len(set(changed) & {row for rows in after.values() for row in rows})
            for check, those in after.items():
                false[check] += len(set(those) - set(before[name].get(check, {})) - set(changed))
            for row in sorted(set(changed) - right) if missed else ():
                print(f"  {kind}, {name}:{row + 1}\n    {changed[row][0]}\n    {changed[row][1]}")
        share = f"{named / planted:.1%}" if planted else "-"
        new = ", ".join(f"{check} {count}" for check, count in false.items() if count and check in checks)
        print(f"{kind:<34} {named} of {planted} ({share}), by any check {found}; new false alarms: {new or 'none'}")


def plant(
    rng: random.Random, kind: str, make: Maker, pairs: list[Pair], most: int, *, spoilt: set[int]
) -> dict[int, Pair]:
    """The pairs that got a fault, by their rows; those that are ``spoilt`` already get none."""
    changed: dict[int, Pair] = {}
    room = marks_kept(pairs)
    for row in rng.sample(range(len(pairs)), len(pairs)):
        mark = pairs[row][0][-1]
        if row in spoilt or ("final" in kind and room[mark] < 1):
            continue
        if len(changed) >= most:
            break
        made = make(rng, *pairs[row])
        if made is not None and all(made) and made != pairs[row]:
            changed[row] = made
            room[mark] -= 1
    return changed


def alarms(corpora: dict[str, list[Pair]], only: list[str], shown: int) -> None:
    """Alarms of the new checks on the text as it is."""
    total, rows = Counter[str](), sum(map(len, corpora.values()))
    for name, pairs in corpora.items():
        for check, those in alarms_of(pairs).items():
            total[check] += len(those)
            for row, what in list(those.items())[: shown if check in only else 0]:
                print(f"{check} {name}:{row + 1}: {what}\n    {pairs[row][0]}\n    {pairs[row][1]}")
    print(f"{rows:,} rows")
    for check, count in total.most_common():
        print(f"  {check:<18} {count:>5} ({count / rows:.3%})")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["recall", "alarms"])
    parser.add_argument("where", nargs="+", type=Path)
    parser.add_argument("--languages", default="de,fr,es,ja,pt_BR")
    parser.add_argument("--times", type=int, default=200, help="faults of each kind, over all languages")
    parser.add_argument("--seeds", type=int, default=1, help="times that a kind is planted")
    parser.add_argument("--kinds", default="", help="of what is planted, those whose names have this in them")
    parser.add_argument("--missed", action="store_true", help="show what was not found")
    parser.add_argument("--show", default="", metavar="CHECK,...", help="alarms to show")
    parser.add_argument("--shown", type=int, default=ALL)
    options = parser.parse_args()
    corpora = read(options.where, options.languages.split(","))
    KINDS.update(planted_words.kinds(corpora))
    if options.what == "recall":
        recall(corpora, options.times, options.seeds, kinds=options.kinds, missed=options.missed)
    else:
        alarms(corpora, options.show.split(","), options.shown)
    return 0


if __name__ == "__main__":
    sys.exit(main())
