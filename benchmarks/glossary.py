"""What a glossary does to translations: terms met, quality and speed, with and without it.

    python benchmarks/glossary.py MODEL DATA SOURCES REFERENCES [--terms 200] [--save FILE]

The glossary is taken from the test set: words of which every occurrence in SOURCES has the same word in its reference,
that word by a lexicon of DATA (`DATA.en DATA.de`: two aligned files, sources first). Those that the model misses at
least once come first, then the most frequent ones.
"""

import argparse
import re
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np

from seq2seq.api.models import load
from seq2seq.evaluation.translation import corpus_scores
from seq2seq.formats.glossaries.glossary import Glossary
from seq2seq.inference.lines import read_lines
from seq2seq.inference.translation import Translation
from seq2seq.inference.translator import Translator
from seq2seq.text.lexical_alignment import Lexicon, learn

_WORD: Final = re.compile(r"\w+")
_FIRST: Final = 4
"""The first id of a word; lower ones are special."""
_LIKELY: Final = 0.3
"""Least probability of a translation."""
_SHORT: Final = 3
"""Letters of words that are no terms."""
_RARE: Final = 0.02
"""Greatest share of sentences that have a term: more frequent words are grammar."""


class Words:
    """Words as token ids."""

    def __init__(self) -> None:
        self.ids: dict[str, int] = {}

    def encode(self, texts: Sequence[str], *, lower: bool) -> list[np.ndarray]:
        """Ids of the words of some texts."""
        return [
            np.array(
                [self.ids.setdefault(word, len(self.ids) + _FIRST) for word in words(text, lower=lower)], dtype=np.int64
            )
            for text in texts
        ]


def words(text: str, *, lower: bool) -> list[str]:
    """The words of a text."""
    return _WORD.findall(text.lower() if lower else text)


def likely(lexicon: Lexicon, sources: Words, targets: Words) -> dict[str, set[str]]:
    """The likely translations of each word."""
    names = {number: word for word, number in targets.ids.items()}
    of_source = {number: word for word, number in sources.ids.items()}
    found: dict[str, set[str]] = defaultdict(set)
    for source, target, probability in zip(lexicon.sources, lexicon.targets, lexicon.probabilities, strict=True):
        if probability >= _LIKELY and int(source) in of_source:
            found[of_source[int(source)]].add(names[int(target)])
    return found


def candidates(sources: Sequence[str], references: Sequence[str], lexicon: dict[str, set[str]]) -> dict[str, str]:
    """Words that all references translate by the same word."""
    common: dict[str, set[str]] = {}
    count: Counter[str] = Counter()
    for source, reference in zip(sources, references, strict=True):
        of_reference = Counter(words(reference, lower=False))
        of_source = Counter(words(source, lower=True))
        for word, times in of_source.items():
            count[word] += 1
            here = {target for target in lexicon.get(word, ()) if of_reference[target] >= times}
            common[word] = common.get(word, here) & here
    most = _RARE * len(sources)
    return {
        word: max(targets, key=len)
        for word, targets in common.items()
        if targets and len(word) > 3 and count[word] <= most
    }


def translate(translator: Translator, sources: Sequence[str]) -> tuple[list[Translation], float]:
    """The best translations, and the seconds that they took."""
    start = time.perf_counter()
    found = [best for best, *_ in translator.translate_nbest(sources)]
    return found, time.perf_counter() - start


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model")
    parser.add_argument("data", nargs=2, type=Path, help="aligned files from which the lexicon is learnt")
    parser.add_argument("sources", type=Path)
    parser.add_argument("references", type=Path)
    parser.add_argument("--terms", type=int, default=200)
    parser.add_argument("--engine", default="auto")
    parser.add_argument("--save", type=Path, help="write the glossary to this file")
    args = parser.parse_args()

    plain = load(args.model, engine=args.engine)
    assert isinstance(plain, Translator)
    sources, references = read_lines(args.sources), read_lines(args.references)
    of_sources, of_targets = Words(), Words()
    pairs = (
        of_sources.encode(read_lines(args.data[0]), lower=True),
        of_targets.encode(read_lines(args.data[1]), lower=False),
    )
    chosen = candidates(sources, references, likely(learn(*pairs), of_sources, of_targets))

    plain.translate(sources[:64])  # warm
    before, seconds_before = translate(plain, sources)
    prepared = plain.with_glossary(chosen).terminology
    assert prepared is not None
    missed: Counter[str] = Counter()
    used: Counter[str] = Counter()
    for source, translation in zip(sources, before, strict=True):
        for use in prepared.uses(prepared.find(source), translation.text):
            used[use.source.lower()] += 1
            missed[use.source.lower()] += not use.met
    order = sorted(chosen, key=lambda word: (not missed[word], -used[word]))[: args.terms]
    glossary = {word: chosen[word] for word in order}
    if args.save:
        args.save.write_text("".join(f"{word}\t{target}\n" for word, target in glossary.items()))

    translator = plain.with_glossary(Glossary.of(glossary))
    assert translator.terminology is not None
    after, seconds_after = translate(translator, sources)
    print(f"{len(glossary)} terms of {len(chosen)} candidates; {len(sources):,} sentences")
    for name, translations, seconds in (("without", before, seconds_before), ("with", after, seconds_after)):
        uses = [
            use.met
            for source, translation in zip(sources, translations, strict=True)
            for use in translator.terminology.uses(translator.terminology.find(source), translation.text)
        ]
        scores = corpus_scores([translation.text for translation in translations], [references])
        shown = "  ".join(f"{metric} {score.score:.2f}" for metric, score in scores.named().items())
        print(
            f"  {name:8} {sum(uses):4} of {len(uses)} met ({np.mean(uses):6.1%})  {shown}  "
            f"{len(sources) / seconds:6.1f} sentences/s"
        )
    changed = sum(one.text != other.text for one, other in zip(before, after, strict=True))
    print(f"  {changed} translations changed")


if __name__ == "__main__":
    main()
