"""Whether one system is better than another, or was only lucky with the test set.

Paired bootstrap resampling (Koehn 2004): the test set is resampled with replacement many times, and both systems
are scored on each sample. The p-value equals that of sacrebleu's `--paired-bs`.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass

import numpy as np
import numpy.typing as npt

from seq2seq.evaluation.corpus import require_aligned
from seq2seq.evaluation.translation import MetricName, check_aligned, metric, present_references
from seq2seq.evaluation.word_tokenisation import WordTokenisation


@dataclass(frozen=True, slots=True)
class Comparison:
    """A system compared with a baseline, by one metric."""

    metric: str
    baseline: float
    system: float
    delta: float
    """``system`` minus ``baseline``."""
    low: float
    """Lower end of the delta's 95 % confidence interval."""
    high: float
    """Upper end of the delta's 95 % confidence interval."""
    p_value: float
    """Probability of a difference this large (of either sign) between equally good systems."""
    signature: str

    def to_dict(self) -> dict[str, object]:
        """As JSON."""
        content = asdict(self)
        content["confidence"] = [content.pop("low"), content.pop("high")]
        return content


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
    """Compare N outputs of two systems, by one or more sets of N references.

    Without ``words``, the script of the references decides what counts as a word. The number of resampled test sets,
    and the seed, are sacrebleu's defaults.

    Raises:
        DataError: there is nothing to compare, or the numbers of lines differ.
    """
    check_aligned(system, references)
    require_aligned(system, "hypotheses", {"lines in the baseline": baseline})
    scorer = metric(name, words or WordTokenisation.of(references))
    present = present_references(references)
    # sacrebleu's own `significance` uses these two private methods; a test checks that the results are equal.
    statistics = [
        np.asarray(scorer._extract_corpus_statistics(outputs, present), dtype=np.float64)  # type: ignore[arg-type]
        for outputs in (baseline, system)
    ]
    signature = scorer.get_signature()
    signature.update("bs", samples)
    signature.update("seed", str(seed))

    def score(sums: npt.NDArray[np.float64]) -> float:
        return float(scorer._compute_score_from_stats(list(sums)).score)

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
    """Compare two systems by any metric, with a name and a signature, that is a function of sums over examples.

    ``baseline`` and ``system`` (N, K) are the summands of each example, and ``score`` is the metric of (K,) sums. The
    test set is resampled ``samples`` times.
    """
    before, after = (score(rows.sum(axis=0)) for rows in (baseline, system))
    deltas = np.array(
        [score(counts @ system) - score(counts @ baseline) for counts in resample(len(baseline), samples, seed)]
    )
    sizes = np.abs(deltas)
    chance = int((sizes - sizes.mean() > abs(after - before)).sum())
    low, high = np.quantile(deltas, (0.025, 0.975)).tolist()
    return Comparison(name, before, after, after - before, low, high, (chance + 1) / (samples + 1), signature)


def resample(sentences: int, samples: int, seed: int) -> Iterator[npt.NDArray[np.float64]]:
    """Resampled test sets, one at a time: (sentences,) how often each sentence occurs in it."""
    random = np.random.default_rng(seed)
    for _ in range(samples):
        chosen = random.choice(sentences, size=sentences, replace=True)
        yield np.bincount(chosen, minlength=sentences).astype(np.float64)
