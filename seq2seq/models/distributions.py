"""Distributions of a number, whose parameters a network gives.

Letters: ... any sizes, P parameters.
"""

import math
from abc import ABC, abstractmethod

import torch
from torch import Tensor
from torch.nn import functional

from seq2seq.series.distributions import FREEDOM, LEAST, LEVELS, MEDIAN, NARROW, SHIFT


class Distribution(ABC):
    """A family of distributions.

    Attributes:
        parameters: P, numbers of the network per distribution.
        measure: what the loss is counted in.
    """

    parameters: int
    measure = "nats"

    @abstractmethod
    def loss(self, raw: Tensor, values: Tensor) -> Tensor:
        """(...) the loss of raw parameters (..., P) that predict values (...): negative log-densities, in nats."""

    def median(self, raw: Tensor) -> Tensor:
        """(...) the median of raw parameters (..., P); of a symmetric distribution, its first one."""
        return raw[..., 0]


class Gaussian(Distribution):
    """Normal distributions."""

    parameters = 2

    def loss(self, raw: Tensor, values: Tensor) -> Tensor:
        """As :meth:`Distribution.loss`."""
        mean, width = raw[..., 0], _width(raw[..., 1])
        return 0.5 * ((values - mean) / width) ** 2 + width.log() + 0.5 * math.log(2 * math.pi)


class StudentT(Distribution):
    """Student's t with more than 2 degrees of freedom: a variance, and tails for what is rare (DeepAR, section 3.1)."""

    parameters = 3

    def loss(self, raw: Tensor, values: Tensor) -> Tensor:
        """As :meth:`Distribution.loss`."""
        mean, width, freedom = raw[..., 0], _width(raw[..., 1]), _freedom(raw[..., 2])
        squares = ((values - mean) / width) ** 2
        constant = torch.lgamma(freedom / 2) - torch.lgamma((freedom + 1) / 2) + 0.5 * (freedom * math.pi).log()
        return constant + width.log() + (freedom + 1) / 2 * torch.log1p(squares / freedom)


class Quantiles(Distribution):
    """Quantiles at :data:`~seq2seq.series.distributions.LEVELS`, of any shape, learnt by their pinball loss.

    The loss is twice its mean over the levels, which approaches the continuous ranked probability score, CRPS, as
    levels become many (Gneiting and Ranjan 2011, equation 14); networks with such a head: MQ-RNN (Wen et al. 2017),
    SQF-RNN (Gasthaus et al. 2019). It is counted in units of the values, and never below 0. Quantiles do not cross: the
    network gives the median, and the steps from each to the next.
    """

    parameters = len(LEVELS)
    measure = "CRPS"

    def quantiles(self, raw: Tensor) -> Tensor:
        """(..., P) ascending quantiles of raw parameters (..., P): those below the median, it, those above."""
        median = raw[..., MEDIAN : MEDIAN + 1]
        steps = functional.softplus(raw + NARROW) + LEAST
        below = median - steps[..., :MEDIAN].flip(-1).cumsum(-1).flip(-1)
        above = median + steps[..., MEDIAN + 1 :].cumsum(-1)
        return torch.cat([below, median, above], dim=-1)

    def median(self, raw: Tensor) -> Tensor:
        """As :meth:`Distribution.median`."""
        return raw[..., MEDIAN]

    def loss(self, raw: Tensor, values: Tensor) -> Tensor:
        """(...) twice the mean pinball loss of the quantiles of raw parameters (..., P) beside values (...)."""
        above = values[..., None] - self.quantiles(raw)
        levels = torch.tensor(LEVELS, dtype=raw.dtype, device=raw.device)
        return 2 * torch.maximum(levels * above, (levels - 1) * above).mean(dim=-1)


def _width(raw: Tensor) -> Tensor:
    return functional.softplus(raw) + LEAST


def _freedom(raw: Tensor) -> Tensor:
    return FREEDOM + functional.softplus(raw + SHIFT)
