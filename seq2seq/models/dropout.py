"""What is dropped while training: units, or whole tokens."""

import torch
from torch import Tensor, nn

from seq2seq.special import BOS, EOS, PAD, UNK


class Dropout(nn.Module):
    """Zero units with probability ``rate`` and scale the rest up (Srivastava et al. 2014).

    ``variational``: one mask a sequence, the same at every step (Gal and Ghahramani 2016).
    """

    def __init__(self, rate: float, *, variational: bool = False) -> None:
        super().__init__()
        self.rate = rate
        self.variational = variational

    def forward(self, x: Tensor) -> Tensor:
        """(B, T, D) → (B, T, D)."""
        if not self.training or self.rate == 0:
            return x
        shape = torch.Size((x.size(0), 1, x.size(2))) if self.variational else x.shape
        return x * _mask(shape, self.rate, x)

    def extra_repr(self) -> str:
        """Say the rate when a model is printed."""
        return f"{self.rate}, variational={self.variational}"


def _mask(shape: torch.Size, rate: float, like: Tensor) -> Tensor:
    """Zero with probability ``rate``, else the number by which the mean is kept; of the type and place of ``like``.

    A generator on a CPU draws one number after the other, whatever its type: four units share 64 bits there, which
    takes a fifth of the time of nn.functional.dropout. A unit's 16 bits hold the rate to 1 in 65,536.
    """
    if like.device.type != "cpu":
        return torch.rand(shape, device=like.device).ge_(rate).mul_(1 / (1 - rate)).to(like.dtype)
    bits = torch.empty(-(-shape.numel() // 4), dtype=torch.int64).random_(-(2**63), None)
    dropped = min(round(rate * 2**16), 2**16 - 1)
    kept = bits.view(torch.int16)[: shape.numel()].view(shape) >= dropped - 2**15
    return kept.to(like.dtype).mul_(2**16 / (2**16 - dropped))


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
