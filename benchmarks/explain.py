"""Whether `classify --explain` finds the words that matter: texts lose their top words, or as many random ones.

    python benchmarks/explain.py MODEL TEXTS [--top 3] [--seeds 5]

TEXTS has one text per line; those with fewer than twice as many words as are deleted are left out. The fall of the
label's probability is the comprehensiveness of DeYoung et al. 2020 ("ERASER", section 4). The interval is that of a
bootstrap over texts (10,000 resamples), of differences averaged over the seeds.
"""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from seq2seq.inference.classifier import TextClassifier
from seq2seq.inference.explanation import Explanation, without
from seq2seq.inference.lines import read_lines

RESAMPLES = 10_000

Fall = NDArray[np.float64]
"""By how much the probability of each text's label falls."""


@dataclass(frozen=True)
class Falls:
    """N texts without their top words, and without random ones."""

    top: Fall
    """(N,)"""
    random: Fall
    """(seeds, N)"""

    def interval(self) -> tuple[float, float]:
        """95 % of the mean difference between the two."""
        differences = self.top - self.random.mean(axis=0)
        rows = np.random.default_rng(1).integers(len(differences), size=(RESAMPLES, len(differences)))
        low, high = np.percentile(differences[rows].mean(axis=1), [2.5, 97.5])
        return float(low), float(high)


def measure(classifier: TextClassifier, texts: Sequence[str], *, top: int, seeds: Sequence[int]) -> Falls:
    """Delete the ``top`` words that speak most for the label, and for each seed as many at random."""
    explained = zip(texts, classifier.explain(texts), strict=True)
    pairs = [(text, one) for text, one in explained if len(one.words) >= 2 * top]
    strongest = [np.argsort([-word.contribution for word in one.words])[:top] for _, one in pairs]
    chance = []
    for seed in seeds:
        generator = np.random.default_rng(seed)
        chosen = [generator.choice(len(one.words), size=top, replace=False) for _, one in pairs]
        chance.append(falls(classifier, pairs, chosen))
    return Falls(falls(classifier, pairs, strongest), np.array(chance))


def falls(
    classifier: TextClassifier, pairs: Sequence[tuple[str, Explanation]], chosen: Sequence[NDArray[np.int64]]
) -> Fall:
    """The fall of each label's probability without the chosen words of its text."""
    rests = [
        without(text, [(one.words[place].start, one.words[place].end) for place in sorted(places)])
        for (text, one), places in zip(pairs, chosen, strict=True)
    ]
    left = classifier.classify(rests)
    return np.array(
        [one.probability - dict(rest.probabilities)[one.label] for (_, one), rest in zip(pairs, left, strict=True)]
    )


def main() -> None:
    """Print the mean falls."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model")
    parser.add_argument("texts", type=Path)
    parser.add_argument("--top", type=int, default=3, metavar="N", help="words that are deleted (default: 3)")
    parser.add_argument("--seeds", type=int, default=5, metavar="N", help="choices of random words (default: 5)")
    given = parser.parse_args()
    classifier = TextClassifier.load(given.model)
    found = measure(classifier, read_lines(given.texts), top=given.top, seeds=range(1, given.seeds + 1))
    low, high = found.interval()
    by_seed = ", ".join(f"{mean:.3f}" for mean in found.random.mean(axis=1))
    print(f"{len(found.top):,} texts, {given.top} words deleted; fall of the label's probability, mean:")
    print(f"  top words     {found.top.mean():.3f}")
    print(f"  random words  {found.random.mean():.3f} (by seed: {by_seed})")
    print(f"  difference    {found.top.mean() - found.random.mean():.3f} (95 % interval {low:.3f} to {high:.3f})")
    print(
        f"  the top words' fall is the larger one in {(found.top > found.random.mean(axis=0)).mean():.1%} of the texts"
    )


if __name__ == "__main__":
    main()
