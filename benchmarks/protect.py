"""Markup, placeholders, numbers and links: a model that copies them as symbols, beside one that reads them as text.

    python benchmarks/protect.py TRAIN DEV TEST --output FOLDER [--recipe RECIPE] [--set KEY=VALUE ...]

TRAIN, DEV and TEST are TSV files of source and target. Their pairs get markup on both sides at matching places: aligned
words are wrapped in tags, or give way to placeholders and numbers; links and line breaks are added. The names of the
test set's placeholders and links are in no training pair. Two models are trained, of the same recipe and for as many
steps: `text`, and `symbols` with `data.protect` and numbers as symbols. For each, the share of spans that its
translations keep (as a multiset, by kind), of translations that keep all, of those with a note, and BLEU of all and of
the words outside of spans.
"""

import argparse
import json
import random
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import numpy as np
import yaml

import seq2seq
from seq2seq.config.data import DataConfig
from seq2seq.config.tokenizer import TokenizerConfig
from seq2seq.evaluation.translation import corpus_scores
from seq2seq.text.lexical_alignment import learn
from seq2seq.text.markup.recognise import without
from seq2seq.text.protection import Protection

Pair = tuple[str, str]
SYMBOLS: Final = {"data.protect": ["html", "markdown", "icu", "printf"], "tokenizer.symbols": ["numbers"]}
SPANS: Final = Protection.from_config(DataConfig(path=".", protect=("html",)), TokenizerConfig(symbols=("numbers",)))
PLAIN: Final = 0.3
"""Share of pairs without markup."""
NAMES: Final = {
    "train": ("name", "count", "file", "user", "date", "size", "title", "path", "item", "total", "city", "value"),
    "test": ("order", "owner", "amount", "street", "device", "folder", "month", "level"),
}
TAGS: Final = ("b", "i", "em", "strong", "code", "a")
_WORD: Final = re.compile(r"\w+(?:[-'’]\w+)*")


class Aligner:
    """Finds the words of a pair that translate each other: each is the other's likeliest translation."""

    def __init__(self, pairs: Sequence[Pair]) -> None:
        self._numbers: tuple[dict[str, int], dict[str, int]] = ({}, {})
        sides = [
            [np.array([number.setdefault(word, len(number) + 4) for word in words(pair[side])]) for pair in pairs]
            for side, number in enumerate(self._numbers)
        ]
        self._best = [dict(zip(*learn(*order).best(1), strict=True)) for order in (sides, sides[::-1])]

    def aligned(self, pair: Pair) -> list[Pair]:
        """Pairs of words, each once in its sentence."""
        source, target = (words(text) for text in pair)
        known = {self._numbers[1].get(word): word for word in target if target.count(word) == 1}
        found = []
        for word in source:
            number = self._numbers[0].get(word)
            other = self._best[0].get(number)
            if source.count(word) == 1 and other in known and self._best[1].get(other) == number:
                found.append((word, known[other]))
        return found


def words(text: str) -> list[str]:
    return _WORD.findall(text)


def marked(pairs: Sequence[Pair], aligner: Aligner, split: str) -> Iterator[Pair]:
    """The pairs with markup, by a generator of the split's own."""
    rng = random.Random(split)
    names = NAMES["test" if split == "test" else "train"]
    for pair in pairs:
        places = aligner.aligned(pair)
        rng.shuffle(places)
        if rng.random() >= PLAIN:
            for change in rng.sample((wrap, fill, number, link, line_break), k=rng.choice((1, 1, 2, 3))):
                pair = change(rng, pair, places, names)
        yield pair


def wrap(rng: random.Random, pair: Pair, places: list[Pair], names: Sequence[str]) -> Pair:
    tag = rng.choice(TAGS)
    attributes = f' href="/{rng.choice(names)}/{rng.randint(1, 99)}"' if tag == "a" else ""
    opening, closing = rng.choice([(f"<{tag}{attributes}>", f"</{tag}>")] * 3 + [("**", "**")])
    return replaced(pair, places, lambda word: f"{opening}{word}{closing}")


def fill(rng: random.Random, pair: Pair, places: list[Pair], names: Sequence[str]) -> Pair:
    name = rng.choice(names)
    form = rng.choice(("{%s}", "{%s}", "%%(%s)s", "${%s}", "%%s", "{{ %s }}", "{0}"))
    holder = form % name if form.count("%s") and form != "%%s" else form.replace("%%", "%")
    return replaced(pair, places, lambda _: holder)


def number(rng: random.Random, pair: Pair, places: list[Pair], _names: Sequence[str]) -> Pair:
    digits = str(rng.choice((rng.randint(2, 99), rng.randint(100, 9999))))
    return replaced(pair, places, lambda _: digits)


def link(rng: random.Random, pair: Pair, _places: list[Pair], names: Sequence[str]) -> Pair:
    url = f"https://{rng.choice(names)}.example.org/{rng.choice(names)}?id={rng.randint(1, 999)}"
    source, target = pair
    return f"{source} ({url})", f"{target} ({url})"


def line_break(rng: random.Random, pair: Pair, _places: list[Pair], names: Sequence[str]) -> Pair:
    mark = rng.choice(("<br/>", f'<img src="{rng.choice(names)}.png"/>', "&nbsp;"))
    source, target = pair
    return f"{mark} {source}", f"{mark} {target}"


def replaced(pair: Pair, places: list[Pair], change) -> Pair:  # type: ignore[no-untyped-def]
    """The pair with the next aligned words changed on both sides."""
    if not places:
        return pair
    own = places.pop()
    return tuple(  # type: ignore[return-value]
        re.sub(rf"(?<!\w){re.escape(word)}(?!\w)", lambda at: change(at[0]), text, count=1)
        for text, word in zip(pair, own, strict=True)
    )


def measure(run: Path, test: Sequence[Pair]) -> dict[str, object]:
    """Translate the test set, and compare."""
    translator = seq2seq.Translator.load(run)
    sources, references = map(list, zip(*test, strict=True))
    best = [translations[0] for translations in translator.translate_nbest(sources)]
    outputs = [one.text for one in best]
    spans = [[counted(text) for text in texts] for texts in (sources, outputs)]
    kinds = sorted({kind for one in spans[0] for kind, _ in one})
    total, kept = Counter[str](), Counter[str]()
    for source, output in zip(*spans, strict=True):
        for (kind, _), count in source.items():
            total[kind] += count
        for (kind, _), count in (source & output).items():
            kept[kind] += count
    marked_rows = [row for row, source in enumerate(spans[0]) if source]
    plain = [[without(text, SPANS.find(text)) for text in texts] for texts in (outputs, references)]
    return {
        "spans": total.total(),
        "kept": kept.total() / total.total(),
        "kept_by_kind": {kind: round(kept[kind] / total[kind], 4) for kind in kinds},
        "segments_with_spans": len(marked_rows),
        "segments_with_the_same_spans": sum(spans[0][row] == spans[1][row] for row in marked_rows) / len(marked_rows),
        "segments_with_a_note": sum(one.note is not None for one in best) / len(best),
        "bleu": bleu(outputs, references),
        "bleu_outside_of_spans": bleu(plain[0], plain[1]),
    }


def counted(text: str) -> Counter[Pair]:
    """The spans of a text, with their kinds."""
    return Counter((str(span.kind), text[span.start : span.end]) for span in SPANS.find(text))


def bleu(outputs: list[str], references: list[str]) -> float:
    scores = corpus_scores(outputs, [references], metrics=["bleu"])
    return scores.bleu.score if scores.bleu else float("nan")


def read(path: Path) -> list[Pair]:
    """The first two columns of a TSV file without header, or with the header ``en``, ``de``."""
    rows = [tuple(line.split("\t")[:2]) for line in path.read_text(encoding="utf-8").splitlines()]
    return [(source, target) for source, target in rows if (source, target) != ("en", "de")]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("train", "dev", "test"):
        parser.add_argument(name, type=Path)
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--recipe", default="translation/multi30k")
    parser.add_argument("--set", dest="settings", action="append", default=[])
    options = parser.parse_args()
    pairs = {name: read(getattr(options, name)) for name in ("train", "dev", "test")}
    aligner = Aligner(pairs["train"])
    options.output.mkdir(parents=True, exist_ok=True)
    changed = {name: list(marked(rows, aligner, name)) for name, rows in pairs.items()}
    for name, rows in changed.items():
        text = "".join(f"{source}\t{target}\n" for source, target in rows)
        (options.output / f"{name}.tsv").write_text(text, encoding="utf-8")
    splits = {name: [name] for name in pairs}
    data = {"data.path": str(options.output), "data.columns": {"source": 0, "target": 1}, "data.splits": splits}
    given = {key: yaml.safe_load(value) for key, value in (one.split("=", 1) for one in options.settings)}
    result = {}
    steps = None
    for name, protection in (("text", {}), ("symbols", SYMBOLS)):
        settings = {**data, **protection, **given}
        if steps is not None:  # as many for both: sequences of symbols are shorter, and their epochs
            settings |= {"training.max_steps": steps, "training.max_epochs": None, "training.max_time": None}
        run = options.output / name
        steps = seq2seq.train(options.recipe, run, settings=settings).summary.steps
        result[name] = {"steps": steps, **measure(run, changed["test"])}
        print(name, json.dumps(result[name], indent=1), flush=True)
    (options.output / "result.json").write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
