"""The training objective of a forecaster."""

import torch
from torch import Tensor

from seq2seq.data.batching.batch import Batch
from seq2seq.models.decoder import DecoderState
from seq2seq.models.forecaster import Forecaster
from seq2seq.training.step.loss import Losses
from seq2seq.training.step.objective import Objective


class ForecastObjective(Objective):
    """A forecaster under teacher forcing, with the loss of the distribution of every next increment that is known.

    An increment is known where both of its values are.
    """

    unit = "step"

    def __init__(self, model: Forecaster) -> None:
        super().__init__()
        self.model = model
        self.measure = model.distribution.measure

    def units(self, batch: Batch) -> int:
        """Known increments of the horizons."""
        channels = self.model.channels
        last = batch.source[torch.arange(len(batch)), (batch.source_lengths - 1).to(batch.source.device), :channels]
        observed = ~torch.cat([last[:, None], batch.target[..., :channels]], dim=1).isnan()
        return int((observed[:, 1:] & observed[:, :-1]).sum())

    def forward(
        self,
        source: Tensor,
        source_lengths: Tensor,
        target: Tensor,
        state: DecoderState | None = None,  # noqa: ARG002 - each window begins anew
    ) -> Losses:
        """Sum the losses of a batch of (B, L, C + K) contexts and (B, H, C + K) horizons."""
        losses = self.by_step(source, source_lengths, target)[0].sum()
        return Losses(losses, losses.detach())

    def by_step(self, source: Tensor, source_lengths: Tensor, target: Tensor) -> tuple[Tensor, Tensor]:
        """(B, H, C) the loss of every increment, 0 where it is not known, and (B, H, C) whether it is."""
        weight = self.model.head.weight
        steps = join(source, source_lengths, target).to(weight.device, weight.dtype, non_blocking=True)
        lengths, channels = source_lengths.to(weight.device, non_blocking=True), self.model.channels
        raw, increments = self.model(steps[..., :channels], lengths, steps[..., channels:], target.size(1))
        known = ~increments.isnan()
        # A missing increment is replaced before its loss is computed: the gradient of what is masked is NaN otherwise.
        losses = self.model.distribution.loss(raw.float(), increments.nan_to_num())
        return losses.masked_fill(~known, 0.0), known


def join(source: Tensor, lengths: Tensor, target: Tensor) -> Tensor:
    """(B, L + H, N) contexts (B, L, N) of the given lengths, each followed by its horizon (B, H, N) at once.

    The padding after it repeats the last step.
    """
    places = torch.arange(source.size(1) + target.size(1), device=source.device).expand(len(source), -1)
    own = lengths.to(source.device)[:, None]
    places = torch.where(places < own, places, places - own + source.size(1)).clamp(max=places.size(1) - 1)
    return torch.cat([source, target], dim=1).gather(1, places[..., None].expand(-1, -1, source.size(2)))
