"""Holding weights to what they were when training began: by a pull, or fast."""

from collections.abc import Collection

import torch
from torch import Tensor, nn

from seq2seq.config.initial_model import Part
from seq2seq.errors import ConfigError
from seq2seq.models.classifier import Classifier
from seq2seq.models.seq2seq import Seq2Seq
from seq2seq.training.finetune.weight_transfer import WeightTransfer


class WeightConstraints:
    """What keeps a model near the one that it began as.

    Args:
        model: with the weights it begins with.
        transfer: which of its tokens are new, and free.
        anchor: strength of the pull (L2-SP: Li et al. 2018, equation 3).
        freeze: parts that stay as they are.

    Raises:
        ConfigError: nothing would be left to train.
    """

    def __init__(
        self, model: Seq2Seq | Classifier, transfer: WeightTransfer, *, anchor: float, freeze: Collection[Part]
    ) -> None:
        self.anchor = anchor
        self._anchored: list[tuple[nn.Parameter, Tensor, Tensor | None]] = []
        self._frozen_rows: list[tuple[nn.Parameter, Tensor, Tensor]] = []
        parts = _parts(model)
        frozen = {id(parameter) for part in freeze for parameter in parts[part]}
        for name, parameter in model.named_parameters():
            kept = transfer.unchanged_rows(name)
            if id(parameter) in frozen:
                if kept is None:
                    parameter.requires_grad = False
                else:  # new tokens learn: the rows of the old ones are put back after every step
                    self._frozen_rows.append((parameter, parameter.detach()[kept].clone(), kept))
            elif anchor:
                self._anchored.append((parameter, parameter.detach().clone(), kept))
        if not any(parameter.requires_grad for parameter in model.parameters()):
            raise ConfigError("recipe", ["initial_model.freeze: leaves nothing to train; name fewer parts"])

    @torch.no_grad()
    def add_anchor_gradient(self) -> None:
        """Add the gradient of anchor / 2 x the squared distance from the start; frozen rows have none.

        To be called before the gradient is clipped: its norm is that of what may learn.
        """
        for frozen, _, rows in self._frozen_rows:
            if frozen.grad is not None:
                frozen.grad[rows] = 0.0
        for parameter, start, kept in self._anchored:
            if parameter.grad is None:
                continue
            away = (parameter - start.to(parameter.device)) * self.anchor
            if kept is not None:
                away[~kept] = 0.0
            parameter.grad += away

    @torch.no_grad()
    def restore_frozen(self) -> None:
        """Put back what no step may change: weight decay, and moments of before, move rows without a gradient."""
        for parameter, start, kept in self._frozen_rows:
            parameter[kept] = start.to(parameter.device)


def _parts(model: Seq2Seq | Classifier) -> dict[Part, list[nn.Parameter]]:
    """The parameters of each part that can be frozen; a projection that is tied to an embedding belongs to that."""
    if isinstance(model, Classifier):
        encoder = [*model.encoder.parameters(), *model.pooling.parameters()]
        return {"embeddings": [*model.embedding.parameters()], "encoder": encoder, "decoder": []}
    embeddings = [*model.source_embedding.parameters(), *model.target_embedding.parameters()]
    tied = {id(parameter) for parameter in embeddings}
    decoder = [*model.bridge.parameters(), *model.decoder.parameters(), *model.projection.parameters()]
    return {
        "embeddings": embeddings,
        "encoder": [*model.encoder.parameters()],
        "decoder": [parameter for parameter in decoder if id(parameter) not in tied],
    }
