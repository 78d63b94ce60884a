"""The training objective: a model with its loss, as one module, so that processes share the gradients of both."""

from abc import ABC, abstractmethod

import torch
from torch import Tensor, nn
from torch.nn import functional

from seq2seq.data.batching.batch import Batch
from seq2seq.models.classifier import Classifier
from seq2seq.models.decoder import DecoderState
from seq2seq.models.seq2seq import Seq2Seq
from seq2seq.special import BOS, EOS, NAMES, PAD
from seq2seq.training.step.guided_alignment import AlignmentGuide, alignment_loss
from seq2seq.training.step.loss import Losses, sequence_loss


class Objective(ABC, nn.Module):
    """A model and its loss.

    Attributes:
        unit: `token`, `label` or `step`: the loss is a sum over these.
        measure: what it is counted in.
    """

    unit: str
    measure = "nats"

    @abstractmethod
    def units(self, batch: Batch) -> int:
        """Number of units (tokens or labels) in a batch."""

    @abstractmethod
    def forward(
        self, source: Tensor, source_lengths: Tensor, target: Tensor, state: DecoderState | None = None
    ) -> Losses:
        """Sum the losses of a batch, in units of ``measure``.

        A batch may be on the CPU and the model on a GPU: it is moved here, after padding has been located, so that
        nothing waits for the GPU.

        Args:
            source: (B, S) ids, EOS-ended, PAD-filled.
            source_lengths: (B,) lengths, EOS included.
            target: (B, T + 1) ids, BOS first, EOS-ended, PAD-filled.
            state: in which the window before ended, where the batch continues it.
        """


class SequenceObjective(Objective):
    """A decoder under teacher forcing (Williams and Zipser 1989), with the cross-entropy of every next token.

    Labels are smoothed, and attention is guided, in training only.

    Args:
        model: what is trained.
        smoothing: label smoothing.
        guide: shows attention what to look at (None: nothing does); for a decoder that attends.
        guidance: weight of the guide's loss, which is added to that of the tokens.
        r_drop: weight of R-Drop, for which every batch is read twice.
    """

    unit = "token"

    def __init__(
        self,
        model: Seq2Seq,
        *,
        smoothing: float,
        guide: AlignmentGuide | None = None,
        guidance: float = 0.0,
        r_drop: float = 0.0,
    ) -> None:
        super().__init__()
        self.model = model
        self.smoothing = smoothing
        self.r_drop = r_drop
        self.guide = guide
        self.guidance = guidance

    def units(self, batch: Batch) -> int:
        """Target tokens, EOS included."""
        return batch.target_tokens

    def forward(
        self, source: Tensor, source_lengths: Tensor, target: Tensor, state: DecoderState | None = None
    ) -> Losses:
        """Sum the losses of all target tokens; returns the state for the next window, too."""
        device = self.model.projection.weight.device
        r_drop = self.r_drop if self.training else 0.0
        if r_drop:
            source, source_lengths, target = (torch.cat([part, part]) for part in (source, source_lengths, target))
        positions = (target[:, 1:] != PAD).flatten().nonzero()[:, 0].to(device, non_blocking=True)
        source, target = source.to(device, non_blocking=True), target.to(device, non_blocking=True)
        memory, start = self.model.encode(source, source_lengths)
        # In a window, the text after an EOS starts with BOS, as all texts do; elsewhere, only padding follows an EOS.
        tokens = target[:, :-1]
        tokens = tokens.masked_fill(tokens == EOS, BOS)
        decoded = self.model.decode(tokens, memory, start if state is None else state)
        projection = self.model.projection
        # Drop padding before the projection, the most expensive part of a step.
        losses = sequence_loss(
            decoded.features.flatten(0, 1).index_select(0, positions),
            target[:, 1:].flatten().index_select(0, positions),
            projection.weight,
            projection.bias,
            smoothing=self.smoothing if self.training else 0.0,
            r_drop=r_drop,
        )
        if self.training and self.guide is not None and decoded.attention is not None:
            aligned = self.guide.align(source, target[:, 1:])
            guidance = self.guidance / 2 if r_drop else self.guidance
            guided = losses.smoothed + guidance * alignment_loss(decoded.attention, aligned)
            losses = losses._replace(smoothed=guided)
        return losses._replace(state=decoded.state)


class LabelObjective(Objective):
    """A classifier, with the cross-entropy of the label, or of the probabilities of all labels (Hinton et al. 2015).

    Targets (B, 3) are ids, as of any objective; or (B, 1, C) probabilities, which sum to 1, or to 0 if the model knows
    none of the labels.

    Args:
        model: what is trained.
        smoothing: label smoothing, in training only.
        weights: (C,) weight of each label's examples, in training only; their mean over the training data is 1. The
            weight of an example whose label has probabilities is the expected one.
        r_drop: weight of R-Drop, for which every batch is read twice, in training only.
    """

    unit = "label"

    def __init__(
        self, model: Classifier, *, smoothing: float, weights: Tensor | None = None, r_drop: float = 0.0
    ) -> None:
        super().__init__()
        self.model = model
        self.smoothing = smoothing
        self.r_drop = r_drop
        self.weights: Tensor | None
        self.register_buffer("weights", weights, persistent=False)

    def units(self, batch: Batch) -> int:
        """Examples with a label that the model knows."""
        return int(_known(batch.target).sum())

    def forward(
        self,
        source: Tensor,
        source_lengths: Tensor,
        target: Tensor,
        state: DecoderState | None = None,  # noqa: ARG002 - labels carry no state
    ) -> Losses:
        """Sum the losses of all examples whose label is known."""
        known = _known(target)
        device = self.model.head.weight.device
        source, source_lengths = source[known].to(device, non_blocking=True), source_lengths[known]
        soft = target.is_floating_point()
        labels = (target[known, 0] if soft else target[known, 1] - len(NAMES)).to(device, non_blocking=True)
        views = 2 if self.training and self.r_drop else 1
        logits = self.model(torch.cat([source] * views), torch.cat([source_lengths] * views)).float()
        labels = torch.cat([labels] * views)
        nll = functional.cross_entropy(logits, labels, reduction="sum") / views
        if not self.training:
            return Losses(nll, nll)
        cost = functional.cross_entropy(logits, labels, reduction="none", label_smoothing=self.smoothing)
        if views == 2:
            cost = cost + self.r_drop / 2 * torch.cat([_distance(*logits.log_softmax(dim=1).chunk(2))] * 2)
        if self.weights is not None:
            cost = cost * (labels @ self.weights if soft else self.weights[labels])
        return Losses(cost.sum() / views, nll.detach())


def _known(target: Tensor) -> Tensor:
    """(B,) bool: which examples have a label that the model knows."""
    return target[:, 0].sum(dim=1) > 0 if target.is_floating_point() else target[:, 1] >= len(NAMES)


def _distance(p: Tensor, q: Tensor) -> Tensor:
    """KL(p || q) + KL(q || p) of (N, C) log-probabilities, (N,) (Liang et al. 2021, section 2.1)."""
    return ((p.exp() - q.exp()) * (p - q)).sum(dim=1)
