"""The tokens that the live rows of a search have written, and the way to their attention weights.

Letters: R rows, t tokens written so far, S source length (EOS included).
"""

from dataclasses import dataclass

import numpy as np

from seq2seq.search.hypothesis import Hypothesis, described
from seq2seq.search.penalties import LengthPenalty
from seq2seq.search.stepper import FloatArray, IntArray


@dataclass(frozen=True, slots=True)
class FinishedHypothesis:
    """An output that has ended, or was abandoned."""

    tokens: tuple[int, ...]
    path: IntArray | None
    """Row of each step, by which its attention weights are found; None without attention."""
    log_prob: float
    score: float
    finished: bool
    warning: str | None = None

    def rank(self) -> tuple[float, tuple[int, ...]]:
        """Sort key: the better score first, then the smaller ids."""
        return -self.score, self.tokens


class HypothesisBuffer:
    """The tokens of every live row, and its path through the rows of earlier steps."""

    def __init__(self, rows: int, penalty: LengthPenalty, *, attention: bool) -> None:
        self.tokens: IntArray = np.empty((rows, 0), dtype=np.int64)
        """(R, t) tokens written."""
        self._penalty = penalty
        self._attention: list[FloatArray] = []
        self._path: IntArray | None = np.empty((rows, 0), dtype=np.int64) if attention else None

    @property
    def written(self) -> int:
        """Tokens of every row so far."""
        return int(self.tokens.shape[1])

    def record_attention(self, attention: FloatArray | None) -> None:
        """Record the weights (R, S) with which the present rows choose their next tokens."""
        if attention is None:
            self._path = None
        elif self._path is not None:
            self._attention.append(attention)

    def extend(self, parents: IntArray, tokens: IntArray) -> None:
        """Continue rows ``parents`` (any selection, in any order) by one token each."""
        self.tokens = np.concatenate((self.tokens[parents], tokens[:, None]), axis=1)
        if self._path is not None:
            self._path = np.concatenate((self._path[parents], parents[:, None]), axis=1)

    def end(self, row: int, log_prob: float, *, finished: bool, warning: str | None = None) -> FinishedHypothesis:
        """End one row, with EOS if it is ``finished``."""
        tokens = tuple(self.tokens[row].tolist())
        path = None if self._path is None else self._path[row].copy()
        score = self._penalty.score(log_prob, len(tokens) + finished)
        return FinishedHypothesis(tokens, path, log_prob, score, finished, warning)

    def hypothesis(self, output: FinishedHypothesis, places: int) -> Hypothesis:
        """The output that a search returns for a source of so many places that may be attended to."""
        attention = None
        if output.path is not None:
            attention = np.empty((len(output.tokens), places), dtype=np.float32)
            for step, row in enumerate(output.path.tolist()):
                attention[step] = self._attention[step][row, :places]
        return described(
            output.tokens,
            output.log_prob,
            output.score,
            finished=output.finished,
            attention=attention,
            warning=output.warning,
        )
