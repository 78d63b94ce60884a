"""What training lowers: a model with its loss, as one module, so that processes share the gradients of both."""

from torch import Tensor, nn

from seq2seq.models.seq2seq import Seq2Seq
from seq2seq.special import PAD
from seq2seq.training.loss import Losses, sequence_loss


class Objective(nn.Module):
    """A model under teacher forcing (Williams and Zipser 1989), judged by cross-entropy.

    Args:
        model: what is trained.
        smoothing: label smoothing, in training alone.
    """

    def __init__(self, model: Seq2Seq, *, smoothing: float) -> None:
        super().__init__()
        self.model = model
        self.smoothing = smoothing

    def forward(self, source: Tensor, source_lengths: Tensor, target: Tensor) -> Losses:
        """Sum the losses of a batch in nats.

        Args:
            source: (B, S) ids, EOS-ended, PAD-filled.
            source_lengths: (B,) lengths, EOS included.
            target: (B, T + 1) ids, BOS first, EOS-ended, PAD-filled.
        """
        labels = target[:, 1:]
        real = labels != PAD
        features = self.model(source, source_lengths, target[:, :-1])
        projection = self.model.projection
        # Padding goes before the projection, the dearest part of a step.
        return sequence_loss(
            features[real],
            labels[real],
            projection.weight,
            projection.bias,
            smoothing=self.smoothing if self.training else 0.0,
        )
