"""The training objective of a network that writes vectors."""

from torch import Tensor

from seq2seq.data.batching.batch import Batch
from seq2seq.models.decoder import DecoderState
from seq2seq.models.synthesizer import Synthesizer
from seq2seq.training.step.loss import Losses
from seq2seq.training.step.objective import Objective


class SynthesisObjective(Objective):
    """A synthesizer under teacher forcing, with the negative log-density of every step, and of where its target ends.

    Densities are those of scaled numbers.
    """

    unit = "step"

    def __init__(self, model: Synthesizer) -> None:
        super().__init__()
        self.model = model

    def units(self, batch: Batch) -> int:
        """Steps of the targets."""
        return batch.target_tokens

    def forward(
        self,
        source: Tensor,
        source_lengths: Tensor,
        target: Tensor,
        state: DecoderState | None = None,  # noqa: ARG002 - each target begins anew
    ) -> Losses:
        """Sum the losses of a batch of (B, S) tags and (B, T, F) targets, NaN on padding."""
        device = self.model.head.weight.device
        target = target.to(device, non_blocking=True)
        written = self.model(source.to(device, non_blocking=True), source_lengths, target)
        nats = self.model.nll(written, target).sum()
        return Losses(nats, nats.detach())
