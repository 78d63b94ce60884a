"""The losses of a model beside those of simpler ones, on which most verdicts about learning rest."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn import functional

from seq2seq.data.batching.batch import Batch
from seq2seq.data.preparing.split import Split
from seq2seq.diagnostics.learning.ngrams import NgramModel
from seq2seq.diagnostics.subject import Example, Subject
from seq2seq.inference.engines.torch.forced import log_probs
from seq2seq.models.classifier import Classifier
from seq2seq.models.forecaster import Forecaster
from seq2seq.models.seq2seq import Seq2Seq
from seq2seq.models.synthesizer import Synthesizer
from seq2seq.special import BOS, EOS, NAMES, PAD
from seq2seq.training.step.forecast_objective import ForecastObjective

ORDER: Final = 3
"""Order of the n-gram model beside subwords and words: a target token, and the two before it."""
CHARACTER_ORDER: Final = 5
"""Its order beside characters, of which a word takes several."""
MOST_TOKENS: Final = 2_000_000
"""Training tokens from which n-grams are counted: a second's work."""
BARELY: Final = 0.9
"""Share of a bigram's loss above which a model has learnt hardly more: what is left may be lengths and repetition."""
SIGMAS: Final = 2.0
"""Standard errors by which one loss must be below another to count as lower."""


@dataclass(frozen=True, kw_only=True)
class Losses:
    """Mean losses in evaluation mode, without label smoothing, in nats per target token (EOS included) or label.

    Those of a classifier are of its calibrated probabilities, which it gives: logits that are sure of too much would
    hide what it has learnt.
    Those of the simpler models are on the same examples; None: the training split cannot be read.
    """

    unit: str
    """`token` or `label`."""
    units: int
    """Target tokens, or labels, of the examples."""
    model: float
    """Of the model, on examples that it has not learnt from."""
    train: float | None
    """Of the model, on examples that it has learnt from."""
    uniform: float
    """Of a guess: ln V."""
    unigram: float | None = None
    """Of the frequencies of training targets."""
    bigram: float | None = None
    """Of a model that sees the token before; None for labels."""
    blind: float | None = None
    """Of the n-gram model, which sees the last tokens, but no source; None for labels."""
    error: float = 0.0
    """Standard error of the difference between the unigram's loss and the model's."""

    @property
    def beats_unigram(self) -> bool | None:
        """Whether the model is better than frequencies, beyond chance; None: unknown."""
        return None if self.unigram is None else self.unigram - self.model > SIGMAS * self.error

    @property
    def behind(self) -> bool | None:
        """Whether the model has learnt hardly more than pairs of tokens show; of labels, than their frequencies.

        None: unknown.
        """
        if self.bigram is None:
            return None if self.unigram is None else not self.beats_unigram
        return self.model >= BARELY * self.bigram

    @property
    def far_behind(self) -> bool | None:
        """Whether the model has learnt less than half of what separates pairs of tokens from frequencies."""
        if self.bigram is None or self.unigram is None:
            return self.behind
        return self.model >= (self.unigram + self.bigram) / 2


def measure_losses(subject: Subject) -> Losses:
    """All losses of a subject."""
    if isinstance(subject.model, Classifier):
        return _label_losses(subject)
    nats, tokens = example_losses(subject, subject.examples)
    train = example_losses(subject, subject.train_examples) if subject.train_examples else None
    vocabulary = subject.loaded.tokenizers.target.size
    known = {
        "unit": "token",
        "units": int(tokens.sum()),
        "model": float(nats.sum() / tokens.sum()),
        "train": None if train is None else float(train[0].sum() / train[1].sum()),
        "uniform": float(np.log(vocabulary)),
    }
    if subject.train is None:
        return Losses(**known)  # type: ignore[arg-type]
    counted = _counted(subject.train, subject.generator("n-grams"))
    order = CHARACTER_ORDER if subject.recipe.tokenizer.kind == "char" else ORDER
    targets = [example.target_ids for example in subject.examples]
    blind, bigram = (NgramModel(counted, vocabulary, size) for size in (order, 2))
    counts = subject.train.target_counts(vocabulary).astype(np.float64)
    counts[EOS] += len(subject.train)
    frequencies = np.log((counts + 1) / (counts + 1).sum())
    unigram = np.array([-frequencies[[*target, EOS]].sum() for target in targets])
    return Losses(
        **known,  # type: ignore[arg-type]
        unigram=float(unigram.sum() / tokens.sum()),
        bigram=_per_token(bigram.loss(targets)),
        blind=_per_token(blind.loss(targets)),
        error=_error(unigram - nats, tokens),
    )


def example_losses(subject: Subject, examples: Sequence[Example]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """(N,) nats of each example, in their order, and (N,) target tokens, or labels (1; 0 for an unknown one)."""
    calibration = subject.loaded.description.calibration
    temperature = calibration.temperature if calibration else 1.0
    nats, units = np.zeros(len(examples)), np.zeros(len(examples))
    for rows, batch in subject.batches(examples):
        losses, counts = batch_losses(subject.model, batch.to(subject.device), temperature=temperature)
        nats[list(rows)], units[list(rows)] = losses, counts
    return nats, units


@torch.no_grad()
def batch_losses(
    model: torch.nn.Module, batch: Batch, *, temperature: float = 1.0
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """(B,) nats of each row of a batch on the model's device, and (B,) tokens, labels (0: an unknown one) or steps.

    ``temperature`` divides the logits of a classifier.
    """
    if isinstance(model, Classifier):
        labels = batch.target[:, 1] - len(NAMES)
        known = labels >= 0
        logits = model(batch.source, batch.source_lengths).double() / temperature
        losses = functional.cross_entropy(logits, labels.clamp(min=0), reduction="none") * known
        return losses.cpu().numpy(), known.double().cpu().numpy()
    if isinstance(model, Forecaster):
        by_step, steps = ForecastObjective(model).by_step(batch.source, batch.source_lengths, batch.target)
        return by_step.sum(dim=(1, 2)).double().cpu().numpy(), steps.sum(dim=(1, 2)).double().cpu().numpy()
    if isinstance(model, Synthesizer):
        by_step = model.nll(model(batch.source, batch.source_lengths, batch.target), batch.target)
        return by_step.sum(dim=1).double().cpu().numpy(), batch.target_lengths.double().numpy()
    assert isinstance(model, Seq2Seq)
    wanted = batch.target[:, 1:]
    real = wanted != PAD
    tokens = batch.target[:, :-1]
    features = model(batch.source, batch.source_lengths, tokens.masked_fill(tokens == EOS, BOS))
    nats = torch.zeros(wanted.shape, dtype=torch.float64, device=wanted.device)
    nats[real] = -log_probs(model, features[real], wanted[real])
    return nats.sum(dim=1).cpu().numpy(), real.sum(dim=1).double().cpu().numpy()


def _label_losses(subject: Subject) -> Losses:
    nats, known = example_losses(subject, subject.examples)
    train = example_losses(subject, subject.train_examples) if subject.train_examples else None
    size = subject.loaded.tokenizers.target.size
    unigram, error = None, 0.0
    if subject.train is not None:
        counts = subject.train.target_counts(size)[len(NAMES) :].astype(np.float64) + 1
        frequencies = np.log(counts / counts.sum())
        labels = [example.target_ids[0] - len(NAMES) for example in subject.examples]
        guesses = np.array([-frequencies[label] if label >= 0 else 0.0 for label in labels])
        unigram, error = float(guesses.sum() / max(known.sum(), 1)), _error(guesses - nats, known)
    return Losses(
        unit="label",
        units=int(known.sum()),
        model=float(nats.sum() / max(known.sum(), 1)),
        train=None if train is None else float(train[0].sum() / max(train[1].sum(), 1)),
        uniform=float(np.log(size - len(NAMES))),
        unigram=unigram,
        error=error,
    )


def _counted(split: Split, generator: np.random.Generator) -> list[Sequence[int]]:
    """Targets of a split, sampled where there are very many."""
    lengths = split.lengths[:, 1]
    if len(split) > MOST_TOKENS:  # every target has a token
        rows = generator.choice(len(split), MOST_TOKENS, replace=False)
    else:
        rows = generator.permutation(len(split)) if lengths.sum() > MOST_TOKENS else np.arange(len(split))
    last = int(np.searchsorted(np.cumsum(lengths[rows]), MOST_TOKENS))
    return [split.target_ids(int(row)).tolist() for row in rows[: last + 1]]


def _per_token(loss: tuple[float, int]) -> float:
    return loss[0] / loss[1]


def _error(differences: NDArray[np.float64], units: NDArray[np.float64]) -> float:
    """Standard error of a ratio of sums, by the delta method: differences per unit."""
    if len(units) < 2 or not units.sum():
        return float("inf")
    residuals = differences - differences.sum() / units.sum() * units
    return float(residuals.std(ddof=1) * len(units) ** 0.5 / units.sum())
