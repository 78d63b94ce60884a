"""From one output a token to one vector a text.

Letters: B batch, S source length, M memory size.

last        the final state of every direction: what a recurrent network is said to know at the end
mean, max   over the text's tokens
attention   a mean weighted by softmax(u . tanh(W x + b))    Yang et al. 2016, section 2.2
"""

from typing import Literal

import torch
from torch import Tensor, nn

from seq2seq.models.encoder import EncoderOutput


class Pooling(nn.Module):
    """Pool an encoder's outputs.

    Args:
        kind: how.
        size: M, of an output.
    """

    def __init__(self, kind: Literal["last", "mean", "max", "attention"], size: int) -> None:
        super().__init__()
        self.kind = kind
        self.key = nn.Linear(size, size) if kind == "attention" else nn.Identity()
        self.query = nn.Linear(size, 1, bias=False) if kind == "attention" else nn.Identity()

    def forward(self, encoded: EncoderOutput, mask: Tensor) -> Tensor:
        """Outputs (B, S, M) and final states → (B, M).

        Args:
            encoded: what the encoder left.
            mask: (B, S) bool, True on real tokens; every row holds at least one.
        """
        if self.kind == "last":
            return encoded.final[0][:, -1]
        outputs = encoded.outputs
        if self.kind == "max":
            return outputs.masked_fill(~mask[..., None], float("-inf")).amax(dim=1)
        if self.kind == "mean":
            return outputs.masked_fill(~mask[..., None], 0).sum(dim=1) / mask.sum(dim=1, keepdim=True)
        scores: Tensor = self.query(torch.tanh(self.key(outputs)))[..., 0]
        weights = torch.softmax(scores.float().masked_fill(~mask, float("-inf")), dim=1)
        return (weights.to(outputs.dtype)[:, None] @ outputs.masked_fill(~mask[..., None], 0))[:, 0]
