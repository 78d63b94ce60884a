"""What a corpus score is computed from: a sum over sentences.

BLEU, chrF, TER, accuracy and bits per byte are functions of sums, such as the number of matching words. With the
summands of every sentence at hand, the score of any part of a corpus, or of any sample of it, costs no second
comparison of texts.
"""

from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Self

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from sacrebleu.metrics.base import Metric

_REPEATED: Final = 8
"""Equal rows from which it pays to count them: those of labels, which are 0 and 1."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class SufficientStatistics:
    """A metric's summands, sentence by sentence (or block by block)."""

    rows: npt.NDArray[np.float64]
    """(N, K) summands."""
    score_of: Callable[[npt.NDArray[Any]], Any]
    """The score of (K,) sums: a Python or NumPy float."""
    scorer: "Metric | None" = None
    """Sacrebleu's metric, which gives the signature; None: another metric."""

    @classmethod
    def by_sacrebleu(
        cls, scorer: "Metric", hypotheses: Sequence[str], references: Sequence[Sequence[str | None]]
    ) -> Self:
        """The summands of N hypotheses and one or more sets of N references, by one of sacrebleu's metrics."""
        # sacrebleu's own `significance` uses these two private methods; tests compare with its command.
        rows = scorer._extract_corpus_statistics(hypotheses, references)  # type: ignore[arg-type] # it takes None

        def score_of(sums: npt.NDArray[Any]) -> Any:
            return scorer._compute_score_from_stats(list(sums)).score

        return cls(np.asarray(rows, dtype=np.float64), score_of, scorer)

    @property
    def score(self) -> float:
        """The score of the corpus."""
        return float(self.score_of(self.rows.sum(axis=0)))

    def select(self, rows: Sequence[int] | npt.NDArray[np.intp]) -> Self:
        """The statistics of some of the sentences."""
        return type(self)(self.rows[np.asarray(rows, dtype=np.intp)], self.score_of, self.scorer)

    def sampler(self) -> Callable[[npt.NDArray[np.int64]], npt.NDArray[Any]]:
        """A function from a sample, (N,) indices of sentences, to (K,) sums; of equal rows it adds one many times.

        It adds in single precision for sacrebleu's metrics, as sacrebleu does.
        """
        if self.scorer is None:
            kinds, kind = np.unique(self.rows, axis=0, return_inverse=True)
            if _REPEATED * len(kinds) <= len(self.rows):
                kind = kind.reshape(-1)
                return lambda chosen: np.bincount(kind[chosen], minlength=len(kinds)) @ kinds
        rows = self.rows if self.scorer is None else self.rows.astype(np.float32)
        return lambda chosen: rows[chosen].sum(0)

    def signature(self, changes: Mapping[str, str | int] | None = None) -> str:
        """Sacrebleu's signature, with further entries such as ``bs`` and ``seed``; empty for another metric."""
        if self.scorer is None:
            return ""
        signature = deepcopy(self.scorer.get_signature())
        for name, value in (changes or {}).items():
            signature.update(name, value)
        return str(signature.format())
