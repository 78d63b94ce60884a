"""Measure how often the server finds the language of a text, and whether its probabilities are as good as they say.

    python benchmarks/detection.py          # reliability of the formula as it is
    python benchmarks/detection.py --fit    # the temperature that fits best: A x letters ** B, by likelihood

The sentences (`languages/sentences.tsv`) are self-written, in 19 languages; from each, its first 1, 2, 3, 4, 6 and 8
words are texts, too. Every second sentence fits, the others test. Two settings: a server with all 97 languages of the
model; and servers with two of the 19, asked for texts in either of them and for as many in neither.
"""

import argparse
import sys
from collections.abc import Iterator, Sequence
from itertools import groupby
from math import exp, log
from pathlib import Path
from typing import Final

import numpy as np

from seq2seq.server.translation import detection

SENTENCES: Final = Path(__file__).parent / "languages" / "sentences.tsv"
WORDS: Final = (1, 2, 3, 4, 6, 8, 1_000)
"""Words of the texts that are made from a sentence."""
BINS: Final = 10
Text = tuple[str, str]
"""Language and text."""


def texts(rest: int) -> list[Text]:
    """The texts from every second sentence: 0, those that test; 1, those that fit."""
    lines = [line.split("\t") for line in SENTENCES.read_text("utf-8").splitlines()]
    found = {}
    for _, group in groupby(lines, key=lambda line: line[0]):
        for language, sentence in list(group)[rest::2]:
            for words in WORDS:
                found[language, " ".join(sentence.split()[:words])] = None
    return list(found)


def scores(text: str) -> dict[str, float]:
    """Log-odds of all languages, as the model has them."""
    return {language: float(score) for language, score in detection.identifier().rank(text)}


def loss(some: Sequence[tuple[str, int, dict[str, float]]], factor: float, power: float) -> float:
    """Mean negative log-likelihood of the languages, in nats."""
    total = 0.0
    for language, letters, found in some:
        temperature = factor * letters**power
        best = max(found.values())
        partition = sum(exp((score - best) / temperature) for score in found.values())
        total -= (found[language] - best) / temperature - log(partition)
    return total / len(some)


def fit() -> None:
    """Print the best temperature by letters."""
    some = [(language, sum(map(str.isalpha, text)), scores(text)) for language, text in texts(1)]
    grid = [
        (loss(some, factor, power), factor, power)
        for factor in np.arange(0.2, 4.05, 0.1)
        for power in np.arange(0, 1.01, 0.05)
    ]
    for found, factor, power in sorted(grid)[:5]:
        print(f"{factor:.1f} x letters ** {power:.2f}: {found:.4f} nats")
    print(f"1.0 x letters ** 0.50: {loss(some, 1, 0.5):.4f} nats")


def _parts(pairs: Sequence[tuple[float, bool]]) -> list[tuple[int, float, float]]:
    """Texts by tenths of the probability: how many, its mean, and how many are right."""
    bins: list[list[tuple[float, bool]]] = [[] for _ in range(BINS)]
    for probability, right in pairs:
        bins[min(int(probability * BINS), BINS - 1)].append((probability, right))
    return [
        (len(one), sum(probability for probability, _ in one) / len(one), sum(right for _, right in one) / len(one))
        for one in bins
        if one
    ]


def calibration_error(pairs: Sequence[tuple[float, bool]]) -> float:
    """Mean distance of what is said from what is right, by tenths of the probability (Naeini et al. 2015)."""
    return sum(count * abs(said - right) for count, said, right in _parts(pairs)) / len(pairs)


def report(name: str, pairs: Sequence[tuple[float, bool]]) -> None:
    """Print accuracy, mean probability and calibration error of the likeliest languages, and the bins."""
    accuracy = sum(right for _, right in pairs) / len(pairs)
    said = sum(probability for probability, _ in pairs) / len(pairs)
    error = calibration_error(pairs)
    print(f"{name}: {len(pairs)} texts, right {accuracy:.1%}, said {said:.1%}, calibration error {error:.1%}")
    print("   " + "  ".join(f"{said:.2f}: {right:.2f} ({count})" for count, said, right in _parts(pairs)))


def all_languages(words: int | None = None) -> Iterator[tuple[float, bool]]:
    """Probability of the likeliest of all languages, and whether it is right."""
    known = tuple(detection.identifier().nb_classes)
    for language, text in texts(0):
        if words in (None, len(text.split())):
            found, probability = detection.detect(text, known)[0]
            yield probability, found == language


def two_languages() -> Iterator[tuple[float, bool]]:
    """The same at servers for two languages; every fourth pair."""
    own = sorted({language for language, _ in texts(0)})
    pairs = [(one, other) for one in own for other in own if one < other]
    for place, pair in enumerate(pairs[::4]):
        mine = [text for text in texts(0) if text[0] in pair]
        others = [text for text in texts(0) if text[0] not in pair][place % 7 :: 17][: len(mine)]
        for language, text in [*mine, *others]:
            found, probability = detection.detect(text, pair)[0]
            yield probability, found == language


def main(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--fit", action="store_true")
    if parser.parse_args(arguments).fit:
        fit()
        return
    report("97 languages", list(all_languages()))
    for words in WORDS[:-1]:
        report(f"97 languages, {words} words", list(all_languages(words)))
    report("2 languages", list(two_languages()))


if __name__ == "__main__":
    main(sys.argv[1:])
