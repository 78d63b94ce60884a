"""Constraints that keep weights near, or at, their initial values."""

from collections.abc import Collection

import torch
from torch import Tensor, nn

from seq2seq.config.initial_model import Part
from seq2seq.errors import ConfigError
from seq2seq.models.build import Model
from seq2seq.models.classifier import Classifier
from seq2seq.models.forecaster import Forecaster
from seq2seq.models.synthesizer import Synthesizer
from seq2seq.training.finetune.weight_transfer import WeightTransfer


class WeightConstraints:
    """Pulls weights towards their initial values (L2-SP), or freezes them.

    Args:
        model: with its initial weights.
        transfer: tells which of its tokens are new, and unconstrained.
        anchor: strength of the pull (L2-SP: Li et al. 2018, equation 3).
        freeze: parts whose weights do not change.

    Raises:
        ConfigError: no weight would be left to train.
    """

    def __init__(self, model: Model, transfer: WeightTransfer, *, anchor: float, freeze: Collection[Part]) -> None:
        self.anchor = anchor
        self._anchored: list[tuple[nn.Parameter, Tensor, Tensor | None]] = []
        self._frozen_rows: list[tuple[nn.Parameter, Tensor, Tensor]] = []
        parts = _parts(model)
        frozen = {id(parameter) for part in freeze for parameter in parts[part]}
        for name, parameter in model.named_parameters():
            rows = transfer.unchanged_rows(name)
            if id(parameter) in frozen:
                if rows is None:
                    parameter.requires_grad = False
                else:  # new tokens learn: the rows of the old ones are restored after every step
                    self._frozen_rows.append((parameter, parameter.detach()[rows].clone(), rows))
            elif anchor:
                self._anchored.append((parameter, parameter.detach().clone(), rows))
        if not any(parameter.requires_grad for parameter in model.parameters()):
            problem = "initial_model.freeze: leaves nothing to train; name fewer parts"
            raise ConfigError("recipe", [problem], code="finetune.nothing-to-train")

    @torch.no_grad()
    def add_anchor_gradient(self) -> None:
        """Add the gradient of anchor / 2 x the squared distance from the initial weights; frozen rows get none.

        To be called before the gradient is clipped: its norm is that of the weights that may change.
        """
        for parameter, _, frozen in self._frozen_rows:
            if parameter.grad is not None:
                parameter.grad[frozen] = 0.0
        for parameter, initial, rows in self._anchored:
            if parameter.grad is None:
                continue
            away = (parameter - initial.to(parameter.device)) * self.anchor
            if rows is not None:
                away[~rows] = 0.0
            parameter.grad += away

    @torch.no_grad()
    def restore_frozen(self) -> None:
        """Restore frozen rows: weight decay and earlier moments move rows even without a gradient."""
        for parameter, initial, rows in self._frozen_rows:
            parameter[rows] = initial.to(parameter.device)


def _parts(model: Model) -> dict[Part, list[nn.Parameter]]:
    """The parameters of each part that can be frozen; a projection tied to an embedding belongs to the embeddings."""
    if isinstance(model, Classifier):
        encoder = [*model.encoder.parameters(), *model.pooling.parameters()]
        return {"embeddings": [*model.embedding.parameters()], "encoder": encoder, "decoder": []}
    if isinstance(model, Synthesizer):
        decoder = [*model.bridge.parameters(), *model.decoder.parameters(), *model.head.parameters()]
        embeddings = [*model.tags.parameters(), *model.steps.parameters()]
        return {"embeddings": embeddings, "encoder": [], "decoder": decoder}
    if isinstance(model, Forecaster):
        decoder = [*model.bridge.parameters(), *model.decoder.parameters(), *model.head.parameters()]
        embeddings = [*model.source.parameters(), *model.target.parameters()]
        return {"embeddings": embeddings, "encoder": [*model.encoder.parameters()], "decoder": decoder}
    embeddings = [*model.source_embedding.parameters(), *model.target_embedding.parameters()]
    tied = {id(parameter) for parameter in embeddings}
    decoder = [*model.bridge.parameters(), *model.decoder.parameters(), *model.projection.parameters()]
    return {
        "embeddings": embeddings,
        "encoder": [*model.encoder.parameters()],
        "decoder": [parameter for parameter in decoder if id(parameter) not in tied],
    }
