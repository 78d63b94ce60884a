"""Whether one system is better than another, or was only lucky with the test set.

bootstrap        Koehn 2004: both systems are scored on test sets that are sampled with replacement
randomisation    Riezler and Maxwell 2005: the outputs of a random half of the sentences are exchanged between them

The p-values of sacrebleu's metrics equal those of its `--paired-bs` and `--paired-ar`.
"""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any, Final, Literal

import numpy as np
import numpy.typing as npt

from seq2seq.evaluation.corpus import require_aligned
from seq2seq.evaluation.resampling.bootstrap import SAMPLES, SEED, percentiles, resampled_scores
from seq2seq.evaluation.resampling.sufficient_statistics import SufficientStatistics

Test = Literal["bootstrap", "randomisation"]
"""The tests of any metric."""
TRIALS: Final = 10_000
"""Trials of approximate randomisation, sacrebleu's default."""
FEWEST: Final = 20
"""Sentences from which p-values are shown. Those of sacrebleu count only differences that are larger than the observed
one, so that they fall to their least value where few samples differ: 0.0001 for two sentences, whose outputs can be
exchanged in four ways only."""
_EQUAL: Final = 1e-9
"""Relative difference of figures that are equal but for rounding."""
_BLOCK: Final = 320
"""Trials computed at once: a multiple of 32, so that random bits, which come in words of 32, are those of one call."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """A system compared with a baseline, by one metric."""

    metric: str
    baseline: float
    system: float
    delta: float
    """``system`` minus ``baseline``."""
    low: float
    """Lower end of the delta's 95 % confidence interval, by bootstrap resampling."""
    high: float
    """Upper end of the delta's 95 % confidence interval."""
    p_value: float
    """Probability of a difference this large (of either sign) between equally good systems."""
    signature: str
    test: Test | Literal["mcnemar"] = "bootstrap"
    """The test that gave the p-value; McNemar's is of accuracy alone."""

    def to_dict(self) -> dict[str, object]:
        """As JSON."""
        content = asdict(self)
        content["confidence"] = [content.pop("low"), content.pop("high")]
        return content


def compare(
    name: str,
    baseline: SufficientStatistics,
    system: SufficientStatistics,
    *,
    test: Test = "bootstrap",
    samples: int | None = None,
    seed: int = SEED,
) -> Comparison:
    """Compare a system with a baseline on the same N sentences, by the metric ``name``.

    Args:
        name: of the metric whose summands both are.
        baseline: of the outputs to compare with.
        system: of the outputs to judge.
        test: how the p-value is computed.
        samples: resampled test sets, or trials of randomisation (default: sacrebleu's, 1,000 and 10,000).
        seed: of both.

    Raises:
        DataError: there is nothing to compare, or the numbers of lines differ.
    """
    require_aligned(range(len(system.rows)), "hypotheses", {"lines in the baseline": range(len(baseline.rows))})
    shift = system.score - baseline.score
    resamples = SAMPLES if test == "randomisation" or samples is None else samples
    before, after = resampled_scores([baseline, system], samples=resamples, seed=seed)
    if test == "bootstrap":
        sizes = np.abs(after - before)
        by_chance = sizes - sizes.mean()
    else:
        by_chance = _exchanged(baseline, system, samples or TRIALS, seed)
    # As large counts, too (Riezler and Maxwell 2005, figure 1), where sacrebleu's figures need not be met.
    least = abs(shift) * (1 - _EQUAL) if test == "randomisation" and system.scorer is None else abs(shift)
    p_value = (int((by_chance > least).sum()) + 1) / (len(by_chance) + 1)
    low, high = percentiles(after - before)
    trials = {"ar": len(by_chance)} if test == "randomisation" else {}
    signature = system.signature({**trials, "bs": resamples, "seed": str(seed)})
    return Comparison(name, baseline.score, system.score, shift, low, high, p_value, signature, test)


def _exchanged(
    baseline: SufficientStatistics, system: SufficientStatistics, trials: int, seed: int
) -> npt.NDArray[np.floating[Any]]:
    """(trials,) absolute differences between the systems after each has some of the other's outputs."""
    found = []
    for kept in _selections(trials, len(system.rows), seed):
        one = kept @ baseline.rows + ~kept @ system.rows
        other = ~kept @ baseline.rows + kept @ system.rows
        scores = np.array([[pair.score_of(sums) for sums in sets] for pair, sets in ((baseline, one), (system, other))])
        found.append(np.abs(scores[0] - scores[1]))
    return np.concatenate(found)


def _selections(trials: int, sentences: int, seed: int) -> Iterator[npt.NDArray[np.bool_]]:
    """(block, sentences) of random bits for all trials, in blocks."""
    random = np.random.default_rng(seed)
    for start in range(0, trials, _BLOCK):
        yield random.integers(2, size=(min(_BLOCK, trials - start), sentences), dtype=bool)
