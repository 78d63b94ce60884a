"""What training lowers: a model with its loss, as one module, so that processes share the gradients of both."""

from abc import ABC, abstractmethod

import torch
from torch import Tensor, nn
from torch.nn import functional

from seq2seq.data.batch import Batch
from seq2seq.models.classifier import Classifier
from seq2seq.models.decoder import DecoderState
from seq2seq.models.seq2seq import Seq2Seq
from seq2seq.special import BOS, EOS, NAMES, PAD
from seq2seq.training.loss import Losses, sequence_loss


class Objective(ABC, nn.Module):
    """A model and its loss.

    Attributes:
        unit: what the loss is a sum over, in the singular.
    """

    unit: str

    @abstractmethod
    def units(self, batch: Batch) -> int:
        """How many of them are in a batch."""

    @abstractmethod
    def forward(
        self, source: Tensor, source_lengths: Tensor, target: Tensor, state: DecoderState | None = None
    ) -> Losses:
        """Sum the losses of a batch in nats.

        Args:
            source: (B, S) ids, EOS-ended, PAD-filled.
            source_lengths: (B,) lengths, EOS included.
            target: (B, T + 1) ids, BOS first, EOS-ended, PAD-filled.
            state: of the window before, where the batch goes on from it.
        """


class SequenceObjective(Objective):
    """A decoder under teacher forcing (Williams and Zipser 1989), judged by the cross-entropy of every next token.

    Args:
        model: what is trained.
        smoothing: label smoothing, in training alone.
    """

    unit = "token"

    def __init__(self, model: Seq2Seq, *, smoothing: float) -> None:
        super().__init__()
        self.model = model
        self.smoothing = smoothing

    def units(self, batch: Batch) -> int:
        """Target tokens, EOS included."""
        return batch.target_tokens

    def forward(
        self, source: Tensor, source_lengths: Tensor, target: Tensor, state: DecoderState | None = None
    ) -> Losses:
        """Sum the losses of all target tokens; a window that ends inside a text leaves its state."""
        labels = target[:, 1:]
        real = labels != PAD
        memory, start = self.model.encode(source, source_lengths)
        # In a window, the text after an EOS begins as every text does; elsewhere, only padding follows an EOS.
        tokens = target[:, :-1]
        tokens = tokens.masked_fill(tokens == EOS, BOS)
        decoded = self.model.decode(tokens, memory, start if state is None else state)
        projection = self.model.projection
        # Padding goes before the projection, the dearest part of a step.
        losses = sequence_loss(
            decoded.features[real],
            labels[real],
            projection.weight,
            projection.bias,
            smoothing=self.smoothing if self.training else 0.0,
        )
        return losses._replace(state=decoded.state)


class LabelObjective(Objective):
    """A classifier, judged by the cross-entropy of the label.

    Args:
        model: what is trained.
        smoothing: label smoothing, in training alone.
        weights: (C,) weight of each label's examples, in training alone; their mean over the training data is 1.
        consistency: weight of the difference between two readings, in training alone (R-Drop, Liang et al. 2021).
    """

    unit = "label"

    def __init__(
        self, model: Classifier, *, smoothing: float, weights: Tensor | None = None, consistency: float = 0.0
    ) -> None:
        super().__init__()
        self.model = model
        self.smoothing = smoothing
        self.consistency = consistency
        self.weights: Tensor | None
        self.register_buffer("weights", weights, persistent=False)

    def units(self, batch: Batch) -> int:
        """Examples whose label the model knows."""
        return int((batch.target[:, 1] >= len(NAMES)).sum())

    def forward(
        self,
        source: Tensor,
        source_lengths: Tensor,
        target: Tensor,
        state: DecoderState | None = None,  # noqa: ARG002 - labels do not go on
    ) -> Losses:
        """Sum the losses of all examples whose label is known."""
        known = target[:, 1] >= len(NAMES)
        source, source_lengths, labels = source[known], source_lengths[known], target[known, 1] - len(NAMES)
        if not self.training:
            nll = functional.cross_entropy(self._read(source, source_lengths), labels, reduction="sum")
            return Losses(nll, nll)
        if not self.consistency:
            logits = self._read(source, source_lengths)
            nll = functional.cross_entropy(logits, labels, reduction="sum").detach()
            return Losses(self._cost(logits, labels), nll)
        # Both readings side by side: every row draws dropout of its own.
        one, other = self._read(torch.cat([source, source]), torch.cat([source_lengths, source_lengths])).chunk(2)
        nll = functional.cross_entropy(one, labels, reduction="sum").detach()
        cost = (self._cost(one, labels) + self._cost(other, labels)) / 2
        return Losses(cost + self.consistency * _difference(one, other), nll)

    def _read(self, source: Tensor, source_lengths: Tensor) -> Tensor:
        logits: Tensor = self.model(source, source_lengths)
        return logits.float()

    def _cost(self, logits: Tensor, labels: Tensor) -> Tensor:
        """Sum of the smoothed and weighted losses, in nats."""
        cost = functional.cross_entropy(logits, labels, reduction="none", label_smoothing=self.smoothing)
        return (cost if self.weights is None else cost * self.weights[labels]).sum()


def _difference(one: Tensor, other: Tensor) -> Tensor:
    """Mean of both Kullback-Leibler divergences between the distributions of (B, C) logits, summed over B, in nats."""
    p, q = torch.log_softmax(one, dim=1), torch.log_softmax(other, dim=1)
    return ((p.exp() - q.exp()) * (p - q)).sum() / 2
