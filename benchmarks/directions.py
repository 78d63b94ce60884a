"""One model for several directions, beside a model for each: BLEU after as many steps on each direction's data.

    python benchmarks/directions.py train  CORPUS [CORPUS ...] --output FOLDER [--steps 2000] [--seed 1]
                                           [--only NAME ...]
    python benchmarks/directions.py score  CORPUS [CORPUS ...] --output FOLDER

CORPUS is `PATH:SOURCE-TARGET`, a folder of aligned files: `corpora/captions:en-de` has train.en, train.de, and likewise
`val` or `dev`, and `test*`. Each corpus is trained on in both directions. All models are of one size, that of
translation/multi30k with a vocabulary of 8,000 pieces; the one for all directions, `all`, takes as many steps as the
others together, and reads each corpus by its size. `train` trains all of them, or those of `--only`: `en-de`, `de-en`,
`all`. `score` translates the test sets, and prints a table.
"""

import argparse
import copy
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml

import seq2seq
from seq2seq.config.load import find_recipe
from seq2seq.evaluation.translation import corpus_scores

ALL: Final = "all"
VOCABULARY: Final = 8_000
TESTS: Final = ("test_2016_flickr", "test")


@dataclass(frozen=True)
class Direction:
    """A corpus, and the languages of source and target."""

    folder: Path
    languages: tuple[str, str]
    swap: bool

    @property
    def name(self) -> str:
        """Such as ``en-de``."""
        return "-".join(self.languages)

    def data(self) -> dict[str, Any]:
        """The section of a recipe for this direction alone; `languages` as the files have them."""
        order = self.languages[::-1] if self.swap else self.languages
        return {"path": str(self.folder), "languages": list(order), "swap": self.swap}

    def source(self) -> dict[str, Any]:
        """An entry of `data.sources`; `languages` as the model reads them."""
        return self.data() | {"languages": list(self.languages)}

    def test(self) -> tuple[list[str], list[str]]:
        """The sources and the references of the test set."""
        stem = next(stem for stem in TESTS if (self.folder / f"{stem}.{self.languages[0]}").exists())
        sources, references = (
            (self.folder / f"{stem}.{language}").read_text(encoding="utf-8").splitlines() for language in self.languages
        )
        return sources, references


def directions(corpora: Sequence[str]) -> Iterator[Direction]:
    for corpus in corpora:
        path, _, pair = corpus.rpartition(":")
        source, target = pair.split("-")
        yield Direction(Path(path).absolute(), (source, target), swap=False)
        yield Direction(Path(path).absolute(), (target, source), swap=True)


def recipe(data: dict[str, Any], steps: int, seed: int) -> dict[str, Any]:
    """The recipe translation/multi30k with other data."""
    base = copy.deepcopy(yaml.safe_load(find_recipe("translation/multi30k").read_text(encoding="utf-8")))
    base["data"] = data | {"splits": {"train": ["train"], "dev": ["val", "dev"], "test": list(TESTS)}}
    base["tokenizer"]["vocabulary"] = VOCABULARY
    base["training"].pop("max_epochs")
    base["training"] |= {"max_steps": steps, "seed": seed, "precision": "bf16-mixed"}
    return base  # type: ignore[no-any-return]


def train(all_directions: Sequence[Direction], output: Path, steps: int, seed: int, only: Sequence[str]) -> None:
    recipes = {one.name: recipe(one.data(), steps, seed) for one in all_directions}
    sources = [one.source() for one in all_directions]
    recipes[ALL] = recipe({"sources": sources}, steps * len(sources), seed)
    output.mkdir(parents=True, exist_ok=True)
    for name in only or recipes:
        path = output / f"{name}.yaml"
        path.write_text(yaml.safe_dump(recipes[name], sort_keys=False), encoding="utf-8")
        seq2seq.train(path, output / name)


def bleu(translator: seq2seq.Translator, direction: Direction) -> tuple[float, str]:
    sources, references = direction.test()
    scores = corpus_scores(translator.translate(sources), [references], metrics=["bleu"])
    assert scores.bleu is not None
    return scores.bleu.score, scores.bleu.signature


def score(all_directions: Sequence[Direction], output: Path) -> None:
    together = seq2seq.Translator.load(output / ALL)
    signatures = {}
    print("| direction | its own model | one model | difference |\n|---|---:|---:|---:|")
    for direction in all_directions:
        own, signatures[direction.name] = bleu(seq2seq.Translator.load(output / direction.name), direction)
        shared, _ = bleu(together.to(direction.languages[1]), direction)
        print(f"| {direction.name} | {own:.1f} | {shared:.1f} | {shared - own:+.1f} |", flush=True)
    print("", *(f"{name}: {signature}" for name, signature in signatures.items()), sep="\n")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("action", choices=["train", "score"])
    parser.add_argument("corpora", nargs="+", metavar="CORPUS")
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--steps", type=int, default=2_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", nargs="+", default=[])
    options = parser.parse_args()
    found = list(directions(options.corpora))
    if options.action == "train":
        train(found, options.output, options.steps, options.seed, options.only)
    else:
        score(found, options.output)


if __name__ == "__main__":
    main()
