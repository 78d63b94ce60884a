"""Whether one system is better than another, or has been lucky with the test set.

Paired bootstrap resampling (Koehn 2004): the test set is drawn again and again from itself, with replacement, and both
systems are scored on each draw. The p-value is that of sacrebleu's `--paired-bs`, number for number.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from seq2seq.errors import DataError
from seq2seq.evaluation.translation import MetricName, check_aligned, metric, present_references
from seq2seq.evaluation.word_tokenisation import WordTokenisation


@dataclass(frozen=True, slots=True)
class Comparison:
    """A system against a baseline, by one metric."""

    metric: str
    baseline: float
    system: float
    delta: float
    """``system`` minus ``baseline``."""
    low: float
    """Lower end of the delta's 95 % confidence interval."""
    high: float
    """Upper end of it."""
    p_value: float
    """How probable so large a difference (of either sign) is if the systems are equally good."""
    signature: str

    def to_dict(self) -> dict[str, object]:
        """As JSON."""
        return {
            "metric": self.metric,
            "baseline": self.baseline,
            "system": self.system,
            "delta": self.delta,
            "confidence": [self.low, self.high],
            "p_value": self.p_value,
            "signature": self.signature,
        }


def paired_bootstrap(
    baseline: Sequence[str],
    system: Sequence[str],
    references: Sequence[Sequence[str]],
    *,
    name: MetricName = "bleu",
    words: WordTokenisation | None = None,
    samples: int = 1000,
    seed: int = 12345,
) -> Comparison:
    """Compare two systems on one test set.

    Args:
        baseline: N outputs of one system.
        system: N outputs of the other.
        references: one or more sets of N references.
        name: the metric.
        words: what counts as a word (``None``: what the script of the references needs).
        samples: resampled test sets (sacrebleu's default).
        seed: decides the resampling (sacrebleu's default).

    Raises:
        DataError: if there is nothing to compare, or the numbers of lines differ.
    """
    check_aligned(system, references)
    if len(baseline) != len(system):
        raise DataError(
            f"{len(system)} hypotheses, but {len(baseline)} lines in the baseline.\n"
            "  Both must have one line a sentence, in the same order; an empty output is an empty line."
        )
    judge = metric(name, words or WordTokenisation.of(references))
    present = present_references(references)
    # The two methods with an underscore are what sacrebleu's own `significance` is made of; a test holds them equal.
    statistics = [
        np.asarray(judge._extract_corpus_statistics(outputs, present), dtype=np.float64)  # type: ignore[arg-type]
        for outputs in (baseline, system)
    ]
    signature = judge.get_signature()
    signature.update("bs", samples)
    signature.update("seed", str(seed))

    def score(sums: npt.NDArray[np.float64]) -> float:
        return float(judge._compute_score_from_stats(list(sums)).score)

    before, after = statistics
    return compare(name, before, after, score, samples=samples, seed=seed, signature=signature.format())


def compare(
    name: str,
    baseline: npt.NDArray[np.float64],
    system: npt.NDArray[np.float64],
    score: Callable[[npt.NDArray[np.float64]], float],
    *,
    samples: int = 1000,
    seed: int = 12345,
    signature: str = "",
) -> Comparison:
    """Compare two systems by any metric that is a function of sums over examples.

    Args:
        name: of the metric.
        baseline: (N, K) what each example adds, of one system.
        system: (N, K) the same, of the other.
        score: the metric of (K,) sums.
        samples: resampled test sets.
        seed: decides the resampling.
        signature: how the metric is computed.
    """
    before, after = (score(rows.sum(axis=0)) for rows in (baseline, system))
    deltas = np.array(
        [score(times @ system) - score(times @ baseline) for times in draws(len(baseline), samples, seed)]
    )
    sizes = np.abs(deltas)
    luck = int((sizes - sizes.mean() > abs(after - before)).sum())
    low, high = np.quantile(deltas, (0.025, 0.975)).tolist()
    return Comparison(name, before, after, after - before, low, high, (luck + 1) / (samples + 1), signature)


def draws(sentences: int, samples: int, seed: int) -> Iterator[npt.NDArray[np.float64]]:
    """How often each resampled test set holds each sentence: (sentences,) counts, one test set at a time."""
    random = np.random.default_rng(seed)
    for _ in range(samples):
        chosen = random.choice(sentences, size=sentences, replace=True)
        yield np.bincount(chosen, minlength=sentences).astype(np.float64)
