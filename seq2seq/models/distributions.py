"""Distributions of a number, whose parameters a network gives.

Letters: ... any sizes, P parameters.
"""

import math
from abc import ABC, abstractmethod

import torch
from torch import Tensor
from torch.nn import functional

from seq2seq.series.distributions import FREEDOM, LEAST, SHIFT


class Distribution(ABC):
    """A family of distributions.

    Attributes:
        parameters: P, numbers of the network per distribution.
    """

    parameters: int

    @abstractmethod
    def nll(self, raw: Tensor, values: Tensor) -> Tensor:
        """(...) negative log-densities, in nats, of values (...) under raw parameters (..., P)."""


class Gaussian(Distribution):
    """Normal distributions."""

    parameters = 2

    def nll(self, raw: Tensor, values: Tensor) -> Tensor:
        """As :meth:`Distribution.nll`."""
        mean, width = raw[..., 0], _width(raw[..., 1])
        return 0.5 * ((values - mean) / width) ** 2 + width.log() + 0.5 * math.log(2 * math.pi)


class StudentT(Distribution):
    """Student's t with more than 2 degrees of freedom: a variance, and tails for what is rare (DeepAR, section 3.1)."""

    parameters = 3

    def nll(self, raw: Tensor, values: Tensor) -> Tensor:
        """As :meth:`Distribution.nll`."""
        mean, width, freedom = raw[..., 0], _width(raw[..., 1]), _freedom(raw[..., 2])
        squares = ((values - mean) / width) ** 2
        constant = torch.lgamma(freedom / 2) - torch.lgamma((freedom + 1) / 2) + 0.5 * (freedom * math.pi).log()
        return constant + width.log() + (freedom + 1) / 2 * torch.log1p(squares / freedom)


def _width(raw: Tensor) -> Tensor:
    return functional.softplus(raw) + LEAST


def _freedom(raw: Tensor) -> Tensor:
    return FREEDOM + functional.softplus(raw + SHIFT)
