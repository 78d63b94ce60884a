"""Dropout of units, and of whole tokens."""

import torch
from torch import Tensor, nn

from seq2seq.special import BOS, EOS, PAD, UNK


class Dropout(nn.Module):
    """Zero units with probability ``rate`` and scale the rest up (Srivastava et al. 2014).

    ``variational``: one mask per sequence, the same at every step (Gal and Ghahramani 2016).
    """

    def __init__(self, rate: float, *, variational: bool = False) -> None:
        super().__init__()
        self.rate = rate
        self.variational = variational

    def forward(self, x: Tensor) -> Tensor:
        """(B, T, D) → (B, T, D)."""
        if not self.training or self.rate == 0:
            return x
        shape = (x.size(0), 1, x.size(2)) if self.variational else x.shape
        # On a CPU, uniform numbers compared are sampled three times as fast as nn.functional.dropout's Bernoulli ones.
        mask = torch.rand(shape, device=x.device).ge_(self.rate).mul_(1 / (1 - self.rate))
        return x * mask.to(x.dtype)

    def extra_repr(self) -> str:
        """The rate, when a model is printed."""
        return f"{self.rate}, variational={self.variational}"


class WordDropout(nn.Module):
    """Replace whole tokens by the unknown token, so that the model leans on no single word (Iyyer et al. 2015)."""

    def __init__(self, rate: float) -> None:
        super().__init__()
        self.rate = rate

    def forward(self, tokens: Tensor) -> Tensor:
        """(B, T) ids → (B, T) ids; PAD, BOS and EOS stay."""
        if not self.training or self.rate == 0:
            return tokens
        structural = (tokens == PAD) | (tokens == BOS) | (tokens == EOS)
        drop = torch.rand(tokens.shape, device=tokens.device) < self.rate
        return tokens.masked_fill(drop & ~structural, UNK)
