"""The drift of a rounded network: how far its log-probabilities are from those of the exact one, on text.

They are compared on the outputs of the exact network (or on every label): where those are clear, drift seldom changes
them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from seq2seq.config.decoding import DecodingConfig
from seq2seq.evaluation.calibration import log_softmax
from seq2seq.inference.engines.onnx.networks import OnnxClassifier
from seq2seq.inference.engines.onnx.stepper import OnnxStepper
from seq2seq.inference.workers import length_batches
from seq2seq.search.decode import search
from seq2seq.special import BOS, EOS
from seq2seq.wording import plural

_ROWS: Final = 32


@dataclass(frozen=True, slots=True)
class Drift:
    """Absolute differences of log-probabilities, in nats."""

    mean: float
    largest: float
    compared: int
    """Number of tokens, or labels."""

    @classmethod
    def from_differences(cls, differences: Sequence[NDArray[np.float64]]) -> "Drift":
        """The drift of all differences together."""
        absolute = np.abs(np.concatenate(differences))
        return cls(float(absolute.mean()), float(absolute.max()), absolute.size)

    def __str__(self) -> str:
        """As in ``0.0110 nats on average, 0.310 at most, over 2,400 tokens``."""
        return f"{self.mean:.4f} nats on average, {self.largest:.3f} at most, over {plural(self.compared, 'token')}"


def drift_of_outputs(
    exact: OnnxStepper, other: OnnxStepper, sources: Sequence[Sequence[int]], config: DecodingConfig
) -> Drift:
    """Compare two steppers on the output of the ``exact`` one for each source (token ids without EOS, or none)."""
    config = config.model_copy(update={"nbest": 1, "beam": 1})
    hypotheses = search(exact, sources, config, attention=False, from_nothing=True)
    differences = []
    for rows in length_batches([(row, len(best.tokens)) for row, (best, *_) in enumerate(hypotheses)], _ROWS):
        outputs = [[*hypotheses[row][0].tokens, *([EOS] if hypotheses[row][0].finished else [])] for row in rows]
        inputs = [sources[row] for row in rows]
        differences.append(_token_log_probs(exact, inputs, outputs) - _token_log_probs(other, inputs, outputs))
    return Drift.from_differences(differences)


def _token_log_probs(
    stepper: OnnxStepper, sources: Sequence[Sequence[int]], outputs: Sequence[Sequence[int]]
) -> NDArray[np.float64]:
    """The log-probability of every token of the outputs, as they are written."""
    state = stepper.start(sources)
    live = list(range(len(sources)))
    last = np.full(len(sources), BOS)
    log_probs = []
    for place in range(max(map(len, outputs))):
        going = np.flatnonzero([len(outputs[row]) > place for row in live])
        if going.size < len(live):
            live, last, state = [live[row] for row in going.tolist()], last[going], stepper.select(state, going)
        wanted = np.array([outputs[row][place] for row in live])
        proposal, state = stepper.step(last, state, stepper.vocabulary)
        log_probs.append(np.where(proposal.tokens == wanted[:, None], proposal.log_probs, -np.inf).max(axis=1))
        last = wanted
    return np.concatenate(log_probs).astype(np.float64) if log_probs else np.empty(0)


def drift_of_labels(exact: OnnxClassifier, other: OnnxClassifier, sources: Sequence[Sequence[int]]) -> Drift:
    """Compare two classifiers on the probabilities of all labels."""
    differences = [
        (log_softmax(exact.logits(part)) - log_softmax(other.logits(part))).ravel()
        for rows in length_batches([(row, len(source)) for row, source in enumerate(sources)], _ROWS)
        if (part := [sources[row] for row in rows])
    ]
    return Drift.from_differences(differences)
