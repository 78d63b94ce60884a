"""What a glossary does to translations: terms met, quality and speed, with and without it.

    python benchmarks/glossary.py MODEL DATA SOURCES REFERENCES [--terms 200] [--rounds 5] [--modes force soft both]
                                  [--glossary FILE] [--save FILE] [--save-others FILE]

The glossary is taken from the test set: words of which every occurrence in SOURCES has the same word in its reference,
that word by a lexicon of DATA (`DATA.en DATA.de`: two aligned files, sources first). Those that the model misses at
least once come first, then the most frequent ones. Rounds alternate; their median speed and ratio are printed.

`--modes` compares the modes of a model that was trained with annotated terms. Such a model is to be fine-tuned with
terms that are not those of the test: `--save-others` writes the possible translations of other words of DATA.
`--glossary` repeats a measurement with the terms of another.
"""

import argparse
import re
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Final, get_args

import numpy as np

from seq2seq.api.models import load
from seq2seq.evaluation.translation import corpus_scores
from seq2seq.formats.glossaries.glossary import Glossary
from seq2seq.formats.glossaries.read import read_glossary
from seq2seq.inference.lines import read_lines
from seq2seq.inference.request.terminology import GlossaryMode
from seq2seq.inference.translation import Translation
from seq2seq.inference.translator import Translator
from seq2seq.text.lexical_alignment import Lexicon, learn

_WORD: Final = re.compile(r"\w+")
_FIRST: Final = 4
"""The first id of a word; lower ones are special."""
_LIKELY: Final = 0.3
"""Least probability of a translation."""
_POSSIBLE: Final = 0.03
"""That of the terms of training: which of several translations stands in a target does not follow from its source."""
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


def likely(lexicon: Lexicon, sources: Words, targets: Words, least: float) -> dict[str, set[str]]:
    """The translations of each word that have at least a probability."""
    names = {number: word for word, number in targets.ids.items()}
    of_source = {number: word for word, number in sources.ids.items()}
    found: dict[str, set[str]] = defaultdict(set)
    for source, target, probability in zip(lexicon.sources, lexicon.targets, lexicon.probabilities, strict=True):
        if probability >= least and int(source) in of_source:
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
        if targets and len(word) > _SHORT and count[word] <= most
    }


def others(word: str, glossary: dict[str, str]) -> bool:
    """Whether a word may be a term of training: it is not one of the test, nor the plural of one."""
    return len(word) > _SHORT and not any(form in glossary for form in (word, word + "s", word.removesuffix("s")))


def write(path: Path, glossary: dict[str, set[str]]) -> None:
    path.write_text("".join(f"{word}\t{'|'.join(sorted(targets))}\n" for word, targets in glossary.items()))


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
    parser.add_argument("--glossary", type=Path, help="the terms: a glossary that --save wrote")
    parser.add_argument("--rounds", type=int, default=1, help="at least 1")
    parser.add_argument("--engine", default="auto")
    parser.add_argument("--modes", nargs="+", choices=get_args(GlossaryMode), default=["force"])
    parser.add_argument("--save", type=Path, help="write the glossary to this file")
    parser.add_argument("--save-others", type=Path, help="write terms of DATA that are not in it to this file")
    args = parser.parse_args()

    plain = load(args.model, engine=args.engine)
    assert isinstance(plain, Translator)
    sources, references = read_lines(args.sources), read_lines(args.references)
    of_sources, of_targets = Words(), Words()
    pairs = (
        of_sources.encode(read_lines(args.data[0]), lower=True),
        of_targets.encode(read_lines(args.data[1]), lower=False),
    )
    lexicon = learn(*pairs)
    chosen = candidates(sources, references, likely(lexicon, of_sources, of_targets, _LIKELY))

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
    if args.glossary:
        glossary = {term.source: term.targets[0] for term in read_glossary(args.glossary, plain.languages).terms}
    if args.save:
        write(args.save, {word: {target} for word, target in glossary.items()})
    if args.save_others:
        possible = likely(lexicon, of_sources, of_targets, _POSSIBLE)
        write(args.save_others, {word: targets for word, targets in possible.items() if others(word, glossary)})

    print(f"{len(glossary)} terms of {len(chosen)} candidates; {len(sources):,} sentences")
    counting = plain.with_glossary(Glossary.of(glossary)).terminology
    assert counting is not None

    def show(name: str, translations: Sequence[Translation], seconds: Sequence[float]) -> None:
        uses = [
            use.met
            for source, translation in zip(sources, translations, strict=True)
            for use in counting.uses(counting.find(source), translation.text)
        ]
        scores = corpus_scores([translation.text for translation in translations], [references])
        shown = "  ".join(f"{metric} {score.score:.2f}" for metric, score in scores.named().items())
        noted = sum(translation.note is not None for translation in translations)
        print(
            f"  {name:8} {sum(uses):4} of {len(uses)} met ({np.mean(uses):6.1%})  {shown}  {noted} with a note  "
            f"{len(sources) / np.median(seconds):6.1f} sentences/s",
            flush=True,
        )

    show("without", before, [seconds_before])
    for mode in args.modes:
        translator = plain.with_glossary(Glossary.of(glossary), mode=mode)
        after = [best for best, *_ in translator.translate_nbest(sources)]
        rounds = [(translate(plain, sources)[1], translate(translator, sources)[1]) for _ in range(args.rounds)]
        show(mode, after, [seconds for _, seconds in rounds])
        ratios = [one / other for one, other in rounds]
        changed = sum(one.text != other.text for one, other in zip(before, after, strict=True))
        print(
            f"           {changed} translations changed; speed {np.median(ratios):.2f} of that without terms "
            f"({min(ratios):.2f} to {max(ratios):.2f}, {args.rounds} rounds)"
        )


if __name__ == "__main__":
    main()
